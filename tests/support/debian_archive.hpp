// SPDX-License-Identifier: Apache-2.0
//
// The archive that debian_archive.py makes, made once for a test program and served by http as long as it
// lives. What its folders and URLs are is said in the script.
#pragma once

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "contract/base/text.hpp"
#include "contract/net/download.hpp"
#include "contract/os/file.hpp"
#include "contract/os/process.hpp"
#include "skip.hpp"
#include "temporary.hpp"

namespace contract::test {

class DebianArchive {
public:
    static const DebianArchive& get() {
        static const DebianArchive archive;
        return archive;
    }
    DebianArchive(const DebianArchive&) = delete;
    DebianArchive& operator=(const DebianArchive&) = delete;
    ~DebianArchive() {
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
    }
    std::string folder() const { return directory_ / "archive"; }
    std::string key(const std::string& name) const { return folder() + "/keys/" + name; }
    std::string file(const std::string& mirror) const { return "file://" + folder() + "/" + mirror; }
    std::string url(const std::string& mirror) const { return "http://127.0.0.1:" + port_ + "/" + mirror; }
    // How many answers the server gave so far.
    std::string answers() const {
        net::Request request;
        request.url = url("count");
        return net::get(request).value().body;
    }

private:
    DebianArchive() {
        need_programs({"dpkg-deb", "gpg", "gpg-agent", "gpgv"});
        os::ProcessRequest request;
        request.command = {"python3", "-B", DEBIAN_ARCHIVE_SCRIPT, "make", folder()};
        request.environment = os::current_environment();
        request.deadline = std::chrono::minutes(2);
        const auto made = os::run(request).value();
        if (!made.succeeded())
            throw std::runtime_error("the archive of the test was not made: " + made.errors);
        start();
    }

    void start() {
        os::Pipe output = os::make_pipe().value();
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, output.write.get(), 1);
        std::vector<std::string> texts{"python3", "-B", DEBIAN_ARCHIVE_SCRIPT, "serve", folder()};
        std::vector<char*> arguments;
        for (auto& text : texts) arguments.push_back(text.data());
        arguments.push_back(nullptr);
        const int status = posix_spawnp(&child_, "python3", &actions, nullptr, arguments.data(), environ);
        posix_spawn_file_actions_destroy(&actions);
        if (status != 0) throw std::runtime_error("python3 is missing");
        output.write.reset();
        // The server prints its port and closes its output; ending early also ends the read.
        port_ = std::string(trim(os::read_all(output.read.get(), 64, "port").value()));
        if (port_.empty()) throw std::runtime_error("the server of the archive did not start");
    }

    TempDir directory_;
    pid_t child_ = -1;
    std::string port_;
};

}  // namespace contract::test
