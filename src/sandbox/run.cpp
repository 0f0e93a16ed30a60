// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "contract/os/file.hpp"
#include "contract/sandbox/sandbox.hpp"
#include "filter.hpp"
#include "message.hpp"
#include "record.hpp"
#include "refusal.hpp"

namespace contract::sandbox {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// The helper waits for the kernel to tear the pid namespace down; longer than this only a process stuck in
// the kernel takes, and that one is left to it.
constexpr milliseconds tear_down_time{10'000};

std::string& helper_path() {
    static std::string path = "/proc/self/exe";
    return path;
}

// Above the descriptors of the agreement, so that dup2 onto one of those never hits another.
Result<os::Fd> moved_up(os::Fd fd) {
    os::Fd moved(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 10));
    if (!moved) return os::system_error("duplicate", "a descriptor for the sandbox", errno);
    return moved;
}

struct Channels {
    os::Fd input;     // /dev/null
    os::Fd message;   // to the helper
    os::Pipe log;     // stdout and stderr of the sealed process
    os::Pipe status;  // records
};

Result<Channels> open_channels(const Setup& setup) {
    Message message;
    message.caller = ::getpid();
    message.setup = setup;
    if (setup.filter_system_calls) {
        TRY_ASSIGN(message.filter, compiled_filter());
    }
    Channels channels;
    TRY_ASSIGN(os::Fd null, os::open_file("/dev/null", O_RDONLY));
    TRY_ASSIGN(channels.input, moved_up(std::move(null)));
    TRY_ASSIGN(os::Fd file, os::memory_file("sandbox", encode(message)));
    TRY_ASSIGN(channels.message, moved_up(std::move(file)));
    TRY_ASSIGN(channels.log, os::make_pipe());
    TRY_ASSIGN(channels.log.write, moved_up(std::move(channels.log.write)));
    TRY_ASSIGN(channels.status, os::make_pipe());
    TRY_ASSIGN(channels.status.write, moved_up(std::move(channels.status.write)));
    for (const int fd : {channels.log.read.get(), channels.status.read.get()})
        if (::fcntl(fd, F_SETFL, O_NONBLOCK) != 0) return os::system_error("prepare", "a pipe", errno);
    return channels;
}

// posix_spawn does not copy the page tables of this process, however large it is.
Result<pid_t> start_helper(const Channels& channels) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, channels.input.get(), 0);
    posix_spawn_file_actions_adddup2(&actions, channels.log.write.get(), 1);
    posix_spawn_file_actions_adddup2(&actions, channels.log.write.get(), 2);
    posix_spawn_file_actions_adddup2(&actions, channels.status.write.get(), status_descriptor);
    posix_spawn_file_actions_adddup2(&actions, channels.message.get(), message_descriptor);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    // Its own group: Ctrl-C on a terminal is for the caller, who then ends the helper in order.
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    std::string name(helper_name);
    char* const arguments[] = {name.data(), nullptr};
    char* const environment[] = {nullptr};
    pid_t pid = -1;
    const int status =
        posix_spawn(&pid, helper_path().c_str(), &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (status != 0) return os::system_error("start", helper_path(), status);
    return pid;
}

// Owns the helper: whatever happens, it is dead and reaped at the end of this object's life.
class Helper {
public:
    explicit Helper(pid_t pid) : pid_(pid), handle_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {}
    Helper(const Helper&) = delete;
    Helper& operator=(const Helper&) = delete;
    ~Helper() {
        ::kill(pid_, SIGKILL);
        while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
        }
    }
    int handle() const { return handle_.get(); }
    // Everything inside dies first, then the helper.
    void end() const { ::kill(pid_, SIGTERM); }

private:
    pid_t pid_;
    os::Fd handle_;
};

class Watch {
public:
    Watch(Channels& channels, const Helper& helper, const RunLimits& limits,
          const std::function<void(std::string_view)>& log)
        : channels_(channels), helper_(helper), limits_(limits), log_(log) {}

    // Returns when nothing of the sandbox is alive any more; false when it could not be ended.
    bool until_end() {
        for (;;) {
            pollfd polled[3] = {{log_open_ ? channels_.log.read.get() : -1, POLLIN, 0},
                                {status_open_ ? channels_.status.read.get() : -1, POLLIN, 0},
                                {helper_.handle(), POLLIN, 0}};
            const int ready = ::poll(polled, 3, wait_ms());
            if (ready < 0 && errno != EINTR) return false;
            if (polled[0].revents != 0) read_log();
            if (polled[1].revents != 0) read_status();
            if (ready > 0 && polled[2].revents != 0) {
                // What was written before the end is still in the pipes.
                while (read_log()) {
                }
                while (read_status()) {
                }
                return true;
            }
            if (over_ && Clock::now() >= *over_ + tear_down_time) return false;
            enforce();
        }
    }
    std::optional<RunResult::End> stopped() const { return stopped_; }
    bool interrupted() const { return interrupted_; }
    const std::string& records() const { return records_; }
    milliseconds duration() const {
        return std::chrono::duration_cast<milliseconds>(over_.value_or(Clock::now()) - started_);
    }

private:
    int wait_ms() const {
        auto next = std::min(started_ + limits_.timeout, last_output_ + limits_.silence);
        if (over_) next = *over_ + tear_down_time;
        const auto left = std::chrono::ceil<milliseconds>(next - Clock::now()).count();
        const std::int64_t longest = limits_.interrupted ? 100 : 3'600'000;
        return static_cast<int>(std::clamp<std::int64_t>(left, 0, longest));
    }

