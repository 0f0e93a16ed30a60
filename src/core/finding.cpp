// SPDX-License-Identifier: Apache-2.0
#include "contract/core/finding.hpp"

namespace contract::core {

std::string_view word(Severity severity) {
    return severity == Severity::error ? "error" : "warning";
}

std::string_view word(Blame blame) {
    switch (blame) {
        case Blame::declaration: return "declaration";
        case Blame::environment: return "environment";
        case Blame::internal: return "internal";
    }
    return "";
}

Finding finding_from(Stage stage, std::string target, const Error& error) {
    Finding finding;
    finding.stage = stage;
    finding.code = std::string(word(stage)) + "." + error.code;
    finding.blame = error.blame;
    finding.target = std::move(target);
    finding.message = error.message;
    finding.where = error.where;
    for (const auto& note : error.notes) {
        const auto colon = note.find(": ");
        const bool named = colon != std::string::npos && note.find(' ') > colon;
        finding.evidence.push_back(
            {named ? note.substr(0, colon) : "note", named ? note.substr(colon + 2) : note, {}});
    }
    finding.help = error.help;
    return finding;
}

}  // namespace contract::core
