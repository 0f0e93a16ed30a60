// SPDX-License-Identifier: Apache-2.0
//
// What the sandbox starts in these tests: knows the rehearsal and nothing else.
#include "contract/activation/activation.hpp"

int main(int argc, char** argv) {
    if (!contract::sandbox::is_helper(argc, argv)) return 2;
    return contract::sandbox::helper_main(argc, argv, {contract::activation::rehearsal_builtin()});
}
