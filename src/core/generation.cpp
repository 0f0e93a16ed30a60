// SPDX-License-Identifier: Apache-2.0
#include "contract/core/generation.hpp"

#include "canonical.hpp"

namespace contract::core {

namespace {

void add_content(Canonical& out, const GenerationEntry& entry) {
    if (const auto* text = std::get_if<FileText>(&entry.content)) {
        out.add("file", text->bytes);
    } else if (const auto* stored = std::get_if<FileInStore>(&entry.content)) {
        out.add("stored", stored->output.base()).add("relative", stored->relative);
    } else if (const auto* link = std::get_if<LinkEntry>(&entry.content)) {
        out.add("link", link->target);
    } else {
        out.add("directory", "");
    }
}

}  // namespace

Digest digest_of(const Generation& generation) {
    Canonical out;
    out.add("generation", 1);
    for (const auto& entry : generation.entries) {
        out.add("path", entry.path);
        add_content(out, entry);
        out.add("mode", entry.mode).add("owner", entry.owner).add("group", entry.group);
        out.add("collision", entry.on_collision == OnCollision::save ? "save" : "refuse");
    }
    for (const auto& unit : generation.units)
        out.add("unit", unit.name).add("program", unit.program).add("user", unit.user).add("at", unit.path);
    for (const auto& user : generation.users) out.add("user", user.name);
    for (const auto& group : generation.groups) out.add("group", group.name);
    return Digest::of(out.text());
}

}  // namespace contract::core
