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
#include "temporary.hpp"

namespace contract::test {

// Repositories below `root` are at url() + "/NAME". Below /login everything asks for a password, /broken
// answers no git at all.
class GitHttpServer {
public:
    explicit GitHttpServer(const std::string& root) {
        directory_.write("server.py", source);
        os::Pipe output = os::make_pipe().value();
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, output.write.get(), 1);
        const std::string script = directory_ / "server.py";
        std::vector<std::string> texts{"python3", script, root};
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
    std::string url() const { return "http://127.0.0.1:" + port_; }

private:
    static constexpr const char* source = R"(import http.server, os, subprocess, sys

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
print(server.server_port, flush=True)
os.close(1)
server.serve_forever()
)";

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
