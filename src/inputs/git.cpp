// SPDX-License-Identifier: Apache-2.0
//
// git inputs. `resolve` asks the server which commit a ref means and fetches that ref; a pinned commit is
// looked up in what its ref reaches, then in all branches and tags, because a usual server does not hand out
// a bare commit id. What is compared with the lock is the content, by SHA-256: the commit id alone would
// trust SHA-1.
#include <algorithm>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/git/remote.hpp"
#include "contract/os/file.hpp"
#include "contract/os/lock.hpp"
#include "kinds.hpp"

namespace contract::inputs {

namespace {

constexpr std::string_view remembered = "git-tree";

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
         "there is no branch or tag '" + harmless(ref) + "' at '" + harmless(location.url) + "'",
         Blame::declaration,
         {},
         {},
         {}},
        ref, refs);
}

Error pin_unreachable(const std::string& rev, const std::string& url) {
    return Error{
        "pin-unreachable",
        "commit " + harmless(rev) + " is not reachable from any branch or tag of '" + harmless(url) + "'",
        Blame::environment,
        {},
        {},
        {"it may have been removed by a force-push: pin another commit with contract update, or "
         "bring the commit back under a tag"}};
}

// What a ref of the manifest may mean at a server, first match first.
std::vector<std::string> full_names(const std::string& ref) {
    if (ref.empty() || ref == "HEAD") return {"HEAD"};
    if (ref.starts_with("refs/")) return {ref};
    return {"refs/heads/" + ref, "refs/tags/" + ref};
}

const git::RemoteRef* find(const std::vector<git::RemoteRef>& refs, const std::string& ref) {
    for (const auto& name : full_names(ref)) {
        const auto found =
            std::find_if(refs.begin(), refs.end(), [&](const auto& known) { return known.name == name; });
        if (found != refs.end()) return &*found;
    }
    return nullptr;
}

// The fetched copy of a remote repository; nobody else writes to it while the lock is held.
struct Copy {
    std::string path;
    os::FileLock lock;
};

Result<Copy> copy_of(const git::Location& location, const Context& context) {
    const std::string path = copy_path(location, context);
    TRY(os::make_directories(path::parent(path), 0700));
    TRY_ASSIGN(auto lock, os::FileLock::take(path + ".lock", os::FileLock::Wait::forever));
    return Copy{path, std::move(lock)};
}

