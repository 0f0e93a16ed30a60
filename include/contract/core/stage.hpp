// SPDX-License-Identifier: Apache-2.0
//
// The four stages and the six words for how a target ends one. The words are the same in text, JSON and
// manual.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace contract::core {

enum class Stage {
    evaluation,  // can a valid plan be made from the files alone?
    build,       // can every output be produced from declared inputs, sealed?
    activation,  // can each host's generation be applied, and taken back?
    runtime,     // does the world outside keep its side?
};
inline constexpr std::array all_stages{Stage::evaluation, Stage::build, Stage::activation, Stage::runtime};

enum class Outcome {
    passed,
    failed,
    blocked,         // an earlier stage or a dependency failed; the report says which
    unknown,         // could not be found out; counts as failed unless --unknown=warn
    skipped,         // somebody asked; the reason is printed
    not_applicable,  // another system or host, or a false `when`
};

std::string_view word(Stage stage);
std::string_view word(Outcome outcome);  // "not-applicable"
std::optional<Stage> parse_stage(std::string_view text);

// Exit status is a set of bits, so that no failure hides another.
namespace exit_status {
inline constexpr int passed = 0;
inline constexpr int internal = 1;       // contract itself failed
inline constexpr int usage = 2;          // wrong usage, always alone
inline constexpr int half_done = 4;      // something was left half done and says what
inline constexpr int not_started = 125;  // `run`: its program's own status is passed on
inline constexpr int signalled = 128;    // and the number of the signal that interrupted the run
int bit(Stage stage);                    // 8, 16, 32, 64
}  // namespace exit_status

// The worse of two outcomes of one stage: failed > unknown > passed > blocked > skipped > not-applicable.
Outcome worst(Outcome a, Outcome b);

}  // namespace contract::core
