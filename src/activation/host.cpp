// SPDX-License-Identifier: Apache-2.0
#include "host.hpp"

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"

namespace contract::activation {

namespace {

Result<Digest> digest_of_file(const std::string& file) {
    TRY_ASSIGN(const auto bytes, os::read_file(file));
    return Digest::of(bytes);
}

Result<Wanted> wanted_of(const core::GenerationEntry& entry, const BuiltOutputs& outputs) {
    Wanted wanted;
    wanted.path = entry.path;
    wanted.on_collision = entry.on_collision;
    wanted.on_modified = entry.on_modified;
    wanted.state.mode = entry.mode;
    // Of a home: whoever applies it, which in a rehearsal is root.
    wanted.state.owner = {entry.owner.empty() ? "root" : entry.owner,
                          entry.group.empty() ? "root" : entry.group};
    wanted.state.kind = Kind::regular;
    if (const auto* text = std::get_if<core::FileText>(&entry.content)) {
        wanted.bytes = text->bytes;
        wanted.state.content = Digest::of(text->bytes);
        wanted.state.size = text->bytes.size();
    } else if (const auto* stored = std::get_if<core::FileInStore>(&entry.content)) {
        TRY_ASSIGN(wanted.source, source_file(*stored, outputs));
        TRY_ASSIGN(wanted.state.content, digest_of_file(wanted.source));
        TRY_ASSIGN(const auto status, os::status(wanted.source));
        if (status) wanted.state.size = status->size;
    } else if (const auto* link = std::get_if<core::LinkEntry>(&entry.content)) {
        wanted.bytes = link->target;
        wanted.state.kind = Kind::symlink;
        wanted.state.mode = 0;
        wanted.state.target = link->target;
        wanted.state.content = Digest::of(link->target);
    } else {
        wanted.state.kind = Kind::directory;
    }
    return wanted;
}

core::Evidence evidence_of(const Observed& actual) {
    core::Evidence evidence{"found", describe(actual), {{"type", std::string(word(actual.kind))}}};
    if (actual.kind != Kind::symlink)
        evidence.facts.emplace_back("mode", static_cast<std::int64_t>(actual.mode));
    if (actual.kind == Kind::regular)
        evidence.facts.emplace_back("size", static_cast<std::int64_t>(actual.size));
    if (actual.kind == Kind::symlink) evidence.facts.emplace_back("target", harmless(actual.target));
    return evidence;
}

std::string difference(const Observed& actual, const Observed& wanted) {
    if (actual.kind != wanted.kind) return ", as a " + std::string(word(actual.kind));
    if (same_content(actual, wanted)) return ", equal but for mode or owner";
    return actual.kind == Kind::symlink ? ", with another target" : ", with other content";
}

core::Finding collision(const core::PlannedHost& host, const core::GenerationEntry& entry,
                        const Problem& problem, const Wanted& wanted, const std::string& where) {
    auto finding = finding_at(
        host, entry, "activation.collision",
        "'" + harmless(entry.path) + "' is " + where + " already" + difference(problem.actual, wanted.state));
    finding.blame = Blame::environment;
    finding.evidence.push_back(evidence_of(problem.actual));
    finding.evidence.push_back({"wanted", describe(wanted.state), {}});
    const bool is_directory = wanted.state.kind == Kind::directory;  // which has no on_collision
    if (is_directory && problem.actual.kind == Kind::directory) {
        finding.help.emplace_back("declare the mode and owner it has, or change them there");
    } else if (is_directory || problem.actual.kind == Kind::special) {
        finding.help.emplace_back("move away what is there, or declare another path");
    } else if (problem.obstacle == Obstacle::modified) {
        finding.help.emplace_back(
            "write on_modified = \"save\" to save the edited one and replace it, or \"keep\" to leave it");
    } else {
        finding.help.emplace_back("write on_collision = \"save\" to save what is there and replace it");
        finding.help.emplace_back("or move away what is there, or declare another path");
    }
    return finding;
}

core::Finding parent_problem(const core::PlannedHost& host, const core::GenerationEntry& entry,
                             const Problem& problem, const std::string& where) {
    const bool link = problem.obstacle == Obstacle::symlinked_parent;
    const std::string parent = (host.host_class == "home" ? "'" : "'/") + harmless(problem.place) + "'";
    auto finding = finding_at(host, entry, link ? "activation.symlinked-parent" : "activation.collision",
                              "'" + harmless(entry.path) + "' lies below " + parent + ", which is a " +
                                  std::string(word(problem.actual.kind)) + " " + where);
    finding.blame = Blame::environment;
    finding.evidence.push_back(evidence_of(problem.actual));
    if (link)
        finding.help.push_back(
            "declare the path that the symlink leads to: nothing is written through a symlink");
    else
        finding.help.push_back("move away what is there, or declare another path");
    return finding;
}

core::Finding same_place(const core::PlannedHost& host, const core::GenerationEntry& entry,
                         const std::string& other, const std::string& where) {
    auto finding =
        finding_at(host, entry, "activation.path-collision",
                   "'" + harmless(entry.path) + "' and '" + harmless(other) + "' are the same path " + where);
    for (const auto& first : host.generation.entries)
        if (first.path == other) finding.related.push_back({first.where, "declared here first"});
    finding.help.emplace_back("keep one of the two");
    return finding;
}

}  // namespace

BuiltOutputs::BuiltOutputs(const core::Outputs& outputs) {
    for (const auto& [target, output] : outputs)
        if (!output.real_path.empty()) by_base_[output.path.base()] = &output;
}

const core::Output* BuiltOutputs::find(const core::StorePath& path) const {
    const auto found = by_base_.find(path.base());
    return found == by_base_.end() ? nullptr : found->second;
}

std::optional<std::string> BuiltOutputs::real_path(const std::string& path) const {
    if (!path::is_within(path, core::store_directory)) return std::nullopt;
    const auto parts = path::parts(std::string_view(path).substr(core::store_directory.size()));
    if (parts.empty()) return std::nullopt;
    const auto found = by_base_.find(parts.front());
    if (found == by_base_.end()) return std::nullopt;
    const std::size_t head = core::store_directory.size() + 1 + parts.front().size();
    return found->second->real_path + path.substr(head);
}

core::Finding finding_for(const core::PlannedHost& host, std::string code, std::string message) {
    core::Finding finding;
    finding.stage = core::Stage::activation;
    finding.code = std::move(code);
    finding.target = host.target;
    finding.message = std::move(message);
    finding.where = host.where;
    return finding;
}

core::Finding finding_at(const core::PlannedHost& host, const core::GenerationEntry& entry, std::string code,
                         std::string message) {
    auto finding = finding_for(host, std::move(code), std::move(message));
    finding.where = entry.where;
    if (!entry.option.empty())
        finding.evidence.push_back(
            {"option", harmless(entry.option), {{"option", entry.option}, {"path", entry.path}}});
    return finding;
}

Result<std::string> source_file(const core::FileInStore& file, const BuiltOutputs& outputs) {
    const std::string shown = "'" + harmless(file.relative) + "'";
    const auto* output = outputs.find(file.output);
    const std::string lies_at = output == nullptr ? file.output.text() : output->real_path;
    const auto missing = [&](const std::string& why) {
        return Error{"missing-source", why, Blame::declaration, {}, {lies_at}, {}};
    };
    if (output == nullptr) return missing(shown + " is taken from an output that was not built");
    TRY_ASSIGN(const auto root, os::real_path(output->real_path));
    const std::string declared = path::join(root, path::normalise(file.relative));
    TRY_ASSIGN(const auto status, os::target_status(declared));
    if (!status) {
        const auto link = os::status(declared);
        if (link && *link) return missing(shown + " is a symlink to nothing in the output");
        Error error = missing("the output has no file " + shown);
        if (const auto names = os::list_directory(path::parent(declared)))
            if (const auto near = nearest(path::name(declared), *names))
                error.help.push_back("did you mean '" + harmless(*near) + "'?");
        return error;
    }
    TRY_ASSIGN(const auto found, os::real_path(declared));
    if (!path::is_within(found, root)) return missing(shown + " is a symlink that leads out of the output");
    if (status->type != os::FileType::regular) return missing(shown + " is no regular file in the output");
    return found;
}

Result<std::vector<Wanted>> wanted_of(const core::Generation& generation, const std::vector<bool>& sound,
                                      const BuiltOutputs& outputs) {
    std::vector<Wanted> all;
    for (std::size_t i = 0; i < generation.entries.size(); ++i) {
        if (!sound[i]) continue;
        TRY_ASSIGN(auto wanted, wanted_of(generation.entries[i], outputs));
        wanted.entry = i;
        all.push_back(std::move(wanted));
    }
    return all;
}

std::vector<core::Finding> findings_of(const core::PlannedHost& host, const std::vector<Problem>& problems,
                                       const std::vector<Wanted>& wanted, const std::string& where) {
    std::vector<core::Finding> findings;
    for (const auto& problem : problems) {
        const Wanted& want = wanted.at(problem.wanted);
        const auto& entry = host.generation.entries.at(want.entry);
        switch (problem.obstacle) {
            case Obstacle::collision:
            case Obstacle::modified: findings.push_back(collision(host, entry, problem, want, where)); break;
            case Obstacle::symlinked_parent:
            case Obstacle::parent_in_the_way:
                findings.push_back(parent_problem(host, entry, problem, where));
                break;
            case Obstacle::same_place:
                findings.push_back(same_place(host, entry, problem.detail, where));
                break;
            case Obstacle::unreadable: break;
        }
    }
    return findings;
}

}  // namespace contract::activation
