// SPDX-License-Identifier: Apache-2.0
#include "evidence.hpp"

#include <algorithm>

#include "compiler_lines.hpp"
#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/os/process.hpp"
#include "log_text.hpp"
#include "missing_words.hpp"
#include "network_lines.hpp"

namespace contract::build {

namespace {

bool is_header(std::string_view name) {
    for (const std::string_view ending : {".h", ".hh", ".hpp", ".hxx"})
        if (name.size() > ending.size() && name.ends_with(ending)) return true;
    return false;
}

bool is_plain_word(std::string_view name) {
    return !name.empty() && name.size() <= 128 && name.find_first_of(" \t:") == std::string_view::npos;
}

// "a.c:1:10: fatal error: NAME: No such file or directory", "a.c:1:10: fatal error: 'NAME' file not found"
std::string header_in(std::string_view line) {
    const auto gcc = line.find(": No such file");
    const auto clang = line.find(" file not found");
    const auto end = std::min(gcc, clang);
    if (end == std::string_view::npos) return {};
    const bool is_included = !diagnosed_place(line).empty();
    auto name =
        is_included ? without_quotes(phrases(line.substr(0, end)).back()) : last_word(line.substr(0, end));
    if (!is_plain_word(name)) return {};
    return is_included || (gcc == std::string_view::npos && is_header(name)) ? name : std::string();
}

std::string library_in(std::string_view line) {
    constexpr std::string_view text = "cannot find -l";
    const auto at = line.find(text);
    if (at == std::string_view::npos) return {};
    const auto name = line.substr(at + text.size());
    return without_quotes(name.substr(0, name.find_first_of(" \t:,;")));
}

// What is said of a library when a program starts is told as advice.
std::optional<Clue> file_in(std::string_view line) {
    if (contains(line, "cannot open shared object file")) return std::nullopt;
    if (auto name = unopened_file(line)) return Clue{Clue::Kind::file, std::move(*name), {}};
    return std::nullopt;
}

std::optional<Clue> clue_of(std::string_view line) {
    if (is_about_network(line)) return Clue{Clue::Kind::network, {}, {}};
    if (auto name = library_in(line); is_plain_word(name))
        return Clue{Clue::Kind::library, std::move(name), {}};
    if (auto name = header_in(line); !name.empty()) return Clue{Clue::Kind::header, std::move(name), {}};
    if (auto script = unknown_script(line)) return std::nullopt;
    if (auto name = unknown_command(line)) {
        // A file of the build that does not start is told as advice, if anything can be told of it.
        if (contains(*name, "/")) return Clue{Clue::Kind::file, std::move(*name), {}};
        if (is_word_of_bash(*name) || gives_privileges(*name) || !is_program_name(*name)) return std::nullopt;
        return Clue{Clue::Kind::program, std::move(*name), {}};
    }
    if (auto name = denied_command(line)) return Clue{Clue::Kind::program, std::move(*name), {}};
    return file_in(line);
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
    constexpr std::size_t at_most = 3;
    const auto lines = split(log, '\n');
    std::vector<Clue> clues;
    for (std::size_t number = lines.size(); number > 0 && clues.size() < at_most; --number) {
        auto clue = clue_of(lines[number - 1]);
        if (!clue) continue;
        clue->line = lines[number - 1];
        clue->number = number - 1;
        // Of files, of which nothing is known, one is enough.
        const bool known = std::any_of(clues.begin(), clues.end(), [&](const Clue& other) {
            return other.kind == clue->kind && (other.name == clue->name || clue->kind == Clue::Kind::file);
        });
        if (!known) clues.push_back(std::move(*clue));
    }
    return clues;
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
