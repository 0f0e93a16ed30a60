// SPDX-License-Identifier: Apache-2.0
//
// `contract show` for people: what is planned, section by section, or all that is planned of one target.
#include <algorithm>

#include "config.hpp"
#include "contract/base/text.hpp"
#include "octal.hpp"
#include "paint.hpp"

namespace contract::report {

namespace {

struct Line {
    std::string target;
    std::string what;
};

std::string place_of(const Span& where) {
    return where.line == 0 ? "" : harmless(where.file.text()) + ":" + std::to_string(where.line);
}

std::string root_text(const core::Root& root) {
    if (root.kind == core::RootKind::none) return "none: nothing but the declared store paths";
    if (root.kind == core::RootKind::tree) return "inputs." + root.input + ": " + root.path.text();
    return "inputs." + root.input + ": " + list_text(root.folders, 8) + " of this machine, not hermetic";
}

std::string short_rev(const std::string& rev) {
    return rev.substr(0, 12);
}

std::string input_text(const core::PlannedInput& input) {
    if (input.kind == core::InputKind::host) return "folders of this machine: " + list_text(input.folders, 4);
    std::string out = std::string(core::word(input.kind)) + " " + input.url;
    if (!input.pin.rev.empty()) out += " @ " + short_rev(input.pin.rev);
    return out;
}

// Of inputs with one source the one that is declared nearest to us.
const core::PlannedInput& first_with_source(const core::Plan& plan, const core::PlannedInput& input) {
    const auto depth = [](const core::PlannedInput& one) {
        return std::count(one.target.begin(), one.target.end(), '/');
    };
    const core::PlannedInput* first = &input;
    for (const auto& other : plan.inputs)
        if (other.kind == input.kind && other.url == input.url && other.subdir == input.subdir &&
            depth(other) < depth(*first))
            first = &other;
    return *first;
}

// A different ref of one source is a second version of it: told with the contract that asks for it.
std::string asked_for(const core::Plan& plan, const core::PlannedInput& input) {
    const auto slash = input.target.rfind('/');
    if (slash == std::string::npos) return "";
    std::string out = ", for " + input.target.substr(0, slash);
    const auto& first = first_with_source(plan, input);
    const bool second = !input.url.empty() && input.base.empty() && first.target != input.target;
    return second ? out + ": a second version of " + first.target : out;
}

std::string host_text(const core::PlannedHost& host) {
    return host.system + ", " + count(host.generation.entries.size(), "path") + ", " +
           count(host.generation.units.size(), "unit");
}

std::size_t files_of(const core::PlannedFormatter& formatter) {
    std::size_t files = 0;
    for (const auto& batch : formatter.batches) files += batch.files.size();
    return files;
}

std::string formatter_text(const core::PlannedFormatter& formatter) {
    std::string out = count(files_of(formatter), "file");
    if (!formatter.after.empty()) out += ", after " + list_text(formatter.after, 4);
    return formatter.description.empty() ? out : out + ": " + formatter.description;
}

template <typename Entrance>
std::string entrance_text(const Entrance& entrance) {
    return entrance.description.empty() ? "with " + list_text(entrance.depends_on, 4) : entrance.description;
}

std::string parameter_text(const core::Parameter& parameter) {
    if (const auto* truth = std::get_if<bool>(&parameter)) return *truth ? "true" : "false";
    if (const auto* number = std::get_if<std::int64_t>(&parameter)) return std::to_string(*number);
    if (const auto* text = std::get_if<std::string>(&parameter)) return *text;
    std::vector<std::string> parts;
    for (const auto& text : std::get<std::vector<std::string>>(parameter)) parts.push_back(quoted(text));
    return join(parts, " ");
}

std::string unplanned_text(const core::Unplanned& unplanned) {
    std::string out(core::word(unplanned.outcome));
    if (!unplanned.blocked_by.empty()) out += " by " + list_text(unplanned.blocked_by, 4);
    if (!unplanned.reason.empty()) out += ": " + unplanned.reason;
    return out;
}

std::string policy_text(const core::PlannedPolicy& policy) {
    if (!policy.holds) return std::string("does not hold, ") + std::string(core::word(policy.severity));
    return "holds" + (policy.message.empty() ? "" : ": " + policy.message);
}

// ── the overview ──
std::string section(std::string_view title, const std::vector<Line>& lines, const Style& style) {
    if (lines.empty()) return {};
    int widest = 0;
    for (const auto& line : lines) widest = std::max(widest, display_width(harmless(line.target)));
    std::string out = "\n" + paint(style, Ink::bold, title) + "\n";
    for (const auto& line : lines)
        out += "  " + padded(harmless(line.target), widest) + "  " + harmless(line.what) + "\n";
    return out;
}

template <typename List, typename What>
std::vector<Line> lines_of(const List& list, const What& what) {
    std::vector<Line> lines;
    for (const auto& item : list) lines.push_back({item.target, what(item)});
    return lines;
}

std::string inputs_section(const core::Plan& plan, const Style& style) {
    const auto text = [&](const core::PlannedInput& input) {
        return input_text(input) + asked_for(plan, input);
    };
    return section("inputs", lines_of(plan.inputs, text), style);
}

std::string policies_section(const core::Plan& plan, const Style& style) {
    return section("policies", lines_of(plan.policies, policy_text), style);
}

std::string unplanned_policies(const core::Plan& plan, const Style& style) {
    std::vector<Line> lines;
    for (const auto& one : plan.unplanned)
        if (one.target.starts_with("policies.")) lines.push_back({one.target, unplanned_text(one)});
    return section("not judged", lines, style);
}

std::string overview(const core::Plan& plan, const Style& style) {
    std::string out = paint(style, Ink::bold, harmless(plan.contract)) + "   " + harmless(plan.system) + "\n";
    if (!plan.description.empty()) out += harmless(plan.description) + "\n";
    out += inputs_section(plan, style);
    out += section("toolchains",
                   lines_of(plan.toolchains, [](const auto& one) { return "root " + root_text(one.root); }),
                   style);
    out += section("packages", lines_of(plan.packages, [](const auto& one) { return one.output.text(); }),
                   style);
    out += section("checks",
                   lines_of(plan.checks,
                            [](const auto& one) {
                                if (!one.description.empty() || one.depends_on.empty())
                                    return one.description;
                                return "after " + list_text(one.depends_on, 4);
                            }),
                   style);
    out += section("formatters", lines_of(plan.formatters, formatter_text), style);
    out += section("shells", lines_of(plan.shells, entrance_text<core::PlannedShell>), style);
    out += section("commands", lines_of(plan.commands, entrance_text<core::PlannedCommand>), style);
    out += section("hosts", lines_of(plan.hosts, host_text), style);
    out += section(
        "probes", lines_of(plan.probes, [](const auto& one) { return one.kind + ": " + one.expect; }), style);
    out += policies_section(plan, style);
    out += section("not planned", lines_of(plan.unplanned, unplanned_text), style);
    return out;
}

// ── one target ──
class Sheet {
public:
    explicit Sheet(const Style& style) : style_(style) {}

