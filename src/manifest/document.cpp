// SPDX-License-Identifier: Apache-2.0
#include "document.hpp"

#include "contract/base/text.hpp"
#include "contract/manifest/manifest_file.hpp"
#include "lexemes.hpp"

namespace contract::manifest {

namespace {

std::size_t first_invalid_byte(std::string_view text) {
    std::size_t offset = 0;
    while (offset < text.size()) {
        if (text[offset] > 0) {  // ASCII, which most of a contract is
            ++offset;
            continue;
        }
        const auto point = code_point_at(text, offset);
        if (!point.valid || point.value == 0) break;
        offset += point.length;
    }
    return offset;
}

bool within_limits(Mistakes& mistakes) {
    const auto text = mistakes.index().text();
    const std::string& file = mistakes.index().file().text();
    if (text.size() > largest_file) {
        mistakes.add("too-large",
                     "'" + file + "' has " + count(text.size(), "byte") + ", more than the " +
                         std::to_string(largest_file) + " that are read",
                     span_of(file, text, 0, 0));
        return false;
    }
    if (const auto offset = first_invalid_byte(text); offset < text.size()) {
        const bool nul = text[offset] == '\0';
        auto& finding = mistakes.add(
            "not-text",
            "'" + file + "' is not UTF-8 text: it has " + (nul ? "a NUL byte" : "an invalid byte"),
            span_of(file, text, offset, offset + 1), nul ? "NUL" : "not UTF-8");
        finding.help.emplace_back("save the file as UTF-8");
        return false;
    }
    if (const auto offset = deeper_than(text, deepest_nesting)) {
        auto& finding = mistakes.add("too-large",
                                     "'" + file + "' nests tables, lists or dotted keys deeper than " +
                                         std::to_string(deepest_nesting) + " levels",
                                     span_of(file, text, *offset, *offset + 1), "one level too many");
        finding.help.emplace_back("generated data belongs into a file that a package uses");
        return false;
    }
    return true;
}

}  // namespace

std::optional<core::Value> read_document(Mistakes& mistakes) {
    if (!within_limits(mistakes)) return std::nullopt;
    auto result = read_toml(mistakes.index());
    if (auto* value = std::get_if<core::Value>(&result)) return std::move(*value);
    const auto& error = std::get<SyntaxError>(result);
    const bool redefined =
        error.reason.starts_with("cannot redefine") || error.reason.starts_with("cannot insert");
    if (!redefined || !report_redefinition(mistakes)) report_syntax(mistakes, error);
    return std::nullopt;
}

}  // namespace contract::manifest
