// SPDX-License-Identifier: Apache-2.0
#include "observer.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>

#include "contract/os/file.hpp"
#include "contract/runtime/runtime.hpp"
#include "wire.hpp"

extern char** environ;

namespace contract::runtime {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int observer_socket = 3;
// The observer knows the timeout too and answers "timeout" as a fact where it can; only what hangs takes
// longer.
constexpr std::chrono::milliseconds grace{250};

std::string& executable() {
    static std::string path = "/proc/self/exe";
    return path;
}

Result<pid_t> spawn(int socket) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, socket, observer_socket);
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
    std::string name = "contract-observe";
    char* arguments[] = {name.data(), nullptr};
    pid_t pid = -1;
    const int status = ::posix_spawn(&pid, executable().c_str(), &actions, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (status != 0) return os::system_error("start", executable(), status);
    return pid;
}

// A killed process ends at once unless the kernel holds one of its threads; then init takes it over.
void kill_and_forget(pid_t pid) {
    ::kill(-pid, SIGKILL);
    for (int attempt = 0; attempt < 50; ++attempt) {
        const pid_t done = ::waitpid(pid, nullptr, WNOHANG);
        if (done == pid || (done < 0 && errno != EINTR)) return;
        ::usleep(1000);
    }
}

}  // namespace

struct Observer::Conversation {
    std::mutex sending;
    std::mutex mutex;
    std::condition_variable changed;
    std::map<std::uint64_t, std::optional<Facts>> waiting;  // by request; what nobody waits for is dropped
    std::uint64_t next_id = 1;
    bool ended = false;
};

void set_observer_executable(const std::string& path) {
    executable() = path;
}

Observer::Observer(pid_t pid, os::Fd socket)
    : pid_(pid), socket_(std::move(socket)), conversation_(std::make_unique<Conversation>()) {}

Result<std::unique_ptr<Observer>> Observer::start() {
    int ends[2] = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return os::system_error("create", "a socket pair", errno);
    os::Fd ours(ends[0]);
    os::Fd theirs(ends[1]);
    // A stopped observer must not block us for ever either.
    const timeval limit{5, 0};
    ::setsockopt(ours.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    TRY_ASSIGN(const pid_t pid, spawn(theirs.get()));
    std::unique_ptr<Observer> observer(new Observer(pid, std::move(ours)));
    try {
        observer->listener_ = std::thread([raw = observer.get()] { raw->listen(); });
    } catch (const std::system_error& error) {
        return os::system_error("start", "a thread", error.code().value());
    }
    return observer;
}

Observer::~Observer() {
    ::shutdown(socket_.get(), SHUT_RDWR);
    if (listener_.joinable()) listener_.join();
    kill_and_forget(pid_);
}

void Observer::listen() {
    while (const auto body = receive_frame(socket_.get())) {
        auto answer = decode_answer(*body);
        if (!answer) break;
        const std::lock_guard lock(conversation_->mutex);
        const auto slot = conversation_->waiting.find(answer->id);
        if (slot == conversation_->waiting.end()) continue;
        slot->second = std::move(answer->facts);
        conversation_->changed.notify_all();
    }
    const std::lock_guard lock(conversation_->mutex);
    conversation_->ended = true;
    conversation_->changed.notify_all();
}

Facts Observer::observe(const Observation& observation) {
    const auto deadline = Clock::now() + std::chrono::milliseconds(observation.timeout_ms) + grace;
    Conversation& shared = *conversation_;
    std::uint64_t id = 0;
    {
        const std::lock_guard lock(shared.mutex);
        id = shared.next_id++;
        shared.waiting.emplace(id, std::nullopt);
    }
    {
        const std::lock_guard lock(shared.sending);
        // A failure to send shows as the end of the conversation, or as no answer.
        if (!send_frame(socket_.get(), encode(Numbered{id, observation})))
            ::shutdown(socket_.get(), SHUT_RDWR);
    }
    std::unique_lock lock(shared.mutex);
    shared.changed.wait_until(lock, deadline, [&] { return shared.waiting[id].has_value() || shared.ended; });
    const auto answer = std::move(shared.waiting[id]);
    shared.waiting.erase(id);
    if (answer) return *answer;
    if (shared.ended) return all_unknown(observation, "the process that looks for it ended unexpectedly");
    return all_unknown(
        observation, "no answer within " + std::to_string(observation.timeout_ms) + " ms",
        "look for a network file system or a name service that does not answer, or raise timeout");
}

}  // namespace contract::runtime
