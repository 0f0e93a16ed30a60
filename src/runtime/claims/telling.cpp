// SPDX-License-Identifier: Apache-2.0
#include "telling.hpp"

#include <algorithm>
#include <array>

#include "contract/base/text.hpp"

namespace contract::runtime {

namespace {

using expression::Value;

constexpr std::size_t longest_shown = 2000;  // bytes of one value in the text

bool is_content(const core::PlannedProbe& probe, const std::string& fact) {
    constexpr std::array contents{"content", "lines", "stdout", "stderr"};
    if (std::find(contents.begin(), contents.end(), fact) != contents.end()) return true;
    return probe.kind == "env" && fact == "value";
}

bool reads_content(const core::PlannedProbe& probe, const std::vector<std::string>& names) {
    return std::any_of(names.begin(), names.end(),
                       [&](const std::string& name) { return is_content(probe, name); });
}

std::string size_of(const Value& value) {
    if (const auto* list = value.as<expression::List>()) return count(list->size(), "item");
    if (const auto* text = value.as<std::string>()) return count(text->size(), "byte");
    return "a value";
}

std::string shortened(std::string text) {
    if (text.size() <= longest_shown) return text;
    text.resize(longest_shown);
    return text + "…";
}

// How a fact is told, and whether its value may be.
std::string told(const core::PlannedProbe& probe, const std::string& name, const Fact& fact) {
    switch (fact.state) {
        case Fact::State::absent: return name + " is not there: " + harmless(fact.reason);
        case Fact::State::unknown: return name + " is unknown: " + harmless(fact.reason);
        case Fact::State::known: break;
    }
    if (is_content(probe, name) && !probe.show)
        return name + " has " + size_of(fact.value) + " (show = true prints it)";
    return name + " = " + harmless(shortened(expression::to_literal(fact.value)));
}

core::FactValue machine_value(const Value& value) {
    if (const auto truth = value.as<bool>()) return *truth;
    if (const auto number = value.as<std::int64_t>()) return *number;
    if (const auto* list = value.as<expression::List>()) {
        std::vector<std::string> items;
        for (const auto& item : *list) items.push_back(harmless(expression::to_text(item)));
        return items;
    }
    return harmless(expression::to_text(value));
}

core::Evidence facts_evidence(const core::PlannedProbe& probe, const Expectation& expectation,
                              const Facts& facts) {
    core::Evidence evidence;
    evidence.kind = "facts";
    std::vector<std::string> lines;
    for (const auto& name : expectation.used()) {
        const auto found = facts.facts.find(name);
        if (found == facts.facts.end()) continue;
        lines.push_back(told(probe, name, found->second));
        const bool shown = probe.show || !is_content(probe, name);
        if (found->second.state == Fact::State::known && shown)
            evidence.facts.emplace_back(name, machine_value(found->second.value));
    }
    evidence.text = join(lines, "\n");
    return evidence;
}

void add_circumstances(core::Finding& finding, const Facts& facts, const Attempted& attempted) {
    if (!facts.source.empty()) {
        const std::string source = harmless(facts.source);
        finding.evidence.push_back({"source", source, {{"source", source}}});
    }
    std::string text = count(static_cast<std::size_t>(attempted.attempts), "attempt");
    text += " in " + std::to_string(attempted.duration_ms) + " ms";
    finding.evidence.push_back(
        {"tried", text, {{"attempts", attempted.attempts}, {"duration_ms", attempted.duration_ms}}});
}

core::Finding finding_for(const core::PlannedProbe& probe, std::string code, std::string message) {
    core::Finding finding;
    finding.stage = core::Stage::runtime;
    finding.code = std::move(code);
    finding.severity = probe.severity;
    finding.blame = Blame::environment;
    finding.target = probe.target;
    finding.message = std::move(message);
    finding.where = probe.expect_where ? *probe.expect_where : probe.where;
    return finding;
}

core::Evidence expected(const core::PlannedProbe& probe) {
    const std::string text = harmless(probe.expect);
    return {"expected", text, {{"expression", text}}};
}

void add_hint(core::Finding& finding, const core::PlannedProbe& probe) {
    if (!probe.hint.empty()) finding.help.push_back(harmless(probe.hint));
}

// "value is 512"; the whole expression when nothing smaller may be told.
std::string label_for(const core::PlannedProbe& probe, const Expectation& expectation, const Facts& facts,
                      const Verdict& verdict) {
    for (const auto& name : expectation.used()) {
        const auto found = facts.facts.find(name);
        if (found != facts.facts.end() && found->second.state == Fact::State::absent && verdict.steps.empty())
            return harmless(found->second.reason);
    }
    std::vector<std::string> parts;
    for (const auto& step : verdict.steps) {
        const bool is_truth = step.value.kind() == expression::Kind::boolean;
        const bool is_size = step.text.ends_with(".size()") || step.text.starts_with("size(");
        if (!probe.show && !is_truth && !is_size && reads_content(probe, step.reads)) continue;
        const std::string value = expression::to_literal(step.value);
        if (value.size() <= 60) parts.push_back(harmless(step.text) + " is " + harmless(value));
    }
    return parts.empty() ? "this is false" : join(parts, ", ");
}

// The part of a plain string literal that a problem points to; the whole literal when it has escapes.
Span narrowed(const Span& literal, const std::string& text, const expression::Problem& problem) {
    const bool plain =
        literal.line == literal.end_line && literal.end_byte - literal.begin_byte == text.size() + 2;
    if (!plain || problem.end > text.size() || problem.begin >= problem.end) return literal;
    const Span inner = span_of(literal.file, text, problem.begin, problem.end);
    if (inner.line != 1 || inner.end_line != 1) return literal;
    Span out = literal;
    out.column = literal.column + inner.column;
    out.end_column = literal.column + inner.end_column;
    out.begin_byte = literal.begin_byte + 1 + problem.begin;
    out.end_byte = literal.begin_byte + 1 + problem.end;
    return out;
}

}  // namespace

core::Finding expectation_failed(const core::PlannedProbe& probe, const Expectation& expectation,
                                 const Facts& facts, const Verdict& verdict, const Attempted& attempted) {
    auto finding =
        finding_for(probe, "runtime.expectation", "'" + probe.target + "': the expectation is false");
    finding.label = label_for(probe, expectation, facts, verdict);
    finding.evidence.push_back(expected(probe));
    finding.evidence.push_back(facts_evidence(probe, expectation, facts));
    add_circumstances(finding, facts, attempted);
    add_hint(finding, probe);
    return finding;
}

core::Finding expectation_error(const core::PlannedProbe& probe, const Expectation& expectation,
                                const Facts& facts, const Verdict& verdict) {
    auto finding = finding_for(probe, "runtime.expectation-error",
                               "'" + probe.target + "': the expectation could not be evaluated");
    finding.blame = Blame::declaration;
    if (probe.expect_where) finding.where = narrowed(*probe.expect_where, probe.expect, verdict.problem);
    // A message may quote the value it choked on.
    const bool quiet =
        !probe.show && reads_content(probe, names_in(probe.expect)) && verdict.problem.code != "value";
    finding.label = quiet ? "this has no value for these facts" : harmless(verdict.problem.message);
    finding.evidence.push_back(expected(probe));
    finding.evidence.push_back(facts_evidence(probe, expectation, facts));
    for (const auto& help : verdict.problem.help) finding.help.push_back(harmless(help));
    add_hint(finding, probe);
    return finding;
}

core::Finding facts_unknown(const core::PlannedProbe& probe, const Expectation& expectation,
                            const Facts& facts, const Attempted& attempted, std::string& reason) {
    std::vector<std::string> names;
    std::vector<std::string> help;
    for (const auto& name : expectation.used()) {
        const auto found = facts.facts.find(name);
        if (found == facts.facts.end() || found->second.state != Fact::State::unknown) continue;
        names.push_back("'" + name + "'");
        if (reason.empty()) reason = harmless(found->second.reason);
        const std::string& remedy = found->second.help;
        if (!remedy.empty() && std::find(help.begin(), help.end(), remedy) == help.end())
            help.push_back(remedy);
    }
    auto finding = finding_for(probe, "runtime.unknown",
                               "'" + probe.target + "': " + join(names, " and ") + " could not be found out");
    finding.label = reason;
    finding.evidence.push_back(expected(probe));
    finding.evidence.push_back(facts_evidence(probe, expectation, facts));
    add_circumstances(finding, facts, attempted);
    for (const auto& remedy : help) finding.help.push_back(harmless(remedy));
    add_hint(finding, probe);
    return finding;
}

core::Finding not_trusted(const core::PlannedProbe& probe) {
    auto finding = finding_for(probe, "runtime.not-trusted",
                               "'" + probe.target + "': a probe of kind '" + probe.kind +
                                   "' runs a program of yours, and this contract is not trusted");
    finding.where = probe.where;
    finding.help.push_back("read what it runs, then: contract trust");
    finding.help.push_back("for one run, where the branch's code runs anyway: --trust or CONTRACT_TRUST=1");
    return finding;
}

}  // namespace contract::runtime
