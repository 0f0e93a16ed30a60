// SPDX-License-Identifier: Apache-2.0
#include "patch_source.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "builder_files.hpp"
#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "patch.hpp"

namespace contract::build {

namespace {

constexpr std::uint64_t largest_file = std::uint64_t{64} << 20;  // bytes of a file that is patched

using Applied = Result<std::optional<PatchProblem>>;

PatchProblem problem_of(const FileChange& change, std::string message, std::string help = {}) {
    return {std::move(message), change.at, {}, {}, std::move(help)};
}

struct OldFile {
    std::string text;
    bool executable = false;
};

class Patching {
public:
    explicit Patching(std::string source) : source_(std::move(source)) {}

    Applied apply_all(const std::vector<FileChange>& changes) {
        for (const auto& change : changes) {
            TRY_ASSIGN(auto problem, apply_one(change));
            if (problem) return problem;
        }
        return std::optional<PatchProblem>();
    }

private:
    std::string full(const std::string& name) const { return path::join(source_, name); }

    Applied apply_one(const FileChange& change) {
        for (const auto* name : {&change.from, &change.to}) {
            if (name->empty()) continue;
            TRY_ASSIGN(const auto between, obstacle(source_, *name));
            if (between)
                return std::optional(problem_of(change, "'" + *name + "' lies behind '" + *between +
                                                            "', which is no directory of the source"));
        }
        OldFile old;
        if (change.from.empty()) {
            TRY_ASSIGN(const auto there, os::status(full(change.to)));
            if (there)
                return std::optional(problem_of(change, "'" + change.to + "' is new, and the source has it",
                                                "remove the patch if the source has the change"));
        } else {
            TRY_ASSIGN(auto problem, read(change, old));
            if (problem) return problem;
        }
        auto result = apply_change(change, old.text);
        if (auto* problem = std::get_if<PatchProblem>(&result)) return std::optional(std::move(*problem));
        return write(change, old, std::get<std::string>(result));
    }

    Applied read(const FileChange& change, OldFile& old) const {
        TRY_ASSIGN(const auto status, os::status(full(change.from)));
        if (!status)
            return std::optional(problem_of(change, "the source has no file '" + change.from + "'",
                                            "correct the names in the patch, or the source"));
        if (status->type != os::FileType::regular)
            return std::optional(
                problem_of(change, "'" + change.from + "' is no regular file of the source"));
        TRY_ASSIGN(old.text, os::read_file(full(change.from), largest_file));
        old.executable = (status->mode & 0100) != 0;
        return std::optional<PatchProblem>();
    }

    Applied write(const FileChange& change, const OldFile& old, const std::string& text) const {
        if (change.to.empty() && !text.empty())
            return std::optional(problem_of(
                change, "'" + change.from + "' is removed, and has more lines than the patch knows",
                "make the patch anew against this source"));
        if (!change.from.empty() && change.from != change.to && !change.keeps_old)
            TRY(os::remove_tree(full(change.from)));
        if (change.to.empty()) return std::optional<PatchProblem>();
        TRY(make_folders(change.to));
        const bool executable = change.executable.value_or(old.executable);
        TRY(os::write_file(full(change.to), text, executable ? 0755 : 0644));
        if (::chmod(full(change.to).c_str(), executable ? 0755 : 0644) != 0)
            return os::system_error("change the mode of", full(change.to), errno);
        TRY(give_to_builder(full(change.to)));
        return std::optional<PatchProblem>();
    }

    Result<> make_folders(const std::string& name) const {
        std::string on_the_way;
        const auto parts = path::parts(name);
        for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
            on_the_way = path::join(on_the_way, parts[i]);
            if (os::exists(full(on_the_way))) continue;
            TRY(os::make_directories(full(on_the_way)));
            TRY(give_to_builder(full(on_the_way)));
        }
        return {};
    }

    std::string source_;
};

core::Finding finding_of(const core::PlannedAction& action, const core::PlannedPatch& patch,
                         const PatchProblem& problem) {
    core::Finding finding;
    finding.stage = core::Stage::build;
    finding.code = "build.patch-failed";
    finding.target = action.target;
    finding.where = patch.where;
    finding.label = "does not apply";
    finding.message = "'" + harmless(patch.path) + "' cannot be applied to the source of '" + action.target +
                      "': " + harmless(problem.message);
    finding.evidence.push_back({"patch",
                                harmless(patch.path) + ", line " + std::to_string(problem.line),
                                {{"file", patch.path}, {"line", static_cast<std::int64_t>(problem.line)}}});
    if (!problem.expected.empty() || !problem.found.empty()) {
        finding.evidence.push_back({"expected", harmless(problem.expected), {}});
        finding.evidence.push_back({"found", harmless(problem.found), {}});
    }
    if (!problem.help.empty()) finding.help.push_back(harmless(problem.help));
    return finding;
}

// A patch is stored as a tree with that one file.
Result<std::string> text_of(const Digest& tree, const store::Store& store) {
    TRY_ASSIGN(const auto directory, store.directory(tree));
    if (directory.files.size() != 1) throw InternalError("build: a patch is no tree with one file");
    return store.blob(directory.files[0].digest);
}

}  // namespace

Result<std::optional<core::Finding>> patch_source(const core::PlannedAction& action,
                                                  const store::Store& store, const std::string& source) {
    for (std::size_t i = 0; i < action.recipe.patches.size(); ++i) {
        TRY_ASSIGN(const auto text, text_of(action.recipe.patches[i], store));
        const auto parsed = parse_patch(text);
        const auto& patch = action.patches.at(i);
        if (const auto* problem = std::get_if<PatchProblem>(&parsed))
            return std::optional(finding_of(action, patch, *problem));
        TRY_ASSIGN(const auto problem, Patching(source).apply_all(std::get<std::vector<FileChange>>(parsed)));
        if (problem) return std::optional(finding_of(action, patch, *problem));
    }
    return std::optional<core::Finding>();
}

}  // namespace contract::build