bool is_fetched(const Copy& copy, const std::string& rev) {
    if (!os::exists(path::join(copy.path, "HEAD"))) return false;
    const auto repository = git::Repository::open(copy.path);
    return repository && repository->has_commit(rev);
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

Result<git::Commit> resolve_local(const git::Repository& repository, const git::Location& location,
                                  const core::GitSource& source) {
    if (source.rev) {
        if (!repository.has_commit(source.rev->value))
            return pin_unreachable(source.rev->value, location.url);
        return repository.resolve(source.rev->value);
    }
    if (source.ref) {
        auto commit = repository.resolve(source.ref->value);
        if (commit || commit.error().code != "ref-missing") return commit;
        TRY_ASSIGN(const auto refs, repository.refs());
        return with_closest(commit.error(), source.ref->value, refs);
    }
    TRY_ASSIGN(auto head, repository.head());
    if (!head)
        return Error{"ref-missing",
                     "the repository '" + harmless(location.path) + "' has no commit yet",
                     Blame::declaration,
                     {},
                     {},
                     {}};
    return std::move(*head);
}

// Fetches what can lead to `rev`: its ref first, then everything.
Result<> fetch_commit(const git::Location& location, const Copy& copy, const std::string& ref,
                      const std::string& rev) {
    if (!ref.empty()) {
        TRY_ASSIGN(const bool found, git::fetch(location, copy.path, full_names(ref), rev));
        if (found) return {};
    }
    TRY_ASSIGN(const bool found, git::fetch(location, copy.path, {}, rev));
    if (!found) return pin_unreachable(rev, location.url);
    return {};
}

Result<git::Commit> resolve_remote(const git::Location& location, const Copy& copy,
                                   const core::GitSource& source) {
    if (source.rev) {
        TRY(fetch_commit(location, copy, source.ref ? source.ref->value : "", source.rev->value));
        TRY_ASSIGN(const auto repository, git::Repository::open(copy.path));
        return repository.resolve(source.rev->value);
    }
    const std::string ref = source.ref ? source.ref->value : "HEAD";
    TRY_ASSIGN(const auto refs, git::list_refs(location));
    const auto* found = find(refs, ref);
    if (found == nullptr) return ref_missing(ref, location, refs);
    TRY_ASSIGN(const bool present, git::fetch(location, copy.path, {found->name}, found->id));
    if (!present)
        return Error{"ref-missing",
                     "'" + harmless(ref) + "' of '" + harmless(location.url) +
                         "' does not lead to a commit, or changed while it was fetched",
                     Blame::declaration,
                     {},
                     {},
                     {}};
    TRY_ASSIGN(const auto repository, git::Repository::open(copy.path));
    return repository.resolve(found->id);
}

// The tree of (commit, subdir) never changes, so it is computed once for a store.
Result<Digest> tree_of(const git::Repository& repository, const std::string& rev, const std::string& subdir,
                       store::Store& store) {
    const std::string key = rev + ":" + subdir;
    TRY_ASSIGN(const auto known, store.recall(remembered, key));
    if (known) {
        const auto tree = Digest::parse(*known);
        if (tree && store.has_tree(*tree)) return *tree;
    }
    TRY_ASSIGN(const auto tree, import_commit(repository, rev, subdir, store));
    TRY(store.remember(remembered, key, tree.text()));
    return tree;
}

core::Pin pin_of(const git::Commit& commit, const Digest& tree) {
    core::Pin pin;
    pin.rev = commit.id;
    pin.date = commit.date;
    pin.tree = tree;
    return pin;
}

// "./a/b/", as people write it, is "a/b" in a tree of git.
Result<std::string> subdir_of(const std::string& declared) {
    const std::string subdir = path::normalise(declared);
    if (subdir == ".") return std::string();
    if (path::is_absolute(subdir) || subdir == ".." || subdir.starts_with("../"))
        return Error{"subdir-missing",
                     "the subdir '" + harmless(declared) + "' leads out of the repository",
                     Blame::declaration,
                     {},
                     {},
                     {}};
    return subdir;
}

// The key that the error is about. Never `git` itself: the line of an address with a password in it must not
// be printed.
Error at_its_key(Error error, const core::GitSource& source) {
    if (error.where) return error;
    if (error.code == "ref-missing" && source.ref) return std::move(error).at(source.ref->where);
    if (error.code == "subdir-missing" && source.subdir) return std::move(error).at(source.subdir->where);
    if (error.code == "pin-unreachable" && source.rev) return std::move(error).at(source.rev->where);
    return error;
}

Result<core::Pin> pin_of(const core::GitSource& source, const Context& context) {
    TRY_ASSIGN(const auto location, git::parse_location(source.url.value, context.contract_directory));
    TRY_ASSIGN(const auto subdir, subdir_of(source.subdir ? source.subdir->value : ""));
    if (location.transport == git::Transport::local) {
        TRY_ASSIGN(const auto repository, open_local(location));
        TRY_ASSIGN(const auto commit, resolve_local(repository, location, source));
        TRY_ASSIGN(const auto tree, tree_of(repository, commit.id, subdir, context.store));
        return pin_of(commit, tree);
    }
    TRY(refuse_offline(harmless(location.url), context));
    TRY_ASSIGN(const auto copy, copy_of(location, context));
    TRY_ASSIGN(const auto commit, resolve_remote(location, copy, source));
    TRY_ASSIGN(const auto repository, git::Repository::open(copy.path));
    TRY_ASSIGN(const auto tree, tree_of(repository, commit.id, subdir, context.store));
    return pin_of(commit, tree);
}

}  // namespace

std::string copy_path(const git::Location& location, const Context& context) {
    return path::join(path::join(context.store.home(), "git"), Digest::of(location.url).hex());
}

Result<core::Pin> resolve_git(const core::GitSource& source, const Wish&, const Context& context) {
    auto pin = pin_of(source, context);
    if (!pin) return at_its_key(pin.error(), source);
    return pin;
}

Result<> materialise_git(const core::PlannedInput& input, const Context& context) {
    if (context.store.has_tree(input.tree)) return {};
    TRY_ASSIGN(const auto location, git::parse_location(input.url, context.contract_directory));
    TRY_ASSIGN(const auto subdir, subdir_of(input.subdir));
    std::optional<Copy> copy;
    if (location.transport != git::Transport::local) {
        TRY_ASSIGN(copy, copy_of(location, context));
        if (!is_fetched(*copy, input.pin.rev)) {
            TRY(refuse_offline(harmless(location.url), context));
            TRY(fetch_commit(location, *copy, input.ref, input.pin.rev));
        }
    }
    TRY_ASSIGN(const auto repository, copy ? git::Repository::open(copy->path) : open_local(location));
    if (!repository.has_commit(input.pin.rev)) return pin_unreachable(input.pin.rev, location.url);
    TRY_ASSIGN(const auto tree, import_commit(repository, input.pin.rev, subdir, context.store));
    if (tree != input.tree) return hash_mismatch(input, tree);
    return {};
}

}  // namespace contract::inputs
