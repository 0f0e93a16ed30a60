// SPDX-License-Identifier: Apache-2.0
//
// secrets and probes: what has to hold on the host at run time.
#include <algorithm>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/manifest/duration.hpp"
#include "probe_check.hpp"
#include "rendering.hpp"
#include "standing.hpp"

namespace contract::evaluation {

namespace {

bool names(const core::Parameter& parameter, const std::string& path) {
    const auto in = [&](const std::string& text) { return text.find(path) != std::string::npos; };
    if (const auto* text = std::get_if<std::string>(&parameter)) return in(*text);
    const auto* texts = std::get_if<std::vector<std::string>>(&parameter);
    return texts != nullptr && std::any_of(texts->begin(), texts->end(), in);
}

// The packages and inputs whose outputs the probe looks at.
std::vector<std::string> needs_of(const State& state, const core::PlannedProbe& probe) {
    std::vector<std::string> out;
    for (const auto& [target, output] : state.paths) {
        const core::StorePath& path = output;  // clang 14 captures no name of a binding
        const bool used = std::find(probe.uses.begin(), probe.uses.end(), path) != probe.uses.end();
        if (used || std::any_of(probe.parameters.begin(), probe.parameters.end(),
                                [&](const auto& entry) { return names(entry.second, path.text()); }))
            out.push_back(state.targets[target].name);
    }
    sort_unique(out);
    return out;
}

std::string octal(std::uint32_t mode) {
    std::string text;
    for (int shift = 9; shift >= 0; shift -= 3)
        text += static_cast<char>('0' + ((mode >> static_cast<unsigned>(shift)) & 7U));
    return text;
}

// ── secrets ──
bool check_secret(Rendering& rendering, const Declared& declared, HostValues& values,
                  const std::string& path) {
    if (!is_place(rendering, path)) {
        values.refuse("'" + harmless(path) + "' is no place of a secret", values.where("path"))
            .help.push_back(place_help(rendering));
        return false;
    }
    if (path::is_within(path, core::store_directory)) {
        values.refuse("a secret is never in the store", values.where("path"))
            .help.push_back("name where somebody else puts it, such as \"/run/secrets/" + declared.key +
                            "\"");
        return false;
    }
    const Declared* file = rendering.find("files", path);
    if (file == nullptr) return true;
    auto& finding = values.refuse("'" + harmless(path) +
                                      "' is a file of the contract, whose text everybody can read, and no "
                                      "secret",
                                  values.where("path"));
    finding.related.push_back({file->where, "declared as a file here"});
    finding.help.push_back("remove one of the two");
    return false;
}

// ── probes ──
void take_parameters(Rendering& rendering, const Declared& declared, const core::ProbeKind& kind,
                     core::PlannedProbe& probe) {
    const std::string path = rendering.values(declared).path();
    for (const auto& other : core::probe_kinds()) {
        for (const auto& parameter : other.parameters) {
            const std::string name(parameter.name);
            const Field* field = declared.find(name);
            if (field == nullptr || probe.parameter_spans.count(name) != 0) continue;
            const Span where = rendering.values(declared).where(name);
            probe.parameter_spans[name] = where;
            const core::Field* own = find_parameter(kind, name);
            if (own == nullptr) {
                report_unknown_parameter(rendering.state, rendering.target, kind, {name, where});
            } else if (auto value = parameter_of(field->value, own->type)) {
                probe.parameters[name] = std::move(*value);
            } else {
                rendering.state.fail(
                    rendering.target, "wrong-type",
                    "'" + path + "." + name + "' is of another type in kind '" + std::string(kind.name) + "'",
                    where);
            }
        }
    }
    for (const auto& parameter : kind.parameters)
        if (parameter.required && declared.find(std::string(parameter.name)) == nullptr && !declared.doubtful)
            report_missing_parameter(rendering.state, rendering.target, path, declared.where, parameter);
}

std::int64_t duration(HostValues& values, const std::string& name) {
    const std::string text = values.text(name);
    if (const auto milliseconds = manifest::duration_ms(text)) return *milliseconds;
    values
        .refuse("'" + values.path() + "." + name + "' is " + quoted(text) + ", which is no duration",
                values.where(name))
        .help.push_back("write a whole number and ms, s, m, h or d: \"500ms\", \"2s\", \"5m\"");
    return 1;
}

void take_uses(const Declared& declared, core::PlannedProbe& probe) {
    const Field* field = declared.find("uses");
    if (field == nullptr) return;
    for (const auto& item : *field->value.as<expression::List>()) {
        const auto* map = item.as<expression::Map>();
        const auto* path = map == nullptr ? nullptr : map->find("path");
        if (path == nullptr) continue;
        if (auto output = core::StorePath::parse(*path->as<std::string>())) probe.uses.push_back(*output);
    }
}

void take_expectation(Rendering& rendering, const Declared& declared, const core::ProbeKind& kind,
                      core::PlannedProbe& probe) {
    HostValues values = rendering.values(declared);
    probe.expect = std::string(kind.expect);
    if (!values.has("expect")) return;
    probe.expect = values.text("expect");
    probe.expect_where = values.where("expect");
    check_expectation(rendering.state, rendering.target, values.path(), {probe.expect, *probe.expect_where},
                      kind);
}

}  // namespace

core::PlannedProbe implied_probe(const Rendering& rendering, const std::string& name, const Span& where) {
    core::PlannedProbe probe;
    probe.target = rendering.state.targets[rendering.target].name + "." + name;
    probe.where = where;
    return probe;
}

void add_probe(Rendering& rendering, core::PlannedProbe probe) {
    probe.hosts = {rendering.state.host_of(rendering.target).name};
    probe.depends_on = needs_of(rendering.state, probe);
    rendering.out.probes.push_back(std::move(probe));
}

void render_secret(Rendering& rendering, const Declared& declared) {
    HostValues values = rendering.values(declared);
    core::Secret secret{declared.key, values.text("path"), values.text("owner"), values.mode("mode"),
                        declared.where};
    // What was refused when it was merged is not there.
    if (declared.find("path") == nullptr || !check_secret(rendering, declared, values, secret.path)) return;
    auto probe = implied_probe(rendering, "secrets." + declared.key, declared.where);
    probe.option = values.path();
    probe.kind = "file";
    probe.parameters["path"] = (rendering.is_home ? "~/" : "") + secret.path;
    probe.parameter_spans["path"] = values.where("path");
    probe.expect = "type == \"regular\" && mode == \"" + octal(secret.mode) + "\"";
    if (!secret.owner.empty()) probe.expect += " && owner == \"" + secret.owner + "\"";
    probe.hint = "a secret comes from no contract: whoever manages secrets puts it there";
    add_probe(rendering, std::move(probe));
    rendering.out.generation.secrets.push_back(std::move(secret));
}

void render_probe(Rendering& rendering, const Declared& declared) {
    HostValues values = rendering.values(declared);
    if (declared.find("kind") == nullptr) return;  // reported when it was merged
    const auto* kind = core::find_probe_kind(values.text("kind"));
    if (kind == nullptr)
        return report_unknown_kind(rendering.state, rendering.target,
                                   {values.text("kind"), values.where("kind")});
    auto probe = implied_probe(rendering, "probes." + declared.key, declared.where);
    probe.option = values.path();
    probe.kind = std::string(kind->name);
    probe.description = values.text("description");
    take_parameters(rendering, declared, *kind, probe);
    take_expectation(rendering, declared, *kind, probe);
    take_uses(declared, probe);
    probe.hint = values.text("hint");
    probe.severity = values.text("severity") == "warning" ? core::Severity::warning : core::Severity::error;
    probe.show = values.flag("show");
    probe.timeout_ms = duration(values, "timeout");
    probe.interval_ms = duration(values, "retry.interval");
    if (const Field* attempts = declared.find("retry.attempts"))
        probe.attempts = attempts->value.as<std::int64_t>().value_or(1);
    if (!declared.doubtful) add_probe(rendering, std::move(probe));
}

}  // namespace contract::evaluation
