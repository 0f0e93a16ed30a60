// SPDX-License-Identifier: Apache-2.0
#include "patch.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"

namespace contract::build {

namespace {

constexpr std::string_view nowhere = "/dev/null";

std::string_view without_end(std::string_view line) {
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

// "a/src/x.c" → "src/x.c", which has to lie inside; none for what does not.
std::optional<std::string> stripped(std::string_view name) {
    const auto slash = name.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    std::string inner = path::normalise(name.substr(slash + 1));
    if (path::is_absolute(name) || inner == "." || !path::is_within(inner, ".") || inner.starts_with(".."))
        return std::nullopt;
    if (inner.find('\0') != std::string::npos) return std::nullopt;
    return inner;
}

int octal_digit(char c) {
    return c >= '0' && c <= '7' ? c - '0' : -1;
}

// git quotes names with odd characters as C strings.
std::string unquoted(std::string_view name) {
    if (!name.starts_with('"') || name.size() < 2 || !name.ends_with('"')) return std::string(name);
    name = name.substr(1, name.size() - 2);
    std::string out;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (name[i] != '\\' || i + 1 >= name.size()) {
            out += name[i];
            continue;
        }
        const char c = name[++i];
        if (i + 2 < name.size() && octal_digit(c) >= 0 && octal_digit(name[i + 1]) >= 0 &&
            octal_digit(name[i + 2]) >= 0) {
            out += static_cast<char>(octal_digit(c) * 64 + octal_digit(name[i + 1]) * 8 +
                                     octal_digit(name[i + 2]));
            i += 2;
        } else {
            constexpr std::string_view letters = "abfnrtv", meant = "\a\b\f\n\r\t\v";
            const auto at = letters.find(c);
            out += at == std::string_view::npos ? c : meant[at];
        }
    }
    return out;
}

class Parser {
public:
    explicit Parser(std::string_view text) : lines_(build::lines_of(text)) {}

    std::variant<std::vector<FileChange>, PatchProblem> run() {
        while (at_ < lines_.size() && !problem_) {
            const auto line = current();
            if (line.starts_with("diff --git "))
                git_change();
            else if (line.starts_with("--- ") && at_ + 1 < lines_.size() &&
                     lines_[at_ + 1].starts_with("+++ "))
                plain_change();
            else if (line.starts_with("@@ -"))
                refuse("a hunk that belongs to no file");
            else
                ++at_;
        }
        if (!problem_ && changes_.empty()) refuse("it changes no file: it is no unified diff");
        if (problem_) return std::move(*problem_);
        return std::move(changes_);
    }

private:
    std::string_view current() const { return at_ < lines_.size() ? without_end(lines_[at_]) : ""; }

    void refuse(std::string message, std::string help = {}) {
        if (!problem_)
            problem_ = PatchProblem{std::move(message),
                                    std::min(at_ + 1, std::max<std::size_t>(lines_.size(), 1)),
                                    {},
                                    {},
                                    std::move(help)};
    }

    // The name of a "--- " or "+++ " line, without the time that may stand behind a tab.
    std::string name_in(std::string_view line) {
        line = line.substr(std::min<std::size_t>(4, line.size()));
        if (!line.starts_with('"')) line = line.substr(0, line.find('\t'));
        return unquoted(trim(line));
    }

    std::string inside(const std::string& name) {
        if (name == nowhere) return {};
        auto inner = stripped(name);
        if (!inner)
            refuse("'" + name + "' is no file of the source",
                   "the names of a patch have one part in front, a/ and b/, and stay inside");
        return inner.value_or(std::string());
    }

    void names(FileChange& change) {
        const std::string from = inside(name_in(current()));
        ++at_;
        const std::string to = inside(name_in(current()));
        ++at_;
        change.from = from;
        change.to = to;
    }

    void plain_change() {
        FileChange change;
        change.at = at_ + 1;
        names(change);
        // Without git's headers a new name that differs is only another spelling of the old one: "a.orig".
        if (!change.from.empty() && !change.to.empty()) change.from = change.to;
        hunks(change);
        finish(std::move(change));
    }

