// SPDX-License-Identifier: Apache-2.0
#include "library.hpp"

#include <algorithm>
#include <optional>

#include "contract/base/text.hpp"
#include "contract/os/shared_library.hpp"
#include "network_stream.hpp"

namespace contract::git {

namespace {

Library table;

std::string made_for() {
    return std::to_string(LIBGIT2_VER_MAJOR) + "." + std::to_string(LIBGIT2_VER_MINOR);
}

// Structures of libgit2 change between minor versions without a new function name, so a library that is
// not the one of the header is refused instead of guessed at.
std::optional<Error> check_version(const os::SharedLibrary& libgit2) {
    int major = 0, minor = 0, revision = 0;
    table.git_libgit2_version(&major, &minor, &revision);
    if (major == LIBGIT2_VER_MAJOR && minor == LIBGIT2_VER_MINOR) return std::nullopt;
    return libgit2.unavailable("version " + std::to_string(major) + "." + std::to_string(minor) +
                               " was found, this program is made for " + made_for());
}

std::optional<Error> open_library() {
    os::SharedLibrary libgit2("libgit2", "libgit2-" + made_for(), {"libgit2.so." + made_for(), "libgit2.so"});
#define CONTRACT_GIT_LOAD(name) libgit2.load(#name, table.name);
    CONTRACT_GIT_FUNCTIONS(CONTRACT_GIT_LOAD)
#undef CONTRACT_GIT_LOAD
    if (auto failure = libgit2.failure()) return failure;
    if (auto failure = check_version(libgit2)) return failure;
    if (table.git_libgit2_init() < 0) return libgit2.unavailable("it does not start: " + last_message());
    if (!use_network_stream(table)) return libgit2.unavailable(last_message());
    return std::nullopt;
}

}  // namespace

Result<const Library*> library() {
    // A failure is kept too: nothing that could change while we run would make a second attempt better.
    static const std::optional<Error> failure = open_library();
    if (failure) return *failure;
    return &table;
}

const Library& git() {
    return table;
}

std::string last_message() {
    const git_error* error = table.git_error_last == nullptr ? nullptr : table.git_error_last();
    if (error == nullptr || error->message == nullptr || *error->message == '\0')
        return "no reason was given";
    return harmless(trim(error->message));
}

std::string text_of(const git_oid& id) {
    char buffer[GIT_OID_HEXSZ + 1];
    return table.git_oid_tostr(buffer, sizeof buffer, &id);
}

bool parse_id(std::string_view text, git_oid& id) {
    const auto is_hex = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    };
    if (text.size() != GIT_OID_HEXSZ || !std::all_of(text.begin(), text.end(), is_hex)) return false;
    return table.git_oid_fromstr(&id, std::string(text).c_str()) == 0;
}

}  // namespace contract::git
