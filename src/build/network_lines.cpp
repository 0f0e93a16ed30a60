// SPDX-License-Identifier: Apache-2.0
#include "network_lines.hpp"

#include <algorithm>
#include <array>

#include "compiler_lines.hpp"
#include "contract/base/text.hpp"
#include "log_text.hpp"

namespace contract::build {

namespace {

constexpr std::array texts = std::to_array<std::string_view>({
    "Couldn't resolve host",
    "EAI_AGAIN",
    "ENETUNREACH",
    "ENOTFOUND",
    "Name or service not known",
    "Network is unreachable",
    "No address associated with hostname",
    "Temporary failure in name resolution",
    "Temporary failure resolving",
    "Unknown host",
    "Unable to resolve host",
    "dial tcp: lookup ",
    "getaddrinfo failed",
    "getaddrinfo() ",
    "getaddrinfo: ",
    "network is unreachable",
    "unable to resolve host address",
});

// Tools of JavaScript say "Could not resolve" of modules: "./x", "lodash", '@scope/name'.
bool is_unresolved_host(std::string_view line) {
    constexpr std::string_view text = "Could not resolve ";
    const auto at = line.find(text);
    if (at == std::string_view::npos) return false;
    const auto rest = line.substr(at + text.size());
    if (rest.empty() || contains_one_of(rest.substr(0, 1), {"\"", "`", ".", "/", "@"})) return false;
    if (rest.front() != '\'') return true;
    const auto name = rest.substr(1, rest.find('\'', 1) - 1);
    return contains(name, ".") && name.front() != '.' && name.front() != '@' && !contains(name, "/");
}

// A service that the build started itself, and that does not answer.
bool is_unreached_host(std::string_view line) {
    return contains(line, "ailed to connect to ") &&
           !contains_one_of(line, {"localhost", "127.0.0.", "::1", "0.0.0.0", ".sock", " /"});
}

}  // namespace

bool is_about_network(std::string_view line) {
    // Names of errors stand in sources and in the questions of a `configure`, too; and Node tells them twice.
    const auto begin = trim(line);
    if (begin.starts_with("checking ") || begin.starts_with("-- ") || begin.starts_with("Checking ") ||
        begin.starts_with("code: ") || contains(begin, " code E") || !diagnosed_place(line).empty())
        return false;
    return std::any_of(texts.begin(), texts.end(),
                       [&](std::string_view text) { return contains(line, text); }) ||
           is_unresolved_host(line) || is_unreached_host(line);
}

}  // namespace contract::build
