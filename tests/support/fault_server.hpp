// SPDX-License-Identifier: Apache-2.0
//
// fault_server.py for one test, and an environment without proxies and logins of the machine.
#pragma once

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/os/process.hpp"
#include "skip.hpp"
#include "temporary.hpp"

namespace contract::test {

// A variable of this process, as it was before at the end.
class Variable {
public:
    Variable(std::string name, const std::optional<std::string>& value) : name_(std::move(name)) {
        if (const char* before = std::getenv(name_.c_str())) before_ = before;
        set(value);
    }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;
    ~Variable() { set(before_); }

private:
    void set(const std::optional<std::string>& value) const {
        if (value)
            ::setenv(name_.c_str(), value->c_str(), 1);
        else
            ::unsetenv(name_.c_str());
    }
    std::string name_;
    std::optional<std::string> before_;
};

class FaultServer {
public:
    enum class Security { none, tls };

    explicit FaultServer(Security security = Security::none) : security_(security) {
        if (security == Security::tls) make_certificate();
        os::Pipe output = os::make_pipe().value();
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, output.write.get(), 1);
        std::vector<std::string> texts{"python3", "-B", CONTRACT_FAULT_SERVER, log()};
        if (security == Security::tls) texts.push_back(directory_ / "server.pem");
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
    FaultServer(const FaultServer&) = delete;
    FaultServer& operator=(const FaultServer&) = delete;
    ~FaultServer() { stop(); }

    void stop() {
        if (child_ < 0) return;
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
        child_ = -1;
    }
    std::string url(const std::string& path, const std::string& host = "") const {
        const bool tls = security_ == Security::tls;
        const std::string name = !host.empty() ? host : tls ? "localhost" : "127.0.0.1";
        return (tls ? "https://" : "http://") + name + ":" + port_ + path;
    }
    const std::string& port() const { return port_; }
    std::string authority() const { return directory_ / "authority.pem"; }
    std::string log() const { return directory_ / "log"; }
    // "/path\tRange\tAuthorization\tX-Token" of every request so far; "-" for what was not sent.
    std::vector<std::string> requests() const {
        auto lines = split(os::read_file(log()).value(), '\n');
        lines.pop_back();
        return lines;
    }

    // What the server means by N bytes.
    static std::string body(std::size_t size, std::size_t salt = 0) {
        std::string bytes(size, '\0');
        for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>((i * 7 + i / 251 + salt) % 256);
        return bytes;
    }

private:
    void openssl(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), "openssl");
        os::ProcessRequest request;
        request.command = std::move(arguments);
        request.environment = os::current_environment();
        request.directory = directory_.path();
        const auto result = os::run(request).value();
        if (!result.succeeded()) throw std::runtime_error("openssl failed: " + result.errors);
    }
    // An authority, and a certificate for "localhost" that it signed.
    void make_certificate() const {
        need_programs({"openssl"});
        openssl({"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=test authority", "-keyout",
                 "authority.key", "-out", "authority.pem"});
        openssl({"req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", "server.key",
                 "-out", "server.csr"});
        directory_.write("names", "subjectAltName=DNS:localhost\n");
        openssl({"x509", "-req", "-in", "server.csr", "-CA", "authority.pem", "-CAkey", "authority.key",
                 "-CAcreateserial", "-extfile", "names", "-out", "server.crt"});
        directory_.write("server.pem", os::read_file(directory_ / "server.key").value() +
                                           os::read_file(directory_ / "server.crt").value());
    }

    Security security_;
    TempDir directory_;
    pid_t child_ = -1;
    std::string port_;
};

}  // namespace contract::test
