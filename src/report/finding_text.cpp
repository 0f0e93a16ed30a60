// SPDX-License-Identifier: Apache-2.0
//
// One finding in rustc's shape: what, where, the lines with their marks, then facts and help, aligned.
#include <algorithm>

#include "contract/base/line.hpp"
#include "contract/base/text.hpp"
#include "snippet.hpp"

namespace contract::report {

namespace {

std::string place_text(const Span& where) {
    return harmless(where.file.text()) + ":" + std::to_string(where.line) + ":" +
           std::to_string(where.column);
}

constexpr std::size_t longest_message = 1000;  // bytes; the JSON report has the whole

// A message is one line, also when it quotes a value that has several: text of the contract must not look
// like a line of the report.
std::string on_one_line(std::string_view text) {
    std::string out;
    for (const char c : harmless_line(text)) {
        const bool starts_character = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
        if (out.size() >= longest_message && starts_character) return out + "…";
        out += c;
    }
    return out;
}

struct Row {
    std::string name;
    std::string text;
};

// "replace `a` with `b`": what applying an edit would do.
std::string edit_text(const core::Edit& edit, const Sources& sources) {
    const auto source = sources.find(edit.file);
    if (source == sources.end() || edit.end_byte > source->second.size() || edit.begin_byte > edit.end_byte)
        return "write `" + edit.text + "` in " + edit.file;
    const std::string old = source->second.substr(edit.begin_byte, edit.end_byte - edit.begin_byte);
    const Span where = span_of(edit.file, source->second, edit.begin_byte, edit.end_byte);
    const std::string at = " at " + place_text(where);
    if (old.empty()) return "insert `" + std::string(trim(edit.text)) + "`" + at;
    if (edit.text.empty()) return "remove `" + old + "`" + at;
    return "replace `" + old + "` with `" + edit.text + "`" + at;
}

std::vector<Row> rows_of(const core::Finding& finding, const Sources& sources, bool label_was_drawn) {
    std::vector<Row> rows;
    if (!label_was_drawn && !finding.label.empty()) rows.push_back({"note", finding.label});
    for (const auto& evidence : finding.evidence) rows.push_back({evidence.kind, evidence.text});
    for (const auto& help : finding.help) rows.push_back({"help", help});
    if (finding.fix)
        for (const auto& edit : finding.fix->edits) rows.push_back({"fix", edit_text(edit, sources)});
    return rows;
}

class Text {
public:
    Text(const core::Finding& finding, const Sources& sources, const Style& style)
        : finding_(finding), sources_(sources), style_(style) {}

    std::string write() {
        headline();
        const bool drawn = places();
        rows(rows_of(finding_, sources_, drawn));
        if (!finding_.blocks.empty()) {
            std::vector<std::string> names;
            for (const auto& name : finding_.blocks) names.push_back(harmless(name));
            row("blocks:", list_text(names, 8));
        }
        return std::move(out_);
    }

private:
    void headline() {
        const std::string head =
            std::string(core::word(finding_.severity)) + "[" + harmless(finding_.code) + "]";
        out_ += paint(style_, ink_of(finding_.severity), head) +
                paint(style_, Ink::bold, ": " + on_one_line(finding_.message)) + "\n";
    }

    std::string gutter(std::string_view sign) const {
        return paint(style_, Ink::gutter,
                     std::string(static_cast<std::size_t>(gutter_), ' ').append(" ").append(sign));
    }

    // True when the label stands beside its carets.
    bool places() {
        if (!finding_.where) return false;
        std::vector<std::vector<Mark>> files{{{*finding_.where, finding_.label, true}}};
        for (const auto& label : finding_.related) {
            const auto same = std::find_if(files.begin(), files.end(), [&](const auto& marks) {
                return marks.front().where.file == label.where.file;
            });
            if (same == files.end()) {
                files.push_back({{label.where, label.text, false}});
            } else {
                same->push_back({label.where, label.text, false});
            }
        }
        for (const auto& marks : files) gutter_ = std::max(gutter_, gutter_width(marks, sources_));
        bool first_drawn = false;
        for (const auto& marks : files) {
            const bool first = &marks == files.data();
            out_ += paint(style_, Ink::gutter,
                          std::string(static_cast<std::size_t>(gutter_), ' ') + (first ? "-->" : ":::"));
            out_ += " " + place_text(marks.front().where) + "\n";
            const std::string drawing = draw(marks, sources_, gutter_, finding_.severity, style_);
            if (drawing.empty()) {
                undrawn(marks, first);
                continue;
            }
            out_ += gutter("|") + "\n" + drawing;
            if (first) first_drawn = true;
        }
        const bool more =
            !finding_.evidence.empty() || !finding_.help.empty() || !finding_.blocks.empty() || finding_.fix;
        if (more) out_ += gutter("|") + "\n";
        return first_drawn;
    }

    // Without the text of the file, what the marks say is still told.
    void undrawn(const std::vector<Mark>& marks, bool first) {
        for (const auto& mark : marks) {
            if (mark.text.empty() || (first && mark.primary)) continue;
            row("note:", harmless(mark.text) + " (" + place_text(mark.where) + ")");
        }
    }

    void rows(const std::vector<Row>& rows) {
        std::size_t widest = 0;
        for (const auto& each : rows) widest = std::max(widest, each.name.size() + 1);
        for (const auto& each : rows)
            row(padded(harmless(each.name) + ":", static_cast<int>(widest)), harmless(each.text));
    }

    void row(const std::string& name, const std::string& text) {
        const auto lines = split(text, '\n');
        out_ += gutter("=") + " " + paint(style_, Ink::bold, name);
        out_ += (lines[0].empty() ? "" : " " + lines[0]) + "\n";
        const std::string indent(static_cast<std::size_t>(gutter_ + 4 + display_width(name)), ' ');
        for (std::size_t i = 1; i < lines.size(); ++i)
            if (i + 1 < lines.size() || !lines[i].empty()) out_ += indent + lines[i] + "\n";
    }

    const core::Finding& finding_;
    const Sources& sources_;
    const Style& style_;
    int gutter_ = 1;
    std::string out_;
};

}  // namespace

std::string human(const core::Finding& finding, const Sources& sources, const Style& style) {
    return Text(finding, sources, style).write();
}

}  // namespace contract::report