    void git_change() {
        FileChange change;
        change.at = at_ + 1;
        default_names(change, current().substr(std::string_view("diff --git ").size()));
        bool fresh = false, gone = false;
        for (++at_; at_ < lines_.size() && !problem_; ++at_) {
            const auto line = current();
            if (line.starts_with("new file mode ")) {
                fresh = true;
                mode(change, line.substr(14));
            } else if (line.starts_with("deleted file mode ")) {
                gone = true;
                mode(change, line.substr(18));
            } else if (line.starts_with("new mode ")) {
                mode(change, line.substr(9));
            } else if (line.starts_with("rename from ") || line.starts_with("copy from ")) {
                change.keeps_old = line.starts_with("copy");
                change.from = whole(line.substr(line.find("from ") + 5));
            } else if (line.starts_with("rename to ") || line.starts_with("copy to ")) {
                change.to = whole(line.substr(line.find("to ") + 3));
            } else if (line.starts_with("GIT binary patch") || line.starts_with("Binary files ")) {
                refuse("a binary change", "patches change text; let an input or the build bring the file");
            } else if (!is_plain_header(line)) {
                break;
            }
        }
        if (current().starts_with("--- ") && at_ + 1 < lines_.size() && lines_[at_ + 1].starts_with("+++ ")) {
            const FileChange before = change;
            names(change);
            if (before.from != before.to)
                std::tie(change.from, change.to) = std::pair(before.from, before.to);
            hunks(change);
        }
        if (fresh) change.from.clear();
        if (gone) change.to.clear();
        finish(std::move(change));
    }

    static bool is_plain_header(std::string_view line) {
        for (const std::string_view word :
             {"old mode ", "similarity index ", "dissimilarity index ", "index "})
            if (line.starts_with(word)) return true;
        return false;
    }

    // "rename from src/x.c" has no part in front.
    std::string whole(std::string_view name) { return inside("a/" + unquoted(trim(name))); }

    // "a/x b/x": the two are equal, whatever spaces are in them, unless other lines say more.
    void default_names(FileChange& change, std::string_view both) {
        if (both.starts_with('"')) return;
        if (both.size() % 2 == 0 || both.size() < 7) return;  // "a/x b/x"
        const auto half = both.size() / 2;
        if (both[half] != ' ' || both.substr(2, half - 2) != both.substr(half + 3)) return;
        change.from = change.to = inside(std::string(both.substr(0, half)));
    }

    void mode(FileChange& change, std::string_view octal) {
        if (octal == "100755" || octal == "100644")
            change.executable = octal == "100755";
        else
            refuse("a change of something that is no regular file",
                   "patches change regular files; let the build make symlinks");
    }

    void hunks(FileChange& change) {
        while (!problem_ && current().starts_with("@@ -")) hunk(change);
    }

    // "-3,7 +3,9 @@": the numbers, the counts 1 unless told.
    static bool numbers(std::string_view text, std::size_t (&out)[4]) {
        const char* at = text.data();
        const char* end = text.data() + text.size();
        for (int i = 0; i < 4; i += 2) {
            if (at == end || *at != (i == 0 ? '-' : '+')) return false;
            auto result = std::from_chars(at + 1, end, out[i]);
            if (result.ec != std::errc()) return false;
            at = result.ptr;
            out[i + 1] = 1;
            if (at != end && *at == ',') {
                result = std::from_chars(at + 1, end, out[i + 1]);
                if (result.ec != std::errc()) return false;
                at = result.ptr;
            }
            if (at == end || *at != ' ') return false;
            ++at;
        }
        return std::string_view(at, static_cast<std::size_t>(end - at)).starts_with("@@");
    }

    void hunk(FileChange& change) {
        std::size_t told[4] = {};
        if (!numbers(current().substr(3), told))
            return refuse("a line that starts a hunk and has no numbers");
        Hunk hunk;
        hunk.start = told[0];
        hunk.at = at_ + 1;
        std::size_t old_left = told[1], new_left = told[3];
        for (++at_; old_left + new_left > 0 && !problem_; ++at_) {
            if (at_ >= lines_.size()) return refuse("a hunk that ends too early");
            const auto line = lines_[at_];
            // Some mailers take the blank of an empty line of context.
            const char kind = without_end(line).empty() ? ' ' : line[0];
            const bool of_old = kind == ' ' || kind == '-', of_new = kind == ' ' || kind == '+';
            if ((!of_old && !of_new) || (of_old && old_left == 0) || (of_new && new_left == 0))
                return refuse("a hunk whose lines are not those that it announces");
            old_left -= of_old ? 1 : 0;
            new_left -= of_new ? 1 : 0;
            hunk.lines.push_back({kind, std::string(line[0] == kind ? line.substr(1) : line), at_ + 1});
            // "\ No newline at end of file" is about the line above.
            if (at_ + 1 < lines_.size() && lines_[at_ + 1].starts_with("\\ ")) {
                if (hunk.lines.back().text.ends_with('\n')) hunk.lines.back().text.pop_back();
                ++at_;
            }
        }
        if (hunk.lines.empty()) return refuse("a hunk without lines");
        change.hunks.push_back(std::move(hunk));
    }

