// SPDX-License-Identifier: Apache-2.0
//
// Who the sealed process is: ids inside and outside, capabilities. Refuses to map anything but one id, so
// that no file of anybody else can be owned inside.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string_view>

#include "contract/sandbox/setup.hpp"

namespace contract::sandbox {

// From outside: maps the inner to the outer id for `child`, in its new user namespace.
void write_maps(pid_t child, const Setup& setup);

// This process, which has just entered a user namespace, is mapped to who it was outside.
void map_self(uid_t user, gid_t group);

// In the child: becomes the mapped id. Supplementary groups are dropped where that is allowed: an ordinary
// user cannot drop them, and they show as 65534.
void become_inner_id(const Setup& setup);

// Effective, permitted, inheritable, ambient and bounding: none is left.
void drop_capabilities();

// Whether `id` is mapped by a text such as that of /proc/self/uid_map.
bool is_mapped(std::string_view map, std::uint32_t id);

}  // namespace contract::sandbox
