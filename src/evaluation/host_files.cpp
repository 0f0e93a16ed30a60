// SPDX-License-Identifier: Apache-2.0
//
// files and directories.
#include <algorithm>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/expression/allowance.hpp"
#include "host_modules.hpp"
#include "rendering.hpp"

namespace contract::evaluation {

namespace {

// The entry for a path that is the key of a table.
std::optional<core::GenerationEntry> start(Rendering& rendering, const Declared& declared,
                                           HostValues& values) {
    if (!is_place(rendering, declared.key)) {
        const std::string what = rendering.is_home ? "path below the home directory" : "absolute path";
        values
            .refuse("'" + harmless(declared.key) + "' is no " + what + " of a file in its shortest form",
                    declared.where)
            .help.push_back(place_help(rendering));
        return std::nullopt;
    }
    core::GenerationEntry entry;
    entry.path = declared.key;
    entry.option = values.path();
    entry.where = declared.where;
    entry.owner = values.text("owner");
    entry.group = values.text("group");
    return entry;
}

// Only what this host needs is there when it is activated.
bool is_known(const State& state, const core::StorePath& output) {
    return std::any_of(state.paths.begin(), state.paths.end(),
                       [&](const auto& entry) { return entry.second == output; });
}

std::optional<core::FileInStore> file_in_store(const State& state, const std::string& text) {
    const std::string folder = std::string(core::store_directory) + "/";
    const std::size_t slash = text.find('/', folder.size());
    if (text.compare(0, folder.size(), folder) != 0 || slash == std::string::npos || slash + 1 >= text.size())
        return std::nullopt;
    auto output = core::StorePath::parse(text.substr(0, slash));
    const std::string relative = path::normalise(text.substr(slash + 1));
    if (!output || relative == "." || relative.starts_with("..") || !is_known(state, *output))
        return std::nullopt;
    return core::FileInStore{*output, relative};
}

void take_source(Rendering& rendering, HostValues& values, core::GenerationEntry& entry) {
    State& state = rendering.state;
    const std::string text = values.text("source");
    if (text.starts_with("./")) {
        const LoadedModule& module = values.module("source");
        auto bytes = state.scopes[module.scope].files->read(path::normalise(path::join(module.folder, text)));
        if (!bytes) return state.fail(rendering.target, bytes.error(), values.where("source"));
        entry.content = core::FileText{std::move(*bytes)};
        return;
    }
    if (auto file = file_in_store(state, text)) {
        entry.content = std::move(*file);
        return;
    }
    values
        .refuse("'" + harmless(text) + "' is no file of the contract or of a package", values.where("source"))
        .help.push_back("write \"./path\", or \"${{ packages.NAME }}/path\"");
}

void take_link(HostValues& values, core::GenerationEntry& entry) {
    const std::string target = values.text("symlink");
    if (target.empty()) values.refuse("the target of a symbolic link is empty", values.where("symlink"));
    if (values.has("mode")) values.refuse("a symbolic link has no mode", values.where("mode"));
    entry.content = core::LinkEntry{target};
    entry.mode = 0777;
}

// When the file was edited, or has changed.
void take_reactions(HostValues& values, core::GenerationEntry& entry) {
    if (values.text("on_collision") == "save") entry.on_collision = core::OnCollision::save;
    const std::string modified = values.text("on_modified");
    if (modified == "save") entry.on_modified = core::OnModified::save;
    if (modified == "keep") entry.on_modified = core::OnModified::keep;
    entry.restart = values.lines("restart");
    entry.reload = values.lines("reload");
}

// Whoever may read the repository or the store reads the text, whatever mode the file gets on the host. The
// store behind a home is its user's own.
void warn_private_text(Rendering& rendering, HostValues& values, const core::GenerationEntry& entry) {
    // A group that may read is there for other reasons than secrecy as often as not.
    constexpr std::uint32_t others = 0077;
    const auto* text = std::get_if<core::FileText>(&entry.content);
    if (rendering.is_home || text == nullptr || text->bytes.empty() || (entry.mode & others) != 0) return;
    rendering.state.host_modules->warn(
        rendering.target, "private-text",
        "the text of '" + harmless(values.path()) + "' is private on the host and in the store for everybody",
        values.has("mode") ? values.where("mode") : entry.where,
        "a secret is not written here: declare [secrets.NAME] with its path, and put it there yourself; if "
        "it is "
        "none, let others read the file");
}

// The texts of all hosts are in memory at once.
bool has_room(Rendering& rendering, const core::GenerationEntry& entry) {
    const auto* text = std::get_if<core::FileText>(&entry.content);
    auto* allowance = expression::Allowance::current();
    if (text == nullptr || allowance == nullptr) return true;
    allowance->take(0, static_cast<std::int64_t>(text->bytes.size()));
    if (allowance->bytes() > 0) return true;
    rendering.state.fail(rendering.target, "too-large", std::string(expression::too_much_together),
                         entry.where);
    return false;
}

}  // namespace

void render_file(Rendering& rendering, const Declared& declared) {
    HostValues values = rendering.values(declared);
    auto entry = start(rendering, declared, values);
    const int contents = values.has("text") + values.has("source") + values.has("symlink");
    if (contents > 1)
        values.refuse("'" + values.path() + "' has more than one of text, source and symlink",
                      declared.where);
    // A content of the wrong type has been reported as that.
    if (contents == 0 && !declared.doubtful)
        rendering.state.fail(rendering.target, "missing-key",
                             "'" + values.path() + "' needs text, source or symlink", declared.where);
    if (!entry || contents != 1) return;
    take_reactions(values, *entry);
    entry->mode = values.mode("mode");
    if (values.has("text")) {
        entry->content = core::FileText{values.text("text")};
    } else if (values.has("source")) {
        take_source(rendering, values, *entry);
    } else {
        take_link(values, *entry);
    }
    if (!has_room(rendering, *entry)) return;
    warn_private_text(rendering, values, *entry);
    rendering.out.generation.entries.push_back(std::move(*entry));
}

void render_directory(Rendering& rendering, const Declared& declared) {
    HostValues values = rendering.values(declared);
    auto entry = start(rendering, declared, values);
    if (!entry) return;
    entry->content = core::FolderEntry{};
    entry->mode = values.mode("mode");
    rendering.out.generation.entries.push_back(std::move(*entry));
}

}  // namespace contract::evaluation
