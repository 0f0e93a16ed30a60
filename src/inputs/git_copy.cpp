// SPDX-License-Identifier: Apache-2.0
#include "git_copy.hpp"

#include <algorithm>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/os/lock.hpp"

namespace contract::inputs {

namespace {

using State = git::Snapshot::State;

Error with_closest(Error error, const std::string& ref, const std::vector<git::RemoteRef>& refs) {
    std::vector<std::string> names;
    for (const auto& known : refs)
        for (const std::string_view prefix : {"refs/heads/", "refs/tags/"})
            if (known.name.starts_with(prefix)) names.push_back(known.name.substr(prefix.size()));
    const auto close = nearest(ref, names);
    return close ? std::move(error).with_help("did you mean '" + harmless(*close) + "'?") : error;
}

Error ref_missing(const std::string& ref, const git::Location& location,
                  const std::vector<git::RemoteRef>& refs) {
    return with_closest(
        {"ref-missing",
         "there is no branch or tag '" + harmless(ref) + "' at '" + harmless(location.name) + "'",
         Blame::declaration,
         {},
         {},
         {}},
        ref, refs);
}

Error not_a_commit(const std::string& ref, const git::Location& location) {
    return Error{"ref-missing",
                 "'" + harmless(ref) + "' of '" + harmless(location.name) +
                     "' does not lead to a commit, or changed while it was fetched",
                 Blame::declaration,
                 {},
                 {},
                 {}};
}

// The fetched copy of a remote repository; nobody else writes to it while the lock is held.
struct Copy {
    std::string history;
    std::string snapshots;
    os::FileLock lock;
};

// Files that a killed process was writing, in one folder.
template <typename Leftover>
void sweep_folder(const std::string& folder, const Leftover& is_leftover) {
    const auto names = os::list_directory(folder);
    if (!names) return;
    for (const auto& name : *names)
        if (is_leftover(name)) (void)os::remove_tree(path::join(folder, name));
}

bool is_lock(const std::string& name) {
    return name.ends_with(".lock");
}

void sweep_refs(const std::string& folder) {
    sweep_folder(folder, is_lock);
    const auto names = os::list_directory(folder);
    if (!names) return;
    for (const auto& name : *names) {
        const auto status = os::status(path::join(folder, name));
        if (status && *status && (*status)->type == os::FileType::directory)
            sweep_refs(path::join(folder, name));
    }
}

// A killed fetch leaves the pack it was writing, which nobody reads, and the locks of files of git, which
// would keep everybody out for good. Whoever holds the copy knows that nobody else is at work on it.
void sweep(const std::string& repository) {
    sweep_folder(path::join(repository, "objects/pack"), [](const std::string& name) {
        return name.starts_with("pack_git2_") || name.starts_with("tmp_");
    });
    sweep_folder(repository, is_lock);
    sweep_refs(path::join(repository, "refs"));
}

Result<Copy> copy_of(const git::Location& location, const Context& context) {
    const std::string path = copy_path(location, context);
    TRY(os::make_directories(path::parent(path), 0700));
    TRY_ASSIGN(auto lock, os::FileLock::take(path + ".lock", os::FileLock::Wait::forever));
    Copy copy{path, path + ".snapshots", std::move(lock)};
    sweep(copy.history);
    sweep(copy.snapshots);
    return copy;
}

bool has_commit(const std::string& repository, const std::string& rev) {
    if (!os::exists(path::join(repository, "HEAD"))) return false;
    const auto opened = git::Repository::open(repository);
    return opened && opened->has_commit(rev);
}

git::Access access_of(const git::Location& location, const Context& context) {
    git::Access access;
    access.interrupted = context.interrupted;
    if (context.progress)
        access.progress = [&](std::uint64_t got, std::optional<std::uint64_t> total) {
            context.progress(location.name, got, total);
        };
    return access;
}

Result<git::Repository> open_local(const git::Location& location) {
    TRY_ASSIGN(const auto status, os::target_status(location.path));
    if (!status)
        return Error{"missing-input",
                     "there is no repository at '" + harmless(location.path) + "'",
                     Blame::declaration,
                     {},
                     {},
                     {}};
    return git::Repository::open(location.path);
}

// Not what `repository.resolve` tries beside them: a branch that is only known of another remote.
Result<Tip> local_tip(const git::Repository& repository, const git::Location& location,
                      const std::string& ref) {
    if (!ref.empty()) {
        for (const auto& name : full_names(ref)) {
            auto commit = repository.resolve(name);
            if (commit) return Tip{std::move(*commit), name};
            if (commit.error().code != "ref-missing") return commit.error();
        }
        auto commit = repository.resolve(ref);
        if (commit) return Tip{std::move(*commit), "refs/remotes/" + ref};
        if (commit.error().code != "ref-missing") return commit.error();
        TRY_ASSIGN(const auto refs, repository.refs());
        return with_closest(commit.error(), ref, refs);
    }
    TRY_ASSIGN(auto head, repository.head());
    if (!head)
        return Error{"ref-missing",
                     "the repository '" + harmless(location.path) + "' has no commit yet",
                     Blame::declaration,
                     {},
                     {},
                     {}};
    return Tip{std::move(*head), "HEAD"};
}

Result<Tip> tip_in(const std::string& repository, const std::string& commit, std::string name) {
    TRY_ASSIGN(const auto opened, git::Repository::open(repository));
    TRY_ASSIGN(auto found, opened.resolve(commit));
    return Tip{std::move(found), std::move(name)};
}

// As servers of the first version of the protocol need it.
Result<Tip> tip_with_history(const git::Location& location, const Copy& copy, const std::string& ref,
                             const git::Access& access) {
    TRY_ASSIGN(const auto refs, git::list_refs(location, access));
    for (const auto& name : full_names(ref)) {
        const auto found =
            std::find_if(refs.begin(), refs.end(), [&](const auto& known) { return known.name == name; });
        if (found == refs.end()) continue;
        TRY_ASSIGN(const bool present, git::fetch(location, copy.history, {name}, found->id, access));
        if (!present) return not_a_commit(ref, location);
        return tip_in(copy.history, found->id, name);
    }
    return ref_missing(ref, location, refs);
}

Result<Tip> remote_tip(const git::Location& location, const Copy& copy, const std::string& ref,
                       const Context& context) {
    const auto access = access_of(location, context);
    // A ref can move, and its old commit vanish, between the list and the fetch; hardly twice.
    for (int attempt = 0; attempt < 2; ++attempt) {
        TRY_ASSIGN(const auto snapshot,
                   git::fetch_snapshot(location, copy.snapshots, {full_names(ref), {}}, access));
        if (snapshot.state == State::present) return tip_in(copy.snapshots, snapshot.commit, snapshot.name);
        if (snapshot.state == State::unsupported) break;
        if (snapshot.state == State::no_such_ref) {
            TRY_ASSIGN(const auto refs, git::list_refs(location, access));
            return ref_missing(ref, location, refs);
        }
    }
    return tip_with_history(location, copy, ref, access);
}

// Fetches `rev`: alone, else with what its ref reaches, else with all; the repository that has it.
Result<std::string> bring(const git::Location& location, const Copy& copy, const std::string& ref,
                          const std::string& rev, const Context& context) {
    for (const auto& repository : {copy.snapshots, copy.history})
        if (has_commit(repository, rev)) return repository;
    TRY(refuse_offline(harmless(location.name), context));
    const auto access = access_of(location, context);
    TRY_ASSIGN(const auto snapshot, git::fetch_snapshot(location, copy.snapshots, {{}, rev}, access));
    if (snapshot.state == State::present) return copy.snapshots;
    if (!ref.empty()) {
        TRY_ASSIGN(const bool found, git::fetch(location, copy.history, full_names(ref), rev, access));
        if (found) return copy.history;
    }
    TRY_ASSIGN(const bool found, git::fetch(location, copy.history, {}, rev, access));
    if (!found) return pin_unreachable(rev, location);
    return copy.history;
}

// Codes that a copy can have when a machine stopped while it was written.
bool is_damage(const Error& error) {
    return error.code == "damaged-repository" || error.code == "not-a-repository";
}

// Runs `work` on the copy, once more on a new one when it is damaged.
template <typename Work>
auto on_copy(const git::Location& location, const Context& context, const Work& work)
    -> decltype(work(std::declval<const Copy&>())) {
    TRY_ASSIGN(const auto copy, copy_of(location, context));
    auto result = work(copy);
    if (result || !is_damage(result.error()) || context.offline) return result;
    TRY(os::remove_tree(copy.history));
    TRY(os::remove_tree(copy.snapshots));
    return work(copy);
}

}  // namespace

std::vector<std::string> full_names(const std::string& ref) {
    if (ref.empty() || ref == "HEAD") return {"HEAD"};
    if (ref.starts_with("refs/")) return {ref};
    return {"refs/heads/" + ref, "refs/tags/" + ref};
}

std::string copy_path(const git::Location& location, const Context& context) {
    return path::join(path::join(context.store.home(), "git"), Digest::of(location.name).hex());
}

void bring_history(const git::Location& location, const std::string& ref, const std::string& from,
                   const std::string& to, const Context& context) {
    if (location.transport == git::Transport::local || from == to) return;
    const auto copy = copy_of(location, context);
    if (!copy || (has_commit(copy->history, from) && has_commit(copy->history, to))) return;
    (void)git::fetch(location, copy->history, full_names(ref), to, access_of(location, context));
}

Error pin_unreachable(const std::string& rev, const git::Location& location) {
    return Error{"pin-unreachable",
                 "commit " + harmless(rev) + " is not reachable from any branch or tag of '" +
                     harmless(location.name) + "'",
                 Blame::environment,
                 {},
                 {},
                 {"it may have been removed by a force-push: pin another commit with contract update, or "
                  "bring the commit back under a tag"}};
}

Result<git::Location> location_of(const std::string& url, const std::string& base, const Context& context) {
    TRY_ASSIGN(auto declared, git::parse_location(url, base));
    const std::string mirror = core::mirrored(context.configuration, url);
    if (mirror == url) return declared;
    auto location = git::parse_location(mirror, base);
    if (!location) return std::move(location.error()).with_note("mirror: of " + harmless(declared.name));
    location->name = declared.name;
    return location;
}

Result<Tip> find_tip(const git::Location& location, const std::string& ref, const Context& context) {
    if (location.transport == git::Transport::local) {
        TRY_ASSIGN(const auto repository, open_local(location));
        return local_tip(repository, location, ref);
    }
    TRY(refuse_offline(harmless(location.name), context));
    return on_copy(location, context,
                   [&](const Copy& copy) { return remote_tip(location, copy, ref, context); });
}

Result<std::optional<git::Commit>> older_commit(const git::Location& location, const Tip& tip,
                                                std::int64_t time, const std::string& known,
                                                const Context& context) {
    if (location.transport == git::Transport::local) {
        TRY_ASSIGN(const auto repository, open_local(location));
        return repository.newest_before(tip.commit.id, time, known);
    }
    return on_copy(location, context, [&](const Copy& copy) -> Result<std::optional<git::Commit>> {
        TRY_ASSIGN(const bool found, git::fetch(location, copy.history, {tip.name}, tip.commit.id,
                                                access_of(location, context)));
        if (!found) return not_a_commit(tip.name, location);
        TRY_ASSIGN(const auto repository, git::Repository::open(copy.history));
        return repository.newest_before(tip.commit.id, time, known);
    });
}

Result<> with_commit(const git::Location& location, const std::string& ref, const std::string& rev,
                     const Context& context, const Use& use) {
    if (location.transport == git::Transport::local) {
        TRY_ASSIGN(const auto repository, open_local(location));
        if (!repository.has_commit(rev)) return pin_unreachable(rev, location);
        return use(repository);
    }
    return on_copy(location, context, [&](const Copy& copy) -> Result<> {
        TRY_ASSIGN(const auto path, bring(location, copy, ref, rev, context));
        TRY_ASSIGN(const auto repository, git::Repository::open(path));
        return use(repository);
    });
}

}  // namespace contract::inputs
