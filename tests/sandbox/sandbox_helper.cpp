// SPDX-License-Identifier: Apache-2.0
//
// The helper executable of the sandbox tests, whose own main() belongs to the test framework, and five
// tools:
//
//   sandbox_helper probe FOLDER [LEVEL]
//       says the level, or the refusal and status 77; LEVEL: the least that is accepted
//   sandbox_helper guard PROGRAM ...
//       runs PROGRAM when this machine can seal, else is skipped: status 77
//   sandbox_helper hold FOLDER ATTACK
//       runs a sandbox that does not end, for a test that kills this process
//   sandbox_helper terminal FOLDER ATTACK own|shared
//       runs "terminal" from a terminal, in a session of its own or not
//   sandbox_helper enter TREE PACKAGE FOLDER COMMAND ...
//       becomes the command in the root TREE (empty: this machine), PACKAGE in its store, FOLDER in sight
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>

#include "contract/os/file.hpp"
#include "contract/sandbox/enter.hpp"
#include "contract/sandbox/sandbox.hpp"

namespace {

using namespace contract;

constexpr int skipped = 77;

int print_argument(const std::string& argument) {
    std::cout << "called with " << argument << ", uid " << ::getuid() << std::endl;
    return 7;
}

int probe(const std::string& folder, core::SandboxLevel least = core::SandboxLevel::sealed) {
    const auto level = sandbox::probe(folder, least);
    if (level) {
        std::cout << core::word(*level) << "\n";
        return 0;
    }
    const auto& error = level.error();
    std::cout << error.code << ": " << error.message << "\n";
    for (const auto& help : error.help) std::cout << "help: " << help << "\n";
    return error.code == "namespaces-refused" ? skipped : 1;
}

int guard(char** command) {
    const auto folder = os::TemporaryDirectory::create("/tmp", "contract-guard");
    if (!folder) return 1;
    if (const int status = probe(folder->path()); status != 0) {
        if (status == skipped) std::cout << "SKIPPED: this machine cannot seal a process\n";
        return status;
    }
    os::remove_tree(folder->path()).value();
    ::execv(command[0], command);
    std::cout << "cannot run " << command[0] << ": " << std::strerror(errno) << "\n";
    return 1;
}

int hold(const std::string& folder, const std::string& attack) {
    sandbox::Request request;
    request.scratch = folder + "/root";
    request.build_directory = folder + "/build";
    request.mounts.push_back({attack, "/attack", false});
    request.command = {"/attack", "leave-and-stay", "/build/lock", "/build/pid"};
    const auto result = sandbox::run(sandbox::sealed_setup(request), {},
                                     [](std::string_view text) { std::cout << text << std::flush; });
    return result ? 0 : 1;
}

int attack_terminal(const std::string& folder, const std::string& attack, const std::string& session) {
    const int keyboard = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (keyboard < 0 || ::grantpt(keyboard) != 0 || ::unlockpt(keyboard) != 0) return 3;
    // A group leader cannot have a session made.
    if (const pid_t child = ::fork(); child != 0) {
        int status = 0;
        ::waitpid(child, &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : 3;
    }
    ::setsid();
    const int screen = ::open(::ptsname(keyboard), O_RDWR | O_CLOEXEC);
    if (screen < 0 || ::ioctl(screen, TIOCSCTTY, 0) != 0) return 3;
    sandbox::Request request;
    request.scratch = folder + "/root";
    request.build_directory = folder + "/build";
    request.mounts.push_back({attack, "/attack", false});
    request.command = {"/attack", "terminal"};
    auto setup = sandbox::sealed_setup(request);
    setup.new_session = session == "own";
    const auto result = sandbox::run(setup, {}, nullptr);
    return result ? result->status : 3;
}

int enter(char** arguments) {
    sandbox::EntryRequest request;
    request.root_tree = arguments[0];
    if (arguments[1][0] != '\0')
        request.mounts.push_back({arguments[1], "/var/lib/contract/store/a-package", false});
    request.folders = {arguments[2]};
    request.scratch = "/tmp";
    request.environment = os::current_environment();
    request.working_directory = os::real_path(".").value();
    for (char** word = arguments + 3; *word != nullptr; ++word) request.command.emplace_back(*word);
    sandbox::enter(sandbox::entry_setup(request),
                   [](const Error& error) { std::cout << error.code << ": " << error.message << std::endl; });
}

}  // namespace

int main(int argc, char** argv) {
    if (sandbox::is_helper(argc, argv))
        return sandbox::helper_main(argc, argv, {{"print-argument", print_argument}});
    const std::string mode = argc > 1 ? argv[1] : "";
    if (mode == "probe" && argc == 3) return probe(argv[2]);
    if (mode == "probe" && argc == 4 && std::string(argv[3]) == core::word(core::SandboxLevel::reduced))
        return probe(argv[2], core::SandboxLevel::reduced);
    if (mode == "guard" && argc > 2) return guard(argv + 2);
    if (mode == "hold" && argc == 4) return hold(argv[2], argv[3]);
    if (mode == "terminal" && argc == 5) return attack_terminal(argv[2], argv[3], argv[4]);
    if (mode == "enter" && argc > 5) return enter(argv + 2);
    std::cout << "usage: sandbox_helper probe FOLDER | guard PROGRAM ... | hold FOLDER ATTACK | ...\n";
    return 2;
}
