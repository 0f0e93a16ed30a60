// SPDX-License-Identifier: Apache-2.0
//
// The options that hosts have without any module, as data. The table knows nothing of what an option does:
// `host.cpp` renders what was decided, the manual prints the table.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "modules/host_run.hpp"
#include "state.hpp"

namespace contract::evaluation {

enum class OptionForm {
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
    OptionForm type = OptionForm::string;
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

std::string_view words(OptionForm type);

// The options of a class as a module without a file: what every other module of a host stands on.
const core::Module& class_module(const std::string& host_class);

// An option of an entry that somebody has set.
struct Field {
    expression::Value value;
    Span where;
    const core::Value* source = nullptr;   // as it was written; null: several definitions made it
    const LoadedModule* module = nullptr;  // whose it is
    bool sensitive = false;                // made from values that are never printed
};

// One entry of a group, merged: files."/etc/motd".
struct Declared {
    std::string group;
    std::string key;                       // "/etc/motd"
    Span where;                            // of the entry
    bool doubtful = false;                 // a mistake in it was told: what it misses is no second one
    std::map<std::string, Field> options;  // by option name
    const Field* find(const std::string& name) const {
        const auto found = options.find(name);
        return found == options.end() ? nullptr : &found->second;
    }
};

// The entries of every group of a host that has been decided, in the order of groups and keys.
std::vector<Declared> read_entries(const HostRun& run);

}  // namespace contract::evaluation
