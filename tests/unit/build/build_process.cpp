// SPDX-License-Identifier: Apache-2.0
//
// The helper of the sandbox, whose own main() belongs to the test framework, and two tools:
//
//   build_process guard PROGRAM ...     runs PROGRAM when this machine can seal, else is skipped: status 77
//   build_process build HOME SCRIPT     builds one package in the store HOME; prints "cached" or "built"
#include <unistd.h>

#include <iostream>

#include "workshop.hpp"

namespace {

using namespace contract;

int guard(char** command) {
    {
        const test::TempDir folder;
        const auto level = sandbox::probe(folder.path());
        if (!level) {
            std::cout << "SKIPPED: " << level.error().code << ": " << level.error().message << "\n";
            return level.error().code == "namespaces-refused" ? 77 : 1;
        }
    }
    ::execv(command[0], command);
    std::cout << "cannot run " << command[0] << "\n";
    return 1;
}

int build_one(const std::string& home, const std::string& script) {
    test::Workshop workshop(home);
    workshop.package("shared", script);
    const auto built = workshop.build(1);
    for (const auto& line : test::told(built)) std::cout << line << "\n";
    const auto& outcome = test::outcome(built, "packages.shared");
    if (outcome.outcome != core::Outcome::passed) return 1;
    std::cout << (outcome.cached ? "cached" : "built") << std::endl;
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (sandbox::is_helper(argc, argv)) return sandbox::helper_main(argc, argv, {});
    const std::string mode = argc > 1 ? argv[1] : "";
    if (mode == "guard" && argc > 2) return guard(argv + 2);
    if (mode == "build" && argc == 4) return build_one(argv[2], argv[3]);
    std::cout << "usage: build_process guard PROGRAM ... | build HOME SCRIPT\n";
    return 2;
}
