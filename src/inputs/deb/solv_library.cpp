// SPDX-License-Identifier: Apache-2.0
#include "solv_library.hpp"

#include <dlfcn.h>

#include <optional>
#include <string>

#include "contract/base/text.hpp"

namespace contract::inputs::deb {

namespace {

SolvLibrary table;

Error unavailable(const std::string& reason) {
    return Error{"system",
                 "cannot open the library libsolv, which locking packages needs: " + harmless(reason),
                 Blame::environment,
                 {},
                 {},
                 {"install it: apt-get install libsolv1 libsolvext1"}};
}

void* open_one(const char* name, std::string& reason) {
    void* handle = ::dlopen(name, RTLD_NOW | RTLD_LOCAL);
    const char* told = handle == nullptr ? ::dlerror() : nullptr;
    if (handle == nullptr) reason = told == nullptr ? "not found" : told;
    return handle;
}

std::optional<Error> open_library() {
    std::string reason;
    // The number in the name is that of the interface: another one is another library.
    void* solver = open_one("libsolv.so.1", reason);
    void* formats = solver == nullptr ? nullptr : open_one("libsolvext.so.1", reason);
    if (formats == nullptr) return unavailable(reason);
    const char* missing = nullptr;
#define CONTRACT_SOLV_LOAD(name)                                                 \
    table.name = reinterpret_cast<decltype(table.name)>(::dlsym(solver, #name)); \
    if (table.name == nullptr) missing = #name;
    CONTRACT_SOLV_FUNCTIONS(CONTRACT_SOLV_LOAD)
#undef CONTRACT_SOLV_LOAD
    table.repo_add_debpackages =
        reinterpret_cast<decltype(table.repo_add_debpackages)>(::dlsym(formats, "repo_add_debpackages"));
    if (table.repo_add_debpackages == nullptr) missing = "repo_add_debpackages";
    if (missing != nullptr) return unavailable(std::string("it has no function ") + missing);
    return std::nullopt;
}

}  // namespace

Result<const SolvLibrary*> solv_library() {
    // A failure is kept too: nothing that could change while we run would make a second attempt better.
    static const std::optional<Error> failure = open_library();
    if (failure) return *failure;
    return &table;
}

}  // namespace contract::inputs::deb
