// SPDX-License-Identifier: Apache-2.0
#include "snippet.hpp"

#include <algorithm>

#include "contract/base/text.hpp"

namespace contract::report {

namespace {

constexpr int tab_width = 4;
constexpr int widest_line = 200;  // columns; a longer line is shown around its first mark
constexpr int context_before = 60;

// One code point as it is drawn.
struct Cell {
    std::string text;
    int column = 0;  // where it begins
    int width = 0;
};

std::vector<Cell> cells_of(std::string_view line) {
    std::vector<Cell> cells;
    int column = 0;
    for (std::size_t offset = 0; offset < line.size();) {
        const auto point = code_point_at(line, offset);
        Cell cell{harmless(line.substr(offset, point.length)), column, 0};
        if (line[offset] == '\t')
            cell.text.assign(static_cast<std::size_t>(tab_width - column % tab_width), ' ');
        cell.width = display_width(cell.text);
        column += cell.width;
        offset += point.length;
        cells.push_back(std::move(cell));
    }
    return cells;
}

int width_of(const std::vector<Cell>& cells) {
    return cells.empty() ? 0 : cells.back().column + cells.back().width;
}

// The drawn column of a 1-based code point column; one past the end for all that lie behind it.
int drawn_column(const std::vector<Cell>& cells, int column) {
    const auto index = static_cast<std::size_t>(std::max(column - 1, 0));
    return index < cells.size() ? cells[index].column : width_of(cells);
}

// The part of a line that is shown.
struct Window {
    int begin = 0;
    int end = 0;
};

Window window_for(const std::vector<Cell>& cells, int first_mark) {
    const int width = width_of(cells);
    if (width <= widest_line) return {0, width};
    const int begin = first_mark > widest_line - context_before ? first_mark - context_before : 0;
    return {begin, std::min(width, begin + widest_line)};
}

std::string shown(const std::vector<Cell>& cells, Window window) {
    std::string out = window.begin > 0 ? "…" : "";
    for (const auto& cell : cells)
        if (cell.column >= window.begin && cell.column + cell.width <= window.end) out += cell.text;
    return window.end < width_of(cells) ? out + "…" : out;
}

class Drawing {
public:
    Drawing(int gutter, core::Severity severity, const Style& style)
        : gutter_(gutter), severity_(severity), style_(style) {}

    void source_line(int number, const std::string& text) {
        const std::string digits = std::to_string(number);
        const std::string head =
            std::string(static_cast<std::size_t>(std::max(gutter_ - static_cast<int>(digits.size()), 0)),
                        ' ') +
            digits + " |";
        out_ += paint(style_, Ink::gutter, head) + (text.empty() ? "" : " ") + text + "\n";
    }
    void left_out() { out_ += paint(style_, Ink::gutter, "...") + "\n"; }
    void mark(const Mark& mark, const std::vector<Cell>& cells, Window window) {
        const bool several_lines = mark.where.end_line > mark.where.line;
        const int begin = drawn_column(cells, mark.where.column);
        const int end = several_lines ? width_of(cells) : drawn_column(cells, mark.where.end_column);
        const int shift = window.begin > 0 ? 1 - window.begin : 0;  // "…" takes a column
        const int length = std::clamp(std::min(end, window.end) - begin, 1, widest_line);
        const std::string indent(static_cast<std::size_t>(std::max(begin + shift, 0)), ' ');
        std::string carets(static_cast<std::size_t>(length), mark.primary ? '^' : '-');
        if (several_lines) carets += "...";
        const Ink ink = mark.primary ? ink_of(severity_) : Ink::gutter;
        const auto lines = split(harmless(mark.text), '\n');
        blank_gutter();
        out_ += " " + indent + paint(style_, ink, carets + (lines[0].empty() ? "" : " " + lines[0])) + "\n";
        for (std::size_t i = 1; i < lines.size(); ++i) {
            blank_gutter();
            out_ += " " + indent + std::string(carets.size() + 1, ' ') + paint(style_, ink, lines[i]) + "\n";
        }
    }
    std::string take() { return std::move(out_); }

private:
    void blank_gutter() {
        out_ += paint(style_, Ink::gutter, std::string(static_cast<std::size_t>(gutter_) + 1, ' ') + "|");
    }
    int gutter_;
    core::Severity severity_;
    const Style& style_;
    std::string out_;
};

}  // namespace

int gutter_width(const std::vector<Mark>& marks, const Sources& sources) {
    int largest = 1;
    for (const auto& mark : marks)
        if (sources.find(mark.where.file.text()) != sources.end())
            largest = std::max(largest, mark.where.line);
    return static_cast<int>(std::to_string(largest).size());
}

std::string draw(std::vector<Mark> marks, const Sources& sources, int gutter, core::Severity severity,
                 const Style& style) {
    const auto source = marks.empty() ? sources.end() : sources.find(marks.front().where.file.text());
    if (source == sources.end()) return {};
    std::stable_sort(marks.begin(), marks.end(),
                     [](const Mark& a, const Mark& b) { return a.where.line < b.where.line; });
    Drawing drawing(gutter, severity, style);
    int drawn = 0;  // the last line that was drawn
    for (std::size_t i = 0; i < marks.size();) {
        const int number = marks[i].where.line;
        if (drawn > 0 && number == drawn + 2) {
            const auto between = cells_of(line_of(source->second, drawn + 1));
            drawing.source_line(drawn + 1, shown(between, window_for(between, 0)));
        } else if (drawn > 0 && number > drawn + 2) {
            drawing.left_out();
        }
        const auto cells = cells_of(line_of(source->second, number));
        const Window window = window_for(cells, drawn_column(cells, marks[i].where.column));
        drawing.source_line(number, shown(cells, window));
        for (; i < marks.size() && marks[i].where.line == number; ++i) drawing.mark(marks[i], cells, window);
        drawn = number;
    }
    return drawing.take();
}

}  // namespace contract::report
