// SPDX-License-Identifier: Apache-2.0
//
// [toolchains.NAME], [packages.NAME], [checks.NAME], [formatters.NAME], [shells.NAME], [commands.NAME].
#include <array>

#include "keys_tables.hpp"

namespace contract::core {

namespace {

constexpr std::array head = std::to_array<Key>({
    {.name = "description", .meaning = "One line for people."},
    {.name = "root",
     .form = Form::input,
     .meaning =
         "The file system that it is built and run in, read-only at `/`: an input with `deb`, `oci` or "
         "`host`. Exactly one, or none."},
    {.name = "uses",
     .kind = KeyKind::strings,
     .form = Form::used,
     .meaning =
         "What it is built and run with. A toolchain gives its root, uses and env. A package is mounted at "
         "its store path: its `bin` goes in front of PATH, its `lib/pkgconfig` and `share/pkgconfig` into "
         "PKG_CONFIG_PATH, itself into CMAKE_PREFIX_PATH. An input is mounted at its store path."},
    {.name = "env",
     .kind = KeyKind::pairs,
     .form = Form::interpolated,
     .key_form = Form::variable,
     .meaning =
         "Variables. Two toolchains that set one variable to different values are an error; the target's "
         "own win."},
    {.name = "when", .form = Form::expression, .meaning = "False makes it not-applicable."},
    {.name = "systems",
     .kind = KeyKind::strings,
     .form = Form::system,
     .standard = "all of them",
     .meaning = "The systems that it is for; elsewhere it is not-applicable."},
});

constexpr Key source_key{
    .name = "source",
    .kind = KeyKind::source,
    .form = Form::source,
    .meaning = "What it works in a writable copy of: a path of the repository, an input, or a table.",
    .shape = "source"};
constexpr Key patches_key{
    .name = "patches",
    .kind = KeyKind::strings,
    .form = Form::path,
    .meaning =
        "Unified diffs of the repository, applied to the source in this order, as by `patch -p1`; every "
        "line of context has to be there, where the diff says."};
constexpr Key timeout_key{
    .name = "timeout", .form = Form::seconds, .standard = "\"1h\"", .meaning = "The longest it may take."};
constexpr Key silence_key{.name = "silence",
                          .form = Form::seconds,
                          .standard = "\"15m\"",
                          .meaning = "The longest it may print nothing."};
constexpr Key memory_key{
    .name = "memory",
    .form = Form::memory,
    .standard = "as much as there is",
    .meaning =
        "The most memory that each of its processes may have of its own, in MiB or GiB. Counted is what a "
        "process may write to, whether it does or not, such as 8 MiB for each thread. All of them together "
        "may "
        "have more. A result that was made before counts, whatever it took."};

constexpr std::array package_keys = std::to_array<Key>({
    source_key,
    patches_key,
    {.name = "build",
     .kind = KeyKind::command,
     .form = Form::script,
     .required = true,
     .meaning = "Fills `$out`, which is an empty directory when it starts: a script for `/bin/sh -eu` of the "
                "root, or an argument list, run without a shell."},
    {.name = "main",
     .form = Form::main,
     .standard = "\"bin/NAME\"",
     .meaning = "The program that `contract run` runs, as a path in the output."},
    timeout_key,
    silence_key,
    memory_key,
});

constexpr std::array check_keys = std::to_array<Key>({
    source_key,
    patches_key,
    {.name = "run",
     .kind = KeyKind::command,
     .form = Form::script,
     .required = true,
     .meaning =
         "Passes when it ends with 0: a script for `/bin/sh -eu` of the root, or an argument list, run "
         "without a shell."},
    timeout_key,
    silence_key,
    memory_key,
});

constexpr std::array formatter_keys = std::to_array<Key>({
    {.name = "files",
     .kind = KeyKind::strings,
     .form = Form::pathspec,
     .required = true,
     .meaning = "Which tracked files it formats, as git pathspecs without magic.",
     .least = 1},
    {.name = "reads",
     .kind = KeyKind::strings,
     .form = Form::pathspec,
     .meaning = "Other tracked files that it looks at, such as its configuration."},
    {.name = "command",
     .kind = KeyKind::strings,
     .form = Form::interpolated,
     .required = true,
     .meaning = "An argument list that rewrites files in place, run without a shell; the files are appended.",
     .least = 1},
    {.name = "after",
     .kind = KeyKind::strings,
     .form = Form::formatter,
     .meaning = "The formatters that run before this one. Two that match one file must say their order."},
    timeout_key,
    silence_key,
    memory_key,
});

constexpr std::array shell_keys = std::to_array<Key>({
    {.name = "enter", .form = Form::script, .meaning = "A script that runs before the prompt."},
});

constexpr std::array command_keys = std::to_array<Key>({
    {.name = "run",
     .kind = KeyKind::command,
     .form = Form::script,
     .required = true,
     .meaning =
         "A script for `/bin/sh -eu` of the root, whose `$@` are the caller's arguments; or an argument "
         "list, to which they are appended. It has the caller's network and files."},
    {.name = "needs",
     .kind = KeyKind::strings,
     .form = Form::probe,
     .meaning = "The probes that have to pass before it is run."},
});

constexpr std::array source_keys = std::to_array<Key>({
    {.name = "path",
     .form = Form::source,
     .required = true,
     .meaning = "A path of the repository, or an input."},
    {.name = "include",
     .kind = KeyKind::strings,
     .form = Form::pathspec,
     .standard = "everything",
     .meaning = "Git pathspecs without magic, relative to `path`: only these files."},
    {.name = "exclude",
     .kind = KeyKind::strings,
     .form = Form::pathspec,
     .meaning = "Git pathspecs without magic, relative to `path`: all but these."},
});

}  // namespace

constinit const Shape target_shape{
    "TARGET", "Keys of every target",
    "What toolchains, packages, checks, formatters, shells and commands have in common.", head};

constinit const Shape toolchain_shape{
    "toolchains.NAME",
    "[toolchains.NAME]",
    "What packages, checks, shells and commands share, so that what works here works in automation.",
    {},
    &target_shape};

constinit const Shape package_shape{"packages.NAME", "[packages.NAME]",
                                    "What is built, sealed from the machine and the network.", package_keys,
                                    &target_shape};

constinit const Shape source_shape{"source", "source = { ... }",
                                   "The table that a `source` can be, instead of its path alone.",
                                   source_keys};

constinit const Shape check_shape{"checks.NAME", "[checks.NAME]", "What is tested, sealed as a build is.",
                                  check_keys, &target_shape};

constinit const Shape formatter_shape{
    "formatters.NAME", "[formatters.NAME]",
    "How files are written. `contract check` runs it on a copy and shows what it would change.",
    formatter_keys, &target_shape};

constinit const Shape shell_shape{"shells.NAME", "[shells.NAME]",
                                  "Where people work, with the tools that builds see.", shell_keys,
                                  &target_shape};

constinit const Shape command_shape{
    "commands.NAME", "[commands.NAME]",
    "What people run with `contract run NAME`, with the tools that builds see.", command_keys, &target_shape};

}  // namespace contract::core
