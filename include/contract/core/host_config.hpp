// SPDX-License-Identifier: Apache-2.0
//
// What a host decided, option by option, and why: who set a value, who lost, whose condition is false. Filled
// only when somebody asks to see it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "contract/core/manifest.hpp"

namespace contract::core {

enum class Fate {
    used,
    lost,      // another definition has a higher priority
    replaced,  // a `replace` or `unset` took it away
    inactive,  // its condition is false, or its `for` has nothing to go over
};
std::string_view word(Fate fate);  // "used", "lost", "replaced", "not active"

// One definition of an option.
struct ConfigSource {
    Fate fate = Fate::used;
    Span where;
    std::string module;  // "modules.web", "hosts.gpu-[001-064]"
    Priority priority = Priority::normal;
    Order order = Order::normal;
    std::string value;               // as the expression language writes it; empty: unset, or not evaluated
    std::vector<std::string> parts;  // which items or keys are its own: "[0]", "vm.swappiness"; empty: all
    std::string condition;           // the text of `when`
    std::string each;                // the text of `for`
    std::string because;
    friend bool operator==(const ConfigSource&, const ConfigSource&) = default;
};

struct ConfigValue {
    std::vector<std::string> path;  // {"web", "vhosts", "main", "root"}
    std::string shown;              // the same as people write it: "web.vhosts.main.root"
    std::string type;               // "list(string)"
    std::string description;
    Span declared;            // without a file: with the class of the host
    std::string declared_by;  // "modules.web", "class 'linux'"
    bool sensitive = false;
    bool from_default = false;
    std::string literal;         // the value, as the expression language writes it; empty: none
    std::optional<Value> value;  // none: no value, null, or sensitive
    std::string default_literal;
    std::vector<ConfigSource> sources;  // in order of modules and documents
    friend bool operator==(const ConfigValue&, const ConfigValue&) = default;
};

}  // namespace contract::core