    void title(const std::string& target, const Span& where, const std::string& description) {
        out_ += paint(style_, Ink::bold, harmless(target));
        if (where.line != 0) out_ += "   " + place_of(where);
        out_ += "\n";
        if (!description.empty()) out_ += harmless(description) + "\n";
        out_ += "\n";
    }
    void row(const std::string& name, const std::string& text) {
        if (text.empty()) return;
        const auto lines = split(harmless(text), '\n');
        out_ += "  " + padded(harmless(name), 13) + " " + lines[0] + "\n";
        for (std::size_t i = 1; i < lines.size(); ++i)
            if (i + 1 < lines.size() || !lines[i].empty()) out_ += std::string(16, ' ') + lines[i] + "\n";
    }
    void rows(const std::string& name, const std::vector<std::string>& texts) {
        row(name, join(texts, "\n"));
    }
    std::string take() { return std::move(out_); }

private:
    const Style& style_;
    std::string out_;
};

std::vector<std::string> variable_lines(const std::map<std::string, std::string>& variables) {
    std::vector<std::string> out;
    for (const auto& [name, value] : variables) out.push_back(name + "=" + value);
    return out;
}

std::vector<std::string> path_lines(const std::vector<core::StorePath>& paths) {
    std::vector<std::string> out;
    for (const auto& path : paths) out.push_back(path.text());
    return out;
}

std::vector<std::string> patch_lines(const std::vector<core::PlannedPatch>& patches) {
    std::vector<std::string> out;
    for (const auto& patch : patches) out.push_back(patch.path + " (" + place_of(patch.where) + ")");
    return out;
}

std::vector<std::string> changed_lines(const std::vector<core::ChangedKey>& keys) {
    std::vector<std::string> out;
    for (const auto& key : keys) out.push_back(key.key + ", by " + place_of(key.where));
    return out;
}

std::string limits_text(const core::Limits& limits) {
    std::string text = std::to_string(limits.timeout_seconds) + " s, " +
                       std::to_string(limits.silence_seconds) + " s of silence";
    if (limits.memory_bytes) text += ", " + std::to_string(*limits.memory_bytes >> 20) + " MiB a process";
    return text;
}

std::string sheet(const core::PlannedInput& input, const Style& style) {
    Sheet out(style);
    out.title(input.target, input.where, "");
    out.row("kind", std::string(core::word(input.kind)));
    out.row("url", input.url);
    out.row("in", input.base);
    out.row("ref", input.ref);
    out.row("subdir", input.subdir);
    out.rows("folders", input.folders);
    out.row("revision", input.pin.rev);
    out.row("date", input.pin.date);
    if (input.kind != core::InputKind::host) out.row("tree", input.tree.text());
    if (!input.path.base().empty()) out.row("path", input.path.text());
    return out.take();
}

std::string sheet(const core::PlannedToolchain& toolchain, const Style& style) {
    Sheet out(style);
    out.title(toolchain.target, toolchain.where, "");
    out.row("root", root_text(toolchain.root));
    out.rows("uses", path_lines(toolchain.uses));
    out.rows("environment", variable_lines(toolchain.environment));
    out.rows("depends on", toolchain.depends_on);
    return out.take();
}

std::string sheet(const core::PlannedAction& action, const Style& style) {
    Sheet out(style);
    out.title(action.target, action.where, action.description);
    out.row("recipe", core::digest_of(action.recipe).text());
    if (core::is_package(action.target)) out.row("output", action.output.text());
    out.rows("command", action.recipe.command);
    out.rows("environment", variable_lines(action.recipe.environment));
    if (action.recipe.source) out.row("source", action.recipe.source->text());
    out.rows("only", action.recipe.include);
    out.rows("but not", action.recipe.exclude);
    out.rows("patches", patch_lines(action.patches));
    out.rows("overridden", changed_lines(action.changed));
    out.rows("uses", path_lines(action.recipe.uses));
    out.row("root", root_text(action.recipe.root));
    out.row("system", action.recipe.system);
    out.row("sandbox", std::string(core::word(action.recipe.least_level)) + " at least");
    out.row("limits", limits_text(action.limits));
    out.rows("depends on", action.depends_on);
    return out.take();
}

std::string sheet(const core::PlannedFormatter& formatter, const Style& style) {
    Sheet out(style);
    out.title(formatter.target, formatter.where, formatter.description);
    std::vector<std::string> files;
    for (const auto& batch : formatter.batches)
        files.insert(files.end(), batch.files.begin(), batch.files.end());
    std::sort(files.begin(), files.end());
    out.rows("files", files);
    if (!formatter.batches.empty()) {
        const auto& batch = formatter.batches[0];
        out.rows("command", {batch.recipe.command.begin(),
                             batch.recipe.command.end() - static_cast<std::ptrdiff_t>(batch.files.size())});
        out.rows("environment", variable_lines(batch.recipe.environment));
        out.row("root", root_text(batch.recipe.root));
    }
    out.row("checked in", formatter.batches.size() == 1
                              ? "one action"
                              : count(formatter.batches.size(), "action") + ", each of some of the files");
    out.rows("after", formatter.after);
    out.rows("depends on", formatter.depends_on);
    return out.take();
}

template <typename Entrance>
Sheet entrance_sheet(const Entrance& entrance, const Style& style) {
    Sheet out(style);
    out.title(entrance.target, entrance.where, entrance.description);
    out.row("root", root_text(entrance.root));
    out.rows("uses", path_lines(entrance.uses));
    out.rows("environment", variable_lines(entrance.environment));
    return out;
}

std::string sheet(const core::PlannedShell& shell, const Style& style) {
    Sheet out = entrance_sheet(shell, style);
    out.row("enter", shell.enter);
    out.rows("depends on", shell.depends_on);
    return out.take();
}

std::string sheet(const core::PlannedCommand& command, const Style& style) {
    Sheet out = entrance_sheet(command, style);
    out.rows("command", command.command);
    out.rows("needs", command.needs);
    out.rows("depends on", command.depends_on);
    return out.take();
}

std::string entry_text(const core::GenerationEntry& entry) {
    std::string out = octal(entry.mode) + " ";
    if (!entry.owner.empty()) out += entry.owner + ":" + entry.group + " ";
    out += (entry.path.starts_with('/') ? "" : "~/") + entry.path;
    if (const auto* link = std::get_if<core::LinkEntry>(&entry.content)) out += " -> " + link->target;
    if (const auto* text = std::get_if<core::FileText>(&entry.content))
        out += ", " + count(text->bytes.size(), "byte");
    if (const auto* stored = std::get_if<core::FileInStore>(&entry.content))
        out += ", from " + stored->output.text() + "/" + stored->relative;
    if (std::holds_alternative<core::FolderEntry>(entry.content)) out += "/";
    if (!entry.restart.empty()) out += ", restarts " + join(entry.restart, ", ");
    if (!entry.reload.empty()) out += ", reloads " + join(entry.reload, ", ");
    if (entry.on_modified != core::OnModified::refuse)
        out += ", when edited: " + std::string(core::word(entry.on_modified));
    out += "  by " + entry.option;
    return entry.where.line == 0 ? out : out + " (" + place_of(entry.where) + ")";
}

std::string unit_text(const core::GenerationUnit& unit, bool is_home) {
    if (!unit.starts.empty()) return unit.name + " starts " + unit.starts;
    const std::string text = unit.name + " runs " + unit.program;
    return is_home ? text : text + " as " + (unit.user.empty() ? "root" : unit.user);
}

std::string secret_text(const core::Secret& secret) {
    return secret.name + ": " + octal(secret.mode) + " " + (secret.owner.empty() ? "" : secret.owner + " ") +
           (secret.path.starts_with('/') ? "" : "~/") + secret.path;
}

template <typename List, typename Text>
std::vector<std::string> texts_of(const List& list, const Text& text) {
    std::vector<std::string> lines;
    for (const auto& item : list) lines.push_back(text(item));
    return lines;
}

std::string sheet(const core::PlannedHost& host, const Style& style) {
    Sheet out(style);
    out.title(host.target, host.where, host.description);
    out.row("system", host.system);
    out.row("class", host.host_class);
    out.row("root", root_text(host.root));
    out.row("generation", core::digest_of(host.generation).text());
    const auto& generation = host.generation;
    const bool is_home = host.host_class == "home";
    out.rows("files", texts_of(generation.entries, entry_text));
    out.rows("units", texts_of(generation.units, [&](const auto& unit) { return unit_text(unit, is_home); }));
    out.rows("on PATH", texts_of(generation.path_packages,
                                 [](const auto& package) { return package.output.text() + "/bin"; }));
    out.rows("secrets", texts_of(generation.secrets, secret_text));
    out.rows("takes over", texts_of(generation.agreed, [](const auto& agreed) { return agreed.path; }));
    out.rows("depends on", host.depends_on);
    return out.take();
}

std::string sheet(const core::PlannedProbe& probe, const Style& style) {
    Sheet out(style);
    out.title(probe.target, probe.where, probe.description);
    out.row("by", probe.option);
    out.row("kind", probe.kind);
    for (const auto& [name, parameter] : probe.parameters) out.row(name, parameter_text(parameter));
    out.row("expect", probe.expect);
    out.rows("uses", path_lines(probe.uses));
    out.row("hosts", probe.hosts.empty() ? "wherever check runs" : join(probe.hosts, ", "));
    out.row("severity", std::string(core::word(probe.severity)));
    out.row("timeout", std::to_string(probe.timeout_ms) + " ms");
    if (probe.attempts > 1)
        out.row("retry", count(static_cast<std::size_t>(probe.attempts), "attempt") + ", " +
                             std::to_string(probe.interval_ms) + " ms apart");
    out.row("hint", probe.hint);
    out.rows("depends on", probe.depends_on);
    return out.take();
}

std::string sheet(const core::PlannedPolicy& policy, const Style& style) {
    Sheet out(style);
    out.title(policy.target, policy.where, "");
    out.row("assert", policy.assertion);
    out.row("when", policy.condition);
    out.row("message", policy.message);
    out.row("severity", std::string(core::word(policy.severity)));
    out.row("outcome", policy.holds ? "holds" : "does not hold");
    return out.take();
}

std::string sheet(const core::Unplanned& unplanned, const Style& style) {
    Sheet out(style);
    out.title(unplanned.target, unplanned.where, "");
    out.row("not planned", unplanned_text(unplanned));
    return out.take();
}

// Appends the sheet of `target` when the list has it.
template <typename List>
void look_in(const List& list, const std::string& target, const Style& style, std::string& out) {
    for (const auto& item : list)
        if (item.target == target) out += sheet(item, style);
}

}  // namespace

std::string option_text(const core::Plan& plan, const std::string& target) {
    for (const auto& host : plan.hosts)
        if (target.starts_with(host.target + "."))
            return config_text(host, target.substr(host.target.size() + 1));
    return "";
}

std::string plan_text(const core::Plan& plan, const std::string& target, const Style& style) {
    if (target.empty()) return overview(plan, style);
    if (target == "inputs") return inputs_section(plan, style);
    if (target == "policies") return policies_section(plan, style) + unplanned_policies(plan, style);
    std::string out;
    look_in(plan.inputs, target, style, out);
    look_in(plan.toolchains, target, style, out);
    look_in(plan.packages, target, style, out);
    look_in(plan.checks, target, style, out);
    look_in(plan.formatters, target, style, out);
    look_in(plan.shells, target, style, out);
    look_in(plan.commands, target, style, out);
    look_in(plan.hosts, target, style, out);
    look_in(plan.probes, target, style, out);
    look_in(plan.policies, target, style, out);
    look_in(plan.unplanned, target, style, out);
    return out;
}

}  // namespace contract::report
