// SPDX-License-Identifier: Apache-2.0
//
// The whole of the program that contract/sandbox/helper_image.hpp speaks of.
#include "contract/sandbox/sandbox.hpp"

int main(int argc, char** argv) {
    return contract::sandbox::helper_main(argc, argv, {});
}
