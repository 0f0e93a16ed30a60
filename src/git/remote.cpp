// SPDX-License-Identifier: Apache-2.0
#include "contract/git/remote.hpp"

#include <map>

#include "conversation.hpp"
#include "network_stream.hpp"
#include "session.hpp"
#include "state.hpp"

namespace contract::git {

namespace {

constexpr std::string_view peeled_mark = "^{}";

// Kept below refs/contract/, so that the next fetch can say what is here already.
std::vector<std::string> refspecs(const std::vector<std::string>& refs) {
    if (refs.empty()) return {"+refs/heads/*:refs/contract/heads/*", "+refs/tags/*:refs/contract/tags/*"};
    std::vector<std::string> out;
    for (const auto& ref : refs) {
        const std::string below = ref.starts_with("refs/") ? ref.substr(5) : ref;
        out.push_back("+" + ref + ":refs/contract/" + below);
    }
    return out;
}

std::vector<RemoteRef> sorted(const std::map<std::string, std::string>& ids) {
    std::vector<RemoteRef> out;
    for (const auto& [name, id] : ids) out.push_back(RemoteRef{name, id});
    return out;
}

Result<std::vector<RemoteRef>> list_local(const Location& location) {
    TRY_ASSIGN(const auto repository, Repository::open(location.path));
    return repository.refs();
}

Result<std::vector<RemoteRef>> list(Session& session) {
    TRY_ASSIGN(auto remote, make_remote(nullptr, session));
    const auto options = connect_options(session);
    const git_remote_head** heads = nullptr;
    std::size_t size = 0;
    if (git().git_remote_connect_ext(remote.get(), GIT_DIRECTION_FETCH, &options) != 0 ||
        git().git_remote_ls(&heads, &size, remote.get()) != 0)
        return fetch_failed(session, std::move(remote));
    std::map<std::string, std::string> ids;
    for (std::size_t i = 0; i < size; ++i) {
        std::string name = heads[i]->name;
        // "refs/tags/v1^{}" follows "refs/tags/v1" and says which commit the tag object leads to.
        if (name.ends_with(peeled_mark)) name.resize(name.size() - peeled_mark.size());
        ids.insert_or_assign(std::move(name), text_of(heads[i]->oid));
    }
    return sorted(ids);
}

Result<> download(git_repository* repository, std::vector<std::string> specs, Session& session) {
    TRY_ASSIGN(auto remote, make_remote(repository, session));
    std::vector<char*> pointers;
    for (auto& spec : specs) pointers.push_back(spec.data());
    const git_strarray wanted{pointers.data(), pointers.size()};
    const auto connect = connect_options(session);
    git_fetch_options options{};
    options.version = GIT_FETCH_OPTIONS_VERSION;
    options.callbacks = connect.callbacks;
    options.proxy_opts = connect.proxy_opts;
    options.follow_redirects = connect.follow_redirects;
    options.prune = GIT_FETCH_NO_PRUNE;
    options.update_fetchhead = 0;
    options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
    if (git().git_remote_fetch(remote.get(), &wanted, &options, nullptr) != 0)
        return fetch_failed(session, std::move(remote));
    return {};
}

}  // namespace

Result<std::vector<RemoteRef>> Repository::refs() const {
    std::map<std::string, std::string> ids;
    TRY_ASSIGN(const auto commit, head());
    if (commit) ids.emplace("HEAD", commit->id);
    git_reference_iterator* raw = nullptr;
    if (git().git_reference_iterator_new(&raw, state_->repository.get()) != 0)
        return damaged(state_->place, "the refs");
    const OwnedReferences iterator(raw);
    git_reference* next = nullptr;
    while (git().git_reference_next(&next, raw) == 0) {
        const OwnedReference reference(next);
        git_object* object = nullptr;
        // A symbolic ref to nothing, or a broken one, is not there for us; the others still are.
        if (git().git_reference_peel(&object, next, GIT_OBJECT_ANY) != 0) continue;
        const OwnedObject owned(object);
        ids.emplace(git().git_reference_name(next), text_of(*git().git_object_id(object)));
    }
    return sorted(ids);
}

Result<std::vector<RemoteRef>> list_refs(const Location& location, const Access& access) {
    TRY(library());
    if (location.transport == Transport::local) return list_local(location);
    const AccessScope scope(access);
    return with_login({location, access}, [](Session& session) { return list(session); });
}

Result<bool> fetch(const Location& location, const std::string& path, const std::vector<std::string>& refs,
                   const std::string& commit, const Access& access) {
    if (location.transport == Transport::local)
        throw InternalError("git::fetch: a local repository is read in place");
    TRY_ASSIGN(const auto repository, open_or_create(path));
    if (has_commit(repository.get(), commit)) return true;
    const AccessScope scope(access);
    TRY(with_login({location, access},
                   [&](Session& session) { return download(repository.get(), refspecs(refs), session); }));
    return has_commit(repository.get(), commit);
}

Result<Snapshot> fetch_snapshot(const Location& location, const std::string& path, const Wanted& wanted,
                                const Access& access) {
    if (location.transport == Transport::local)
        throw InternalError("git::fetch_snapshot: a local repository is read in place");
    TRY_ASSIGN(const auto repository, open_or_create(path));
    if (wanted.names.empty() && has_commit(repository.get(), wanted.commit))
        return Snapshot{Snapshot::State::present, {}, wanted.commit, {}};
    const AccessScope scope(access);
    return with_login({location, access}, [&](Session& session) -> Result<Snapshot> {
        Conversation conversation(repository.get(), path, wanted, session);
        session.take_over = [&](git_smart_subtransport& transport, const char* url) {
            return conversation.hold(transport, url);
        };
        TRY_ASSIGN(auto remote, make_remote(repository.get(), session));
        const auto options = connect_options(session);
        (void)git().git_remote_connect_ext(remote.get(), GIT_DIRECTION_FETCH, &options);
        if (!session.taken_over) return fetch_failed(session, std::move(remote));
        return conversation.answer();
    });
}

}  // namespace contract::git
