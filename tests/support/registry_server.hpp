// SPDX-License-Identifier: Apache-2.0
//
// A real registry of container images for one test, Debian's docker-registry on a free port of the loopback
// interface, with images made by make_image.py and pushed by skopeo; and a server that misbehaves in front of
// it.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/os/process.hpp"
#include "skip.hpp"
#include "temporary.hpp"

namespace contract::test {

// A server whose output goes to a file; ended with the object.
class ServerProcess {
public:
    ServerProcess(std::vector<std::string> command, std::string output) : output_(std::move(output)) {
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(&actions, 1, output_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        posix_spawn_file_actions_adddup2(&actions, 1, 2);
        std::vector<char*> arguments;
        for (auto& text : command) arguments.push_back(text.data());
        arguments.push_back(nullptr);
        const int status = posix_spawnp(&child_, arguments[0], &actions, nullptr, arguments.data(), environ);
        posix_spawn_file_actions_destroy(&actions);
        if (status != 0) throw std::runtime_error(command[0] + ", which a test needs, is missing");
    }
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;
    ~ServerProcess() {
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
    }
    // The number that follows `words` in the output, as soon as a line break or space follows it.
    std::string number_after(const std::string& words) const {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (std::chrono::steady_clock::now() < deadline) {
            const std::string text = os::read_file(output_).value();
            const auto begin = text.find(words);
            const auto end = begin == std::string::npos
                                 ? begin
                                 : text.find_first_not_of("0123456789", begin + words.size());
            if (end != std::string::npos && end > begin + words.size())
                return text.substr(begin + words.size(), end - begin - words.size());
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        throw std::runtime_error("a server of the test did not start: " + os::read_file(output_).value());
    }

private:
    std::string output_;
    pid_t child_ = -1;
};

inline std::string run_program(std::vector<std::string> command) {
    os::ProcessRequest request;
    request.command = std::move(command);
    request.environment = os::current_environment();
    request.deadline = std::chrono::minutes(2);
    const auto result = os::run(request).value();
    if (!result.succeeded())
        throw std::runtime_error(join(request.command, " ") + ": " + result.output + result.errors);
    return result.output;
}

class RegistryServer {
public:
    enum class Login { none, basic };  // basic: "user" and "s3cret word"

    explicit RegistryServer(Login login = Login::none)
        : login_(login),
          server_({"docker-registry", "serve", configuration()}, directory_ / "log"),
          host_("127.0.0.1:" + server_.number_after("listening on 127.0.0.1:")) {}

    const std::string& host() const { return host_; }
    std::string url() const { return "http://" + host_; }
    std::string storage() const { return directory_ / "storage"; }

    // Makes the image `kind` and pushes it as team/<kind>:<tag>, once. Its OCI layout.
    std::string push(const std::string& kind, const std::string& tag = "1",
                     const std::vector<std::string>& options = {"--all", "--preserve-digests"}) const {
        const std::string layout = directory_ / ("layouts/" + kind);
        if (!pushed_.insert(kind + ":" + tag).second) return layout;
        if (!os::exists(layout))
            run_program({"python3", "-B", std::string(SUPPORT) + "/make_image.py", layout, kind});
        std::vector<std::string> command{"skopeo", "--insecure-policy", "copy", "-q",
                                         "--dest-tls-verify=false"};
        command.insert(command.end(), options.begin(), options.end());
        if (login_ == Login::basic) command.insert(command.end(), {"--dest-creds", "user:s3cret word"});
        command.insert(command.end(),
                       {"oci:" + layout + ":1", "docker://" + host_ + "/team/" + kind + ":" + tag});
        run_program(command);
        return layout;
    }

private:
    std::string configuration() const {
        need_programs({"docker-registry", "skopeo", "zstd"});
        std::string text =
            "version: 0.1\nlog: {level: info}\nstorage: {filesystem: {rootdirectory: " + storage() +
            "}}\nhttp: {addr: '127.0.0.1:0'}\n";
        if (login_ == Login::basic) {
            directory_.write("passwords",
                             "user:$2a$05$abcdefghijklmnopqrstuuDM.KJwaIBUdFNSI0sjlLSPixyAOKFFm\n");
            text += "auth: {htpasswd: {realm: test, path: " + (directory_ / "passwords") + "}}\n";
        }
        directory_.write("config.yml", text);
        return directory_ / "config.yml";
    }

    TempDir directory_;
    Login login_;
    ServerProcess server_;
    std::string host_;
    mutable std::set<std::string> pushed_;
};

// faulty_registry.py, whose modes it tells itself.
class FaultyRegistry {
public:
    FaultyRegistry(const RegistryServer& registry, const std::string& mode)
        : server_({"python3", "-B", std::string(SUPPORT) + "/faulty_registry.py", registry.url(), file(mode),
                   directory_ / "requests"},
                  directory_ / "output"),
          host_("127.0.0.1:" + server_.number_after("")) {}

    void become(const std::string& mode) const { directory_.write("mode", mode); }
    const std::string& host() const { return host_; }
    std::string requests() const { return os::read_file(directory_ / "requests").value(); }

private:
    std::string file(const std::string& mode) const {
        become(mode);
        return directory_ / "mode";
    }

    TempDir directory_;
    ServerProcess server_;
    std::string host_;
};

}  // namespace contract::test
