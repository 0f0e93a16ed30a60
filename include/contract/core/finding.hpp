// SPDX-License-Identifier: Apache-2.0
//
// A finding is one failure, whole: stage, code, position, evidence, whose move it is and what to do. Every
// output format is rendered from this value, so nothing may be known only to a renderer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "contract/base/result.hpp"
#include "contract/core/stage.hpp"

namespace contract::core {

enum class Severity { error, warning };

// A secondary place and why it matters.
struct Label {
    Span where;
    std::string text;
    friend bool operator==(const Label&, const Label&) = default;
};

using FactValue = std::variant<std::string, std::int64_t, bool, std::vector<std::string>>;

// One observed fact. `text` is what a person reads ("tried: …"); `facts` is the same for programs.
struct Evidence {
    std::string kind;  // one word: "log", "exit", "tried", "expected"
    std::string text;  // may have several lines
    std::vector<std::pair<std::string, FactValue>> facts;
    friend bool operator==(const Evidence&, const Evidence&) = default;
};

struct Edit {
    std::string file;
    std::size_t begin_byte = 0;
    std::size_t end_byte = 0;
    std::string text;
    friend bool operator==(const Edit&, const Edit&) = default;
};

enum class Applicability { safe, review };

struct Fix {
    Applicability applicability = Applicability::review;
    std::vector<Edit> edits;
    friend bool operator==(const Fix&, const Fix&) = default;
};

struct Finding {
    Stage stage = Stage::evaluation;
    std::string code;  // "evaluation.unknown-key": stable, one page in contract-findings(7)
    Severity severity = Severity::error;
    Blame blame = Blame::declaration;
    std::string target;  // "packages.zlib"; empty when it concerns the whole contract
    std::string message;
    std::optional<Span> where;
    std::string label;  // beside the carets
    std::vector<Label> related;
    std::vector<Evidence> evidence;
    std::vector<std::string> help;
    std::optional<Fix> fix;
    std::vector<std::string> blocks;  // targets that could not be tried because of this one
    friend bool operator==(const Finding&, const Finding&) = default;
};

// What a stage does with a leaf error at its border. A note "name: text" becomes evidence of kind `name`.
Finding finding_from(Stage stage, std::string target, const Error& error);

std::string_view word(Severity severity);
std::string_view word(Blame blame);

}  // namespace contract::core
