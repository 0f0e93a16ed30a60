// SPDX-License-Identifier: Apache-2.0
//
// toml++ names a redefinition but not its first place. This walks the same text again, keeps the place of
// every table and key by its path, and stops at the first that is defined a second time. It relies on what
// toml++ has established: up to that place the text is valid.
#include <map>

#include "contract/base/text.hpp"
#include "document.hpp"
#include "lexemes.hpp"

namespace contract::manifest {

namespace {

enum class Kind { value, dotted_table, header, implied_table, table_list };

struct Definition {
    Kind kind;
    Extent extent;
    std::size_t elements = 0;  // of a table_list
};

struct Conflict {
    std::string path;  // as people write it: "packages.zlib"
    Definition first;
    Extent second;
    bool table;  // the second is a table header
};

// Paths are joined by characters that no key can hold unescaped; a list element adds its number.
constexpr char part_mark = '\x1f';
constexpr char element_mark = '\x1e';

class Walk {
public:
    explicit Walk(std::string_view text) : text_(text) {}

    std::optional<Conflict> run() {
        std::size_t at = text_.starts_with("\xEF\xBB\xBF") ? 3 : 0;
        for (at = skip_gap(text_, at); at < text_.size() && !conflict_; at = skip_gap(text_, at)) {
            const std::size_t before = at;
            at = text_[at] == '[' ? header(at) : pair(current_, at);
            if (at <= before) break;
        }
        return conflict_;
    }

private:
    std::string child(const std::string& parent, const Segment& segment) const {
        return parent + part_mark + segment.name;
    }
    // Where keys below `path` go: a list of tables stands for its last element.
    std::string inside(std::string path) const {
        const auto found = seen_.find(path);
        if (found == seen_.end() || found->second.kind != Kind::table_list) return path;
        return path + element_mark + std::to_string(found->second.elements);
    }
    void define(const std::string& path, Kind kind, Extent extent) {
        seen_.insert({path, {kind, extent, 0}});
    }
    const Definition* find(const std::string& path) const {
        const auto found = seen_.find(path);
        return found == seen_.end() ? nullptr : &found->second;
    }
    void clash(const std::string& path, const Definition& first, Extent second, bool table) {
        std::string shown;
        for (std::size_t at = 1; at < path.size(); ++at) {
            if (path[at] == element_mark)
                at = std::min(path.find(part_mark, at), path.size()) - 1;
            else
                shown += path[at] == part_mark ? '.' : path[at];
        }
        if (!conflict_) conflict_ = Conflict{shown, first, second, table};
    }

    std::size_t header(std::size_t begin) {
        const bool list = text_.substr(begin, 2) == "[[";
        const Extent extent{begin, end_of_header(text_, begin)};
        std::size_t end = 0;
        const auto segments = key_at(text_, begin + (list ? 2 : 1), end);
        std::string path;
        for (std::size_t i = 0; i + 1 < segments.size(); ++i) {
            path = child(path, segments[i]);
            if (const auto* first = find(path); first != nullptr && first->kind == Kind::value)
                clash(path, *first, extent, true);
            define(path, Kind::implied_table, extent);
            path = inside(path);
        }
        path = child(path, segments.back());
        const auto* first = find(path);
        const Kind expected = list ? Kind::table_list : Kind::implied_table;
        if (first != nullptr && first->kind != expected) clash(path, *first, extent, true);
        if (first == nullptr || !list) seen_[path] = {list ? Kind::table_list : Kind::header, extent, 0};
        if (list) ++seen_[path].elements;
        current_ = inside(path);
        return extent.end;
    }

    std::size_t pair(std::string parent, std::size_t begin) {
        std::size_t at = begin;
        const auto segments = key_at(text_, begin, at);
        for (std::size_t i = 0; i + 1 < segments.size(); ++i) {
            parent = child(parent, segments[i]);
            const auto* first = find(parent);
            if (first != nullptr && first->kind != Kind::dotted_table && first->kind != Kind::implied_table)
                clash(parent, *first, segments[i].extent, false);
            define(parent, Kind::dotted_table, segments[i].extent);
        }
        const std::string path = child(parent, segments.back());
        const Extent extent{segments.front().extent.begin, segments.back().extent.end};
        if (const auto* first = find(path)) clash(path, *first, extent, false);
        define(path, Kind::value, extent);
        if (conflict_ || at >= text_.size() || text_[at] != '=') return text_.size();
        ++at;
        while (at < text_.size() && is_blank(text_[at])) ++at;
        return value(path, at);
    }

    std::size_t value(const std::string& path, std::size_t begin) {
        const std::size_t end = end_of_value(text_, begin);
        if (begin >= text_.size() || (text_[begin] != '{' && text_[begin] != '[')) return end;
        const bool table = text_[begin] == '{';
        std::size_t number = 0;
        for (std::size_t at = skip_gap(text_, begin + 1); at + 1 < end && !conflict_;) {
            if (text_[at] == ',') {
                at = skip_gap(text_, at + 1);
                continue;
            }
            const std::size_t before = at;
            at = table ? pair(path, at) : value(path + element_mark + std::to_string(number++), at);
            at = skip_gap(text_, at);
            if (at <= before) break;
        }
        return end;
    }

    std::string_view text_;
    std::string current_;
    std::map<std::string, Definition, std::less<>> seen_;
    std::optional<Conflict> conflict_;
};

}  // namespace

bool report_redefinition(Mistakes& mistakes) {
    const auto& index = mistakes.index();
    const auto conflict = Walk(index.text()).run();
    if (!conflict) return false;
    const bool both_headers = conflict->table && conflict->first.kind == Kind::header;
    const Span first = index.span(conflict->first.extent.begin, conflict->first.extent.end);
    const std::string line = std::to_string(first.line);
    auto& finding =
        mistakes.add(conflict->table ? "duplicate-table" : "duplicate-key",
                     (conflict->table ? "table '" : "key '") + conflict->path + "' is defined twice",
                     index.span(conflict->second.begin, conflict->second.end), "defined again");
    finding.related.push_back({first, "first defined here"});
    if (both_headers)
        finding.help.push_back("move the keys below this header to the first one, at line " + line +
                               ", and remove this header");
    else if (conflict->table)
        finding.help.push_back("line " + line +
                               " already gives it a value: say all of it there, or all of it here");
    else
        finding.help.push_back("keep one of the two: this one or the one at line " + line);
    finding.help.back() = harmless(finding.help.back());
    return true;
}

}  // namespace contract::manifest
