// SPDX-License-Identifier: Apache-2.0
#include "formatting.hpp"

#include "builder_files.hpp"
#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "patch.hpp"
#include "unified_diff.hpp"

namespace contract::build {

namespace {

constexpr std::size_t most_lines = 100;  // of the difference that is shown
constexpr std::uint64_t largest_shown = std::uint64_t{1}
                                        << 20;  // bytes of a file that is compared line by line

Result<Digest> digest_in(const store::Store& store, const Digest& tree, const std::string& path) {
    Digest current = tree;
    const auto parts = path::parts(path);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        TRY_ASSIGN(const auto directory, store.directory(current));
        if (i + 1 == parts.size()) {
            for (const auto& file : directory.files)
                if (file.name == parts[i]) return file.digest;
            break;
        }
        for (const auto& folder : directory.directories)
            if (folder.name == parts[i]) current = folder.digest;
    }
    throw InternalError("build: a formatter's source has no '" + path + "'");
}

Result<std::string> difference_of(const store::Store& store, const FormattedFile& file) {
    TRY_ASSIGN(const auto before, store.blob(file.before));
    TRY_ASSIGN(const auto after, store.blob(file.after));
    if (before.size() > largest_shown || after.size() > largest_shown || !is_utf8(before) || !is_utf8(after))
        return "--- a/" + file.path + "\n+++ b/" + file.path + "\n(not shown: too large, or no text)\n";
    return unified_diff(file.path, before, after);
}

// Cut at a line, with the number of those that are left out.
std::string shortened(const std::string& text) {
    const auto lines = lines_of(text);
    if (lines.size() <= most_lines) return text;
    std::string out;
    for (std::size_t i = 0; i < most_lines; ++i) out += lines[i];
    return out + "(" + count(lines.size() - most_lines, "more line") + ")\n";
}

}  // namespace

Result<Formatting> changes_of(const core::PlannedAction& action, store::Store& store,
                              const std::string& directory) {
    Formatting out;
    for (const auto& file : action.files) {
        const std::string now = path::join(directory, file);
        TRY_ASSIGN(const bool is_there, is_file_below(directory, file));
        if (!is_there) {
            out.lost = file;
            continue;
        }
        TRY_ASSIGN(const auto before, digest_in(store, *action.recipe.source, file));
        TRY_ASSIGN(const auto after, store.add_blob_file(now));
        if (before == after) continue;
        out.changed.push_back({file, before, after, action.target});
        TRY_ASSIGN(const auto difference, difference_of(store, out.changed.back()));
        out.difference += difference;
    }
    out.difference = shortened(out.difference);
    return out;
}

core::Finding unformatted_finding(const core::PlannedAction& action, const Formatting& formatting) {
    core::Finding finding;
    finding.stage = core::Stage::build;
    finding.code = formatting.lost ? "build.failed" : "build.unformatted";
    finding.target = action.target;
    finding.where = action.where;
    if (formatting.lost) {
        finding.message = "'" + action.target + "' removed '" + harmless(*formatting.lost) +
                          "', or made something else of it";
        finding.help.emplace_back("let its command rewrite the files that it is given, in place");
        return finding;
    }
    std::vector<std::string> names;
    for (const auto& file : formatting.changed) names.push_back(file.path);
    finding.message = "'" + action.target + "' would change " + count(names.size(), "file");
    finding.label = "not formatted";
    std::string text = harmless(formatting.difference);
    if (text.ends_with('\n')) text.pop_back();
    finding.evidence.push_back({"difference", std::move(text), {{"files", names}}});
    finding.help.emplace_back("`contract fmt` writes the files as it would have them");
    return finding;
}

}  // namespace contract::build
