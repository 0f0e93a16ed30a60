// SPDX-License-Identifier: Apache-2.0
#include "advice.hpp"

#include <signal.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>

#include "contract/base/text.hpp"

namespace contract::build {

namespace {

constexpr std::size_t at_most = 3;

// ── lines that say it in so many words ──

struct Saying {
    std::string_view text;
    std::string_view kind;
    std::string_view help;
};

constexpr std::string_view more_memory =
    "let it use less: fewer jobs (`--jobs`), or smaller ones; no `memory` bounds it";
constexpr std::string_view fewer_processes = "let it start fewer processes at once: a build may have 8192";

// The first that fits a line decides.
constexpr std::array sayings = std::to_array<Saying>({
    {"/homeless", "home",
     "a build has no home: set HOME in its command to a folder below $TMPDIR, or tell the tool another "
     "folder"},
    {"No space left on device", "disk",
     "make room on the disk of the store, or set CONTRACT_HOME to another one"},
    {"MemoryError", "memory", more_memory},
    {"Cannot allocate memory", "memory", more_memory},
    {"cannot allocate memory", "memory", more_memory},
    {"memory exhausted", "memory", more_memory},
    {"memory allocation of", "memory", more_memory},
    {"std::bad_alloc", "memory", more_memory},
    {"out of memory", "memory", more_memory},
    {"Out of memory", "memory", more_memory},
    {"can't start new thread", "memory", more_memory},
    {"fork: Resource temporarily unavailable", "processes", fewer_processes},
    {"fork: retry", "processes", fewer_processes},
    {"Cannot fork", "processes", fewer_processes},
    {"can't fork", "processes", fewer_processes},
    {"Read-only file system", "read-only",
     "a build may write below $out, $TMPDIR and /tmp, and nowhere else"},
});

std::optional<Advice> from_saying(std::string_view line) {
    for (const auto& saying : sayings)
        if (line.find(saying.text) != std::string_view::npos)
            return Advice{std::string(saying.kind), std::string(trim(line)), std::string(saying.help)};
    return std::nullopt;
}

// ── refusals ──

std::optional<Advice> from_refusal(std::string_view line) {
    constexpr std::array privileged{
        "chmod", "chown", "changing permissions", "changing ownership", "mknod", "mount", "setuid", "setgid"};
    if (line.find("Operation not permitted") == std::string_view::npos) return std::nullopt;
    const bool known = std::any_of(privileged.begin(), privileged.end(), [&](const char* word) {
        return line.find(word) != std::string_view::npos;
    });
    if (!known) return std::nullopt;
    return Advice{
        "refused", std::string(trim(line)),
        "a build has no privileges, and an output has neither owners nor set-user-id files nor devices: "
        "leave that step out"};
}

std::optional<Advice> from_store(std::string_view line) {
    if (line.find("Permission denied") == std::string_view::npos ||
        line.find(core::store_directory) == std::string_view::npos)
        return std::nullopt;
    return Advice{"read-only", std::string(trim(line)),
                  "what a build uses cannot be changed: copy it below $TMPDIR first, or write to $out"};
}

// ── names in quotes ──

std::string between(std::string_view line, std::string_view before, std::string_view ends) {
    const auto at = line.find(before);
    if (at == std::string_view::npos) return {};
    const auto name = line.substr(at + before.size());
    return std::string(name.substr(0, name.find_first_of(ends)));
}

struct Naming {
    std::string_view before;
    std::string_view ends;  // characters behind the name
    std::string_view what;
};

constexpr std::array modules = std::to_array<Naming>({
    {"No module named '", "'", "the Python module"},
    {"Can't locate ", " ", "the Perl module"},
    {"Cannot find module '", "'", "the Node module"},
    {"cannot load such file -- ", " ()", "the Ruby file"},
});

std::optional<Advice> from_module(std::string_view line, const core::PlannedAction& action) {
    for (const auto& naming : modules) {
        const auto name = between(line, naming.before, naming.ends);
        if (name.empty()) continue;
        return Advice{"missing", std::string(trim(line)),
                      "add what provides " + std::string(naming.what) + " '" + harmless(name) +
                          "' to `uses` of '" + action.target + "' or to its root"};
    }
    return std::nullopt;
}

std::optional<Advice> from_linker(std::string_view line) {
    auto name = between(line, "undefined reference to `", "'");
    if (name.empty()) name = between(line, "undefined symbol: ", " ");
    if (name.empty()) return std::nullopt;
    return Advice{"unlinked", std::string(trim(line)),
                  "link what has '" + harmless(name) +
                      "' (-lNAME, behind what needs it), and add what provides it to "
                      "`uses` or the root"};
}

// ── a program of the source that does not start ──

// "./build.sh: not found" and "./build.sh: Permission denied", as shells and env say it.
std::string started_file(std::string_view line, std::string_view ending) {
    const auto at = line.find(ending);
    if (at == std::string_view::npos) return {};
    const auto before = line.substr(0, at);
    const auto begin = before.find_last_of(" \t'\"");
    const auto name = begin == std::string_view::npos ? before : before.substr(begin + 1);
    return name.find('/') == std::string_view::npos || name.starts_with('/') ? std::string()
                                                                             : std::string(name);
}

std::optional<Advice> from_file(std::string_view line, const LookAtFile& look) {
    if (!look) return std::nullopt;
    if (const auto name = started_file(line, ": Permission denied"); !name.empty()) {
        const auto file = look(name);
        if (!file || file->executable) return std::nullopt;
        return Advice{
            "not-executable", "'" + harmless(name) + "' is not executable",
            "make it so, `chmod +x " + harmless(name) + "`: git keeps that; or start its interpreter"};
    }
    auto name = started_file(line, ": not found");
    if (name.empty()) name = started_file(line, ": No such file or directory");
    if (name.empty()) return std::nullopt;
    const auto file = look(name);
    if (!file || !file->first_line.starts_with("#!")) return std::nullopt;
    const auto interpreter = trim(std::string_view(file->first_line).substr(2));
    const auto program = std::string(interpreter.substr(0, interpreter.find_first_of(" \t\r")));
    return Advice{
        "interpreter",
        "'" + harmless(name) + "' is there, and its first line asks for '" + harmless(program) +
            "', which the sandbox does not have",
        "write `#!/usr/bin/env NAME`, or start it with its interpreter; the interpreter has to come from the "
        "root or from `uses`"};
}

// ── compilers ──

bool is_diagnostic(std::string_view line) {
    const auto at = line.find(": error: ");
    const auto fatal = line.find(": fatal error: ");
    const auto end = std::min(at, fatal);
    if (end == std::string_view::npos) return false;
    // FILE:LINE or FILE:LINE:COLUMN
    const auto place = line.substr(0, end);
    const auto colon = place.find(':');
    return colon != std::string_view::npos && colon > 0 && colon + 1 < place.size() &&
           std::all_of(place.begin() + static_cast<std::ptrdiff_t>(colon) + 1, place.end(),
                       [](char c) { return c == ':' || std::isdigit(static_cast<unsigned char>(c)) != 0; });
}

std::optional<Advice> from_compiler(std::string_view line) {
    // What is not found is told by a clue of its own.
    if (!is_diagnostic(line) || line.find("No such file") != std::string_view::npos ||
        line.find("file not found") != std::string_view::npos)
        return std::nullopt;
    const auto place = line.substr(0, std::min(line.find(": error: "), line.find(": fatal error: ")));
    return Advice{"compiler", std::string(trim(line)), "correct " + harmless(place) + ", the first error"};
}

// ── the end ──

// A program that got no memory, or was killed as it took some, does not tell why.
void name_memory_limit(Advice& advice, const core::PlannedAction& action) {
    if (!action.limits.memory_bytes) return;
    const std::string raise = "raise `memory` of '" + action.target +
                              "', by which each of its processes may have " +
                              std::to_string(*action.limits.memory_bytes >> 20) + " MiB";
    if (advice.kind == "memory") advice.help = raise + ", or let it use less";
    if (advice.kind == "killed" || advice.kind == "signal") advice.help += "; or " + raise;
}

std::optional<Advice> from_end(const sandbox::RunResult& result) {
    using End = sandbox::RunResult::End;
    constexpr int told_by_shell = 128;
    if (result.end == End::signalled && result.status == SIGKILL)
        return Advice{"killed", "nothing in the sandbox but the kernel sends this signal to all of it",
                      "look at the kernel's log (`dmesg`) for a lack of memory; let it use less"};
    if (result.end != End::exited || result.status <= told_by_shell || result.status >= told_by_shell + 65)
        return std::nullopt;
    const int number = result.status - told_by_shell;
    const char* meaning = ::sigdescr_np(number);
    if (meaning == nullptr) return std::nullopt;
    return Advice{"signal",
                  "status " + std::to_string(result.status) +
                      " is how a shell tells that a program was ended by signal " + std::to_string(number) +
                      " (" + meaning + ")",
                  "look at the last program that the log names: it crashed, or ended itself"};
}

std::optional<Advice> from_line(std::string_view line, const core::PlannedAction& action,
                                const LookAtFile& look) {
    if (auto advice = from_compiler(line)) return advice;
    if (auto advice = from_linker(line)) return advice;
    if (auto advice = from_module(line, action)) return advice;
    if (auto advice = from_file(line, look)) return advice;
    if (auto advice = from_store(line)) return advice;
    if (auto advice = from_refusal(line)) return advice;
    return from_saying(line);
}

}  // namespace

std::vector<Advice> advice_for(const core::PlannedAction& action, const sandbox::RunResult& result,
                               std::string_view log, const LookAtFile& look) {
    std::vector<Advice> out;
    const bool is_silent = trim(log).empty();
    while (!log.empty() && out.size() < at_most) {
        const auto end = log.find('\n');
        auto advice = from_line(log.substr(0, end), action, look);
        log.remove_prefix(end == std::string_view::npos ? log.size() : end + 1);
        if (!advice) continue;
        // A hundred errors of one kind have one remedy: the first says it.
        const bool known = std::any_of(out.begin(), out.end(),
                                       [&](const Advice& other) { return other.kind == advice->kind; });
        if (!known) out.push_back(std::move(*advice));
    }
    if (auto advice = from_end(result); advice && out.size() < at_most) out.push_back(std::move(*advice));
    if (is_silent && out.empty() && result.end == sandbox::RunResult::End::exited)
        out.push_back({"silent", "it wrote nothing before it ended",
                       "begin its command with `set -x`, so that the log shows each step"});
    for (auto& advice : out) name_memory_limit(advice, action);
    return out;
}

}  // namespace contract::build
