// SPDX-License-Identifier: Apache-2.0
//
// The functions of the language, one row for each number of arguments and each style of call. The same table
// finds a function when a program is parsed, checks the kinds of its arguments with and without values, and
// runs it; so a function cannot be known to one and not to the other.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "budget.hpp"
#include "node.hpp"

namespace contract::expression {

// A set of kinds.
using Kinds = std::uint16_t;
constexpr Kinds only(Kind kind) {
    return static_cast<Kinds>(1U << static_cast<unsigned>(kind));
}
template <typename... More>
constexpr Kinds any_of(Kind first, More... more) {
    return static_cast<Kinds>((only(first) | ... | only(more)));
}
constexpr Kinds every_kind = 0xFFFF;
constexpr bool has(Kinds kinds, Kind kind) {
    return (kinds & only(kind)) != 0;
}
std::string words(Kinds kinds);  // "int, uint or double"

// One call while it runs: its arguments have the kinds that the signature asks for.
class Call {
public:
    Call(const Node& node, std::span<const Value* const> arguments, Budget& budget)
        : node_(node), arguments_(arguments), budget_(budget) {}

    const Node& node() const { return node_; }
    Budget& budget() { return budget_; }
    std::size_t size() const { return arguments_.size(); }
    const Value& value(std::size_t i) const { return *arguments_[i]; }
    const std::string& text(std::size_t i) const { return *arguments_[i]->as<std::string>(); }
    std::int64_t integer(std::size_t i) const { return *arguments_[i]->as<std::int64_t>(); }
    const List& list(std::size_t i) const { return *arguments_[i]->as<List>(); }

    // False, always: the call has no value.
    bool fail(std::string message, std::string code = "value");
    bool fail_at(std::size_t argument, std::string message, std::string code = "value");
    // Takes `bytes` of the budget for text that is about to be made; false when there are no more.
    bool make_room(std::size_t bytes);

private:
    const Node& node_;
    std::span<const Value* const> arguments_;
    Budget& budget_;
};

// Puts the value into `result`, or fails and gives false back.
using Implementation = bool (*)(Call& call, Value& result);

enum class Style : std::uint8_t { function, method };

struct Signature {
    std::string_view name;
    Style style = Style::function;
    std::uint8_t count = 0;  // arguments, with the receiver
    std::array<Kinds, 4> kinds{};
    Kind result = Kind::dynamic;
    Implementation implementation = nullptr;
};

std::span<const Signature> signatures();
// Null when there is none for this style and number.
const Signature* find_signature(std::string_view name, Style style, std::size_t count);
std::vector<std::string> function_names(Style style);
// How a function may be called: "a.indexOf(b) or a.indexOf(b, c)"; empty when there is no such function.
std::string ways_to_call(std::string_view name);

// The rows, by subject; each file has those of its implementations.
std::span<const Signature> conversion_signatures();
std::span<const Signature> text_signatures();
std::span<const Signature> time_signatures();
std::span<const Signature> serial_signatures();

}  // namespace contract::expression
