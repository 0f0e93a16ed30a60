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

void add_entry(Canonical& out, const GenerationEntry& entry) {
    out.add("path", entry.path);
    add_content(out, entry);
    out.add("mode", entry.mode).add("owner", entry.owner).add("group", entry.group);
    out.add("collision", word(entry.on_collision)).add("modified", word(entry.on_modified));
    for (const auto& unit : entry.restart) out.add("restart", unit);
    for (const auto& unit : entry.reload) out.add("reload", unit);
}

}  // namespace

std::string_view word(OnCollision what) {
    return what == OnCollision::save ? "save" : "refuse";
}

std::string_view word(OnModified what) {
    switch (what) {
        case OnModified::refuse: return "refuse";
        case OnModified::save: return "save";
        case OnModified::keep: return "keep";
    }
    return "";
}

Digest digest_of(const Generation& generation) {
    Canonical out;
    out.add("generation", 2);
    for (const auto& entry : generation.entries) add_entry(out, entry);
    for (const auto& unit : generation.units)
        out.add("unit", unit.name)
            .add("program", unit.program)
            .add("starts", unit.starts)
            .add("user", unit.user)
            .add("at", unit.path);
    for (const auto& user : generation.users) out.add("user", user.name);
    for (const auto& group : generation.groups) out.add("group", group.name);
    for (const auto& secret : generation.secrets)
        out.add("secret", secret.name)
            .add("at", secret.path)
            .add("owner", secret.owner)
            .add("mode", secret.mode);
    for (const auto& agreed : generation.agreed) out.add("agreed", agreed.path);
    for (const auto& package : generation.path_packages) out.add("on-path", package.output.base());
    return Digest::of(out.text());
}

}  // namespace contract::core
