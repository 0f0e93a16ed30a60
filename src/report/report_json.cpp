// SPDX-License-Identifier: Apache-2.0
//
// contract.report/v1. Keys are only ever added within a major version.
#include <map>

#include "contract/base/text.hpp"
#include "contract/report/report.hpp"
#include "counts.hpp"
#include "members.hpp"

namespace contract::report {

namespace {

std::int64_t number(std::size_t value) {
    return static_cast<std::int64_t>(value);
}

json::Value stage_member(core::Stage stage, const core::StageReport& report) {
    if (!report.requested)
        return json::Object{{"outcome", core::word(core::Outcome::skipped)},
                            {"reason", "not asked for (--stage)"}};
    json::Object out{{"outcome", core::word(report.outcome)}, {"duration_ms", report.duration_ms}};
    const Counts counts = count_targets(report);
    const bool build = stage == core::Stage::build;
    const auto add = [&](const char* name, std::size_t value, bool always) {
        if (always || value > 0) out.emplace_back(name, number(value));
    };
    if (build) {
        add("built", counts.passed - counts.cached, true);
    } else {
        add("passed", counts.passed, true);
    }
    add("cached", counts.cached, build);
    add("failed", counts.failed, true);
    add("unknown", counts.unknown, false);
    add("blocked", counts.blocked, false);
    add("not_applicable", counts.not_applicable, false);
    add("skipped", counts.skipped, false);
    return {std::move(out)};
}

// Everything that the stages say about one target.
struct Gathered {
    json::Object outcomes;
    json::Object reasons;
    json::Object durations;
    std::vector<std::string> blocked_by;
    const core::TargetOutcome* build = nullptr;
    const core::TargetOutcome* activation = nullptr;
};

json::Value target_member(const std::string& name, Gathered gathered) {
    json::Object out{{"target", text_member(name)}, {"outcomes", std::move(gathered.outcomes)}};
    if (gathered.build != nullptr) {
        if (gathered.build->action) out.emplace_back("action", gathered.build->action->text());
        if (gathered.build->output) out.emplace_back("output", gathered.build->output->text());
        out.emplace_back("cached", gathered.build->cached);
    }
    if (!gathered.blocked_by.empty()) out.emplace_back("blocked_by", texts_member(gathered.blocked_by));
    if (gathered.activation != nullptr && gathered.activation->generation)
        out.emplace_back("generation", json::Object{{"next", gathered.activation->generation->text()}});
    if (!gathered.reasons.empty()) out.emplace_back("reasons", std::move(gathered.reasons));
    out.emplace_back("durations_ms", std::move(gathered.durations));
    return {std::move(out)};
}

json::Value targets_member(const core::Report& report) {
    std::map<std::string, Gathered> targets;
    for (const core::Stage stage : core::all_stages) {
        if (!report.stage(stage).requested) continue;
        const std::string stage_word(core::word(stage));
        for (const auto& outcome : report.stage(stage).targets) {
            Gathered& gathered = targets[outcome.target];
            gathered.outcomes.emplace_back(stage_word, core::word(outcome.outcome));
            gathered.durations.emplace_back(stage_word, outcome.duration_ms);
            if (!outcome.reason.empty())
                gathered.reasons.emplace_back(stage_word, text_member(outcome.reason));
            for (const auto& blocker : outcome.blocked_by) {
                bool known = false;
                for (const auto& other : gathered.blocked_by) known = known || other == blocker;
                if (!known) gathered.blocked_by.push_back(blocker);
            }
            if (stage == core::Stage::build) gathered.build = &outcome;
            if (stage == core::Stage::activation) gathered.activation = &outcome;
        }
    }
    json::Array out;
    for (auto& [name, gathered] : targets) out.push_back(target_member(name, std::move(gathered)));
    return {std::move(out)};
}

json::Value fact_member(const core::FactValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return text_member(*text);
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return {*integer};
    if (const auto* truth = std::get_if<bool>(&value)) return {*truth};
    return texts_member(std::get<std::vector<std::string>>(value));
}

json::Value evidence_member(const core::Evidence& evidence) {
    json::Object out{{"kind", text_member(evidence.kind)}, {"text", text_member(evidence.text)}};
    for (const auto& [name, value] : evidence.facts) {
        // A fact by the name of one of our own members would make the object ambiguous.
        const bool taken = name == "kind" || name == "text";
        out.emplace_back(harmless(taken ? "fact_" + name : name), fact_member(value));
    }
    return {std::move(out)};
}

json::Value fix_member(const core::Fix& fix, const Sources& sources) {
    json::Array edits;
    for (const auto& edit : fix.edits) {
        const auto source = sources.find(edit.file);
        Span range;
        range.begin_byte = edit.begin_byte;
        range.end_byte = edit.end_byte;
        if (source != sources.end())
            range = span_of(edit.file, source->second, edit.begin_byte, edit.end_byte);
        // The text of an edit is applied, not printed: it stays as it is.
        edits.push_back(json::Object{
            {"file", text_member(edit.file)}, {"range", range_member(range)}, {"text", edit.text}});
    }
    const bool safe = fix.applicability == core::Applicability::safe;
    return json::Object{{"applicability", safe ? "safe" : "review"}, {"edits", std::move(edits)}};
}

json::Value finding_member(const core::Finding& finding, const Sources& sources) {
    json::Object out{{"code", text_member(finding.code)},        {"stage", core::word(finding.stage)},
                     {"severity", core::word(finding.severity)}, {"blame", core::word(finding.blame)},
                     {"target", text_member(finding.target)},    {"message", text_member(finding.message)}};
    if (finding.where) out.emplace_back("where", where_member(*finding.where));
    if (!finding.label.empty()) out.emplace_back("label", text_member(finding.label));
    json::Array related;
    for (const auto& label : finding.related)
        related.push_back(
            json::Object{{"message", text_member(label.text)}, {"where", where_member(label.where)}});
    out.emplace_back("related", std::move(related));
    json::Array evidence;
    for (const auto& each : finding.evidence) evidence.push_back(evidence_member(each));
    out.emplace_back("evidence", std::move(evidence));
    out.emplace_back("help", texts_member(finding.help));
    if (finding.fix) out.emplace_back("fix", fix_member(*finding.fix, sources));
    out.emplace_back("blocks", texts_member(finding.blocks));
    return {std::move(out)};
}

}  // namespace

std::string json(const core::Report& report) {
    json::Object out{{"schema", "contract.report/v1"},
                     {"contract", text_member(report.contract)},
                     {"system", text_member(report.system)}};
    if (report.revision)
        out.emplace_back("revision", json::Object{{"commit", text_member(report.revision->commit)},
                                                  {"dirty", texts_member(report.revision->dirty)}});
    out.emplace_back("status", core::exit_status_of(report));
    json::Object stages;
    for (const core::Stage stage : core::all_stages)
        stages.emplace_back(std::string(core::word(stage)), stage_member(stage, report.stage(stage)));
    out.emplace_back("stages", std::move(stages));
    out.emplace_back("targets", targets_member(report));
    json::Array findings;
    for (const auto& finding : report.findings) findings.push_back(finding_member(finding, report.sources));
    out.emplace_back("findings", std::move(findings));
    out.emplace_back("notes", texts_member(report.notes));
    return json::write(out, json::Layout::indented) + "\n";
}

}  // namespace contract::report
