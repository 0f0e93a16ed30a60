// SPDX-License-Identifier: Apache-2.0
#include "solv_library.hpp"

#include <optional>
#include <string>

#include "contract/os/shared_library.hpp"

namespace contract::inputs::deb {

namespace {

SolvLibrary table;

std::optional<Error> open_library() {
    const std::string name = "libsolv, which locking packages needs";
    const std::string packages = "libsolv1 libsolvext1";
    // The number in the name is that of the interface: another one is another library.
    os::SharedLibrary solver(name, packages, {"libsolv.so.1"});
#define CONTRACT_SOLV_LOAD(name) solver.load(#name, table.name);
    CONTRACT_SOLV_FUNCTIONS(CONTRACT_SOLV_LOAD)
#undef CONTRACT_SOLV_LOAD
    if (auto failure = solver.failure()) return failure;
    os::SharedLibrary formats(name, packages, {"libsolvext.so.1"});
    formats.load("repo_add_debpackages", table.repo_add_debpackages);
    return formats.failure();
}

}  // namespace

Result<const SolvLibrary*> solv_library() {
    // A failure is kept too: nothing that could change while we run would make a second attempt better.
    static const std::optional<Error> failure = open_library();
    if (failure) return *failure;
    return &table;
}

}  // namespace contract::inputs::deb
