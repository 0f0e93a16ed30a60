// SPDX-License-Identifier: Apache-2.0
#include "advice.hpp"

#include <signal.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "compiler_lines.hpp"
#include "contract/base/text.hpp"
#include "log_text.hpp"
#include "sayings.hpp"
#include "started_file.hpp"

namespace contract::build {

namespace {

constexpr std::size_t at_most = 3;

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

// ── the end ──

// A program that got no memory, or was killed as it took some, does not tell why. Empty: nothing bounds it.
std::string raise_memory(const core::PlannedAction& action) {
    if (!action.limits.memory_bytes) return {};
    return "raise `memory` of '" + action.target + "', by which each of its processes may have " +
           std::to_string(*action.limits.memory_bytes >> 20) + " MiB";
}

void name_memory_limit(Advice& advice, const core::PlannedAction& action) {
    if (advice.kind != "memory" || !action.limits.memory_bytes) return;
    advice.help = raise_memory(action) + ", or let it use less";
}

// What is to be done about a program that a signal ended; `number` is the signal's.
std::string signal_help(int number, const core::PlannedAction& action) {
    const std::string raise = action.limits.memory_bytes ? "; or " + raise_memory(action) : "";
    switch (number) {
        case SIGKILL:
            return "the kernel sends it for a lack of memory (`dmesg` tells), and so may one of its own "
                   "processes (`kill -9 0`): let it use less" +
                   raise;
        case SIGTERM:
            return "one of its own processes sent it, as `kill 0` does: look at the last program that the "
                   "log names";
        case SIGPIPE:
            return "it wrote into a pipe whose reader had ended, as `… | head` does under pipefail: let the "
                   "reader read to the end";
        default: return "look at the last program that the log names: it crashed, or ended itself" + raise;
    }
}

std::optional<Advice> from_end(const sandbox::RunResult& result, const core::PlannedAction& action) {
    using End = sandbox::RunResult::End;
    constexpr int told_by_shell = 128;
    if (result.end == End::signalled && result.status == SIGKILL)
        return Advice{"killed", "contract did not send this signal", signal_help(SIGKILL, action)};
    if (result.end == End::signalled && result.status == SIGTERM)
        return Advice{"signal", "contract did not send this signal", signal_help(SIGTERM, action)};
    if (result.end != End::exited || result.status <= told_by_shell || result.status >= told_by_shell + 65)
        return std::nullopt;
    const int number = result.status - told_by_shell;
    const char* meaning = ::sigdescr_np(number);
    if (meaning == nullptr) return std::nullopt;
    return Advice{"signal",
                  "status " + std::to_string(result.status) +
                      " is how a shell tells that a program was ended by signal " + std::to_string(number) +
                      " (" + meaning + ")",
                  signal_help(number, action)};
}

// ── the whole log ──

struct Reader {
    const core::PlannedAction& action;
    std::string_view log;
    const LookAtFile& look;

    std::optional<Advice> advice_of(std::string_view line) const {
        if (auto advice = sanitizer_advice(line)) return advice;
        if (auto advice = compiler_advice(line, log, action)) return advice;
        if (auto advice = linker_advice(line)) return advice;
        if (auto advice = from_module(line, action)) return advice;
        if (auto advice = loader_advice(line, action)) return advice;
        if (auto advice = carriage_return_advice(line)) return advice;
        if (auto advice = started_file_advice(line, look)) return advice;
        if (auto advice = shell_advice(line, action)) return advice;
        if (auto advice = refusal_advice(line, action, look)) return advice;
        return saying_advice(line);
    }
};

// A hundred errors of one kind have one remedy: the first says it.
void add(std::vector<Advice>& out, Advice advice, std::size_t number) {
    const auto known =
        std::find_if(out.begin(), out.end(), [&](const Advice& other) { return other.kind == advice.kind; });
    if (known != out.end()) {
        known->last_line = number;
        return;
    }
    if (out.size() >= at_most) return;
    advice.first_line = advice.last_line = number;
    out.push_back(std::move(advice));
}

}  // namespace

std::vector<Advice> advice_for(const core::PlannedAction& action, const sandbox::RunResult& result,
                               std::string_view log, const LookAtFile& look) {
    using End = sandbox::RunResult::End;
    std::vector<Advice> out;
    const bool is_silent = trim(log).empty();
    const Reader reader{action, log, look};
    auto rest = log;
    for (std::size_t number = 0; !rest.empty(); ++number) {
        const auto line = rest.substr(0, rest.find('\n'));
        if (auto advice = reader.advice_of(line)) add(out, std::move(*advice), number);
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    }
    if (auto advice = list_advice(action); advice && out.size() < at_most) out.push_back(std::move(*advice));
    if (auto advice = from_end(result, action); advice && out.size() < at_most)
        out.push_back(std::move(*advice));
    if (is_silent && out.empty() && result.end == End::exited)
        out.push_back({"silent", "it wrote nothing before it ended",
                       "begin its command with `set -x`, so that the log shows each step"});
    for (auto& advice : out) name_memory_limit(advice, action);
    return out;
}

}  // namespace contract::build
