// SPDX-License-Identifier: Apache-2.0
#include "contract/pipeline/load.hpp"

#include <algorithm>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/manifest/lock_file.hpp"
#include "contract/manifest/manifest_file.hpp"
#include "contract/os/file.hpp"
#include "contract_inputs.hpp"

namespace contract::pipeline {

namespace {

core::Finding evaluation_finding(const Error& error) {
    return core::finding_from(core::Stage::evaluation, "", error);
}

void append(std::vector<core::Finding>& to, std::vector<core::Finding> from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

// contract.toml and contract.lock are files of the repository: a symlink must not make another file of the
// machine one of them, whose lines would then stand in reports.
Result<std::string> read_own(const std::string& directory, std::string_view name) {
    TRY_ASSIGN(const auto real_directory, os::real_path(directory));
    TRY_ASSIGN(const auto real, os::real_path(path::join(directory, name)));
    if (!path::is_within(real, real_directory))
        return Error{"path-outside",
                     "'" + std::string(name) + "' is a symlink that leads out of its directory",
                     Blame::declaration,
                     {},
                     {},
                     {"put the file itself there"}};
    auto text = os::read_file(real, manifest::largest_file);
    if (!text && text.error().code == "file-too-large")
        return Error{"too-large",
                     "'" + std::string(name) + "' has more than the " +
                         std::to_string(manifest::largest_file) + " bytes that are read",
                     Blame::declaration,
                     {},
                     {},
                     {"generated data belongs into a file that a package uses"}};
    return text;
}

void load_lock(const std::string& directory, Loaded& loaded) {
    const auto there = os::status(path::join(directory, lock_name));
    if (there && !there->has_value()) return;
    auto text = there ? read_own(directory, lock_name) : Result<std::string>(there.error());
    if (!text) {
        // What cannot be read is not what was never written: nobody may take its place.
        loaded.lock = core::Lock{};
        loaded.lock_usable = false;
        loaded.findings.push_back(evaluation_finding(text.error()));
        return;
    }
    auto parsed = manifest::parse_lock(std::string(lock_name), *text);
    loaded.manifest.sources[std::string(lock_name)] = std::move(*text);
    loaded.lock = std::move(parsed.lock);
    loaded.lock_usable = parsed.findings.empty();
    append(loaded.findings, std::move(parsed.findings));
}

// Another clone would not have the file; this one works, so it is a warning.
core::Finding untracked(std::string_view name) {
    core::Finding finding;
    finding.code = "evaluation.untracked-contract";
    finding.severity = core::Severity::warning;
    finding.message = "'" + std::string(name) + "' is not tracked by git, so no other clone has it";
    finding.help.push_back("git add " + std::string(name));
    return finding;
}

}  // namespace

std::optional<std::string> find_contract_directory(const std::string& start) {
    auto directory = os::real_path(start);
    if (!directory) return std::nullopt;
    for (std::string current = *directory;; current = path::parent(current)) {
        if (os::exists(path::join(current, manifest_name))) return current;
        if (current == "/") return std::nullopt;
    }
}

Loaded load(const std::string& directory) {
    Loaded loaded;
    auto text = read_own(directory, manifest_name);
    if (!text) {
        loaded.findings.push_back(evaluation_finding(text.error()));
        return loaded;
    }
    auto parsed = manifest::parse_manifest(std::string(manifest_name), std::move(*text));
    loaded.manifest = std::move(parsed.manifest);
    loaded.findings = std::move(parsed.findings);
    loaded.usable = parsed.usable;
    load_lock(directory, loaded);
    return loaded;
}

namespace {

// What could not be read blocks whoever needs it, as what could not be evaluated does.
void name_blocked(const core::StageResult& result, std::vector<core::Finding>& findings) {
    for (auto& finding : findings) {
        if (finding.severity != core::Severity::error || finding.target.empty()) continue;
        for (const auto& outcome : result.targets)
            if (std::find(outcome.blocked_by.begin(), outcome.blocked_by.end(), finding.target) !=
                outcome.blocked_by.end())
                finding.blocks.push_back(outcome.target);
        std::sort(finding.blocks.begin(), finding.blocks.end());
    }
}

}  // namespace

bool is_whole(const Planned& planned) {
    const auto& findings = planned.evaluated.result.findings;
    return planned.loaded.usable && std::none_of(findings.begin(), findings.end(), [](const auto& finding) {
               return finding.severity == core::Severity::error;
           });
}

Planned plan(const inputs::Context& context, const std::string& system, std::string explain) {
    const std::string& directory = context.contract_directory;
    Planned out;
    out.loaded = load(directory);
    auto& findings = out.evaluated.result.findings;
    findings = out.loaded.findings;
    if (!out.loaded.usable) return out;
    auto files = open_files(directory, context.store);
    if (!files) {
        findings.push_back(evaluation_finding(files.error()));
        out.loaded.usable = false;
        return out;
    }
    ContractReader reader(out.loaded.manifest, context, system);
    evaluation::ContractInputs theirs;
    if (has_contract_inputs(out.loaded.manifest)) {
        theirs = read_contract_inputs(reader, out.loaded.manifest, out.loaded.lock);
        out.loaded.manifest.sources.insert(reader.sources().begin(), reader.sources().end());
    }
    auto evaluated = evaluation::evaluate({out.loaded.manifest, out.loaded.lock, system, **files, &theirs,
                                           std::move(explain), out.loaded.lock_usable});
    name_blocked(evaluated.result, findings);
    evaluated.result.findings.insert(evaluated.result.findings.begin(), findings.begin(), findings.end());
    // Those of files with sensitive values replace what was read: nothing but reports draws them from here
    // on.
    for (auto& [file, text] : evaluated.sources) out.loaded.manifest.sources[file] = std::move(text);
    out.evaluated = std::move(evaluated);
    out.revision = (*files)->revision();
    if (!out.revision)
        out.notes.push_back("this directory is not in a git work tree: every file counts, tracked or not");
    for (const auto name : {manifest_name, lock_name})
        if (os::exists(path::join(directory, name)) && !(*files)->is_tracked(name))
            out.evaluated.result.findings.push_back(untracked(name));
    return out;
}

}  // namespace contract::pipeline
