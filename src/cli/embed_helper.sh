#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# embed_helper.sh PROGRAM OUT: writes OUT, a source file that holds the bytes of PROGRAM.
set -eu
program=$(readlink -f "$1")
cat > "$2" << END
// Made of $(cksum < "$program" | tr ' ' '-') by embed_helper.sh: another program gives another text here.
#include "embedded_helper.hpp"

asm(".section .rodata\n"
    ".balign 16\n"
    "contract_helper_begin: .incbin \"$program\"\n"
    "contract_helper_end: .byte 0\n"
    ".previous\n");
extern const char contract_helper_begin[] asm("contract_helper_begin");
extern const char contract_helper_end[] asm("contract_helper_end");

namespace contract::cli {

std::string_view embedded_helper() {
    return {contract_helper_begin, static_cast<std::size_t>(contract_helper_end - contract_helper_begin)};
}

}  // namespace contract::cli
END
