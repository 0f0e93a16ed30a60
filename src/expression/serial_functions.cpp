// SPDX-License-Identifier: Apache-2.0
//
// toJson() and toToml(), which CEL does not have.
#include "serial.hpp"
#include "signatures.hpp"

namespace contract::expression {

namespace {

bool give(Call& call, Value& result, std::variant<std::string, Problem> made) {
    if (auto* problem = std::get_if<Problem>(&made)) {
        if (problem->code == "limit") return call.make_room(longest_string + 1);
        return call.fail_at(0, std::move(problem->message), std::move(problem->code));
    }
    auto& text = std::get<std::string>(made);
    if (!call.make_room(text.size())) return false;
    result = Value(std::move(text));
    return true;
}

bool to_json_text(Call& call, Value& result) {
    return call.make_room(static_cast<std::size_t>(call.value(0).weight() / 8)) &&
           give(call, result, to_json(call.value(0), JsonForm::plain));
}

bool to_toml_text(Call& call, Value& result) {
    return call.make_room(static_cast<std::size_t>(call.value(0).weight() / 8)) &&
           give(call, result, to_toml(*call.value(0).as<Map>()));
}

constexpr std::array rows = std::to_array<Signature>({
    {"toJson", Style::function, 1, {every_kind}, Kind::string, to_json_text},
    {"toToml", Style::function, 1, {any_of(Kind::map, Kind::object)}, Kind::string, to_toml_text},
});

}  // namespace

std::span<const Signature> serial_signatures() {
    return rows;
}

}  // namespace contract::expression
