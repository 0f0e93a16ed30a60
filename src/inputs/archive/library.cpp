// SPDX-License-Identifier: Apache-2.0
#include "library.hpp"

#include <optional>

#include "contract/os/shared_library.hpp"

namespace contract::inputs {

namespace {

ArchiveLibrary table;

std::optional<Error> open_library() {
    // 13 is the name of the binary interface since 2012.
    os::SharedLibrary libarchive("libarchive", "libarchive13", {"libarchive.so.13"});
#define CONTRACT_ARCHIVE_LOAD(name) libarchive.load(#name, table.name);
    CONTRACT_ARCHIVE_FUNCTIONS(CONTRACT_ARCHIVE_LOAD)
#undef CONTRACT_ARCHIVE_LOAD
    if (auto failure = libarchive.failure()) return failure;
    constexpr int oldest = 3004000;
    if (table.archive_version_number() < oldest)
        return libarchive.unavailable("it is older than version 3.4");
    return std::nullopt;
}

}  // namespace

Result<const ArchiveLibrary*> archive_library() {
    // A failure is kept too: nothing that could change while we run would make a second attempt better.
    static const std::optional<Error> failure = open_library();
    if (failure) return *failure;
    return &table;
}

}  // namespace contract::inputs
