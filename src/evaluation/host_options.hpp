// SPDX-License-Identifier: Apache-2.0
//
// The options of a host as data, and a reader that holds a declaration against them. The table knows nothing
// of what an option does: `host.cpp` renders what was read, the manual prints the table.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "state.hpp"

namespace contract::evaluation {

enum class OptionType {
    boolean,
    integer,
    string,   // interpolated
    strings,  // a list of interpolated strings
    word,     // one of `allowed`
    mode,     // "0644": octal permission bits
    account,  // the name of a user or group
    table,    // of strings
    tables,   // of tables of strings
};

// An option of each entry of a group: files."<path>".text is {"files", "text", …}.
struct HostOption {
    std::string_view group;
    std::string_view name;
    OptionType type = OptionType::string;
    std::string_view default_text;  // as it would be written; empty: none
    std::string_view allowed;       // word: "refuse save"
    bool required = false;
    std::string_view meaning;
};
std::span<const HostOption> host_options();

// A group or option of the language that this version has not.
struct LaterOption {
    std::string_view group;
    std::string_view name;  // empty: the whole group
};
std::span<const LaterOption> later_host_options();

std::string_view words(OptionType type);

// One entry of a group as declared, every value of its option's type.
struct Declared {
    std::string group;
    core::Text key;                                     // "/etc/motd"
    Span where;                                         // of the entry
    std::map<std::string, const core::Value*> options;  // by option name
    const core::Value* find(const std::string& name) const {
        const auto found = options.find(name);
        return found == options.end() ? nullptr : found->second;
    }
};

// Reads the options of a host. Reports unknown-option, unsupported, wrong-type, bad-value, missing-key; what
// is wrong is left out.
std::vector<Declared> read_options(State& state, std::size_t target, const core::Value& config);

// Compiles and checks a host's declaration, without values.
void check_host(State& state, std::size_t target, const core::Host& host);

}  // namespace contract::evaluation
