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
#include "temporary.hpp"

namespace contract::test {

// Repositories below `root` are at url() + "/NAME". Below /login everything asks for a password, /broken
// answers no git at all. With TLS the certificate is for "localhost" and signed by nobody but itself.
class GitHttpServer {
public:
    enum class Security { none, tls };

    explicit GitHttpServer(const std::string& root, Security security = Security::none)
        : security_(security) {
        directory_.write("server.py", source);
        if (security == Security::tls) make_certificate();
        os::Pipe output = os::make_pipe().value();
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, output.write.get(), 1);
        const std::string script = directory_ / "server.py";
        std::vector<std::string> texts{"python3", script, root};
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

    static constexpr const char* source = R"(import http.server, os, ssl, subprocess, sys

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, status, headers, body):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if path.startswith("/login"):
            return self.answer(401, [("WWW-Authenticate", 'Basic realm="test"')], b"")
        if path.startswith("/broken"):
            return self.answer(200, [("Content-Type", "text/plain")], b"this is no git")
        variables = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_PROJECT_ROOT": sys.argv[1],
                     "GIT_HTTP_EXPORT_ALL": "1", "REQUEST_METHOD": self.command, "PATH_INFO": path,
                     "QUERY_STRING": query, "CONTENT_TYPE": self.headers.get("Content-Type") or "",
                     "CONTENT_LENGTH": str(len(body)), "REMOTE_ADDR": "127.0.0.1"}
        reply = subprocess.run(["git", "http-backend"], env=variables, input=body, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL).stdout
        head, _, content = reply.partition(b"\r\n\r\n")
        headers = [line.split(": ", 1) for line in head.decode().split("\r\n") if line]
        status = [int(value.split()[0]) for name, value in headers if name == "Status"]
        self.answer(status[0] if status else 200, [h for h in headers if h[0] != "Status"], content)

    do_POST = do_GET

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
if len(sys.argv) > 2:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2])
    server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)
os.close(1)
server.serve_forever()
)";

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
