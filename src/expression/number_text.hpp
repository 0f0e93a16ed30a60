// SPDX-License-Identifier: Apache-2.0
//
// Doubles ⇄ text, the shortest digits that read back as the same number, in the forms that CEL and JSON have.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace contract::expression {

// Digits with an optional fraction and exponent, an optional sign, or an infinity or NaN in any case. None:
// it is no such text, or its magnitude is too large. What is too small is zero.
std::optional<double> parse_double(std::string_view text);

// As string() gives it: "0.5", "1e+06", "+Inf", "NaN".
std::string conversion_text(double number);
// As %s and %d of format() give it: never with an exponent; "Infinity", "-Infinity", "NaN".
std::string plain_text(double number);
// As JSON has it, told apart from an int: "1.0", "1e+30". The number must be finite.
std::string json_text(double number);
// "NaN", "Infinity" or "-Infinity"; empty for a number that is finite.
std::string_view special_word(double number);

}  // namespace contract::expression
