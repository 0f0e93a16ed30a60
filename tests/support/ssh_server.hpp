// SPDX-License-Identifier: Apache-2.0
//
// A real ssh server for one test: sshd on a port of its own of the loopback interface, as whoever runs the
// test, with keys and configuration made for it. The one program `ssh` that it is met by is this machine's.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "contract/os/file.hpp"
#include "contract/os/machine.hpp"
#include "contract/os/process.hpp"
#include "skip.hpp"
#include "temporary.hpp"

namespace contract::test {

class SshServer {
public:
    // `environment`: NAME=VALUE words, for whoever logs in.
    explicit SshServer(std::string environment = "") : environment_(std::move(environment)) {
        need_programs({"sshd", "ssh", "ssh-keygen", "setpriv"});
        make_key("host_key");
        make_key("user_key");
        directory_.write("authorized", os::read_file(file("user_key.pub")).value());
        // Where a privileged sshd locks itself in; another user's needs none.
        if (os::is_root()) os::make_directories("/run/sshd").value();
        // Between the choice of a free port and the server's use of it another program can take it.
        for (int attempt = 0; attempt < 5 && !is_up(); ++attempt) start();
        if (!is_up()) throw std::runtime_error("sshd did not start: " + log());
        configure_client();
    }
    SshServer(const SshServer&) = delete;
    SshServer& operator=(const SshServer&) = delete;
    ~SshServer() { stop(); }

    // For `ssh -F`: knows the server's key at host() and as the host "alias", and not as the host "stranger".
    std::string client_configuration() const { return file("ssh_config"); }
    std::string host() const { return "127.0.0.1:" + std::to_string(port_); }
    // What the server has told.
    std::string log() const {
        const auto bytes = os::read_file(file("log"));
        return bytes ? *bytes : "";
    }
    // How often somebody was let in.
    std::size_t sessions() const {
        std::size_t count = 0;
        const std::string text = log();
        for (auto at = text.find(accepted); at != std::string::npos; at = text.find(accepted, at + 1))
            ++count;
        return count;
    }

private:
    static constexpr std::string_view accepted = "Accepted publickey for";

    std::string file(const std::string& name) const { return directory_ / name; }

    void make_key(const std::string& name) const {
        os::ProcessRequest request;
        request.command = {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file(name)};
        request.environment = os::current_environment();
        if (!os::run(request).value().succeeded()) throw std::runtime_error("ssh-keygen failed");
    }

    static sockaddr_in loopback(std::uint16_t port) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(port);
        return address;
    }
    static std::uint16_t free_port() {
        const os::Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in address = loopback(0);
        socklen_t size = sizeof address;
        auto* const raw = reinterpret_cast<sockaddr*>(&address);
        if (::bind(socket.get(), raw, size) != 0 || ::getsockname(socket.get(), raw, &size) != 0)
            throw std::runtime_error("there is no free port");
        return ntohs(address.sin_port);
    }
    // By its own word: on the same port another program could have answered.
    bool is_listening() const {
        return log().find("Server listening on 127.0.0.1 port " + std::to_string(port_) + ".") !=
               std::string::npos;
    }

    // Ends with a server that listens, or with none.
    void start() {
        port_ = free_port();
        // What bash reads at a first start over ssh is of whoever runs the test; this one is no first start.
        directory_.write("sshd_config", "ListenAddress 127.0.0.1\nPort " + std::to_string(port_) +
                                            "\nHostKey " + file("host_key") + "\nAuthorizedKeysFile " +
                                            file("authorized") +
                                            "\nPidFile none\nStrictModes no\nUsePAM no\nPermitRootLogin yes\n"
                                            "PasswordAuthentication no\nAcceptEnv GIT_PROTOCOL\n"
                                            "SetEnv SHLVL=1 " +
                                            environment_ + "\n");
        const std::string path = os::environment_variable("PATH").value_or("/usr/bin:/bin") + ":/usr/sbin";
        // The server ends with the test, however that ends. It wants to be called by its whole path.
        std::vector<std::string> texts{
            "setpriv", "--pdeathsig",       "TERM", "--",       *os::find_program("sshd", path), "-D",
            "-f",      file("sshd_config"), "-E",   file("log")};
        std::vector<char*> arguments;
        for (auto& text : texts) arguments.push_back(text.data());
        arguments.push_back(nullptr);
        if (posix_spawnp(&child_, "setpriv", nullptr, nullptr, arguments.data(), environ) != 0)
            throw std::runtime_error("setpriv cannot be run");
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (std::chrono::steady_clock::now() < deadline) {
            if (::waitpid(child_, nullptr, WNOHANG) == child_) child_ = -1;
            if (!is_up() || is_listening()) return;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        stop();
    }
    bool is_up() const { return child_ > 0; }
    void stop() {
        if (!is_up()) return;
        ::kill(child_, SIGTERM);
        ::waitpid(child_, nullptr, 0);
        child_ = -1;
    }

    void configure_client() const {
        const std::string key = os::read_file(file("host_key.pub")).value();
        const std::string port = std::to_string(port_);
        directory_.write("known", "[127.0.0.1]:" + port + " " + key + "server.test " + key);
        directory_.write("ssh_config",
                         "Host alias\n  HostName 127.0.0.1\n  Port " + port +
                             "\n  HostKeyAlias server.test\nHost stranger\n  HostName 127.0.0.1\n  Port " +
                             port + "\n  HostKeyAlias stranger.test\nHost *\n  IdentityFile " +
                             file("user_key") + "\n  IdentitiesOnly yes\n  UserKnownHostsFile " +
                             file("known") + "\n  GlobalKnownHostsFile /dev/null\n");
    }

    TempDir directory_;
    std::string environment_;
    pid_t child_ = -1;
    std::uint16_t port_ = 0;
};

}  // namespace contract::test
