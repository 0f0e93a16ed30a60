// SPDX-License-Identifier: Apache-2.0
//
// Myers' greedy search for the shortest edit, with a record of every step to walk back along. What is equal
// at both ends is cut off first, which leaves little in the usual case.
#include "unified_diff.hpp"

#include <algorithm>
#include <vector>

#include "patch.hpp"

namespace contract::build {

namespace {

constexpr std::size_t context = 3;
constexpr std::ptrdiff_t most_steps = 500;  // edits; the record is quadratic in them

using Lines = std::vector<std::string_view>;

struct Edit {
    char kind;  // ' ', '-', '+'
    std::string_view line;
};

void add(std::vector<Edit>& edits, char kind, const Lines& lines) {
    for (const auto line : lines) edits.push_back({kind, line});
}

// How far each diagonal got, for every number of edits; the last one reached the end. Empty: too many.
std::vector<std::vector<std::ptrdiff_t>> search(const Lines& a, const Lines& b) {
    const auto n = static_cast<std::ptrdiff_t>(a.size()), m = static_cast<std::ptrdiff_t>(b.size());
    const std::ptrdiff_t limit = std::min(n + m, most_steps);
    std::vector<std::ptrdiff_t> reach(static_cast<std::size_t>(2 * limit + 3), 0);
    const auto at = [&](std::ptrdiff_t k) -> std::ptrdiff_t& {
        return reach[static_cast<std::size_t>(k + limit + 1)];
    };
    std::vector<std::vector<std::ptrdiff_t>> record;
    for (std::ptrdiff_t d = 0; d <= limit; ++d) {
        record.push_back(reach);
        for (std::ptrdiff_t k = -d; k <= d; k += 2) {
            std::ptrdiff_t x = k == -d || (k != d && at(k - 1) < at(k + 1)) ? at(k + 1) : at(k - 1) + 1;
            while (x < n && x - k < m && x - k >= 0 &&
                   a[static_cast<std::size_t>(x)] == b[static_cast<std::size_t>(x - k)])
                ++x;
            at(k) = x;
            if (x >= n && x - k >= m) return record;
        }
    }
    return {};
}

std::vector<Edit> edits_of(const Lines& a, const Lines& b) {
    std::vector<Edit> edits;
    const auto record = search(a, b);
    if (record.empty()) {
        add(edits, '-', a);
        add(edits, '+', b);
        return edits;
    }
    auto x = static_cast<std::ptrdiff_t>(a.size()), y = static_cast<std::ptrdiff_t>(b.size());
    for (auto d = static_cast<std::ptrdiff_t>(record.size()) - 1; d >= 0; --d) {
        const auto& reach = record[static_cast<std::size_t>(d)];
        const std::ptrdiff_t middle = static_cast<std::ptrdiff_t>(reach.size()) / 2;
        const auto at = [&](std::ptrdiff_t k) { return reach[static_cast<std::size_t>(k + middle)]; };
        const std::ptrdiff_t k = x - y;
        const bool down = k == -d || (k != d && at(k - 1) < at(k + 1));
        const std::ptrdiff_t from_x = d == 0 ? 0 : at(down ? k + 1 : k - 1);
        const std::ptrdiff_t from_y = d == 0 ? 0 : from_x - (down ? k + 1 : k - 1);
        while (x > from_x && y > from_y) {
            --x;
            --y;
            edits.push_back({' ', a[static_cast<std::size_t>(x)]});
        }
        if (d == 0) break;
        if (down)
            edits.push_back({'+', b[static_cast<std::size_t>(--y)]});
        else
            edits.push_back({'-', a[static_cast<std::size_t>(--x)]});
    }
    std::reverse(edits.begin(), edits.end());
    return edits;
}

std::string range(std::size_t start, std::size_t count) {
    return std::to_string(count == 0 ? start : start + 1) + (count == 1 ? "" : "," + std::to_string(count));
}

// Changes that stand closer than twice the context are one hunk.
std::string hunks_of(const std::vector<Edit>& edits) {
    std::string out;
    std::size_t old_line = 0, new_line = 0;
    for (std::size_t i = 0; i < edits.size();) {
        if (edits[i].kind == ' ') {
            ++old_line, ++new_line, ++i;
            continue;
        }
        const std::size_t lead = std::min(context, std::min(i, old_line));
        std::size_t begin = i - lead, end = i, quiet = 0;
        for (std::size_t j = i; j < edits.size() && quiet <= 2 * context; ++j) {
            quiet = edits[j].kind == ' ' ? quiet + 1 : 0;
            if (quiet == 0) end = j + 1;
        }
        end = std::min(end + context, edits.size());
        const std::size_t old_start = old_line - lead, new_start = new_line - lead;
        std::string body;
        std::size_t old_count = 0, new_count = 0;
        for (std::size_t j = begin; j < end; ++j) {
            old_count += edits[j].kind != '+' ? 1 : 0;
            new_count += edits[j].kind != '-' ? 1 : 0;
            body += edits[j].kind;
            body += edits[j].line;
            if (!edits[j].line.ends_with('\n')) body += "\n\\ No newline at end of file\n";
        }
        out += "@@ -" + range(old_start, old_count) + " +" + range(new_start, new_count) + " @@\n" + body;
        old_line = old_start + old_count;
        new_line = new_start + new_count;
        i = end;
    }
    return out;
}

}  // namespace

std::string unified_diff(const std::string& name, std::string_view before, std::string_view after) {
    if (before == after) return {};
    Lines a = lines_of(before), b = lines_of(after);
    std::size_t head = 0;
    while (head < a.size() && head < b.size() && a[head] == b[head]) ++head;
    std::size_t tail = 0;
    while (tail + head < a.size() && tail + head < b.size() &&
           a[a.size() - 1 - tail] == b[b.size() - 1 - tail])
        ++tail;
    const auto part = [&](const Lines& lines) {
        return Lines(lines.begin() + static_cast<std::ptrdiff_t>(head),
                     lines.end() - static_cast<std::ptrdiff_t>(tail));
    };
    std::vector<Edit> edits;
    add(edits, ' ', Lines(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(head)));
    const auto middle = edits_of(part(a), part(b));
    edits.insert(edits.end(), middle.begin(), middle.end());
    add(edits, ' ', Lines(a.end() - static_cast<std::ptrdiff_t>(tail), a.end()));
    return "--- a/" + name + "\n+++ b/" + name + "\n" + hunks_of(edits);
}

}  // namespace contract::build
