// SPDX-License-Identifier: Apache-2.0
//
// What toml++ says about a mistake, said again for people who do not know its parser.
#include <algorithm>
#include <array>

#include "contract/base/text.hpp"
#include "document.hpp"
#include "lexemes.hpp"

namespace contract::manifest {

namespace {

// The first row whose scope and reason both fit is taken; an empty one fits all.
struct Wording {
    std::string_view scope;
    std::string_view reason;
    std::string_view message;
    std::string_view label;
    std::string_view help;
};

constexpr std::array wordings = std::to_array<Wording>({
    {"string", "end-of-file", "a string is never closed", "the file ends here",
     "close the string with the quotes it starts with"},
    {"string", "control character", "a string is not closed on its line", "the closing quote is missing",
     "close the string, or use \"\"\" for text of several lines"},
    {"string", "unknown escape", "a string has an escape that TOML does not know", "no such escape",
     "write \\\\ for a backslash, or use single quotes: in '…' a backslash is only a backslash"},
    {"string", "not supported in TOML", "a string has an escape that TOML does not know", "no such escape",
     "write \\u and four hex digits for a code point"},
    {"string", "line-ending backslash", "text follows a backslash that joins lines", "must end the line",
     "write \\\\ for a backslash, or use ''' quotes"},
    {"unicode scalar", "", "a \\u or \\U escape is not a character", "not a Unicode character",
     "\\u takes four hex digits, \\U takes eight"},
    {"", "could not determine value type", "this is no TOML value", "text needs quotes",
     "put text in double quotes: key = \"text\""},
    {"boolean", "", "this is no TOML value", "neither true nor false",
     "write true or false, or put text in double quotes"},
    {"", "expected '=', saw", "a key has no '= value'", "expected '='", "write: key = value"},
    {"", "expected value, saw", "a key has no value", "expected a value", "write: key = value"},
    {"table header", "expected ']'", "a table header is not closed", "expected ']'", "write: [section.name]"},
    {"table header", "end-of-file", "a table header is not closed", "expected ']'", "write: [section.name]"},
    {"table header", "blank bare keys", "a table header has no name", "a name is missing",
     "write: [section.name]"},
    {"", "expected a comment or whitespace", "text follows where the line should end",
     "expected the end of the line", "write one key on each line"},
    {"array", "expected comma", "a list has no ',' between two values", "expected ',' or ']'", ""},
    {"array", "saw comma", "a list has a ',' without a value in front", "expected a value or ']'", ""},
    {"array", "end-of-file", "a list is never closed", "the file ends here", "close the list with ']'"},
    {"inline table", "saw '\\n'", "an inline table '{ … }' goes on behind its line", "the line ends here",
     "keep it on one line, or give it a table header of its own: [section.name]"},
    {"inline table", "saw '\\r'", "an inline table '{ … }' goes on behind its line", "the line ends here",
     "keep it on one line, or give it a table header of its own: [section.name]"},
    {"inline table", "dangling comma", "an inline table ends with ','", "remove the ',' before it",
     "TOML allows no ',' after the last key of '{ … }'"},
    {"inline table", "expected comma", "an inline table has no ',' between two keys", "expected ',' or '}'",
     ""},
    {"inline table", "end-of-file", "an inline table is never closed", "the file ends here",
     "close the inline table with '}'"},
    {"", "expected keys, tables", "a line is neither a key, a [table] nor a comment", "unexpected", ""},
    {"integer", "leading zeroes", "a number starts with 0", "leading zeros are not allowed",
     "write the number without the leading zeros, or put it in quotes"},
});

constexpr std::array conflict_markers{"<<<<<<<", "|||||||", "=======", ">>>>>>>"};

bool has_conflict_marker(std::string_view line) {
    return std::any_of(conflict_markers.begin(), conflict_markers.end(),
                       [&](const char* marker) { return line.starts_with(marker); });
}

std::size_t line_start(std::string_view text, std::size_t offset) {
    const auto newline = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
    return newline == std::string_view::npos ? 0 : newline + 1;
}

// The character at `offset`; nothing at the end of a line or of the text. A word for what is no value.
Span span_at(const TextIndex& index, const SyntaxError& error) {
    const auto text = index.text();
    const auto offset = error.offset;
    if (offset >= text.size() || text[offset] == '\n' || text[offset] == '\r')
        return index.span(offset, offset);
    if (error.reason == "could not determine value type")
        return index.span(offset, std::max(end_of_value(text, offset), offset + 1));
    return index.span(offset, offset + code_point_at(text, offset).length);
}

// The string that is open at `offset`.
std::optional<std::size_t> open_string(std::string_view text, std::size_t offset) {
    for (std::size_t at = 0; at < offset;) {
        if (text[at] == '#') {
            at = end_of_comment(text, at);
        } else if (text[at] == '"' || text[at] == '\'') {
            const std::size_t end = end_of_string(text, at);
            if (end > offset || end >= text.size()) return at;
            at = end;
        } else {
            ++at;
        }
    }
    return std::nullopt;
}

}  // namespace

void report_syntax(Mistakes& mistakes, const SyntaxError& error) {
    const auto& index = mistakes.index();
    const auto text = index.text();
    const std::size_t begin = line_start(text, error.offset);
    const auto line = text.substr(begin, text.find('\n', begin) - begin);
    if (has_conflict_marker(line)) {
        auto& finding =
            mistakes.add("syntax", "'" + index.file().text() + "' holds the conflict markers of a merge",
                         index.span(begin, begin + 7), "git left this here");
        finding.help.emplace_back("resolve the merge: keep one side and remove the marker lines");
        return;
    }
    const auto found = std::find_if(wordings.begin(), wordings.end(), [&](const Wording& wording) {
        return error.scope.find(wording.scope) != std::string::npos &&
               error.reason.find(wording.reason) != std::string::npos;
    });
    const Span where = span_at(index, error);
    if (found == wordings.end()) {
        mistakes.add("syntax", "not valid TOML, in a " + error.scope + ": " + error.reason, where, "here");
        return;
    }
    auto& finding = mistakes.add("syntax", std::string(found->message), where, std::string(found->label));
    if (!found->help.empty()) finding.help.emplace_back(found->help);
    if (found->scope != "string") return;
    if (const auto start = open_string(text, error.offset))
        finding.related.push_back({index.span(*start, *start + 1), "the string starts here"});
}

}  // namespace contract::manifest
