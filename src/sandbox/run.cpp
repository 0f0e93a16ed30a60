// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>
#include <vector>

#include "contract/os/file.hpp"
#include "contract/sandbox/sandbox.hpp"
#include "filter.hpp"
#include "helper_program.hpp"
#include "message.hpp"
#include "observer.hpp"
#include "record.hpp"
#include "reduce.hpp"
#include "refusal.hpp"
#include "watch.hpp"

namespace contract::sandbox {

namespace {

// Above the descriptors of the agreement, so that dup2 onto one of those never hits another.
Result<os::Fd> moved_up(os::Fd fd) {
    os::Fd moved(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 10));
    if (!moved) return os::system_error("duplicate", "a descriptor for the sandbox", errno);
    return moved;
}

Result<os::Pipe> make_sockets() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return os::system_error("make", "a pair of sockets", errno);
    return os::Pipe{os::Fd(ends[0]), os::Fd(ends[1])};
}

Result<Channels> open_channels(const Setup& setup) {
    Message message;
    message.caller = ::getpid();
    message.setup = setup;
    if (setup.filter_system_calls) {
        TRY_ASSIGN(message.filter,
                   compiled_filter(setup.pretend_ownership ? Ownership::pretend : Ownership::refuse));
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
    if (setup.observed) {
        TRY_ASSIGN(channels.observer, make_sockets());
        TRY_ASSIGN(channels.observer.write, moved_up(std::move(channels.observer.write)));
    }
    for (const int fd : {channels.log.read.get(), channels.status.read.get()})
        if (::fcntl(fd, F_SETFL, O_NONBLOCK) != 0) return os::system_error("prepare", "a pipe", errno);
    return channels;
}

// In the environment of the helper alone; what it seals gets the Setup's environment.
constexpr const char* helper_mark = "CONTRACT_SANDBOX_HELPER";

// posix_spawn does not copy the page tables of this process, however large it is.
Result<pid_t> start_helper(const Channels& channels, const std::string& program) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, channels.input.get(), 0);
    posix_spawn_file_actions_adddup2(&actions, channels.log.write.get(), 1);
    posix_spawn_file_actions_adddup2(&actions, channels.log.write.get(), 2);
    posix_spawn_file_actions_adddup2(&actions, channels.status.write.get(), status_descriptor);
    posix_spawn_file_actions_adddup2(&actions, channels.message.get(), message_descriptor);
    if (channels.observer.write)
        posix_spawn_file_actions_adddup2(&actions, channels.observer.write.get(), observer_descriptor);
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
    // A helper that starts a helper is a program that does not know it is one, and would go on for ever.
    if (::getenv(helper_mark) != nullptr)
        throw InternalError("this program runs as a sandbox helper without calling helper_main");
    std::string mark = std::string(helper_mark) + "=1";
    char* const environment[] = {mark.data(), nullptr};
    pid_t pid = -1;
    const int status = posix_spawn(&pid, program.c_str(), &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (status != 0) return os::system_error("start", program, status);
    return pid;
}

// The image where there is one that can be used: some machines run nothing from memory (vm.memfd_noexec).
Result<pid_t> start_helper(const Channels& channels, const Setup& setup) {
    if (setup.builtin.empty() && !helper_image().empty()) {
        auto started = start_helper(channels, helper_image());
        if (started) return started;
    }
    return start_helper(channels, helper_executable());
}

Error broken_helper(std::string_view what) {
    return Error{"sandbox-setup",
                 "the sandbox could not be set up: " + std::string(what),
                 Blame::environment,
                 {},
                 {},
                 {}};
}

// How one try went: the result, or the step that was refused before anything ran.
struct Try {
    RunResult result;
    std::optional<Record> refused;
};

