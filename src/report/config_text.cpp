// SPDX-License-Identifier: Apache-2.0
//
// `contract show hosts.NAME.PATH`: one option of a host with everybody who has a say in it, or the values of
// a table of options.
#include <algorithm>

#include "config.hpp"
#include "contract/base/text.hpp"
#include "paint.hpp"

namespace contract::report {

namespace {

std::string place_of(const Span& where) {
    return where.line == 0 ? "" : harmless(where.file.text()) + ":" + std::to_string(where.line);
}

std::string shortened(const std::string& text, std::size_t most) {
    const std::string shown = harmless(text);
    return shown.size() <= most ? shown : shown.substr(0, most - 3) + "...";
}

// "force, because OPS-114", "default, when \"config.web.enable\"".
std::string circumstances(const core::ConfigSource& source) {
    std::vector<std::string> parts;
    if (source.priority != core::Priority::normal)
        parts.push_back("priority " + std::string(core::word(source.priority)));
    if (source.order != core::Order::normal)
        parts.push_back("order " + std::string(core::word(source.order)));
    if (!source.condition.empty())
        parts.push_back("when " + harmless(source.condition) +
                        (source.fate == core::Fate::inactive && source.each.empty() ? ": false" : ""));
    if (!source.each.empty()) parts.push_back("for " + harmless(source.each));
    if (!source.because.empty()) parts.push_back("because " + harmless(source.because));
    return join(parts, ", ");
}

std::string source_line(const core::ConfigSource& source) {
    std::string out(core::word(source.fate));
    out.resize(std::max<std::size_t>(out.size() + 2, 12), ' ');
    out +=
        source.value.empty() && source.fate != core::Fate::inactive ? "unset" : shortened(source.value, 60);
    if (!source.parts.empty()) out += " as " + harmless(join(source.parts, ", "));
    out += (out.back() == ' ' ? "" : "  ") + harmless(source.module) + " at " + place_of(source.where);
    if (const auto more = circumstances(source); !more.empty()) out += " (" + more + ")";
    return out;
}

std::string row(const std::string& name, const std::string& text) {
    if (text.empty()) return "";
    std::string label = "  " + name;
    label.resize(std::max<std::size_t>(label.size() + 2, 16), ' ');
    return label + text + "\n";
}

std::string value_of(const core::ConfigValue& value) {
    if (value.literal.empty()) return "(no value)";
    return harmless(value.literal) + (value.from_default ? "  (the default)" : "");
}

std::string sheet(const core::PlannedHost& host, const core::ConfigValue& value) {
    std::string out = harmless(host.target + "." + value.shown) + "\n";
    out += row("value", value_of(value));
    out += row("type", harmless(value.type) + (value.sensitive ? ", sensitive" : ""));
    out += row("description", harmless(value.description));
    const std::string declared = place_of(value.declared);
    out += row("declared by", harmless(value.declared_by) + (declared.empty() ? "" : " at " + declared));
    out += row("default", harmless(value.default_literal));
    for (std::size_t i = 0; i < value.sources.size(); ++i)
        out += row(i == 0 ? "set by" : "", source_line(value.sources[i]));
    if (value.sources.empty()) out += row("set by", "nobody");
    return out;
}

bool is_below(const core::ConfigValue& value, const std::string& path) {
    return value.shown == path || (value.shown.size() > path.size() && value.shown.starts_with(path) &&
                                   value.shown[path.size()] == '.');
}

}  // namespace

std::string config_text(const core::PlannedHost& host, const std::string& path) {
    std::vector<const core::ConfigValue*> found;
    for (const auto& value : host.config)
        if (path.empty() || is_below(value, path)) found.push_back(&value);
    if (found.size() == 1 && found[0]->shown == path) return sheet(host, *found[0]);
    std::string out;
    for (const auto* value : found)
        if (!value->literal.empty() || !value->sources.empty())
            out += harmless(value->shown) + " = " + value_of(*value) + "\n";
    return found.empty() || !out.empty() ? out : "nothing below '" + harmless(path) + "' has a value\n";
}

}  // namespace contract::report
