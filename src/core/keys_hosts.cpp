// SPDX-License-Identifier: Apache-2.0
//
// [hosts.NAME], and module files: what a host says itself is a module without options.
#include <array>
#include <vector>

#include "keys_tables.hpp"

namespace contract::core {

namespace {

constexpr std::array<std::string_view, 2> classes{"linux", "home"};
constexpr std::array<std::string_view, 3> priorities{"default", "normal", "force"};
constexpr std::array<std::string_view, 3> orders{"before", "normal", "after"};

constexpr Key config_key{.name = "config",
                         .kind = KeyKind::values,
                         .meaning = "Values of options; short for one `[[set]]` with `values` alone."};
constexpr Key set_key{.name = "set",
                      .kind = KeyKind::tables,
                      .meaning = "Values of options, with a condition, a priority or an order.",
                      .shape = "set"};
constexpr Key assert_key{.name = "assert",
                         .kind = KeyKind::tables,
                         .meaning = "What has to hold for the merged options.",
                         .shape = "assert"};
constexpr Key warn_key{
    .name = "warn", .kind = KeyKind::tables, .meaning = "What is worth a warning.", .shape = "warn"};

constexpr std::array host_keys = std::to_array<Key>({
    {.name = "description", .meaning = "One line for people."},
    {.name = "system",
     .kind = KeyKind::string,
     .form = Form::system,
     .standard = "the contract's only one",
     .meaning = "The machine's system."},
    {.name = "class",
     .kind = KeyKind::word,
     .meaning =
         "What kind of host: `linux` is a machine, `home` the files of one user. One of the tables that "
         "concern a host has to say it.",
     .words = classes},
    {.name = "root",
     .form = Form::input,
     .meaning = "What the machine is, if known: the rehearsal happens on it."},
    {.name = "when", .form = Form::expression, .meaning = "False makes it not-applicable."},
    {.name = "modules",
     .kind = KeyKind::strings,
     .form = Form::module,
     .meaning = "The modules it is made of: `\"./modules/web.toml\"`, `\"modules.web\"`, "
                "`\"inputs.site.modules.ntp\"`."},
    config_key,
    set_key,
    assert_key,
    warn_key,
});

constexpr std::array setting_keys = std::to_array<Key>({
    {.name = "values",
     .kind = KeyKind::values,
     .meaning = "The options, as tables: `values.web.port = 8081`."},
    {.name = "priority",
     .kind = KeyKind::word,
     .standard = "\"normal\"",
     .meaning = "Which definition wins where only one can: `force` over `normal` over `default`.",
     .words = priorities},
    {.name = "because",
     .form = Form::filled,
     .meaning = "Why; shown wherever the value is. Required with `priority = \"force\"`."},
    {.name = "order",
     .kind = KeyKind::word,
     .standard = "\"normal\"",
     .meaning = "Where its items of lists and lines go.",
     .words = orders},
    {.name = "when", .form = Form::expression, .meaning = "Only if this holds."},
    {.name = "for",
     .form = Form::expression,
     .meaning =
         "Once for each entry of this map or list, as `each.key` and `each.value`; keys below `values` may "
         "interpolate them."},
    {.name = "unset",
     .kind = KeyKind::strings,
     .form = Form::option,
     .meaning = "Options that get no value: `[\"web.banner\"]`."},
    {.name = "replace",
     .kind = KeyKind::strings,
     .form = Form::option,
     .meaning = "Maps and lists that are replaced by what stands below `values`, instead of merged."},
});
constexpr std::array setting_relations = std::to_array<Relation>({
    {Relation::Kind::any_of, "values unset"},
    {Relation::Kind::forced, "priority because"},
});

constexpr std::array assertion_keys = std::to_array<Key>({
    {.name = "that", .form = Form::expression, .required = true, .meaning = "The condition."},
    {.name = "message", .form = Form::interpolated, .meaning = "What to tell when it does not hold."},
});

constexpr std::array warning_keys = std::to_array<Key>({
    {.name = "when", .form = Form::expression, .required = true, .meaning = "The condition."},
    {.name = "message",
     .form = Form::interpolated,
     .required = true,
     .meaning = "What to tell when it holds."},
});

// ── module files ──
constexpr std::array file_keys = std::to_array<Key>({
    {.name = "module", .kind = KeyKind::table, .meaning = "What the module is.", .shape = "module"},
    {.name = "options",
     .kind = KeyKind::members,
     .key_form = Form::declaration,
     .meaning = "The options that it declares, by their quoted paths.",
     .shape = "options.\"OPTION\""},
    config_key,
    set_key,
    assert_key,
    warn_key,
    {.name = "renamed",
     .kind = KeyKind::tables,
     .meaning = "Options that have another path now.",
     .shape = "renamed"},
    {.name = "removed", .kind = KeyKind::tables, .meaning = "Options that are gone.", .shape = "removed"},
});

constexpr std::array module_keys = std::to_array<Key>({
    {.name = "class",
     .kind = KeyKind::word,
     .standard = "any",
     .meaning = "The class of the hosts that can import it.",
     .words = classes},
    {.name = "imports",
     .kind = KeyKind::strings,
     .form = Form::module,
     .meaning =
         "Modules that come along: `\"./tls.toml\"`, `\"modules.web\"`, `\"inputs.site.modules.ntp\"`. Each "
         "is loaded once, however often it is imported."},
    {.name = "disable",
     .kind = KeyKind::strings,
     .form = Form::module,
     .meaning = "Modules that are left out, whoever imports them."},
    {.name = "description", .meaning = "One line for people."},
});

constexpr std::array option_keys = std::to_array<Key>({
    {.name = "type",
     .form = Form::filled,
     .required = true,
     .meaning =
         "`bool`, `int`, `uint`, `float`, `port`, `string`, `line`, `nonempty`, `lines`, `path` of the host, "
         "`file` of the repository, `package`, `enum(\"a\", \"b\")`, `list(T)`, `set(T)`, `map(T)`, "
         "`optional(T)` (not inside a list, set or map), `either(A, B)`."},
    {.name = "default", .kind = KeyKind::value, .meaning = "The value when nobody sets it."},
    {.name = "description", .meaning = "What it is, for people."},
    {.name = "check", .form = Form::expression, .meaning = "A rule over `value`: `\"value != 22\"`."},
    {.name = "message", .meaning = "What to tell when `check` does not hold."},
    {.name = "min", .kind = KeyKind::number, .meaning = "The least number; of a list its least length."},
    {.name = "max",
     .kind = KeyKind::number,
     .meaning = "The greatest number; of a list its greatest length."},
    {.name = "match", .form = Form::filled, .meaning = "A regular expression (RE2) for the whole string."},
    {.name = "unique",
     .kind = KeyKind::flag,
     .standard = "false",
     .meaning = "Exactly one definition at the winning priority, even if two agree."},
    {.name = "readonly",
     .kind = KeyKind::flag,
     .standard = "false",
     .meaning = "Only the module that declares it sets it."},
    {.name = "sensitive",
     .kind = KeyKind::flag,
     .standard = "false",
     .meaning = "Its value is never printed, only that it changed."},
    {.name = "required", .kind = KeyKind::flag, .standard = "false", .meaning = "Somebody has to set it."},
    {.name = "internal",
     .kind = KeyKind::flag,
     .standard = "false",
     .meaning = "Between modules: not shown among the options."},
});
constexpr std::array option_relations = std::to_array<Relation>({
    {Relation::Kind::needs, "message check"},
});

constexpr std::array renamed_keys = std::to_array<Key>({
    {.name = "from", .form = Form::declaration, .required = true, .meaning = "The path it had."},
    {.name = "to", .form = Form::declaration, .required = true, .meaning = "The path it has."},
});
constexpr std::array removed_keys = std::to_array<Key>({
    {.name = "option", .form = Form::declaration, .required = true, .meaning = "The path it had."},
    {.name = "reason", .required = true, .meaning = "Why it is gone, and what to do."},
});

constinit const Shape file_shape{"module file", "The file",
                                 "Options, and values for options, which hosts import.", file_keys};
constinit const Shape module_shape{"module", "[module]", "The header of the file.", module_keys};
constinit const Shape option_shape{
    "options.\"OPTION\"",
    "[options.\"OPTION\"]",
    "An option. `<name>` in its path stands for any key, which makes a map of submodules.",
    option_keys,
    nullptr,
    option_relations};
constinit const Shape renamed_shape{"renamed", "[[renamed]]",
                                    "Who sets the old path sets the new one, with a warning.", renamed_keys};
constinit const Shape removed_shape{"removed", "[[removed]]", "Who sets it is told the reason.",
                                    removed_keys};

}  // namespace

constinit const Shape host_shape{
    "hosts.NAME", "[hosts.NAME]",
    "A machine, or many: `gpu-[001-064]` are 64 hosts. A range has one bracket with two numbers of as many "
    "digits, "
    "the first not above the last, and at most 100,000 hosts. Tables whose names overlap all count.",
    host_keys};
constinit const Shape setting_shape{"set",        "[[set]]", "Values of options.",
                                    setting_keys, nullptr,   setting_relations};
constinit const Shape assertion_shape{"assert", "[[assert]]", "What has to hold.", assertion_keys};
constinit const Shape warning_shape{"warn", "[[warn]]", "What is worth a warning.", warning_keys};

std::span<const Shape> module_shapes() {
    static const std::vector<Shape> shapes{file_shape,      module_shape,  option_shape,  setting_shape,
                                           assertion_shape, warning_shape, renamed_shape, removed_shape};
    return shapes;
}

}  // namespace contract::core
