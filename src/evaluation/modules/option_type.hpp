// SPDX-License-Identifier: Apache-2.0
//
// The types that options declare: text → type, and a value held against one. A type judges the shape of a
// value; what a declaration says besides (min, max, match, check) is judged where values are merged.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "contract/expression/expression.hpp"

namespace contract::evaluation {

enum class OptionKind {
    boolean,
    integer,
    unsigned_integer,
    real,
    port,
    string,
    line,      // a string without newlines
    nonempty,  // a string that is not blank
    lines,     // joined when several define it
    path,      // absolute, of the host
    file,      // "./x" of the repository
    package,
    enumeration,
    list,
    set,
    map,
    optional,
    either,
    unknown,  // of a declaration with a mistake: nothing is said of any value
};

struct OptionType {
    OptionKind kind = OptionKind::string;
    std::vector<std::string> words;  // enumeration, in declared order
    std::vector<OptionType> of;      // list, set, map, optional: one; either: two
    friend bool operator==(const OptionType&, const OptionType&) = default;
};

// What is wrong with the text of a type: bytes of it, end exclusive.
struct TypeMistake {
    std::string message;
    std::size_t begin = 0;
    std::size_t end = 0;
    std::vector<std::string> help;
};
std::variant<OptionType, TypeMistake> parse_option_type(std::string_view text);

std::string to_text(const OptionType& type);  // as it is declared: "map(list(int))"
// The type of the values for expressions.
expression::TypePtr static_type(const OptionType& type);

// Where a value is not of its type: the way down to the part that is wrong, and what is expected there.
struct Mismatch {
    std::vector<expression::Value> way;  // int: an index; string: a key
    bool of_its_kind = false;            // a string, but not one of the words
    std::string expected;                // "int", "one of \"a\", \"b\""
    std::string found;                   // "a string"; of a wrong value "70000"
    std::vector<std::string> help;
};
std::optional<Mismatch> mismatch(const OptionType& type, const expression::Value& value);

// Two declarations of one option: enumerations unite, everything else has to be equal.
std::optional<OptionType> united(const OptionType& a, const OptionType& b);

bool merges_items(OptionKind kind);  // list, set, lines: every definition adds to it
// Whether a list, set or lines is somewhere in it, so that the order of definitions means something.
bool has_order(const OptionType& type);
bool has_words(const OptionType& type);  // an enumeration is somewhere in it
bool has_set(const OptionType& type);

// What `min`, `max` and `match` can be said of.
bool can_have_bounds(const OptionType& type);
bool can_match(const OptionType& type);

}  // namespace contract::evaluation
