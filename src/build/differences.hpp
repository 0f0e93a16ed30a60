// SPDX-License-Identifier: Apache-2.0
//
// How two trees of the store differ, file by file, and where in a file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "contract/store/store.hpp"

namespace contract::build {

struct Difference {
    std::string file;   // in the output
    std::string what;   // "differs from byte 1234 on", "is only in the first"
    std::string first;  // the part that differs, made printable and short; empty where there is none
    std::string second;
    bool in_content = false;
};

struct Differences {
    std::vector<Difference> shown;  // at most `most`, in the order of their names
    std::size_t count = 0;          // of all
};

Result<Differences> differences_of(const store::Store& store, const Digest& first, const Digest& second,
                                   std::size_t most);

// What differs first in two texts or binaries: the whole line of a text, else the printable characters
// around.
Difference compare_content(const std::string& file, std::string_view first, std::string_view second);

}  // namespace contract::build
