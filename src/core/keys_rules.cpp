// SPDX-License-Identifier: Apache-2.0
//
// [probes.NAME], [policies.NAME], [overrides."PACKAGE"].
#include <array>

#include "keys_tables.hpp"

namespace contract::core {

namespace {

constexpr std::array<std::string_view, 2> severities{"error", "warning"};

constexpr std::array probe_keys = std::to_array<Key>({
    {.name = "kind",
     .form = Form::filled,
     .required = true,
     .meaning = "What is looked at; each kind has keys and facts of its own, below."},
    {.name = "description", .meaning = "One line for people."},
    {.name = "expect",
     .form = Form::expression,
     .standard = "the kind's",
     .meaning = "What has to be true of the facts."},
    {.name = "uses",
     .kind = KeyKind::strings,
     .form = Form::used,
     .meaning = "Packages whose `bin` a `command` probe finds first in PATH."},
    {.name = "hosts",
     .kind = KeyKind::strings,
     .form = Form::host,
     .standard = "wherever check runs",
     .meaning = "The hosts it applies to, with `contract check --host`."},
    {.name = "when", .form = Form::expression, .meaning = "False makes it not-applicable."},
    {.name = "systems",
     .kind = KeyKind::strings,
     .form = Form::system,
     .standard = "all of them",
     .meaning = "The systems that it is for; elsewhere it is not-applicable."},
    {.name = "hint", .meaning = "What to do when it fails; printed then."},
    {.name = "severity",
     .kind = KeyKind::word,
     .standard = "\"error\"",
     .meaning = "Whether it fails the run.",
     .words = severities},
    {.name = "show",
     .kind = KeyKind::flag,
     .standard = "false",
     .meaning = "Contents may be printed as evidence. Otherwise only sizes and the facts that decided are."},
    {.name = "timeout",
     .form = Form::duration,
     .standard = "\"5s\"",
     .meaning = "The longest one attempt may take."},
    {.name = "retry", .kind = KeyKind::table, .meaning = "Tries again when it fails.", .shape = "retry"},
});

constexpr std::array retry_keys = std::to_array<Key>({
    {.name = "attempts",
     .kind = KeyKind::integer,
     .required = true,
     .meaning = "How often at most.",
     .least = 1,
     .most = 100},
    {.name = "interval", .form = Form::duration, .standard = "\"1s\"", .meaning = "The time between two."},
});

constexpr std::array policy_keys = std::to_array<Key>({
    {.name = "assert",
     .form = Form::expression,
     .required = true,
     .meaning = "What has to be true of the plan."},
    {.name = "message", .form = Form::interpolated, .meaning = "What to tell when it does not hold."},
    {.name = "when", .form = Form::expression, .meaning = "Only if this holds."},
    {.name = "severity",
     .kind = KeyKind::word,
     .standard = "\"error\"",
     .meaning = "Whether it fails the run.",
     .words = severities},
});

constexpr std::array override_keys = std::to_array<Key>({
    {.name = "patches", .kind = KeyKind::strings, .form = Form::path, .meaning = "Applied after its own."},
    {.name = "uses", .kind = KeyKind::strings, .form = Form::used, .meaning = "Added behind its own."},
    {.name = "env",
     .kind = KeyKind::pairs,
     .form = Form::interpolated,
     .key_form = Form::variable,
     .meaning = "Added to its own; one of the same name is replaced."},
    {.name = "source",
     .kind = KeyKind::source,
     .form = Form::source,
     .meaning = "Instead of its own.",
     .shape = "source"},
    {.name = "build", .kind = KeyKind::command, .form = Form::script, .meaning = "Instead of its own."},
    {.name = "root", .form = Form::input, .meaning = "Instead of its own."},
    {.name = "main", .form = Form::main, .meaning = "Instead of its own."},
    {.name = "timeout", .form = Form::seconds, .meaning = "Instead of its own."},
    {.name = "silence", .form = Form::seconds, .meaning = "Instead of its own."},
    {.name = "memory", .form = Form::memory, .meaning = "Instead of its own."},
});
constexpr std::array override_relations = std::to_array<Relation>({
    {Relation::Kind::any_of, "patches uses env source build root main timeout silence memory"},
});

}  // namespace

constinit const Shape probe_shape{
    "probes.NAME", "[probes.NAME]", "A probe is facts plus an expectation.", probe_keys, nullptr, {}, true};
constinit const Shape retry_shape{"retry", "retry = { ... }", "The table `retry` of a probe.", retry_keys};
constinit const Shape policy_shape{"policies.NAME", "[policies.NAME]", "A rule over the whole plan.",
                                   policy_keys};
constinit const Shape override_shape{"overrides.\"PACKAGE\"",
                                     "[overrides.\"PACKAGE\"]",
                                     "What is changed of a package of another contract, such as "
                                     "`inputs.site.packages.gateway`, for everybody in this "
                                     "plan who uses it. Lists are appended, maps merged, other keys "
                                     "replaced. Paths and names are this contract's.",
                                     override_keys,
                                     nullptr,
                                     override_relations};

}  // namespace contract::core
