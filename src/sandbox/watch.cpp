// SPDX-License-Identifier: Apache-2.0
#include "watch.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace contract::sandbox {

namespace {

using std::chrono::milliseconds;

// The helper waits for the kernel to tear the pid namespace down; longer than this only a process stuck in
// the kernel takes, and that one is left to it.
constexpr milliseconds tear_down_time{10'000};

}  // namespace

Helper::Helper(pid_t pid) : pid_(pid), handle_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {}

Helper::~Helper() {
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

void Helper::end() const {
    ::kill(pid_, SIGTERM);
}

bool Watch::until_end() {
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

milliseconds Watch::duration() const {
    return std::chrono::duration_cast<milliseconds>(over_.value_or(Clock::now()) - started_);
}

int Watch::wait_ms() const {
    auto next = std::min(started_ + limits_.timeout, last_output_ + limits_.silence);
    if (over_) next = *over_ + tear_down_time;
    const auto left = std::chrono::ceil<milliseconds>(next - Clock::now()).count();
    const std::int64_t longest = limits_.interrupted ? 100 : 3'600'000;
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, longest));
}

void Watch::stop(RunResult::End why) {
    stopped_ = why;
    over_ = Clock::now();
    helper_.end();
}

void Watch::enforce() {
    if (over_) return;
    if (limits_.interrupted && limits_.interrupted()) {
        interrupted_ = true;
        return stop(RunResult::End::signalled);
    }
    const auto now = Clock::now();
    if (now >= started_ + limits_.timeout) return stop(RunResult::End::timeout);
    if (now >= last_output_ + limits_.silence) stop(RunResult::End::silence);
}

bool Watch::read_log() {
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

bool Watch::read_status() {
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

}  // namespace contract::sandbox
