// SPDX-License-Identifier: Apache-2.0
#include "selection.hpp"

#include <algorithm>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"

namespace contract::runtime {

namespace {

bool contains(const std::vector<std::string>& list, const std::string& item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

const std::pair<const std::string, core::Output>* output_at(const core::StorePath& path,
                                                            const Request& request) {
    for (const auto& entry : request.outputs)
        if (entry.second.path == path) return &entry;
    return nullptr;
}

std::vector<std::string> blockers(const core::PlannedProbe& probe, const Request& request) {
    std::vector<std::string> out;
    for (const auto& target : probe.depends_on)
        if (contains(request.blocked, target)) out.push_back(target);
    if (!out.empty()) return out;
    for (const auto& path : probe.uses) {
        if (output_at(path, request) != nullptr) continue;
        // Only the store path is known; the target is the dependency without an output.
        for (const auto& target : probe.depends_on)
            if (request.outputs.count(target) == 0 && !contains(out, target)) out.push_back(target);
        if (out.empty()) out.push_back(path.text());
    }
    return out;
}

// Store paths at their place on this machine. Where the store is at the fixed path nothing changes.
std::string made_real(std::string text, const Request& request) {
    for (const auto& [target, output] : request.outputs) {
        const std::string fixed = output.path.base().empty() ? "" : output.path.text();
        if (fixed.empty() || output.real_path.empty() || fixed == output.real_path) continue;
        for (auto at = text.find(fixed); at != std::string::npos;
             at = text.find(fixed, at + output.real_path.size()))
            text.replace(at, fixed.size(), output.real_path);
    }
    return text;
}

bool is_asked_for(const std::string& target, const Request& request) {
    const std::string name = target.substr(target.find('.') + 1);
    return request.probes.empty() || contains(request.probes, target) || contains(request.probes, name);
}

core::TargetOutcome not_asked_for(core::TargetOutcome out) {
    out.outcome = core::Outcome::skipped;
    out.reason = "not asked for";
    return out;
}

}  // namespace

std::optional<core::TargetOutcome> settled_before(const core::PlannedProbe& probe, const Request& request) {
    core::TargetOutcome out;
    out.target = probe.target;
    if (!is_asked_for(probe.target, request)) return not_asked_for(std::move(out));
    if (!probe.hosts.empty() && !contains(probe.hosts, request.host) &&
        !contains(probe.hosts, "hosts." + request.host)) {
        out.outcome = core::Outcome::not_applicable;
        out.reason = request.host.empty() ? "for declared hosts, and this machine is none (--host NAME)"
                                          : "not for host '" + request.host + "'";
        return out;
    }
    out.blocked_by = blockers(probe, request);
    if (out.blocked_by.empty()) return std::nullopt;
    out.outcome = core::Outcome::blocked;
    return out;
}

core::TargetOutcome settled(const core::Unplanned& unplanned, const Request& request) {
    core::TargetOutcome out;
    out.target = unplanned.target;
    if (!is_asked_for(unplanned.target, request)) return not_asked_for(std::move(out));
    out.reason = unplanned.reason;
    if (unplanned.outcome == core::Outcome::not_applicable) {
        out.outcome = core::Outcome::not_applicable;
        return out;
    }
    out.outcome = core::Outcome::blocked;
    out.blocked_by = unplanned.blocked_by;
    if (out.blocked_by.empty()) out.blocked_by.push_back(unplanned.target);  // by its own evaluation
    return out;
}

Observation observation_of(const core::PlannedProbe& probe, const Request& request) {
    Observation out;
    out.kind = probe.kind;
    out.timeout_ms = probe.timeout_ms;
    out.parameters = probe.parameters;
    for (auto& [name, parameter] : out.parameters) {
        if (auto* text = std::get_if<std::string>(&parameter)) *text = made_real(std::move(*text), request);
        if (auto* texts = std::get_if<std::vector<std::string>>(&parameter))
            for (auto& text : *texts) text = made_real(std::move(text), request);
    }
    const auto path = out.parameters.find("path");
    if (path != out.parameters.end())
        if (auto* text = std::get_if<std::string>(&path->second)) {
            const bool in_home = text->starts_with("~/") && !request.home_directory.empty();
            *text = in_home ? path::join(request.home_directory, text->substr(2))
                            : path::join(request.contract_directory,
                                         text->starts_with("./") ? text->substr(2) : *text);
        }
    return out;
}

std::vector<std::string> real_paths(const core::PlannedProbe& probe, const Request& request) {
    std::vector<std::string> out;
    for (const auto& path : probe.uses) {
        const auto* found = output_at(path, request);
        if (found == nullptr) throw InternalError("a probe without its output '" + path.base() + "' was run");
        out.push_back(found->second.real_path);
    }
    return out;
}

std::optional<CannotRun> cannot_run(const core::PlannedProbe& probe, const Request& request) {
    if (request.store_at_fixed_path) return std::nullopt;
    for (const auto& path : probe.uses) {
        const auto* found = output_at(path, request);
        if (found == nullptr) continue;
        for (const auto& reference : found->second.references) {
            if (reference == path) continue;
            return CannotRun{"'" + found->first + "' refers to '" + reference.text() +
                                 "', and this store is not at that path",
                             "sudo install -d -o \"$USER\" /var/lib/contract"};
        }
    }
    return std::nullopt;
}

}  // namespace contract::runtime
