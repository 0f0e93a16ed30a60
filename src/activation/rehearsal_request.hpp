// SPDX-License-Identifier: Apache-2.0
//
// What one rehearsal needs, as plain values: the tree to start from and what is wanted of it. Made outside
// the sandbox, used inside.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "decide.hpp"

namespace contract::activation {

// One thing of the tree a rehearsal starts from.
struct Node {
    Kind kind = Kind::directory;
    std::uint32_t mode = 0755;
    Owner owner{"root", "root"};
    std::string bytes;  // regular: its bytes; symlink: its target
};
using Base = std::map<std::string, Node>;  // by place: a directory comes before what lies in it

struct RehearsalRequest {
    Base base;
    std::vector<Wanted> wanted;
};

std::string encode(const Base& base);
std::string encode(const std::vector<RehearsalRequest>& requests);
// Error: damaged-request.
Result<std::vector<RehearsalRequest>> decode_requests(std::string_view bytes);

// Makes `base` in `directory`, which is created; owners are recorded beside it.
Result<> make_base(const std::string& directory, const Base& base);

}  // namespace contract::activation
