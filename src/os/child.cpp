// SPDX-License-Identifier: Apache-2.0
#include "contract/os/child.hpp"

#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <optional>

#include "contract/base/text.hpp"
#include "contract/os/file.hpp"

namespace contract::os {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t errors_limit = 1 << 16;
constexpr int slice_ms = 100;  // how long an interruption may go unnoticed

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (auto& text : texts) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

// An errno value when it does not start.
int spawn(const std::string& program, std::vector<std::string> command, const Environment& values,
          int streams, int errors, pid_t& pid) {
    std::vector<std::string> variables;
    for (const auto& [name, value] : values) variables.push_back(name + "=" + value);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, streams, 0);
    posix_spawn_file_actions_adddup2(&actions, streams, 1);
    posix_spawn_file_actions_adddup2(&actions, errors, 2);
    // What we ignore it must not: it ends by SIGPIPE when we are gone.
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    sigset_t reset;
    sigemptyset(&reset);
    sigaddset(&reset, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes, &reset);
    auto arguments = pointers(command);
    auto environment = pointers(variables);
    const int status =
        posix_spawn(&pid, program.c_str(), &actions, &attributes, arguments.data(), environment.data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return status;
}

}  // namespace

Result<Child> Child::start(const std::vector<std::string>& command, const Environment& environment) {
    if (command.empty()) throw InternalError("os::Child: an empty command");
    const auto path = environment.find("PATH");
    const auto program = find_program(command[0], path == environment.end() ? "" : path->second);
    if (!program)
        return Error{"program-missing",
                     "there is no program '" + harmless(command[0]) + "'",
                     Blame::environment,
                     {},
                     {},
                     {}};
    int ends[2];
    // A socket and not two pipes: a write to a pipe without a reader would raise SIGPIPE.
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return system_error("make a socket for", *program, errno);
    Child child;
    child.socket_ = Fd(ends[0]);
    const Fd theirs(ends[1]);
    TRY_ASSIGN(child.errors_, memory_file("errors", ""));
    const int status = spawn(*program, command, environment, theirs.get(), child.errors_.get(), child.pid_);
    if (status != 0) {
        child.pid_ = -1;
        return system_error("start", *program, status);
    }
    return child;
}

Child::Child(Child&& other) noexcept
    : socket_(std::move(other.socket_)),
      errors_(std::move(other.errors_)),
      pid_(std::exchange(other.pid_, -1)) {}

Child::~Child() {
    finish();
}

std::string Child::finish() {
    socket_.reset();
    if (pid_ > 0) {
        const auto deadline = Clock::now() + std::chrono::seconds(2);
        useconds_t pause = 200;
        while (::waitpid(pid_, nullptr, WNOHANG) == 0) {
            if (Clock::now() >= deadline) {
                ::kill(pid_, SIGKILL);
                ::waitpid(pid_, nullptr, 0);
                break;
            }
            ::usleep(pause);
            pause = std::min<useconds_t>(pause * 2, 20'000);
        }
        pid_ = -1;
    }
    std::string text;
    if (errors_ && ::lseek(errors_.get(), 0, SEEK_SET) == 0) {
        text.assign(errors_limit, '\0');
        const ssize_t got = ::read(errors_.get(), text.data(), text.size());
        text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    }
    errors_.reset();
    return text;
}

Ready wait_ready(int fd, short events, int limit_ms, const std::function<bool()>& interrupted) {
    const auto deadline = Clock::now() + std::chrono::milliseconds(limit_ms);
    for (;;) {
        if (interrupted && interrupted()) return Ready::interrupted;
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
        pollfd polled{fd, events, 0};
        const int ready =
            ::poll(&polled, 1, static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, slice_ms)));
        if (ready > 0) return Ready::yes;
        if (ready == 0 && left.count() <= 0) return Ready::silent;
    }
}

}  // namespace contract::os
