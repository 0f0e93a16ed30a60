// SPDX-License-Identifier: Apache-2.0
#include "sections.hpp"
#include "target_keys.hpp"

namespace contract::manifest {

namespace {

void read_package(Table& table, core::Package& package) {
    read_head(table, package);
    package.source = read_source(table);
    package.patches = read_patches(table);
    package.build = read_command(table, "build", "build = \"make install PREFIX=$out\"");
    package.limits = read_limits(table);
    package.main = read_main(table);
    table.refuse("fixed", "nothing that is built has the network: declare what it would fetch as an input");
}

void read_check(Table& table, core::Check& check) {
    read_head(table, check);
    check.source = read_source(table);
    check.patches = read_patches(table);
    check.run = read_command(table, "run", "run = \"make test\"");
    check.limits = read_limits(table);
}

void read_formatter(Table& table, core::Formatter& formatter) {
    read_head(table, formatter);
    if (const auto* files = table.need("files", "files = [\"*.sh\"]"); files != nullptr) {
        formatter.files = table.texts("files").value_or(core::Texts{});
        if (files->value.list() != nullptr && files->value.list()->empty())
            table.mistakes().add("bad-value", "'" + table.path_of("files") + "' selects nothing",
                                 files->value.where, "empty");
    }
    formatter.reads = table.texts("reads").value_or(core::Texts{});
    formatter.command = read_arguments(table, "command", "command = [\"shfmt\", \"-w\"]");
    formatter.after = read_references(table, "after", "formatters");
    formatter.limits = read_limits(table);
}

void read_shell(Table& table, core::Shell& shell) {
    read_head(table, shell);
    shell.enter = read_script(table, "enter");
}

void read_shell_command(Table& table, core::ShellCommand& command) {
    read_head(table, command);
    command.run = read_command(table, "run", "run = 'nodectl drain \"$@\"'");
    command.needs = read_references(table, "needs", "probes");
}

}  // namespace

void read_targets(Table& root, core::Manifest& manifest) {
    read_section(root, "toolchains", manifest.toolchains, manifest.broken,
                 [](Table& table, core::Toolchain& toolchain) { read_head(table, toolchain); });
    read_section(root, "packages", manifest.packages, manifest.broken, read_package);
    read_section(root, "checks", manifest.checks, manifest.broken, read_check);
    read_section(root, "formatters", manifest.formatters, manifest.broken, read_formatter);
    read_section(root, "shells", manifest.shells, manifest.broken, read_shell);
    read_section(root, "commands", manifest.commands, manifest.broken, read_shell_command);
}

}  // namespace contract::manifest