    void stop(RunResult::End why) {
        stopped_ = why;
        over_ = Clock::now();
        helper_.end();
    }

    void enforce() {
        if (over_) return;
        if (limits_.interrupted && limits_.interrupted()) {
            interrupted_ = true;
            return stop(RunResult::End::signalled);
        }
        const auto now = Clock::now();
        if (now >= started_ + limits_.timeout) return stop(RunResult::End::timeout);
        if (now >= last_output_ + limits_.silence) stop(RunResult::End::silence);
    }

    // True while there may be more to read at once.
    bool read_log() {
        char buffer[1 << 16];
        const ssize_t got = ::read(channels_.log.read.get(), buffer, sizeof buffer);
        if (got <= 0) {
            log_open_ = log_open_ && got < 0;
            return got < 0 && errno == EINTR;
        }
        last_output_ = Clock::now();
        const std::uint64_t room = limits_.output_bytes - output_;
        const auto kept = std::min<std::uint64_t>(room, static_cast<std::uint64_t>(got));
        output_ += kept;
        if (kept > 0 && log_) log_(std::string_view(buffer, static_cast<std::size_t>(kept)));
        if (kept < static_cast<std::uint64_t>(got) && !stopped_) stop(RunResult::End::output_limit);
        return true;
    }

    bool read_status() {
        char buffer[4096];
        const ssize_t got = ::read(channels_.status.read.get(), buffer, sizeof buffer);
        if (got <= 0) {
            status_open_ = status_open_ && got < 0;
            return got < 0 && errno == EINTR;
        }
        records_.append(buffer, static_cast<std::size_t>(got));
        if (!over_) over_ = Clock::now();
        return true;
    }

    Channels& channels_;
    const Helper& helper_;
    const RunLimits& limits_;
    const std::function<void(std::string_view)>& log_;
    Clock::time_point started_ = Clock::now();
    Clock::time_point last_output_ = started_;
    std::optional<Clock::time_point> over_;  // when the result was known
    std::optional<RunResult::End> stopped_;
    std::uint64_t output_ = 0;
    std::string records_;
    bool interrupted_ = false;
    bool log_open_ = true;
    bool status_open_ = true;
};

Error broken_helper(std::string_view what) {
    return Error{"sandbox-setup",
                 "the sandbox could not be set up: " + std::string(what),
                 Blame::environment,
                 {},
                 {},
                 {}};
}

}  // namespace

void set_helper_executable(std::string path) {
    helper_path() = std::move(path);
}

Result<RunResult> run(const Setup& setup, const RunLimits& limits,
                      const std::function<void(std::string_view)>& log) {
    TRY_ASSIGN(Channels channels, open_channels(setup));
    TRY_ASSIGN(const pid_t pid, start_helper(channels));
    const Helper helper(pid);
    if (helper.handle() < 0) return os::system_error("watch", "the sandbox", errno);
    channels.log.write.reset();
    channels.status.write.reset();
    channels.message.reset();

    Watch watch(channels, helper, limits, log);
    if (!watch.until_end()) return broken_helper("a process in it cannot be ended");
    RunResult result;
    result.duration = watch.duration();
    if (watch.stopped()) {
        result.end = *watch.stopped();
        if (watch.interrupted()) result.status = SIGINT;
        return result;
    }
    const auto record = decode_record(watch.records());
    if (!record) return broken_helper("its helper process ended without a word");
    if (record->kind == Record::Kind::failed) return refusal(*record, machine_facts());
    result.end = record->kind == Record::Kind::exited ? RunResult::End::exited : RunResult::End::signalled;
    result.status = record->status;
    return result;
}

Result<core::SandboxLevel> probe(const std::string& scratch) {
    Request request;
    request.scratch = scratch;
    request.working_directory = "/";
    RunLimits limits;
    limits.timeout = std::chrono::seconds(30);
    TRY_ASSIGN(const RunResult result, run(sealed_setup(request), limits, nullptr));
    if (result.end != RunResult::End::exited || result.status != 0)
        return broken_helper("an empty run did not end well");
    return result.level;
}

}  // namespace contract::sandbox
