// SPDX-License-Identifier: Apache-2.0
#include "contract/os/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"

extern char** environ;

namespace contract::os {

namespace {

using Clock = std::chrono::steady_clock;

std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> out;
    for (auto& text : strings) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

struct Streams {
    Pipe output;
    Pipe errors;
    Fd input;
};

Result<pid_t> spawn(const ProcessRequest& request, const std::string& program, const Streams& streams) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, streams.input.get(), 0);
    posix_spawn_file_actions_adddup2(&actions, streams.output.write.get(), 1);
    posix_spawn_file_actions_adddup2(&actions, streams.errors.write.get(), 2);
    if (!request.directory.empty()) posix_spawn_file_actions_addchdir_np(&actions, request.directory.c_str());
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    sigset_t none, reset;
    sigemptyset(&none);
    sigemptyset(&reset);
    for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGCHLD}) sigaddset(&reset, signal);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &reset);

    auto arguments = request.command;
    std::vector<std::string> variables;
    for (const auto& [name, value] : request.environment) variables.push_back(name + "=" + value);
    auto argument_pointers = pointers(arguments);
    auto variable_pointers = pointers(variables);
    pid_t pid = -1;
    const int status = posix_spawn(&pid, program.c_str(), &actions, &attributes, argument_pointers.data(),
                                   variable_pointers.data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (status != 0) return system_error("start", program, status);
    return pid;
}

// Reads what is there; false at the end of the stream.
bool drain(const Fd& fd, std::string& kept, std::uint64_t limit, bool& truncated) {
    char buffer[1 << 14];
    const ssize_t got = ::read(fd.get(), buffer, sizeof buffer);
    if (got < 0) return errno == EINTR || errno == EAGAIN;
    if (got == 0) return false;
    const auto size = static_cast<std::size_t>(got);
    const std::size_t room = limit > kept.size() ? static_cast<std::size_t>(limit) - kept.size() : 0;
    kept.append(buffer, std::min(size, room));
    truncated = truncated || size > room;
    return true;
}

int remaining_ms(Clock::time_point deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
}

// True once the child is reaped. Polls with a growing pause: there is no portable wait with a deadline for a
// process whose streams somebody else may hold open.
bool wait_until(pid_t pid, Clock::time_point deadline, int& status) {
    for (int pause_us = 200;; pause_us = std::min(pause_us * 2, 10'000)) {
        const pid_t done = ::waitpid(pid, &status, WNOHANG);
        if (done == pid) return true;
        if (done < 0 && errno != EINTR) return true;
        if (Clock::now() >= deadline) return false;
        ::usleep(static_cast<useconds_t>(pause_us));
    }
}

void collect(Streams& streams, const ProcessRequest& request, pid_t pid, Clock::time_point deadline,
             ProcessResult& result) {
    bool output_open = true, errors_open = true;
    int status = 0;
    bool reaped = false;
    while (output_open || errors_open) {
        pollfd polled[2] = {{output_open ? streams.output.read.get() : -1, POLLIN, 0},
                            {errors_open ? streams.errors.read.get() : -1, POLLIN, 0}};
        // A grandchild may hold the streams open after the program has ended: look for its end now and then.
        const int wait = std::min(remaining_ms(deadline), 50);
        const int ready = ::poll(polled, 2, wait);
        if (ready > 0) {
            if (polled[0].revents != 0)
                output_open =
                    drain(streams.output.read, result.output, request.output_limit, result.truncated);
            if (polled[1].revents != 0)
                errors_open =
                    drain(streams.errors.read, result.errors, request.output_limit, result.truncated);
            if (remaining_ms(deadline) > 0) continue;
        }
        reaped = reaped || ::waitpid(pid, &status, WNOHANG) == pid;
        if (reaped && ready == 0) break;
        if (remaining_ms(deadline) == 0) break;
    }
    if (!reaped && !wait_until(pid, deadline, status)) {
        result.end = ProcessResult::End::deadline;
        ::kill(-pid, SIGKILL);
        // One more second for the kernel; a child stuck in the kernel is left to init.
        wait_until(pid, Clock::now() + std::chrono::seconds(1), status);
        return;
    }
    ::kill(-pid, SIGKILL);  // whatever it left behind in its group
    result.end = WIFSIGNALED(status) ? ProcessResult::End::signalled : ProcessResult::End::exited;
    result.status = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

Environment current_environment() {
    Environment out;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const auto equals = text.find('=');
        if (equals != std::string_view::npos) out.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return out;
}

std::optional<std::string> environment_variable(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::optional<std::string> find_program(const std::string& name, const std::string& path) {
    const auto executable = [](const std::string& candidate) {
        struct stat raw {};
        return ::stat(candidate.c_str(), &raw) == 0 && S_ISREG(raw.st_mode) &&
               ::access(candidate.c_str(), X_OK) == 0;
    };
    if (name.empty()) return std::nullopt;
    if (name.find('/') != std::string::npos) return executable(name) ? std::optional(name) : std::nullopt;
    for (const auto& directory : split(path, ':')) {
        const std::string candidate = path::join(directory.empty() ? "." : directory, name);
        if (executable(candidate)) return candidate;
    }
    return std::nullopt;
}

Result<ProcessResult> run(const ProcessRequest& request) {
    if (request.command.empty()) throw InternalError("os::run: an empty command");
    const auto started = Clock::now();
    const auto path = request.environment.find("PATH");
    const auto program =
        find_program(request.command[0], path == request.environment.end() ? "" : path->second);
    if (!program)
        return Error{"program-missing",
                     "there is no program '" + harmless(request.command[0]) + "'",
                     Blame::environment,
                     {},
                     {},
                     {}};

    Streams streams;
    TRY_ASSIGN(streams.output, make_pipe());
    TRY_ASSIGN(streams.errors, make_pipe());
    if (request.input.empty()) {
        TRY_ASSIGN(streams.input, open_file("/dev/null", O_RDONLY));
    } else {
        TRY_ASSIGN(streams.input, memory_file("input", request.input));
    }
    TRY_ASSIGN(const pid_t pid, spawn(request, *program, streams));
    streams.output.write.reset();
    streams.errors.write.reset();

    ProcessResult result;
    collect(streams, request, pid, started + request.deadline, result);
    result.duration = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started);
    return result;
}

}  // namespace contract::os
