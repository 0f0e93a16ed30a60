// SPDX-License-Identifier: Apache-2.0
//
// git inputs. `resolve` asks the server which commit a ref means and fetches that commit; `materialise`
// fetches a commit by its id, which most servers hand out, and else through its ref or all of them. What is
// compared with the lock is the content, by SHA-256: the commit id alone would trust SHA-1.
#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/machine.hpp"
#include "git_content.hpp"

namespace contract::inputs {

namespace {

constexpr std::string_view remembered = "git-tree";

// The tree of (commit, subdir) never changes, so it is computed once for a store.
Result<Digest> tree_of(const Wanting& wanted, const Context& context) {
    auto& store = context.store;
    const std::string key = wanted.rev + ":" + wanted.subdir;
    // The content of submodules is that of other repositories, which the commit only names.
    const bool recalled = !wanted.submodules;
    if (recalled) {
        TRY_ASSIGN(const auto known, store.recall(remembered, key));
        const auto tree = known ? Digest::parse(*known) : Digest();
        if (known && tree && store.has_tree(*tree)) return *tree;
    }
    TRY_ASSIGN(const auto tree, content_of(wanted, context));
    if (recalled) TRY(store.remember(remembered, key, tree.text()));
    return tree;
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
    const auto about = [&](std::string_view code) { return error.code == code; };
    if ((about("ref-missing") || about("too-young")) && source.ref)
        return std::move(error).at(source.ref->where);
    if (about("subdir-missing") && source.subdir) return std::move(error).at(source.subdir->where);
    if ((about("pin-unreachable") || about("too-young")) && source.rev)
        return std::move(error).at(source.rev->where);
    return error;
}

std::string duration(std::int64_t seconds) {
    if (seconds % 86400 == 0) return count(static_cast<std::size_t>(seconds / 86400), "day");
    if (seconds % 3600 == 0) return count(static_cast<std::size_t>(seconds / 3600), "hour");
    return count(static_cast<std::size_t>(seconds), "second");
}

Error too_young(const std::string& what, const git::Location& location, const git::Commit& commit,
                std::int64_t min_age) {
    return Error{"too-young",
                 what + " of '" + harmless(location.name) + "' is younger than the input may be",
                 Blame::declaration,
                 {},
                 {"wanted: nothing younger than " + duration(min_age),
                  "got: commit " + commit.id + " of " + commit.date, "url: " + harmless(location.url)},
                 {"wait, name an older ref or rev, or lower min_age"}};
}

// What `rev` of the manifest means: its date is only known once it is here.
Result<git::Commit> named_commit(const git::Location& location, const core::GitSource& source,
                                 const Context& context) {
    git::Commit commit;
    TRY(with_commit(location, source.ref ? source.ref->value : "", source.rev->value, context,
                    [&](const git::Repository& repository) -> Result<> {
                        TRY_ASSIGN(commit, repository.resolve(source.rev->value));
                        return {};
                    }));
    return commit;
}

// A branch goes on, so its newest commit that is old enough is as good; a tag or a commit is what it is.
Result<git::Commit> choose(const git::Location& location, const core::GitSource& source, const Wish& wish,
                           const Context& context) {
    const auto limit = wish.min_age_seconds ? os::now_seconds() - *wish.min_age_seconds : 0;
    // What is pinned already is not new.
    const std::string known = wish.before == nullptr ? "" : wish.before->rev;
    const auto is_old = [&](const git::Commit& commit) {
        return !wish.min_age_seconds || commit.time <= limit || commit.id == known;
    };
    if (source.rev) {
        TRY_ASSIGN(auto commit, named_commit(location, source, context));
        if (is_old(commit)) return commit;
        return too_young("commit " + commit.id, location, commit, *wish.min_age_seconds);
    }
    const std::string ref = source.ref ? source.ref->value : "";
    TRY_ASSIGN(auto tip, find_tip(location, ref, context));
    if (is_old(tip.commit)) return std::move(tip.commit);
    const bool branch =
        tip.name == "HEAD" || tip.name.starts_with("refs/heads/") || tip.name.starts_with("refs/remotes/");
    if (branch) {
        TRY_ASSIGN(auto older, older_commit(location, tip, limit, known, context));
        if (older) return std::move(*older);
    }
    const std::string what = ref.empty() ? "HEAD" : "'" + harmless(ref) + "'";
    return too_young(branch ? "all of " + what : what, location, tip.commit, *wish.min_age_seconds);
}

Result<core::Pin> pin_of(const core::GitSource& source, const Wish& wish, const Context& context) {
    TRY_ASSIGN(auto location, location_of(source.url.value, context.contract_directory, context));
    TRY_ASSIGN(auto subdir, subdir_of(source.subdir ? source.subdir->value : ""));
    TRY_ASSIGN(const auto commit, choose(location, source, wish, context));
    if (wish.before != nullptr && !wish.before->rev.empty())
        bring_history(location, source.ref ? source.ref->value : "", wish.before->rev, commit.id, context);
    const Wanting wanted{std::move(location), source.ref ? source.ref->value : "", commit.id,
                         std::move(subdir), source.submodules};
    core::Pin pin;
    TRY_ASSIGN(pin.tree, tree_of(wanted, context));
    pin.rev = commit.id;
    pin.date = commit.date;
    return pin;
}

}  // namespace

Result<core::Pin> resolve_git(const core::GitSource& source, const Wish& wish, const Context& context) {
    auto pin = pin_of(source, wish, context);
    if (!pin) return at_its_key(pin.error(), source);
    return pin;
}

Result<> materialise_git(const core::PlannedInput& input, const Context& context) {
    if (context.store.has_tree(input.tree)) return {};
    TRY_ASSIGN(auto location, location_of(input.url, context.contract_directory, context));
    TRY_ASSIGN(auto subdir, subdir_of(input.subdir));
    const auto* source = std::get_if<core::GitSource>(&input.source);
    const Wanting wanted{std::move(location), input.ref, input.pin.rev, std::move(subdir),
                         source != nullptr && source->submodules};
    TRY_ASSIGN(const auto tree, content_of(wanted, context));
    if (tree != input.tree) return hash_mismatch(input, tree);
    return {};
}

}  // namespace contract::inputs
