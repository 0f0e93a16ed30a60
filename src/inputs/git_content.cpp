// SPDX-License-Identifier: Apache-2.0
#include "git_content.hpp"

#include <algorithm>
#include <set>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/git/submodules.hpp"

namespace contract::inputs {

namespace {

constexpr std::size_t deepest = 8;
constexpr std::size_t most_submodules = 1000;  // of one input, all levels together

Error bad_submodule(const std::string& message) {
    return Error{
        "bad-submodule",
        message,
        Blame::declaration,
        {},
        {},
        {"have it corrected in that repository, choose a subdir without it, or declare what is needed "
         "as inputs of their own"}};
}

Error placed(Error error, const Wanting& around) {
    return std::move(error)
        .with_note("repository: " + harmless(around.location.name))
        .with_note("commit: " + around.rev);
}

// What one commit says about the submodules below its subdir.
struct Links {
    std::vector<git::TreeEntry> entries;  // paths below the subdir
    std::string declarations;             // .gitmodules
};

Result<Links> links_in(const git::Repository& repository, const Wanting& wanted) {
    Links out;
    TRY_ASSIGN(const auto entries, repository.walk(wanted.rev, wanted.subdir));
    for (const auto& entry : entries)
        if (entry.kind == git::NodeKind::submodule) out.entries.push_back(entry);
    if (out.entries.empty()) return out;
    TRY_ASSIGN(const auto top, repository.top(wanted.rev));
    const auto file =
        std::find_if(top.begin(), top.end(), [](const auto& entry) { return entry.path == ".gitmodules"; });
    const bool plain =
        file != top.end() && (file->kind == git::NodeKind::file || file->kind == git::NodeKind::executable);
    // As git, which follows no symlink for it either.
    if (!plain)
        return placed(bad_submodule("'" + harmless(out.entries.front().path) + "' of '" +
                                    harmless(wanted.location.name) +
                                    "' is a submodule, and its commit has no file .gitmodules"),
                      wanted);
    TRY_ASSIGN(out.declarations, repository.blob(file->id));
    return out;
}

class Content {
public:
    explicit Content(const Context& context) : context_(context) {}

    Result<Digest> tree(const Wanting& wanted) {
        const std::string key = wanted.location.name + " " + wanted.rev + ":" + wanted.subdir;
        if (const auto known = known_.find(key); known != known_.end()) return known->second;
        Submodules submodules;
        if (wanted.submodules) {
            TRY_ASSIGN(submodules, submodules_of(wanted));
        }
        Digest out;
        TRY(with_commit(wanted.location, wanted.ref, wanted.rev, context_,
                        [&](const git::Repository& repository) -> Result<> {
                            TRY_ASSIGN(out, import_commit(repository, wanted.rev, wanted.subdir,
                                                          context_.store, submodules));
                            return {};
                        }));
        known_.emplace(key, out);
        return out;
    }

private:
    // The copy of the repository is let go before that of a submodule is taken: it may be the same one, and
    // another process may hold the two in the other order.
    Result<Submodules> submodules_of(const Wanting& wanted) {
        Links links;
        TRY(with_commit(wanted.location, wanted.ref, wanted.rev, context_,
                        [&](const git::Repository& repository) -> Result<> {
                            TRY_ASSIGN(links, links_in(repository, wanted));
                            return {};
                        }));
        Submodules out;
        if (links.entries.empty()) return out;
        auto declared = git::parse_submodules(links.declarations);
        if (!declared) return placed(bad_submodule(declared.error().message), wanted);
        for (const auto& entry : links.entries) {
            const std::string path = wanted.subdir.empty() ? entry.path : wanted.subdir + "/" + entry.path;
            const auto module = std::find_if(declared->begin(), declared->end(),
                                             [&](const auto& other) { return other.path == path; });
            if (module == declared->end())
                return placed(bad_submodule("'" + harmless(path) + "' of '" + harmless(wanted.location.name) +
                                            "' is a submodule that its .gitmodules does not name"),
                              wanted);
            TRY_ASSIGN(const auto digest, submodule(wanted, path, entry.id, module->url));
            out.emplace(entry.path, digest);
        }
        return out;
    }

    Result<Digest> submodule(const Wanting& parent, const std::string& path, const std::string& rev,
                             const std::string& url) {
        const std::string subject =
            "the submodule '" + harmless(path) + "' of '" + harmless(parent.location.name) + "' ";
        if (depth_ >= deepest)
            return bad_submodule(subject + "lies in more than " + std::to_string(deepest) + " others");
        if (++count_ > most_submodules)
            return bad_submodule(subject + "is one of more than " + std::to_string(most_submodules));
        const auto address = git::submodule_url(parent.location.name, url);
        if (!address) return placed(bad_submodule(address.error().message), parent);
        // A repository from elsewhere must not name directories of this machine.
        TRY_ASSIGN(const auto declared, git::parse_location(*address, "/"));
        TRY_ASSIGN(const auto around, git::parse_location(parent.location.name, "/"));
        const bool may_be_local = around.transport == git::Transport::local && is_absolute_address(*address);
        if (declared.transport == git::Transport::local && !may_be_local)
            return placed(bad_submodule(subject + "has the local address '" + harmless(url) + "'"), parent);
        TRY_ASSIGN(auto location, location_of(*address, "/", context_));
        ++depth_;
        auto digest = tree(Wanting{std::move(location), {}, rev, {}, true});
        --depth_;
        if (!digest) return std::move(digest.error()).with_note("submodule: " + harmless(path));
        return digest;
    }

    static bool is_absolute_address(const std::string& address) {
        return path::is_absolute(address) || address.starts_with("file:");
    }

    const Context& context_;
    std::map<std::string, Digest> known_;  // by address, commit and directory
    std::size_t depth_ = 0;
    std::size_t count_ = 0;
};

}  // namespace

Result<Digest> content_of(const Wanting& wanted, const Context& context) {
    return Content(context).tree(wanted);
}

}  // namespace contract::inputs
