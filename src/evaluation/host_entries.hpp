// SPDX-License-Identifier: Apache-2.0
//
// What a decided host says with the options of its class, entry by entry: each value with the places where it
// was written, however many modules have a say in it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "modules/host_run.hpp"

namespace contract::evaluation {

// One definition of a value.
struct Written {
    core::Priority priority = core::Priority::normal;
    Span where;
    const core::Value* source = nullptr;
    const LoadedModule* module = nullptr;
};

// An option that has a value.
struct Field {
    expression::Value value;
    bool from_default = false;
    std::vector<Written> written;  // in the order of modules; none of a default

    // Where the value was written; of several the last one that counts.
    const Written* deciding() const;
    // Where a key of a map or an item of a list was written; that of the whole when it was computed.
    Span where_of(const std::string& part) const;
    Span where_of_key(const std::string& key) const;  // the key itself, not its value
    // Where a key of a table in this map was written: units.<name>.extra.
    Span where_of_key(const std::string& key, const std::string& inner, bool of_value) const;
};

// One entry of a table of options: files."/etc/motd". Or, without group and key, all that is in none.
struct Declared {
    std::string group;  // "files"
    std::string key;    // "/etc/motd"
    Span where;         // of the entry
    // A mistake in it was told: what it misses is no second one.
    bool doubtful = false;
    std::map<std::string, Field> options;  // "mode"; of those in no entry "kernel.sysctl"
    // Null when it has no value.
    const Field* find(const std::string& name) const {
        const auto found = options.find(name);
        return found == options.end() ? nullptr : &found->second;
    }
};

// The entries of the tables of the class, in the order of tables and keys.
std::vector<Declared> read_entries(const HostRun& run, const std::string& host_class);
// The options that are in no table.
Declared read_single_options(const HostRun& run, const std::string& host_class);

}  // namespace contract::evaluation
