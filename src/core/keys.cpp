// SPDX-License-Identifier: Apache-2.0
#include "contract/core/keys.hpp"

#include <algorithm>
#include <array>

#include "contract/base/result.hpp"
#include "keys_tables.hpp"

namespace contract::core {

namespace {

constexpr Key section(std::string_view name, std::string_view shape, std::string_view meaning,
                      Form key_form = Form::name) {
    return {.name = name, .kind = KeyKind::members, .key_form = key_form, .meaning = meaning, .shape = shape};
}

constexpr std::array sections = std::to_array<Key>({
    {.name = "contract",
     .kind = KeyKind::table,
     .required = true,
     .meaning = "What this is a contract of.",
     .shape = "contract"},
    section("inputs", "inputs.NAME", "Everything that comes from outside."),
    section("toolchains", "toolchains.NAME", "What packages, checks, shells and commands share."),
    section("packages", "packages.NAME", "What is built."),
    section("checks", "checks.NAME", "What is tested."),
    section("formatters", "formatters.NAME", "How files are written."),
    section("shells", "shells.NAME", "Where people work."),
    section("commands", "commands.NAME", "What people run."),
    {.name = "modules",
     .kind = KeyKind::pairs,
     .form = Form::path,
     .key_form = Form::name,
     .meaning =
         "Names for module files, which hosts and other contracts import: `web = \"./modules/web.toml\"`."},
    section("hosts", "hosts.NAME", "Machines, one or many.", Form::host),
    section("probes", "probes.NAME", "What has to be true outside."),
    section("policies", "policies.NAME", "Rules over the whole plan."),
    section("overrides", "overrides.\"PACKAGE\"", "What is changed of packages of other contracts.",
            Form::foreign),
});

const Shape manifest_shape{"contract.toml", "The file", "What a repository relies on.", sections};

const std::vector<Shape>& all_of_manifest() {
    static const std::vector<Shape> shapes{manifest_shape,  contract_shape,  input_shape,   target_shape,
                                           toolchain_shape, package_shape,   source_shape,  check_shape,
                                           formatter_shape, shell_shape,     command_shape, host_shape,
                                           probe_shape,     retry_shape,     policy_shape,  override_shape,
                                           setting_shape,   assertion_shape, warning_shape};
    return shapes;
}

}  // namespace

std::span<const Shape> manifest_shapes() {
    return all_of_manifest();
}

const Shape& shape_named(std::string_view name) {
    for (const auto shapes : {manifest_shapes(), module_shapes()})
        for (const auto& shape : shapes)
            if (shape.name == name) return shape;
    throw InternalError("keys: no shape '" + std::string(name) + "'");
}

std::vector<const Key*> keys_of(const Shape& shape) {
    std::vector<const Key*> keys;
    for (const auto& key : shape.keys) keys.push_back(&key);
    if (shape.extends != nullptr)
        for (const auto& key : shape.extends->keys) keys.push_back(&key);
    return keys;
}

const Key* find_key(const Shape& shape, std::string_view name) {
    for (const auto& key : shape.keys)
        if (key.name == name) return &key;
    return shape.extends == nullptr ? nullptr : find_key(*shape.extends, name);
}

}  // namespace contract::core
