// SPDX-License-Identifier: Apache-2.0
#include "ssh_transport.hpp"

#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "contract/base/text.hpp"
#include "contract/os/fd.hpp"
#include "contract/os/file.hpp"
#include "contract/os/process.hpp"
#include "network_stream.hpp"

namespace contract::git {

namespace {

constexpr std::uint64_t errors_limit = 1 << 16;

// libgit2 asks for a stream twice in one conversation (list, then fetch) and needs the same one both times,
// so stream and transport are one object and only the transport is ever freed.
struct SshTransport;
struct SshStream : git_smart_subtransport_stream {
    SshTransport* transport = nullptr;
};
struct SshTransport : git_smart_subtransport {
    SshStream stream;
    Session* session = nullptr;
    os::Fd socket;  // both directions of the child's standard streams: a pipe would raise SIGPIPE
    os::Fd errors;
    pid_t child = -1;
};

SshTransport& self(git_smart_subtransport* transport) {
    return *static_cast<SshTransport*>(transport);
}
SshTransport& self(git_smart_subtransport_stream* stream) {
    return *static_cast<SshStream*>(stream)->transport;
}

int fail(const std::string& message) {
    git().git_error_set_str(GIT_ERROR_SSH, message.c_str());
    return -1;
}

std::string shell_quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? "'\\''" : std::string(1, c);
    return out + "'";
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (auto& text : texts) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

// Starts `command` with both standard streams on `streams`; an errno value when it does not start.
int spawn(const std::string& program, std::vector<std::string> command, const os::Environment& values,
          int streams, int errors, pid_t& pid) {
    std::vector<std::string> variables;
    for (const auto& [name, value] : values) variables.push_back(name + "=" + value);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, streams, 0);
    posix_spawn_file_actions_adddup2(&actions, streams, 1);
    posix_spawn_file_actions_adddup2(&actions, errors, 2);
    auto arguments = pointers(command);
    auto environment = pointers(variables);
    const int status =
        posix_spawn(&pid, program.c_str(), &actions, nullptr, arguments.data(), environment.data());
    posix_spawn_file_actions_destroy(&actions);
    return status;
}

int start(SshTransport& transport) {
    const auto path = os::environment_variable("PATH");
    const auto program = os::find_program("ssh", path ? *path : "");
    if (!program) return fail("there is no program 'ssh' in PATH");
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return fail(std::string("cannot make a socket: ") + std::strerror(errno));
    transport.socket = os::Fd(ends[0]);
    const os::Fd theirs(ends[1]);
    auto errors = os::memory_file("ssh", "");
    if (!errors) return fail(errors.error().message);
    transport.errors = std::move(*errors);
    auto environment = os::current_environment();
    if (transport.session->take_over) environment["GIT_PROTOCOL"] = "version=2";
    const int status = spawn(*program, ssh_command(*transport.session), environment, theirs.get(),
                             transport.errors.get(), transport.child);
    return status == 0 ? 0 : fail("cannot start '" + *program + "': " + std::strerror(status));
}

// Ends the conversation: ssh sees the end of its input and goes; what does not go within two seconds is
// killed.
void finish(SshTransport& transport) {
    transport.socket.reset();
    if (transport.child > 0) {
        using Clock = std::chrono::steady_clock;
        const auto deadline = Clock::now() + std::chrono::seconds(2);
        useconds_t pause = 200;
        while (::waitpid(transport.child, nullptr, WNOHANG) == 0) {
            if (Clock::now() >= deadline) {
                ::kill(transport.child, SIGKILL);
                ::waitpid(transport.child, nullptr, 0);
                break;
            }
            ::usleep(pause);
            pause = std::min<useconds_t>(pause * 2, 20'000);
        }
        transport.child = -1;
    }
    if (transport.errors && ::lseek(transport.errors.get(), 0, SEEK_SET) == 0) {
        std::string text(errors_limit, '\0');
        const ssize_t got = ::read(transport.errors.get(), text.data(), text.size());
        text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        if (!text.empty()) transport.session->errors = std::move(text);
    }
    transport.errors.reset();
}

int read_stream(git_smart_subtransport_stream* stream, char* buffer, size_t size, size_t* got) {
    auto& transport = self(stream);
    *got = 0;
    while (true) {
        if (!wait_ready(transport.socket.get(), POLLIN, silence_limit_ms(), transport.session->location.host))
            return -1;
        const ssize_t count = ::recv(transport.socket.get(), buffer, size, 0);
        if (count < 0 && errno == EINTR) continue;
        // A reset is how the end looks when ssh went away before it read all we wrote.
        if (count < 0 && errno != ECONNRESET)
            return fail(std::string("cannot read from ssh: ") + std::strerror(errno));
        *got = count > 0 ? static_cast<std::size_t>(count) : 0;
        return 0;
    }
}

int write_stream(git_smart_subtransport_stream* stream, const char* data, size_t size) {
    auto& transport = self(stream);
    while (size > 0) {
        if (!wait_ready(transport.socket.get(), POLLOUT, silence_limit_ms(),
                        transport.session->location.host))
            return -1;
        const ssize_t count = ::send(transport.socket.get(), data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (count < 0) return fail(std::string("ssh has ended: ") + std::strerror(errno));
        data += count;
        size -= static_cast<std::size_t>(count);
    }
    return 0;
}

void free_stream(git_smart_subtransport_stream* /*stream*/) {}

int act(git_smart_subtransport_stream** out, git_smart_subtransport* transport, const char* /*url*/,
        git_smart_service_t service) {
    auto& here = self(transport);
    *out = &here.stream;
    if (service == GIT_SERVICE_UPLOADPACK_LS) return start(here);
    if (service == GIT_SERVICE_UPLOADPACK) return here.socket ? 0 : fail("the connection is closed");
    return fail("only fetching is supported");
}

int close_transport(git_smart_subtransport* transport) {
    finish(self(transport));
    return 0;
}

void free_transport(git_smart_subtransport* transport) {
    finish(self(transport));
    delete &self(transport);
}

}  // namespace

std::vector<std::string> ssh_command(const Session& session) {
    const auto& location = session.location;
    // BatchMode: never a question, neither for a passphrase nor about an unknown host key.
    std::vector<std::string> command{"ssh", "-x", "-T", "-o", "BatchMode=yes"};
    // A server that does not take the variable speaks the first version of the protocol.
    if (session.take_over) command.insert(command.end(), {"-o", "SendEnv=GIT_PROTOCOL"});
    if (!location.port.empty()) command.insert(command.end(), {"-p", location.port});
    if (!location.user.empty()) command.insert(command.end(), {"-l", location.user});
    command.insert(command.end(), {"--", location.host, "git-upload-pack " + shell_quoted(location.path)});
    return command;
}

int make_ssh_subtransport(git_smart_subtransport** out, git_transport* /*owner*/, void* parameter) {
    auto transport = std::make_unique<SshTransport>();
    transport->action = act;
    transport->close = close_transport;
    transport->free = free_transport;
    transport->stream.subtransport = transport.get();
    transport->stream.read = read_stream;
    transport->stream.write = write_stream;
    transport->stream.free = free_stream;
    transport->stream.transport = transport.get();
    transport->session = static_cast<Session*>(parameter);
    *out = transport.release();
    return 0;
}

int make_ssh_transport(git_transport** out, git_remote* owner, void* payload) {
    git_smart_subtransport_definition definition{};
    definition.callback = make_ssh_subtransport;
    definition.rpc = 0;
    definition.param = payload;
    return git().git_transport_smart(out, owner, &definition);
}

}  // namespace contract::git
