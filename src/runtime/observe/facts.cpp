// SPDX-License-Identifier: Apache-2.0
#include "facts.hpp"

#include <cerrno>
#include <system_error>

#include "contract/base/text.hpp"
#include "contract/core/probe_kinds.hpp"

namespace contract::runtime {

Fact Fact::known(expression::Value value) {
    Fact fact;
    fact.value = std::move(value);
    return fact;
}

Fact Fact::absent(std::string reason) {
    Fact fact;
    fact.state = State::absent;
    fact.reason = std::move(reason);
    return fact;
}

Fact Fact::unknown(std::string reason, std::string help) {
    Fact fact;
    fact.state = State::unknown;
    fact.reason = std::move(reason);
    fact.help = std::move(help);
    return fact;
}

const std::string& text_parameter(const Observation& observation, const std::string& name) {
    const auto found = observation.parameters.find(name);
    const auto* text =
        found == observation.parameters.end() ? nullptr : std::get_if<std::string>(&found->second);
    if (text == nullptr) throw InternalError("a probe without its parameter '" + name + "' was planned");
    return *text;
}

std::int64_t integer_parameter(const Observation& observation, const std::string& name) {
    const auto found = observation.parameters.find(name);
    const auto* number =
        found == observation.parameters.end() ? nullptr : std::get_if<std::int64_t>(&found->second);
    if (number == nullptr) throw InternalError("a probe without its parameter '" + name + "' was planned");
    return *number;
}

Facts all_unknown(const Observation& observation, const std::string& reason, const std::string& help) {
    const auto* kind = core::find_probe_kind(observation.kind);
    if (kind == nullptr)
        throw InternalError("a probe of unknown kind '" + observation.kind + "' was planned");
    Facts out;
    for (const auto& field : kind->facts) out.facts.emplace(field.name, Fact::unknown(reason, help));
    return out;
}

Fact text_fact(std::string text) {
    if (!is_utf8(text)) return Fact::unknown("it is not UTF-8 text");
    return Fact::known({std::move(text)});
}

Fact lines_fact(const std::string& text) {
    if (!is_utf8(text)) return Fact::unknown("it is not UTF-8 text");
    expression::List lines;
    for (auto& line : split(text, '\n')) {
        if (line.ends_with('\r')) line.pop_back();
        lines.push_back({std::move(line)});
    }
    if (lines.back() == expression::Value("")) lines.pop_back();
    return Fact::known({std::move(lines)});
}

std::string reason_of(int errno_value) {
    std::string text = std::generic_category().message(errno_value);
    if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] - 'A' + 'a');
    return text;
}

Fact unknown_from(int errno_value) {
    const bool permission = errno_value == EACCES || errno_value == EPERM;
    return Fact::unknown(reason_of(errno_value),
                         permission ? "run contract as a user who may read it, or with sudo" : "");
}

}  // namespace contract::runtime
