// SPDX-License-Identifier: Apache-2.0
#include "credential.hpp"

#include "contract/base/text.hpp"
#include "contract/os/process.hpp"

namespace contract::git {

namespace {

// The lines that `git credential` reads. Control characters were refused with the URL.
std::string description(const Location& location) {
    const auto scheme = location.url.find("://");
    const auto rest = location.url.substr(scheme + 3);
    const auto slash = rest.find('/');
    auto authority = rest.substr(0, slash);
    std::string out = "protocol=" + location.url.substr(0, scheme) + "\n";
    if (const auto at = authority.rfind('@'); at != std::string::npos) {
        out += "username=" + authority.substr(0, at) + "\n";
        authority.erase(0, at + 1);
    }
    return out + "host=" + authority + "\npath=" + rest.substr(slash + 1) + "\n\n";
}

// The user's, but for what points git at a repository: neither a checkout we stand in nor a hook that runs
// us may name the program that knows passwords. Nothing may ask a question.
os::Environment environment() {
    auto out = os::current_environment();
    for (const char* name :
         {"GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_NAMESPACE", "GIT_OBJECT_DIRECTORY",
          "GIT_PREFIX", "SSH_ASKPASS", "GIT_TRACE", "GIT_TRACE_REDACT", "GIT_TRACE_CURL"})
        out.erase(name);
    out["GIT_DIR"] = "/dev/null";
    out["GIT_TERMINAL_PROMPT"] = "0";
    out["GCM_INTERACTIVE"] = "never";
    return out;
}

}  // namespace

Result<std::optional<Login>> find_login(const Location& location) {
    os::ProcessRequest request;
    request.command = {"git", "-c", "core.askPass=", "credential", "fill"};
    request.environment = environment();
    request.directory = "/";
    request.input = description(location);
    const auto done = os::run(request);
    if (!done && done.error().code == "program-missing") return std::optional<Login>();
    if (!done) return done.error();
    if (!done->succeeded()) return std::optional<Login>();
    Login login;
    bool found = false;
    for (const auto& line : split(done->output, '\n')) {
        if (line.starts_with("username=")) login.user = line.substr(9);
        if (line.starts_with("password=")) login.password = line.substr(9);
        found = found || line.starts_with("password=");
    }
    if (!found) return std::optional<Login>();
    return std::optional<Login>(std::move(login));
}

}  // namespace contract::git
