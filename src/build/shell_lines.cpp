// SPDX-License-Identifier: Apache-2.0
//
// What shells say of words, scripts and variables, and commands that are written for a shell and get none.
#include <algorithm>
#include <array>
#include <cctype>

#include "contract/base/text.hpp"
#include "log_text.hpp"
#include "missing_words.hpp"
#include "sayings.hpp"

namespace contract::build {

namespace {

constexpr std::string_view run_with_bash =
    "this is written for bash, and /bin/sh is another shell: run it with bash, [\"bash\", \"-euc\", …]";

std::string lower(std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

std::string unset_variable(std::string_view line) {
    for (const std::string_view text : {": parameter not set", ": unbound variable"})
        if (const auto at = line.find(text); at != std::string_view::npos)
            return last_word(line.substr(0, at));
    return {};
}

std::optional<Advice> variable_advice(std::string_view line, const core::PlannedAction& action) {
    const auto name = unset_variable(line);
    if (name.empty()) return std::nullopt;
    const auto small = lower(name);
    if (name != small && (small == "out" || small == "jobs"))
        return Advice{"variable", std::string(trim(line)), "it is `" + small + "`, in small letters"};
    return Advice{
        "variable", std::string(trim(line)),
        "a build has PATH, HOME, TMPDIR, SOURCE_DATE_EPOCH, TZ, LC_ALL, out, jobs and what `env` of '" +
            action.target + "' sets, nothing of this machine's: set '" + harmless(name) + "' there"};
}

// "-c", "-euc": what follows is read by a shell.
bool is_script_option(const std::string& word) {
    return word.size() >= 2 && word[0] == '-' && word[1] != '-' && word.back() == 'c';
}

// "$out", "${out}", and not the "$1" of an awk program.
bool has_variable(const std::string& word) {
    for (auto at = word.find('$'); at != std::string::npos && at + 1 < word.size();
         at = word.find('$', at + 1))
        if (word[at + 1] == '{' || word[at + 1] == '_' ||
            std::isalpha(static_cast<unsigned char>(word[at + 1])) != 0)
            return true;
    return false;
}

bool is_for_shell(const std::string& word) {
    constexpr std::array signs =
        std::to_array<std::string_view>({"&&", "||", "|", ">", ">>", "<", ";", "2>&1"});
    return std::find(signs.begin(), signs.end(), word) != signs.end() || has_variable(word);
}

// What dash says of arrays, `<(…)`, `${name^}` and `set -o pipefail`.
bool is_foreign_syntax(std::string_view line) {
    return contains(line, ": Syntax error: \"(\" unexpected") || contains(line, ": Bad substitution") ||
           contains(line, "set: Illegal option -o ");
}

}  // namespace

std::optional<Advice> shell_advice(std::string_view line, const core::PlannedAction& action) {
    if (const auto script = unknown_script(line); script && !contains(*script, "/"))
        return Advice{
            "shell", std::string(trim(line)),
            "a shell looks for '" + harmless(*script) + "' in PATH: write `. ./" + harmless(*script) + "`"};
    if (auto advice = variable_advice(line, action)) return advice;
    const auto word = unknown_command(line);
    if (is_foreign_syntax(line) || (word && is_word_of_bash(*word)))
        return Advice{"shell", std::string(trim(line)), std::string(run_with_bash)};
    if (!word) return std::nullopt;
    if (gives_privileges(*word))
        return Advice{"refused", std::string(trim(line)),
                      "a build has no privileges and needs none: leave '" + harmless(*word) + "' out"};
    return std::nullopt;
}

std::optional<Advice> list_advice(const core::PlannedAction& action) {
    const auto& command = action.recipe.command;
    if (command.empty() || std::any_of(command.begin(), command.end(), is_script_option)) return std::nullopt;
    auto word = std::find_if(command.begin() + 1, command.end(), is_for_shell);
    if (word == command.end() && command.front().find(' ') != std::string::npos) word = command.begin();
    if (word == command.end() && has_variable(command.front())) word = command.begin();
    if (word == command.end()) return std::nullopt;
    return Advice{"list",
                  "its command is a list, which is run without a shell, and has '" + harmless(*word) + "'",
                  "write the command of '" + action.target + "' as one string, which a shell reads"};
}

}  // namespace contract::build