Result<Try> run_once(const Setup& setup, const RunLimits& limits,
                     const std::function<void(std::string_view)>& log) {
    TRY_ASSIGN(Channels channels, open_channels(setup));
    TRY_ASSIGN(const pid_t pid, start_helper(channels, setup));
    const Helper helper(pid);
    if (helper.handle() < 0) return os::system_error("watch", "the sandbox", errno);
    channels.log.write.reset();
    channels.status.write.reset();
    channels.message.reset();
    channels.observer.write.reset();
    std::optional<Observer> observer;
    if (channels.observer.read) observer.emplace(std::move(channels.observer.read), pid);

    Watch watch(channels, helper, limits, log);
    if (!watch.until_end()) return broken_helper("a process in it cannot be ended");
    Try tried;
    RunResult& result = tried.result;
    if (observer) result.observation = observer->finish();
    result.duration = watch.duration();
    if (watch.stopped()) {
        result.end = *watch.stopped();
        if (watch.interrupted()) result.status = SIGINT;
        return tried;
    }
    const auto record = decode_record(watch.records());
    if (!record) return broken_helper("its helper process ended without a word");
    if (record->kind == Record::Kind::failed) {
        tried.refused = *record;
        return tried;
    }
    result.end = record->kind == Record::Kind::exited ? RunResult::End::exited : RunResult::End::signalled;
    result.status = record->status;
    return tried;
}

// Found out with an empty process in nothing but a user namespace and this one.
bool is_refused_alone(Namespace name) {
    Setup setup;
    setup.namespaces = {Namespace::user};
    if (name != Namespace::user) setup.namespaces.push_back(name);
    setup.working_directory = "/";
    setup.filter_system_calls = false;
    const auto tried = run_once(setup, RunLimits(), nullptr);
    return tried && tried->refused && tried->refused->step == Step::create_namespaces;
}

// What this machine has refused to this process so far, so that later runs do not ask again.
class Refused {
public:
    std::vector<Record> all() {
        const std::lock_guard lock(mutex_);
        return records_;
    }
    void add(const Record& record) {
        const std::lock_guard lock(mutex_);
        for (const auto& known : records_)
            if (known.step == record.step) return;
        records_.push_back(record);
    }

private:
    std::mutex mutex_;
    std::vector<Record> records_;
};

Refused& refused_here() {
    static Refused refused;
    return refused;
}

// A setup that may be reduced, as far as it has been.
class Reduction {
public:
    explicit Reduction(const Setup& asked) : setup_(asked) {
        if (setup_.least_level == core::SandboxLevel::sealed) return;
        for (const auto& record : refused_here().all()) apply(record);
    }
    // False when nothing can be left out because of this.
    bool apply(const Record& record) {
        if (setup_.least_level == core::SandboxLevel::sealed) return false;
        auto reduced = reduce(setup_, record, is_refused_alone);
        if (!reduced) return false;
        setup_ = std::move(reduced->setup);
        missing_.push_back(std::move(reduced->missing));
        refused_here().add(record);
        return true;
    }
    const Setup& setup() const { return setup_; }
    RunResult told(RunResult result) && {
        if (!missing_.empty()) result.level = core::SandboxLevel::reduced;
        result.missing = std::move(missing_);
        return result;
    }

private:
    Setup setup_;
    std::vector<std::string> missing_;
};

}  // namespace

Result<RunResult> run(const Setup& setup, const RunLimits& limits,
                      const std::function<void(std::string_view)>& log) {
    Reduction reduction(setup);
    for (;;) {
        TRY_ASSIGN(Try tried, run_once(reduction.setup(), limits, log));
        if (!tried.refused) return std::move(reduction).told(std::move(tried.result));
        if (reduction.apply(*tried.refused)) continue;
        Error error = refusal(*tried.refused, machine_facts());
        if (setup.least_level == core::SandboxLevel::sealed &&
            reduce(setup, *tried.refused, is_refused_alone))
            error.help.emplace_back(
                "or accept less, and have every result say so: sandbox = \"reduced\" in [contract]");
        return error;
    }
}

Result<core::SandboxLevel> probe(const std::string& scratch, core::SandboxLevel least) {
    Request request;
    request.scratch = scratch;
    request.working_directory = "/";
    request.least_level = least;
    RunLimits limits;
    limits.timeout = std::chrono::seconds(30);
    TRY_ASSIGN(const RunResult result, run(sealed_setup(request), limits, nullptr));
    if (result.end != RunResult::End::exited || result.status != 0)
        return broken_helper("an empty run did not end well");
    return result.level;
}

}  // namespace contract::sandbox
