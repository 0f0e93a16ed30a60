// SPDX-License-Identifier: Apache-2.0
//
// What was there before we replaced it, whole, in a directory only its owner can enter. An original is saved
// before anything touches it; when that fails, nothing is touched.
#pragma once

#include <string>

#include "contract/base/result.hpp"
#include "contract/os/fd.hpp"

namespace contract::activation {

class SavedOriginals {
public:
    // Creates `directory` (0700) when it is missing.
    static Result<SavedOriginals> open(const std::string& directory);
    // Copies what lies at `name` in `parent`; returns the id to find it by.
    Result<std::string> save(int parent, const std::string& name);
    // Writes the original to `name` in `parent`, which must not exist.
    Result<> bring_back(const std::string& id, int parent, const std::string& name) const;

private:
    os::Fd directory_;
    std::size_t next_ = 0;
};

}  // namespace contract::activation
