// SPDX-License-Identifier: Apache-2.0
//
// The helper: three small processes.
//
//   helper   started by run(); clones process 1, maps its ids, waits for its end
//   process 1  in the new namespaces; sets everything up, then waits for the command and whatever it leaves
//   behind command  the program, or a built-in function
//
// When process 1 ends the kernel kills all that is left in its pid namespace, and the helper sees its end
// only after that. So "the helper has ended" means that nothing of the sandbox is alive. Each process asks to
// be killed with its parent: killing contract, even with SIGKILL, ends all of it.
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

#include "contract/os/file.hpp"
#include "contract/sandbox/sandbox.hpp"
#include "execute.hpp"
#include "filter.hpp"
#include "identity.hpp"
#include "message.hpp"
#include "mounts.hpp"
#include "namespaces.hpp"
#include "network.hpp"
#include "observer_filter.hpp"
#include "record.hpp"

namespace contract::sandbox {

namespace {

constexpr rlim_t open_files = 1 << 20;
// Where the kernel puts a program's libraries depends on how large its stack may grow.
constexpr rlim_t stack_size = 8 << 20;
// One byte writes no core file, as none would; where the machine hands cores to a program instead, whatever
// the limit, one is the number that keeps it from being started.
constexpr rlim_t no_core = 1;

Message read_message() {
    const auto bytes = os::read_all(message_descriptor, std::uint64_t{64} << 20, "the set-up");
    if (!bytes) give_up(Step::read_message, "", EIO);
    auto message = decode_message(*bytes);
    if (!message) give_up(Step::read_message, "", EBADMSG);
    ::close(message_descriptor);
    return std::move(message).value();
}

// The hard limit too where `hard` says so; never more than the caller has.
void limit(decltype(RLIMIT_CORE) resource, rlim_t most, bool hard) {
    rlimit now{};
    if (::getrlimit(resource, &now) != 0) give_up(Step::limits, "");
    if (hard) now.rlim_max = std::min(now.rlim_max, most);
    now.rlim_cur = std::min(now.rlim_max, most);
    if (::setrlimit(resource, &now) != 0) give_up(Step::limits, "");
}

void set_limits(const Setup& setup) {
    limit(RLIMIT_CORE, no_core, true);
    limit(RLIMIT_NOFILE, open_files, true);
    limit(RLIMIT_STACK, stack_size, false);
    if (setup.most_processes != 0) limit(RLIMIT_NPROC, setup.most_processes, true);
}

// The first ones that it may run on anyway. What the kernel does not allow stays as it is: no promise is
// broken by more processors.
void limit_processors(std::uint32_t wanted) {
    cpu_set_t allowed;
    if (wanted == 0 || ::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
    cpu_set_t chosen;
    CPU_ZERO(&chosen);
    for (int processor = 0; processor < CPU_SETSIZE && wanted > 0; ++processor) {
        if (!CPU_ISSET(processor, &allowed)) continue;
        CPU_SET(processor, &chosen);
        --wanted;
    }
    ::sched_setaffinity(0, sizeof chosen, &chosen);
}

void skip_process_numbers(std::uint32_t count) {
    for (; count > 0; --count) {
        const pid_t child = ::fork();
        if (child < 0) give_up(Step::start_process, "");
        if (child == 0) ::_exit(0);
        ::waitpid(child, nullptr, 0);
    }
}

[[noreturn]] void be_command(const Setup& setup, const std::vector<Builtin>& builtins) {
    if (setup.new_session) ::setsid();
    if (!setup.builtin.empty()) {
        const auto found = std::find_if(builtins.begin(), builtins.end(), [&](const Builtin& builtin) {
            return builtin.name == setup.builtin;
        });
        if (found == builtins.end()) give_up(Step::find_builtin, setup.builtin, ENOENT);
        ::close(status_descriptor);
        ::_exit(found->function(setup.argument));
    }
    if (setup.command.empty()) ::_exit(0);
    const int error = execute(setup);
    give_up(Step::execute, setup.command[0], error);
}

// Collects everything that ends; tells of the command and ends with it.
[[noreturn]] void be_reaper(pid_t command) {
    for (;;) {
        int status = 0;
        const pid_t ended = ::waitpid(-1, &status, __WALL);
        if (ended < 0 && errno != EINTR) ::_exit(126);
        if (ended != command) continue;
        Record record;
        record.kind = WIFSIGNALED(status) ? Record::Kind::signalled : Record::Kind::exited;
        record.status = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
        tell(record);
        ::_exit(0);
    }
}

// Dies with the process at the other end of `alive`. The wish to be killed is lost when ids change, and says
// nothing of a parent that had ended before; the pipe does.
void die_with_parent(int alive) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    pollfd polled{alive, 0, 0};
    if (::poll(&polled, 1, 0) > 0 && (polled.revents & POLLHUP) != 0) ::_exit(126);
}

// The order is forced in many places: see each callee.
[[noreturn]] void be_process_one(const Message& message, int alive, const std::vector<Builtin>& builtins) {
    const Setup& setup = message.setup;
    die_with_parent(alive);
    char go = 0;
    if (::read(alive, &go, 1) != 1) ::_exit(126);

    const bool own_mounts = has(setup, Namespace::mount);
    NewRoot root(setup);
    if (own_mounts) root.open_sources();
    if (has(setup, Namespace::user)) become_inner_id(setup);
    die_with_parent(alive);
    if (has(setup, Namespace::network) && setup.loopback) raise_loopback();
    if (has(setup, Namespace::uts)) set_host_name(setup.host_name);
    if (own_mounts) {
        root.build();
        root.enter();
    }
    if (::chdir(setup.working_directory.c_str()) != 0)
        give_up(Step::working_directory, setup.working_directory);

    ::umask(022);
    set_limits(setup);
    // Docker's filter refuses this one; addresses are then as random as everywhere.
    if (setup.fixed_addresses) ::personality(ADDR_NO_RANDOMIZE);
    limit_processors(setup.processors);
    if (setup.no_new_privileges && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        give_up(Step::capabilities, "");
    if (setup.filter_system_calls) install_filters(message.filter);
    if (setup.drop_capabilities) drop_capabilities();
    ::close(alive);

    // Nobody inside may look into process 1 or write its status pipe. exec makes the command dumpable again.
    ::prctl(PR_SET_DUMPABLE, setup.hide_process_one ? 0 : 1, 0, 0, 0);
    skip_process_numbers(setup.skipped_processes);
    if (setup.observed) be_observed(observer_descriptor);
    // A program replaces this memory at once, so no copy is made of it for that; a function needs one of its
    // own.
    const pid_t command = setup.builtin.empty() ? ::vfork() : ::fork();
    if (command < 0) give_up(Step::start_process, "");
    if (command == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        be_command(setup, builtins);
    }
    ::close(1);
    ::close(2);
    be_reaper(command);
}

// Waits for the end of process 1. SIGTERM asks for an early end.
int wait_for(pid_t child, const sigset_t& awaited) {
    for (;;) {
        if (::waitpid(child, nullptr, WNOHANG) == child) return 0;
        int signal = 0;
        if (::sigwait(&awaited, &signal) == 0 && signal == SIGTERM) ::kill(child, SIGKILL);
    }
}

}  // namespace

bool is_helper(int argc, char** argv) {
    return argc > 0 && argv[0] == helper_name;
}

int helper_main(int, char**, const std::vector<Builtin>& builtins) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (::fcntl(status_descriptor, F_SETFD, FD_CLOEXEC) != 0) return 2;  // not started by run()
    const Message message = read_message();
    if (::getppid() != message.caller) return 126;
    const unsigned first_unused = message_descriptor + (message.setup.observed ? 2 : 0);
    if (message.setup.close_descriptors) ::close_range(first_unused, ~0u, 0);

    sigset_t awaited, before;
    sigemptyset(&awaited);
    sigaddset(&awaited, SIGCHLD);
    sigaddset(&awaited, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &awaited, &before);
    auto alive = os::make_pipe();
    if (!alive) give_up(Step::start_process, "", EMFILE);
    const pid_t child = clone_into(message.setup.namespaces);
    if (child < 0) give_up(Step::create_namespaces, "");
    if (child == 0) {
        ::sigprocmask(SIG_SETMASK, &before, nullptr);
        alive->write.reset();
        be_process_one(message, alive->read.get(), builtins);
    }
    alive->read.reset();
    if (has(message.setup, Namespace::user)) write_maps(child, message.setup);
    [[maybe_unused]] const ssize_t written = ::write(alive->write.get(), "g", 1);
    return wait_for(child, awaited);
}

}  // namespace contract::sandbox
