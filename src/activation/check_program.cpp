// SPDX-License-Identifier: Apache-2.0
#include "check_program.hpp"

#include <algorithm>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"

namespace contract::activation {

namespace {

constexpr int most_links = 16;

class Search {
public:
    Search(const core::PlannedHost& host, const BuiltOutputs& outputs, const Machine& machine)
        : host_(host), outputs_(outputs), machine_(machine) {}

    // Empty when it is there and can be executed, else what is wrong.
    std::string problem_of(const std::string& program, int links = 0) const {
        if (links > most_links) return "leads through too many symlinks";
        const bool in_home = host_.host_class == "home" && program.starts_with("~/");
        if (!in_home && !path::is_absolute(program)) return "is not an absolute path";
        const std::string place = in_home ? program.substr(2) : program;
        const auto& entries = host_.generation.entries;
        const auto declared = std::find_if(entries.begin(), entries.end(),
                                           [&](const auto& entry) { return entry.path == place; });
        if (declared != entries.end()) return problem_of_entry(*declared, in_home, links);
        if (in_home) return "is no declared file of the home";
        if (path::is_within(program, core::store_directory)) {
            const auto real = outputs_.real_path(program);
            if (!real) return "lies in no output that was built";
            return problem_of_file(*real, program, links);
        }
        if (machine_.is_in(host_.root, program)) return problem_of_status(machine_.target_status(program));
        return "is in no output, no declared file and no folder of the host's root";
    }

private:
    std::string problem_of_entry(const core::GenerationEntry& entry, bool in_home, int links) const {
        if (std::holds_alternative<core::FolderEntry>(entry.content)) return "is declared as a directory";
        if (const auto* link = std::get_if<core::LinkEntry>(&entry.content)) {
            const std::string target = path::normalise(path::join(path::parent(entry.path), link->target));
            return problem_of(in_home && !path::is_absolute(target) ? "~/" + target : target, links + 1);
        }
        return (entry.mode & 0111) != 0 ? "" : "is declared with a mode that nobody may execute";
    }

    // A symlink in an output names other outputs by the path they have inside, which need not be theirs here.
    std::string problem_of_file(const std::string& real, const std::string& program, int links) const {
        const auto status = os::status(real);
        if (status && *status && (*status)->type == os::FileType::symlink) {
            const auto target = os::read_link(real);
            if (!target) return "is a symlink that cannot be read";
            return problem_of(path::normalise(path::join(path::parent(program), *target)), links + 1);
        }
        return problem_of_status(status);
    }

    static std::string problem_of_status(const Result<std::optional<os::FileStatus>>& status) {
        if (!status) return "cannot be looked at: " + status.error().message;
        if (!*status) return "is not there";
        if ((*status)->type != os::FileType::regular) return "is no regular file";
        return ((*status)->mode & 0111) != 0 ? "" : "is not executable";
    }

    const core::PlannedHost& host_;
    const BuiltOutputs& outputs_;
    const Machine& machine_;
};

}  // namespace

std::optional<core::Finding> check_program(const core::PlannedHost& host, const core::GenerationUnit& unit,
                                           const BuiltOutputs& outputs, const Machine& machine) {
    const std::string problem = Search(host, outputs, machine).problem_of(unit.program);
    if (problem.empty()) return std::nullopt;
    auto finding = finding_for(
        host, "activation.missing-program",
        "program '" + harmless(unit.program) + "' of unit '" + harmless(unit.name) + "' " + problem);
    finding.where = unit.where;
    if (const auto real = outputs.real_path(unit.program))
        finding.evidence.push_back({"looked at", harmless(*real), {}});
    finding.help.push_back(
        "name a program of a package, declare it as an executable file, or give the host a root "
        "that has it");
    return finding;
}

std::optional<core::Finding> check_path_package(const core::PlannedHost& host,
                                                const core::PathPackage& package,
                                                const BuiltOutputs& outputs) {
    const auto real = outputs.real_path(package.output.text() + "/bin");
    const auto status = real ? os::target_status(*real) : Result<std::optional<os::FileStatus>>{std::nullopt};
    if (status && *status && (*status)->type == os::FileType::directory) return std::nullopt;
    auto finding = finding_for(host, "activation.missing-program",
                               "package '" + harmless(package.output.name()) + "' puts nothing on PATH: " +
                                   (real ? "it has no directory 'bin'" : "its output was not built"));
    finding.where = package.where;
    if (real) finding.evidence.push_back({"looked at", harmless(*real), {}});
    finding.help.emplace_back("remove it from `packages`, or let it install its programs in $out/bin");
    return finding;
}

}  // namespace contract::activation
