// SPDX-License-Identifier: Apache-2.0
//
// Which store paths a finished output names: found by the 32 characters of their hashes, wherever they stand
// in a file or in the target of a symlink. One pass over the bytes, whatever they are.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "contract/base/result.hpp"
#include "contract/core/store_path.hpp"

namespace contract::build {

// Looks for the hashes of `candidates` in streams of bytes that come in pieces of any size.
class ReferenceScanner {
public:
    explicit ReferenceScanner(const std::vector<core::StorePath>& candidates);
    void add(std::string_view piece);
    void end_of_stream();                        // what follows is another file
    std::vector<core::StorePath> found() const;  // sorted

private:
    void search(std::string_view bytes);

    struct Candidate {
        core::StorePath path;
        bool found = false;
    };
    std::unordered_map<std::string_view, std::size_t> by_hash_;  // views into candidates_
    std::vector<Candidate> candidates_;
    std::string carry_;  // the end of the last piece: a hash may lie across two
};

// Every regular file and symlink below `path`, which lies on this machine and belongs to us; files and
// folders that their builder made unreadable are made readable. Error: system.
Result<std::vector<core::StorePath>> scan_references(const std::string& path,
                                                     const std::vector<core::StorePath>& candidates);

}  // namespace contract::build
