// SPDX-License-Identifier: Apache-2.0
//
// The options of one entry of a host, as what they mean. Types and limits of options were judged when they
// were merged; what is judged here are keys of tables, and what depends on the class. Each getter gives a
// harmless value for what is not there.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "host_entries.hpp"
#include "state.hpp"

namespace contract::evaluation {

class HostValues {
public:
    HostValues(State& state, std::size_t target, const Declared& declared)
        : state_(state), target_(target), declared_(declared) {}

    // Whether somebody has set it.
    bool has(const std::string& name) const {
        const Field* field = declared_.find(name);
        return field != nullptr && !field->from_default;
    }
    Span where(const std::string& name) const;  // of the entry when nobody has set it
    // The module that sets an option which has been set.
    const LoadedModule& module(const std::string& name) const {
        return *declared_.find(name)->deciding()->module;
    }
    std::string path() const;  // files."/etc/motd"

    std::string text(const std::string& name) const;
    std::uint32_t mode(const std::string& name) const;
    std::string number(const std::string& name) const;  // empty when nothing is declared
    bool flag(const std::string& name, bool otherwise = false) const;
    std::vector<std::string> lines(const std::string& name) const;
    // Variables: values of one line, keys that are names of variables.
    std::map<std::string, std::string> variables(const std::string& name);
    // Sections of a unit file with their settings.
    std::map<std::string, std::map<std::string, std::string>> sections(const std::string& name);

    // A value of an option in a message, in quotes; unless it must not be printed.
    std::string shown(const std::string& name, const std::string& text) const;
    core::Finding& refuse(std::string message, const Span& where);

private:
    bool is_line(const std::string& text, const std::string& name, const Span& where);

    State& state_;
    std::size_t target_;
    const Declared& declared_;
};

// Without a letter that would have to be quoted anywhere.
bool is_account(std::string_view text);
bool is_variable(std::string_view text);  // [A-Za-z_][A-Za-z0-9_]*

}  // namespace contract::evaluation
