// SPDX-License-Identifier: Apache-2.0
#include "login_files.hpp"

#include "contract/base/text.hpp"

namespace contract::evaluation {

namespace {

constexpr const char* notice = "# Written by contract. An edit is not kept: change the contract instead.\n";

// Between double quotes of environment.d: the quotes take a backslash, and a dollar that shall stay one is
// doubled, since variables are expanded once the quotes are gone.
std::string quote_for_environment(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\' || c == '`') out += '\\';
        if (c == '$') out += '$';
        out += c;
    }
    return out + "\"";
}

}  // namespace

std::string quote_for_shell(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'')
            out += "'\\''";
        else
            out += c;
    }
    return out + "'";
}

std::string render_profile(const LoginEnvironment& environment) {
    std::string text = notice;
    for (const auto& [name, value] : environment.variables)
        text += "export " + name + "=" + quote_for_shell(value) + "\n";
    // Each goes in front of those before it, so the last one comes first. An empty PATH must not leave an
    // empty part, which would be the current directory.
    for (auto folder = environment.folders.rbegin(); folder != environment.folders.rend(); ++folder) {
        const std::string quoted = quote_for_shell(*folder);
        text += "case \":$PATH:\" in\n    *:" + quoted + ":*) ;;\n    *) PATH=" + quoted +
                "\"${PATH:+:$PATH}\" ;;\nesac\n";
    }
    return environment.folders.empty() ? text : text + "export PATH\n";
}

std::string render_environment(const LoginEnvironment& environment) {
    std::string text = notice;
    // systemd ignores a line without a value; the expansion of this one is empty whatever the variable holds.
    for (const auto& [name, value] : environment.variables)
        text += name + "=" + (value.empty() ? "${" + name + ":+}" : quote_for_environment(value)) + "\n";
    if (!environment.folders.empty()) text += "PATH=" + join(environment.folders, ":") + "${PATH:+:$PATH}\n";
    return text;
}

std::string render_kernel_modules(const std::vector<std::string>& modules) {
    std::string text = notice;
    for (const auto& module : modules) text += module + "\n";
    return text;
}

std::string render_sysctl(const std::map<std::string, std::string>& values) {
    std::string text = notice;
    for (const auto& [key, value] : values) text += key + " = " + value + "\n";
    return text;
}

}  // namespace contract::evaluation
