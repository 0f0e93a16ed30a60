// SPDX-License-Identifier: Apache-2.0
//
// Real servers of git repositories for one test: `git http-backend` behind a small http server on a free
// port of the loopback interface, and a program `ssh` in front of PATH that runs the remote command here.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/os/process.hpp"
#include "skip.hpp"
#include "temporary.hpp"

namespace contract::test {

// Repositories below `root` are at url() + "/NAME", with words in front of the name that make the server
// misbehave: see git_http_server.py. With TLS the certificate is for "localhost" and signed by nobody but
// itself.
class GitHttpServer {
public:
    enum class Security { none, tls };

    explicit GitHttpServer(const std::string& root, Security security = Security::none)
        : security_(security) {
        if (security == Security::tls) make_certificate();
        os::Pipe output = os::make_pipe().value();
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, output.write.get(), 1);
        std::vector<std::string> texts{"python3", "-B", CONTRACT_TEST_SUPPORT "/git_http_server.py", root};
        if (security == Security::tls) texts.push_back(certificate());
        std::vector<char*> arguments;
        for (auto& text : texts) arguments.push_back(text.data());
        arguments.push_back(nullptr);
        const int status = posix_spawnp(&child_, "python3", &actions, nullptr, arguments.data(), environ);
        posix_spawn_file_actions_destroy(&actions);
        if (status != 0)
            throw std::runtime_error("python3, which the http server of tests needs, is missing");
        output.write.reset();
        // The server prints its port and closes its output; ending early also ends the read.
        port_ = std::string(trim(os::read_all(output.read.get(), 64, "port").value()));
        if (port_.empty()) throw std::runtime_error("the http server of tests did not start");
    }
    GitHttpServer(const GitHttpServer&) = delete;
    GitHttpServer& operator=(const GitHttpServer&) = delete;
    ~GitHttpServer() {
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
    }
    std::string url() const {
        return (security_ == Security::tls ? "https://localhost:" : "http://127.0.0.1:") + port_;
    }
    std::string certificate() const { return directory_ / "certificate.pem"; }  // and its key

private:
    void make_certificate() const {
        need_programs({"openssl"});
        os::ProcessRequest request;
        request.command = {"openssl",  "req",
                           "-x509",    "-newkey",
                           "rsa:2048", "-nodes",
                           "-subj",    "/CN=localhost",
                           "-addext",  "subjectAltName=DNS:localhost",
                           "-keyout",  certificate(),
                           "-out",     directory_ / "public.pem"};
        request.environment = os::current_environment();
        if (!os::run(request).value().succeeded()) throw std::runtime_error("openssl req failed");
        const std::string both =
            os::read_file(certificate()).value() + os::read_file(directory_ / "public.pem").value();
        os::write_file(certificate(), both, 0600).value();
    }

    Security security_ = Security::none;
    TempDir directory_;
    pid_t child_ = -1;
    std::string port_;
};

// While it lives, `ssh` in PATH is `script` for /bin/sh, which finds the remote command in $last.
class ProgramSsh {
public:
    explicit ProgramSsh(const std::string& script = "exec /bin/sh -c \"$last\"")
        : path_(std::getenv("PATH")) {
        directory_.write("bin/ssh",
                         "#!/bin/sh\nprintf '%s\\n' \"$@\" >> '" + arguments_file() +
                             "'\nfor last; do :; done\n" + script + "\n",
                         0755);
        ::setenv("PATH", (directory_ / "bin:" + path_).c_str(), 1);
    }
    ProgramSsh(const ProgramSsh&) = delete;
    ProgramSsh& operator=(const ProgramSsh&) = delete;
    ~ProgramSsh() { ::setenv("PATH", path_.c_str(), 1); }
    // Of all calls, one a line; empty when it was never called.
    std::string arguments() const {
        const auto bytes = os::read_file(arguments_file());
        return bytes ? *bytes : "";
    }

private:
    std::string arguments_file() const { return directory_ / "arguments"; }
    TempDir directory_;
    std::string path_;
};

}  // namespace contract::test
