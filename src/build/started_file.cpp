// SPDX-License-Identifier: Apache-2.0
#include "started_file.hpp"

#include <algorithm>
#include <vector>

#include "contract/base/text.hpp"
#include "log_text.hpp"
#include "missing_words.hpp"

namespace contract::build {

namespace {

constexpr std::string_view elf =
    "\x7f"
    "ELF";

std::string without_carriage_returns(const std::string& file) {
    return "write its lines with \\n alone: `sed -i 's/\\r$//' " + file +
           "`, and let git keep them so, with `*.sh text eol=lf` in .gitattributes";
}

// "./build.sh" of a line about it: a path below the build's folder.
std::string relative_path(std::string name) {
    return name.find('/') == std::string::npos || name.starts_with('/') ? std::string() : name;
}

std::string file_before(std::string_view line, std::string_view text) {
    const auto at = line.find(text);
    return at == std::string_view::npos ? std::string() : relative_path(last_word(line.substr(0, at)));
}

// "x.sh" of "./x.sh: /bin/none: bad interpreter: No such file or directory".
std::string file_of_bad_interpreter(std::string_view line) {
    const auto said = phrases(line);
    for (std::size_t i = 2; i < said.size(); ++i)
        if (said[i] == "bad interpreter") return relative_path(last_word(said[i - 2]));
    return {};
}

std::string file_not_found(std::string_view line) {
    if (auto name = file_of_bad_interpreter(line); !name.empty()) return name;
    if (auto name = file_before(line, ": cannot execute: required file not found"); !name.empty())
        return name;
    if (const auto name = unknown_command(line)) return relative_path(*name);
    // Python's and others' words for what they start and what they open are the same.
    if (const auto name = unopened_file(line)) return relative_path(*name);
    return {};
}

Advice not_executable(const std::string& name) {
    return {"not-executable", "'" + harmless(name) + "' is not executable",
            "make it so, `chmod +x " + harmless(name) + "`: git keeps that; or start its interpreter"};
}

Advice with_carriage_return(const std::string& name) {
    return {"line-ends", "the first line of '" + harmless(name) + "' ends in a carriage return (\\r\\n)",
            without_carriage_returns(harmless(name))};
}

// Of a file that is there while the kernel says that something is not.
std::optional<Advice> without_interpreter(const std::string& name, const BuildFile& file) {
    if (file.first_line.starts_with(elf))
        return Advice{
            "loader",
            "'" + harmless(name) + "' is there, and the loader that it asks for is not in the sandbox",
            "use a root that has the C library which it was made for, or build it here"};
    if (!file.first_line.starts_with("#!")) return std::nullopt;
    if (file.first_line.ends_with('\r')) return with_carriage_return(name);
    return Advice{
        "interpreter",
        "'" + harmless(name) + "' is there, and its first line asks for '" + harmless(interpreter_of(file)) +
            "', which the sandbox does not have",
        "write `#!/usr/bin/env NAME`, or start it with its interpreter; the interpreter has to come from the "
        "root or from `uses`"};
}

Advice no_program(const std::string& name, const BuildFile& file) {
    if (file.is_folder)
        return {"folder", "'" + harmless(name) + "' is a folder",
                "let the first word of the command be a program"};
    if (file.first_line.starts_with(elf))
        return {"other-machine", "'" + harmless(name) + "' is a program for another kind of machine",
                "build it for this one, or take one that is made for it"};
    return {"no-interpreter",
            "'" + harmless(name) + "' is no program, and no first line names its interpreter",
            "let it begin with `#!/bin/sh` or another interpreter, or start it with that"};
}

std::optional<Advice> denied(std::string_view line, const LookAtFile& look) {
    // "cannot create x: Permission denied" is about writing.
    if (contains(line, "cannot create") || contains(line, "annot open")) return std::nullopt;
    const auto name = relative_path(denied_file(line));
    if (name.empty()) return std::nullopt;
    const auto file = look(name);
    if (!file || file->executable || !is_program_file(*file)) return std::nullopt;
    return not_executable(name);
}

// What says so without a name that can be looked at still knows what it means.
std::optional<Advice> not_this_machine(std::string_view line, const LookAtFile& look) {
    if (!contains(line, "Exec format error")) return std::nullopt;
    auto name = file_before(line, ": cannot execute binary file");
    if (name.empty()) name = file_before(line, ": Exec format error");
    if (name.empty()) name = relative_path(last_word(line));  // Python: "Exec format error: './x'"
    if (look && !name.empty())
        if (const auto file = look(name)) return no_program(name, *file);
    return Advice{"other-machine", std::string(trim(line)),
                  "it is a program for another kind of machine, or a script without a first line such as "
                  "`#!/bin/sh`"};
}

}  // namespace

std::string interpreter_of(const BuildFile& file) {
    if (!file.first_line.starts_with("#!")) return {};
    auto line = std::string_view(file.first_line).substr(2);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    return std::string(line.substr(0, line.find_first_of(" \t")));
}

bool is_program_file(const BuildFile& file) {
    return file.first_line.starts_with("#!") || file.first_line.starts_with(elf);
}

std::optional<Advice> started_file_advice(std::string_view line, const LookAtFile& look) {
    if (auto advice = not_this_machine(line, look)) return advice;
    if (!look) return std::nullopt;
    if (auto advice = denied(line, look)) return advice;
    const auto name = file_not_found(line);
    const auto file = name.empty() ? std::nullopt : look(name);
    return file ? without_interpreter(name, *file) : std::nullopt;
}

std::optional<Advice> carriage_return_advice(std::string_view line) {
    const auto end = trim(line);
    const bool is_told = contains(line, "^M: bad interpreter") || contains(line, "\\r: not found") ||
                         contains(line, "\\r': command not found") ||
                         contains(line, "\\r\xe2\x80\x99: No such file") ||
                         contains(line, "\\r': No such file") || end.ends_with("llegal option -") ||
                         contains(line, "invalid option name: set: -\\r");
    if (!is_told) return std::nullopt;
    return Advice{"line-ends", std::string(end),
                  "lines of a script that it runs end in a carriage return (\\r\\n): " +
                      without_carriage_returns("FILE")};
}

std::optional<Advice> loader_advice(std::string_view line, const core::PlannedAction& action) {
    const auto missing = line.find(": cannot open shared object file: No such file");
    if (missing != std::string_view::npos) {
        const auto library = last_word(line.substr(0, missing));
        return Advice{"library", std::string(trim(line)),
                      "where the library '" + harmless(library) +
                          "' comes from a package, add that to `uses` of '" + action.target +
                          "'; where the build made it, link with -Wl,-rpath,FOLDER or set LD_LIBRARY_PATH"};
    }
    if (!contains(line, "' not found")) return std::nullopt;
    if (contains(line, "version `GLIBC_"))
        return Advice{
            "c-library", std::string(trim(line)),
            "it was made for a newer C library than the one of its root: build it with that root, or "
            "use a newer root"};
    if (contains(line, "version `GLIBCXX_") || contains(line, "version `CXXABI_"))
        return Advice{
            "c-library", std::string(trim(line)),
            "it was made for a newer C++ library than the one that it finds: build it with the same "
            "compiler, or put the newer library's folder first in LD_LIBRARY_PATH"};
    return std::nullopt;
}

Advice unstarted_file_advice(const std::string& name, bool is_refused, const LookAtFile& look) {
    const auto file = look ? look(name) : std::nullopt;
    if (!file && is_refused)
        return {"not-executable", "'" + harmless(name) + "' is nothing that can be executed",
                "let the first word of its command be a program that may be executed"};
    if (!file)
        return {"missing",
                "'" + harmless(name) + "' is a file of the source, and the source does not have it",
                "correct the path; git has to track the file, and `include` and `exclude` to leave it in"};
    if (is_refused)
        return file->executable || file->is_folder ? no_program(name, *file) : not_executable(name);
    if (auto advice = without_interpreter(name, *file)) return *advice;
    return no_program(name, *file);
}

}  // namespace contract::build
