// SPDX-License-Identifier: Apache-2.0
//
// The table of probe kinds: what each takes, which facts it gives, and what it expects when nothing is said.
// Evaluation checks declarations against it, `runtime` observes what it promises.
#pragma once

#include <span>
#include <string_view>

namespace contract::core {

enum class FieldType { boolean, integer, string, strings, dynamic };

struct Field {
    std::string_view name;
    FieldType type = FieldType::string;
    bool required = false;     // parameters only
    std::string_view meaning;  // for the manual: units and source
};

struct ProbeKind {
    std::string_view name;
    std::span<const Field> parameters;
    std::span<const Field> facts;
    std::string_view expect;   // the default expectation
    bool needs_trust = false;  // it runs a program or sends something that is the user's
};

std::span<const ProbeKind> probe_kinds();
const ProbeKind* find_probe_kind(std::string_view name);

}  // namespace contract::core
