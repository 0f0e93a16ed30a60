// SPDX-License-Identifier: Apache-2.0
//
// `contract trace` for people: a block for each place where it was found, then one for everything that these
// were made with.
#include <map>

#include "contract/base/line.hpp"
#include "contract/base/text.hpp"
#include "contract/report/origin.hpp"
#include "instant.hpp"
#include "paint.hpp"

namespace contract::report {

namespace {

constexpr std::size_t most_names = 8;

std::string row(std::string_view name, const std::string& text) {
    return "  " + padded(std::string(name), 10) + harmless_line(text) + "\n";
}

std::string path_text(const core::StorePath& path, const Digest& tree) {
    return path.text() + (tree.is_zero() ? "" : ", tree " + tree.text());
}

std::string input_text(const core::RecordedInput& input) {
    std::string out = std::string(core::word(input.kind));
    for (const auto& part : {input.url, input.ref})
        if (!part.empty()) out += " " + part;
    if (!input.subdir.empty()) out += ", folder " + input.subdir;
    if (!input.rev.empty()) out += " @ " + input.rev;
    if (!input.snapshot.empty()) out += " of " + input.snapshot;
    if (!input.download.is_zero())
        out += (input.kind == core::InputKind::oci ? ", image " : ", download ") + input.download.text();
    if (!input.folders.empty())
        out += " " + list_text(input.folders, most_names) + " of this machine, not hermetic";
    return input.tree.is_zero() ? out : out + ", tree " + input.tree.text();
}

std::string revision_text(const core::BuildRecord& record) {
    std::string out = record.repository;
    out += record.commit.empty() ? ", no commit" : ", commit " + record.commit;
    if (record.dirty_files == 0) return out;
    return out + ", " + count(static_cast<std::size_t>(record.dirty_files), "file") +
           " modified: " + list_text(record.dirty, most_names);
}

std::string made_text(const core::BuildRecord& record) {
    return instant_text(record.started) + " in " + duration_text(record.duration_ms) + ", " +
           std::string(core::word(record.level)) + ", for " + record.system + ", by contract " +
           record.program;
}

std::string source_text(const core::BuildRecord& record) {
    for (const auto& input : record.inputs)
        if (input.tree == *record.source) return record.source->text() + ", of " + input.target;
    return record.source->text() + ", of the repository";
}

std::string root_text(const core::Root& root) {
    if (root.kind == core::RootKind::tree) return "inputs." + root.input + " " + root.path.text();
    if (root.kind == core::RootKind::none) return "none";
    return "inputs." + root.input + ": " + list_text(root.folders, most_names) +
           " of this machine, not hermetic";
}

class Blocks {
public:
    explicit Blocks(const Style& style, const core::Traced& traced) : style_(style) {
        for (const auto& match : traced.matches) note(match.origin);
        for (const auto& origin : traced.used) note(origin);
    }

    std::string block(const core::Origin& origin, const std::string& where) const {
        std::string title = origin.target.empty() ? origin.path.base() : origin.target;
        if (origin.record) title += " of " + origin.record->contract;
        std::string out = paint(style_, Ink::bold, harmless_line(title)) +
                          (where.empty() ? "" : ": " + harmless_line(where)) + "\n";
        out += row(origin.record ? "output" : "path", path_text(origin.path, origin.tree));
        if (origin.record) return out + record_rows(origin);
        if (origin.input) return out + row("input", input_text(*origin.input));
        if (!origin.directory.empty()) out += row("named by", origin.directory);
        return out + row("origin", "unknown: the store has no record of how it was made");
    }

private:
    void note(const core::Origin& origin) { names_[origin.path] = origin.target; }

    std::string record_rows(const core::Origin& origin) const {
        const auto& record = *origin.record;
        std::string out = row("from", revision_text(record)) + row("made", made_text(record)) +
                          row("recipe", Digest::of(record.recipe).text()) +
                          row("action", origin.action->text());
        if (record.source) out += row("source", source_text(record));
        out += row("root", root_text(record.root));
        for (const auto& path : record.uses) {
            const auto name = names_.find(path);
            const bool known = name != names_.end() && !name->second.empty();
            out += row("uses", (known ? name->second + " " : "") + path.text());
        }
        for (const auto& input : record.inputs) out += row("input", input.target + ": " + input_text(input));
        return out;
    }

    const Style& style_;
    std::map<core::StorePath, std::string> names_;
};

std::string where_text(const core::TraceMatch& match) {
    std::string out = list_text(match.files, most_names);
    if (match.files.size() <= most_names && match.more_files > 0)
        out += " and " + std::to_string(match.more_files) + " more";
    return out;
}

}  // namespace

std::string trace_text(const core::Traced& traced, const Style& style) {
    const Blocks blocks(style, traced);
    std::string out;
    if (!traced.digest.is_zero()) {
        // Who asks by digest knows it.
        const std::string digest = traced.digest.text();
        out += (traced.subject == digest ? "" : harmless_line(traced.subject) + ": ") + digest + "\n\n";
    }
    for (const auto& match : traced.matches) out += blocks.block(match.origin, where_text(match)) + "\n";
    if (!traced.used.empty()) out += paint(style, Ink::quiet, "made with:") + "\n\n";
    for (const auto& origin : traced.used) out += blocks.block(origin, "") + "\n";
    for (const auto& path : traced.unreadable)
        out += "not looked through, it is damaged: " + path.base() + "\n";
    return out + "found in " + std::to_string(traced.matches.size()) + " of " +
           count(traced.looked_through, "store path") + "\n";
}

}  // namespace contract::report
