// SPDX-License-Identifier: Apache-2.0
//
// The options of one entry of a host, as what they mean: each getter reports what it refuses and gives a
// harmless value.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host_options.hpp"

namespace contract::evaluation {

class HostValues {
public:
    HostValues(State& state, std::size_t target, const Declared& declared)
        : state_(state), target_(target), declared_(declared) {}

    bool has(const std::string& name) const { return declared_.find(name) != nullptr; }
    Span where(const std::string& name) const;
    // The module that sets an option which has been set.
    const LoadedModule& module(const std::string& name) const { return *declared_.find(name)->module; }
    std::string path() const;  // files."/etc/motd"

    std::string text(const std::string& name);  // the default when nothing is declared
    std::string line(const std::string& name);  // a text without newlines
    std::string absolute(const std::string& name);
    std::string account(const std::string& name);
    std::string word(const std::string& name);
    std::uint32_t mode(const std::string& name);
    std::string number(const std::string& name);  // of an account; empty when nothing is declared
    bool flag(const std::string& name);
    std::vector<std::string> lines(const std::string& name);
    std::map<std::string, std::string> table(const std::string& name);
    std::map<std::string, std::map<std::string, std::string>> tables(const std::string& name);

    // A value of an option in a message, in quotes; unless it must not be printed.
    std::string shown(const std::string& name, const std::string& text) const;
    core::Finding& refuse(std::string message, const Span& where);

private:
    const HostOption& option(const std::string& name) const;
    std::string one_line(const expression::Value& value, const Span& where, const std::string& name);
    std::map<std::string, std::string> table_of(const expression::Value& map, const Span& where,
                                                const core::Value* source, const std::string& name);

    State& state_;
    std::size_t target_;
    const Declared& declared_;
};

bool is_account(std::string_view text);

}  // namespace contract::evaluation