    void finish(FileChange change) {
        if (!problem_ && change.from.empty() && change.to.empty()) refuse("a change of no file");
        if (!problem_) changes_.push_back(std::move(change));
    }

    std::vector<std::string_view> lines_;
    std::size_t at_ = 0;
    std::vector<FileChange> changes_;
    std::optional<PatchProblem> problem_;
};

// Whether all old lines of the hunk stand at `begin`; if not, the first that does not, in `differs`.
bool fits(const Hunk& hunk, const std::vector<std::string_view>& old, std::size_t begin,
          const Hunk::Line** differs, std::size_t* place) {
    std::size_t at = begin;
    for (const auto& line : hunk.lines) {
        if (line.kind == '+') continue;
        if (at >= old.size() || old[at] != line.text) {
            *differs = &line;
            *place = at;
            return false;
        }
        ++at;
    }
    return true;
}

// Where else the old lines of the hunk stand, when there is exactly one such place. 1-based.
std::optional<std::size_t> only_place(const Hunk& hunk, const std::vector<std::string_view>& old) {
    std::optional<std::size_t> found;
    const Hunk::Line* line = nullptr;
    std::size_t place = 0;
    for (std::size_t begin = 0; begin < old.size(); ++begin) {
        if (!fits(hunk, old, begin, &line, &place)) continue;
        if (found) return std::nullopt;
        found = begin + 1;
    }
    return found;
}

PatchProblem misfit(const FileChange& change, std::size_t number, const std::vector<std::string_view>& old,
                    const Hunk::Line& line, std::size_t place) {
    const Hunk& hunk = change.hunks[number];
    PatchProblem problem;
    problem.message = "hunk " + std::to_string(number + 1) + " of '" + change.name() +
                      "' does not fit: line " + std::to_string(place + 1) + " of the file is another";
    problem.line = line.at;
    problem.expected = std::string(without_end(line.text));
    problem.found = place < old.size() ? std::string(without_end(old[place])) : "(the file ends before it)";
    if (problem.expected == problem.found) problem.found += " (with another line end)";
    if (const auto other = only_place(hunk, old))
        problem.help = "its lines stand at line " + std::to_string(*other) + ", not " +
                       std::to_string(hunk.start) + ": make the patch anew against this source";
    else
        problem.help = "make the patch anew against this source, or remove it if the source has the change";
    return problem;
}

}  // namespace

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const auto size = end == std::string_view::npos ? text.size() : end + 1;
        lines.push_back(text.substr(0, size));
        text.remove_prefix(size);
    }
    return lines;
}

std::variant<std::vector<FileChange>, PatchProblem> parse_patch(std::string_view text) {
    return Parser(text).run();
}

std::variant<std::string, PatchProblem> apply_change(const FileChange& change, std::string_view text) {
    const auto old = lines_of(text);
    std::string out;
    std::size_t done = 0;  // old lines that are behind
    for (std::size_t number = 0; number < change.hunks.size(); ++number) {
        const Hunk& hunk = change.hunks[number];
        const bool only_adds = std::all_of(hunk.lines.begin(), hunk.lines.end(),
                                           [](const auto& line) { return line.kind == '+'; });
        const std::size_t begin = hunk.start - (only_adds || hunk.start == 0 ? 0 : 1);
        if (begin < done)
            return PatchProblem{"hunk " + std::to_string(number + 1) + " of '" + change.name() +
                                    "' stands before the one in front of it",
                                hunk.at,
                                {},
                                {},
                                "make the patch anew"};
        const Hunk::Line* differs = &hunk.lines[0];
        std::size_t place = begin;
        if (begin > old.size() || !fits(hunk, old, begin, &differs, &place))
            return misfit(change, number, old, *differs, place);
        for (; done < begin; ++done) out += old[done];
        for (const auto& line : hunk.lines) {
            if (line.kind != '-') out += line.text;
            if (line.kind != '+') ++done;
        }
    }
    for (; done < old.size(); ++done) out += old[done];
    return out;
}

}  // namespace contract::build
