// SPDX-License-Identifier: Apache-2.0
//
// A program of this machine, with the caller's environment: what it prints and how it ends are the facts.
#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/process.hpp"
#include "kinds.hpp"

namespace contract::runtime {

namespace {

constexpr std::uint64_t output_limit = 1 << 20;  // bytes of each stream

Fact stream_fact(std::string text, bool truncated, bool as_lines) {
    if (truncated && text.size() >= output_limit) return Fact::unknown("it is longer than 1 MiB");
    return as_lines ? lines_fact(text) : text_fact(std::move(text));
}

os::ProcessRequest request_for(const Observation& observation, const std::vector<std::string>& uses,
                               const std::string& contract_directory) {
    const auto found = observation.parameters.find("command");
    const auto* command = found == observation.parameters.end()
                              ? nullptr
                              : std::get_if<std::vector<std::string>>(&found->second);
    if (command == nullptr) throw InternalError("a command probe without a command was planned");
    os::ProcessRequest request;
    request.command = *command;
    request.environment = os::current_environment();
    request.directory = contract_directory;
    request.deadline = std::chrono::milliseconds(observation.timeout_ms);
    request.output_limit = output_limit;
    std::string path;
    for (const auto& directory : uses) path += path::join(directory, "bin") + ":";
    const auto own = request.environment.find("PATH");
    // Without PATH, the directories that every shell falls back to.
    request.environment["PATH"] = path + (own == request.environment.end() ? "/usr/bin:/bin" : own->second);
    // A relative path means the contract directory, not the directory that contract was called in.
    if (!request.command.empty() && request.command[0].find('/') != std::string::npos)
        request.command[0] = path::join(contract_directory, request.command[0]);
    return request;
}

}  // namespace

Facts observe_command(const Observation& observation, const std::vector<std::string>& uses,
                      const std::string& contract_directory) {
    const auto request = request_for(observation, uses, contract_directory);
    Facts out;
    if (request.command.empty() || request.command[0].empty()) {
        out = all_unknown(observation, "the command is empty");
        out.can_change = false;
        return out;
    }
    const std::string source = join(request.command, " ");
    auto ran = os::run(request);
    if (!ran) {
        const bool missing = ran.error().code == "program-missing";
        out = all_unknown(observation, ran.error().message,
                          missing ? "install it, or name the package that has it in uses" : "");
        out.can_change = !missing;
        out.source = source;
        return out;
    }
    if (ran->end == os::ProcessResult::End::deadline) {
        out = all_unknown(observation,
                          "it did not end within " + std::to_string(observation.timeout_ms) + " ms",
                          "raise timeout, or find out what it waits for");
        out.source = source;
        return out;
    }
    const bool exited = ran->end == os::ProcessResult::End::exited;
    out.source = source;
    out.facts["exit"] = Fact::known({std::int64_t{exited ? ran->status : -1}});
    out.facts["signal"] = Fact::known({std::int64_t{exited ? 0 : ran->status}});
    out.facts["lines"] = stream_fact(ran->output, ran->truncated, true);
    out.facts["stdout"] = stream_fact(std::move(ran->output), ran->truncated, false);
    out.facts["stderr"] = stream_fact(std::move(ran->errors), ran->truncated, false);
    return out;
}

}  // namespace contract::runtime
