// SPDX-License-Identifier: Apache-2.0
#include "missing_words.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "log_text.hpp"

namespace contract::build {

namespace {

using Phrases = std::vector<std::string_view>;

template <std::size_t size>
bool is_one_of(std::string_view word, const std::array<std::string_view, size>& words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// "12", "line 12"
bool is_line_number(std::string_view phrase) {
    if (phrase.starts_with("line ")) phrase.remove_prefix(5);
    return !phrase.empty() && std::all_of(phrase.begin(), phrase.end(), is_digit);
}

// "make" of "/usr/bin/make[1]".
std::string speaker_of(std::string_view phrase) {
    phrase = phrase.substr(0, phrase.find('['));
    return path::name(std::string(trim(phrase)));
}

bool is_shell(std::string_view phrase) {
    constexpr std::array shells = std::to_array<std::string_view>({"ash", "bash", "dash", "sh", "-sh"});
    return is_one_of(speaker_of(phrase), shells);
}

// What a shell does with a word that it then looks for.
bool is_way_to_start(std::string_view phrase) {
    constexpr std::array ways = std::to_array<std::string_view>({"command", "eval", "exec"});
    return is_one_of(phrase, ways);
}

bool is_starter(std::string_view phrase) {
    constexpr std::array starters = std::to_array<std::string_view>(
        {"chroot", "doas",   "env",     "exec", "execve",  "execvp",  "flock",
         "gmake",  "ionice", "make",    "nice", "nohup",   "setarch", "setsid",
         "stdbuf", "sudo",   "taskset", "time", "timeout", "unshare", "xargs"});
    return is_one_of(speaker_of(phrase), starters);
}

// "'NAME'", "failed to run command 'NAME'", and not "cannot open 'NAME'".
bool is_start(std::string_view phrase) {
    constexpr std::array starts = std::to_array<std::string_view>(
        {"can't execute ", "cannot execute ", "cannot run ", "failed to execute ", "failed to run command "});
    return phrase.find_first_of(" \t") == std::string_view::npos ||
           std::any_of(starts.begin(), starts.end(),
                       [&](std::string_view start) { return phrase.starts_with(start); });
}

// Where "No such file" begins, as C libraries, Go and busybox write it.
std::size_t no_such_file(std::string_view line) {
    return std::min(line.find("No such file"), line.find("no such file"));
}

// What stands in front of it, without the colon and Python's "[Errno 2]".
std::string_view before_no_such_file(std::string_view line) {
    auto head = trim(line.substr(0, no_such_file(line)));
    if (head.ends_with("[Errno 2]")) head = trim(head.substr(0, head.size() - 9));
    return head.ends_with(':') ? head.substr(0, head.size() - 1) : std::string_view();
}

// make says the same of a makefile that it cannot read.
bool is_makefile(std::string_view name) {
    return name.ends_with("akefile") || name.ends_with(".mk") || name.ends_with(".make") ||
           name.ends_with(".d");
}

std::optional<std::string> if_word(std::string name) {
    const bool is_word =
        !name.empty() && name.size() <= 128 && std::none_of(name.begin(), name.end(), [](char c) {
            return static_cast<unsigned char>(c) <= ' ' || c == ':' || c == '\x7f';
        });
    return is_word ? std::optional(std::move(name)) : std::nullopt;
}

// "sh: 1: NAME: not found", "sh: NAME: not found", "x.sh: line 3: NAME: not found".
std::optional<std::string> not_found_by_shell(std::string_view line) {
    constexpr std::string_view not_found = ": not found";
    if (!line.ends_with(not_found)) return std::nullopt;
    const Phrases said = phrases(line.substr(0, line.size() - not_found.size()));
    if (said.size() < 2) return std::nullopt;
    const auto before = said[said.size() - 2];
    const bool by_shell =
        is_line_number(before) || is_way_to_start(before) || (said.size() == 2 && is_shell(before));
    // A script that is to be read, and no program, has its own wording.
    const bool is_read = unknown_script(line).has_value();
    return by_shell && !is_read ? if_word(std::string(said.back())) : std::nullopt;
}

// bash, zsh's and old makes' wording, which nobody else uses. Perl, Go and Node have their own for it.
std::optional<std::string> not_found_in_words(std::string_view line) {
    for (const std::string_view text : {": command not found", ": Command not found"})
        if (const auto at = line.find(text); at != std::string_view::npos)
            return if_word(without_quotes(phrases(line.substr(0, at)).back()));
    if (const auto at = line.find(": executable file not found in"); at != std::string_view::npos)
        return if_word(last_word(line.substr(0, at)));
    // rustc: "linker `cc` not found"
    if (const auto at = line.find("linker `"); at != std::string_view::npos && line.ends_with("` not found"))
        return if_word(last_word(line.substr(at, line.size() - at - 10)));
    // Node: "spawn NAME ENOENT"
    if (const auto at = line.find("spawn "); at != std::string_view::npos && line.ends_with(" ENOENT"))
        return if_word(
            std::string(trim(line.substr(at + 6, line.rfind(' ') - std::min(line.rfind(' '), at + 6)))));
    return std::nullopt;
}

std::optional<std::string> not_started(std::string_view line) {
    const auto head = before_no_such_file(line);
    if (head.empty()) return std::nullopt;
    const Phrases said = phrases(head);
    // gcc: "fatal error: cannot execute 'cc1plus': execvp"
    for (const auto phrase : said)
        if (phrase.starts_with("cannot execute ") || phrase.starts_with("Can't exec "))
            return if_word(last_word(phrase));
    const auto name = last_word(said.back());
    const bool starts = said.size() >= 2 && is_start(said.back()) &&
                        (is_starter(said.front()) || is_starter(said[said.size() - 2]));
    return starts && !is_makefile(name) ? if_word(name) : std::nullopt;
}

// "x.bin" of "can't open x.bin for reading" and of "x.bin: Cannot open".
std::string name_in(const Phrases& said) {
    auto last = said.back();
    if (said.size() >= 2 && (last == "Cannot open" || last == "Cannot stat" || last == "Cannot exec"))
        last = said[said.size() - 2];
    if (const auto purpose = last.rfind(" for "); purpose != std::string_view::npos)
        last = last.substr(0, purpose);
    return last_word(last);
}

}  // namespace

bool is_program_name(std::string_view word) {
    return !word.empty() && word.size() <= 128 && word.front() != '-' && word.front() != '.' &&
           std::any_of(word.begin(), word.end(), is_letter) &&
           std::all_of(word.begin(), word.end(), [](char c) {
               return is_letter(c) || is_digit(c) || c == '_' || c == '+' || c == '-' || c == '.' || c == '@';
           });
}

bool is_word_of_bash(std::string_view word) {
    constexpr std::array words =
        std::to_array<std::string_view>({"[[", "declare", "function", "let", "mapfile", "popd", "pushd",
                                         "readarray", "shopt", "source", "typeset"});
    return is_one_of(word, words);
}

bool gives_privileges(std::string_view word) {
    constexpr std::array words = std::to_array<std::string_view>({"doas", "su", "sudo"});
    return is_one_of(word, words);
}

std::optional<std::string> unknown_script(std::string_view line) {
    constexpr std::string_view not_found = ": not found";
    if (!line.ends_with(not_found)) return std::nullopt;
    Phrases said = phrases(line.substr(0, line.size() - not_found.size()));
    if (said.size() >= 3 && is_line_number(said[said.size() - 2]))
        said.erase(said.end() - 2);  // busybox: ".: line 0: env.sh"
    if (said.size() < 2) return std::nullopt;
    const auto before = said[said.size() - 2];
    if (before != "." && before != "source") return std::nullopt;
    return if_word(std::string(said.back()));
}

std::optional<std::string> unknown_command(std::string_view line) {
    line = trim(line);
    if (auto name = not_found_by_shell(line)) return name;
    if (auto name = not_found_in_words(line)) return name;
    return not_started(line);
}

std::string denied_file(std::string_view line) {
    constexpr std::string_view denied = "Permission denied";
    const auto at = line.find(denied);
    if (at == std::string_view::npos) return {};
    // Python: "[Errno 13] Permission denied: 'name'"
    const auto after = line.substr(at + denied.size());
    if (after.starts_with(": ")) return last_word(after);
    const auto before = trim(line.substr(0, at));
    return before.ends_with(':') ? last_word(before.substr(0, before.size() - 1)) : std::string();
}

std::optional<std::string> denied_command(std::string_view line) {
    const Phrases said = phrases(line);
    if (said.size() < 3 || said.back() != "Permission denied") return std::nullopt;
    const auto number = said[said.size() - 3];
    const auto name = said[said.size() - 2];
    if (number.starts_with("line ") || !is_line_number(number) || !is_program_name(name)) return std::nullopt;
    return std::string(name);
}

std::optional<std::string> unopened_file(std::string_view line) {
    const auto at = no_such_file(line);
    if (at == std::string_view::npos) return std::nullopt;
    const auto head = before_no_such_file(line);
    // Python: "[Errno 2] No such file or directory: 'name'"
    const auto after = line.substr(at);
    if (const auto name = after.find("directory: "); name != std::string_view::npos)
        return if_word(without_quotes(after.substr(name + 11)));
    auto name = head.empty() ? std::string() : name_in(phrases(head));
    return name.starts_with('(') ? std::nullopt : if_word(std::move(name));
}

}  // namespace contract::build
