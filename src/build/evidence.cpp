// SPDX-License-Identifier: Apache-2.0
#include "evidence.hpp"

#include <algorithm>
#include <array>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/os/process.hpp"

namespace contract::build {

namespace {

// What a tool says when something is missing. The name is the word in front of `text`, or behind it.
struct Pattern {
    enum class Name { before, after, none };
    std::string_view text;
    Clue::Kind kind;
    Name name;
};
// The first that fits a line decides: the more exact ones come first.
constexpr std::array patterns = std::to_array<Pattern>({
    {"Could not resolve host", Clue::Kind::network, Pattern::Name::none},
    {"Temporary failure in name resolution", Clue::Kind::network, Pattern::Name::none},
    {"Temporary failure resolving", Clue::Kind::network, Pattern::Name::none},
    {"Name or service not known", Clue::Kind::network, Pattern::Name::none},
    {"Network is unreachable", Clue::Kind::network, Pattern::Name::none},
    {"cannot find -l", Clue::Kind::library, Pattern::Name::after},
    {": command not found", Clue::Kind::program, Pattern::Name::before},
    {"file not found", Clue::Kind::header, Pattern::Name::before},
    {": not found", Clue::Kind::program, Pattern::Name::before},
    {": No such file or directory", Clue::Kind::program, Pattern::Name::before},
});

bool is_quote(char c) {
    return c == '\'' || c == '"' || c == '`';
}

// Quotation marks of tools, ASCII and typographic.
std::string without_quotes(std::string text) {
    for (const std::string_view mark : {"\xe2\x80\x98", "\xe2\x80\x99"})
        for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark))
            text.erase(at, mark.size());
    text.erase(std::remove_if(text.begin(), text.end(), is_quote), text.end());
    return std::string(trim(text));
}

std::string word_before(std::string_view line, std::size_t end) {
    const std::string_view before = trim(line.substr(0, end));
    const auto begin = before.find_last_of(" \t");
    return without_quotes(std::string(begin == std::string_view::npos ? before : before.substr(begin + 1)));
}

std::string word_after(std::string_view line, std::size_t begin) {
    const std::string_view after = line.substr(begin);
    return without_quotes(std::string(after.substr(0, after.find_first_of(" \t:,;"))));
}

bool is_word(std::string_view name) {
    return !name.empty() && name.size() <= 128 && std::none_of(name.begin(), name.end(), [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || c == ':' || c == '\x7f';
    });
}

bool is_header(std::string_view name) {
    for (const std::string_view ending : {".h", ".hh", ".hpp", ".hxx"})
        if (name.size() > ending.size() && name.substr(name.size() - ending.size()) == ending) return true;
    return false;
}

std::optional<Clue> clue_of(std::string_view line) {
    for (const auto& pattern : patterns) {
        const auto at = line.find(pattern.text);
        if (at == std::string_view::npos) continue;
        Clue clue{pattern.kind, {}, std::string(line)};
        if (pattern.name == Pattern::Name::before) clue.name = word_before(line, at);
        if (pattern.name == Pattern::Name::after) clue.name = word_after(line, at + pattern.text.size());
        if (pattern.name != Pattern::Name::none && !is_word(clue.name)) continue;
        if (is_header(clue.name)) clue.kind = Clue::Kind::header;
        if (clue.kind == Clue::Kind::header && !is_header(clue.name)) continue;
        // "cat: data/x: No such file or directory" is about a file of the build, not about a tool.
        if (clue.kind == Clue::Kind::program && clue.name.find('/') != std::string::npos) continue;
        return clue;
    }
    return std::nullopt;
}

std::optional<std::string> first_existing(const std::vector<std::string>& folders,
                                          const std::vector<std::string>& names) {
    for (const auto& folder : folders)
        for (const auto& name : names)
            if (os::exists(path::join(folder, name))) return path::join(folder, name);
    return std::nullopt;
}

}  // namespace

std::vector<Clue> clues_in(std::string_view log) {
    constexpr std::size_t at_most = 8;
    std::vector<Clue> clues;
    while (!log.empty() && clues.size() < at_most) {
        const auto end = log.find('\n');
        auto clue = clue_of(log.substr(0, end));
        log.remove_prefix(end == std::string_view::npos ? log.size() : end + 1);
        if (!clue) continue;
        const bool known = std::any_of(clues.begin(), clues.end(), [&](const Clue& other) {
            return other.kind == clue->kind && other.name == clue->name;
        });
        if (!known) clues.push_back(std::move(*clue));
    }
    return clues;
}

std::string last_lines(std::string_view log, std::size_t count) {
    while (!log.empty() && (log.back() == '\n' || log.back() == '\r')) log.remove_suffix(1);
    std::size_t begin = log.size();
    for (; begin > 0; --begin)
        if (log[begin - 1] == '\n' && --count == 0) break;
    return std::string(log.substr(begin));
}

std::optional<std::string> find_on_machine(const Clue& clue, const std::string& path) {
    switch (clue.kind) {
        case Clue::Kind::program: return os::find_program(clue.name, path);
        case Clue::Kind::header: return first_existing({"/usr/local/include", "/usr/include"}, {clue.name});
        case Clue::Kind::library:
            return first_existing({"/usr/local/lib", "/usr/lib", "/usr/lib64", "/usr/lib/x86_64-linux-gnu",
                                   "/usr/lib/aarch64-linux-gnu", "/lib/x86_64-linux-gnu"},
                                  {"lib" + clue.name + ".so", "lib" + clue.name + ".a"});
        case Clue::Kind::network:
        case Clue::Kind::package:
        case Clue::Kind::module:
        case Clue::Kind::file: return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace contract::build
