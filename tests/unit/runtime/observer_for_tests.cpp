// SPDX-License-Identifier: Apache-2.0
#include "contract/runtime/runtime.hpp"

int main(int argc, char** argv) {
    return contract::runtime::is_observer(argc, argv) ? contract::runtime::observer_main() : 2;
}
