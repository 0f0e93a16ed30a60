// SPDX-License-Identifier: Apache-2.0
#include "contract/core/recipe.hpp"

#include "canonical.hpp"

namespace contract::core {

std::string_view word(SandboxLevel level) {
    switch (level) {
        case SandboxLevel::sealed: return "sealed";
        case SandboxLevel::reduced: return "reduced";
        case SandboxLevel::off: return "off";
    }
    return "";
}

std::string_view word(RootKind kind) {
    switch (kind) {
        case RootKind::none: return "none";
        case RootKind::host: return "host";
        case RootKind::tree: return "tree";
    }
    return "";
}

std::string encode(const Recipe& recipe) {
    Canonical out;
    out.add("recipe", 1)
        .add("sandbox", static_cast<std::uint64_t>(sandbox_format))
        .add("level", word(recipe.least_level));
    out.add("name", recipe.name).add("system", recipe.system);
    for (const auto& argument : recipe.command) out.add("argument", argument);
    for (const auto& [name, value] : recipe.environment) out.add("variable", name).add("value", value);
    if (recipe.source) out.add("source", recipe.source->text());
    for (const auto& pathspec : recipe.include) out.add("include", pathspec);
    for (const auto& pathspec : recipe.exclude) out.add("exclude", pathspec);
    for (const auto& patch : recipe.patches) out.add("patch", patch.text());
    for (const auto& use : recipe.uses) out.add("use", use.base());
    out.add("root", word(recipe.root.kind));
    for (const auto& folder : recipe.root.folders) out.add("folder", folder);
    if (recipe.root.kind == RootKind::tree) out.add("path", recipe.root.path.base());
    return out.text();
}

Digest digest_of(const Recipe& recipe) {
    return Digest::of(encode(recipe));
}

StorePath output_path(const Recipe& recipe) {
    return {digest_of(recipe), recipe.name};
}

}  // namespace contract::core
