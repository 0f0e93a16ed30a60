// SPDX-License-Identifier: Apache-2.0
#include "library.hpp"

#include <dlfcn.h>

#include <optional>
#include <string>

#include "contract/base/text.hpp"

namespace contract::inputs {

namespace {

ArchiveLibrary table;

Error unavailable(const std::string& reason) {
    return Error{"system",
                 "cannot open the library libarchive: " + harmless(reason),
                 Blame::environment,
                 {},
                 {},
                 {"install it: apt-get install libarchive13"}};
}

std::optional<Error> open_library() {
    // 13 is the name of the binary interface since 2012.
    void* handle = ::dlopen("libarchive.so.13", RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) {
        const char* reason = ::dlerror();
        return unavailable(reason == nullptr ? "not found" : reason);
    }
    const char* missing = nullptr;
#define CONTRACT_ARCHIVE_LOAD(name)                                              \
    table.name = reinterpret_cast<decltype(table.name)>(::dlsym(handle, #name)); \
    if (table.name == nullptr) missing = #name;
    CONTRACT_ARCHIVE_FUNCTIONS(CONTRACT_ARCHIVE_LOAD)
#undef CONTRACT_ARCHIVE_LOAD
    if (missing != nullptr) return unavailable(std::string("it has no function ") + missing);
    constexpr int oldest = 3004000;
    if (table.archive_version_number() < oldest) return unavailable("it is older than version 3.4");
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
