// SPDX-License-Identifier: Apache-2.0
#include "contract/git/remote.hpp"

#include <map>

#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "ssh_transport.hpp"
#include "state.hpp"

namespace contract::git {

namespace {

constexpr std::string_view peeled_mark = "^{}";

int refuse_login(git_credential** /*out*/, const char* /*url*/, const char* /*user*/, unsigned /*types*/,
                 void* payload) {
    static_cast<Session*>(payload)->asked_for_login = true;
    git().git_error_set_str(GIT_ERROR_HTTP, "the server asks for a login");
    return GIT_EAUTH;
}

void fill(git_remote_callbacks& callbacks, Session& session) {
    callbacks.version = GIT_REMOTE_CALLBACKS_VERSION;
    callbacks.payload = &session;
    if (session.location.transport == Transport::ssh)
        callbacks.transport = make_ssh_transport;
    else
        callbacks.credentials = refuse_login;
}

git_proxy_options proxy() {
    git_proxy_options options{};
    options.version = GIT_PROXY_OPTIONS_VERSION;
    options.type = GIT_PROXY_AUTO;
    return options;
}

// The last lines that `ssh` wrote, as one.
std::string tail_of(const std::string& errors) {
    auto lines = split(trim(errors), '\n');
    if (lines.size() > 3) lines.erase(lines.begin(), lines.end() - 3);
    for (auto& line : lines) line = harmless(trim(line));
    return join(lines, "; ");
}

// Frees the remote first: only then has `ssh` ended and is all of what it wrote known.
Error fetch_failed(const Session& session, OwnedRemote remote) {
    const std::string reason = last_message();
    remote.reset();
    const auto& location = session.location;
    const std::string said = tail_of(session.errors);
    Error error{"fetch-failed",
                "cannot fetch from '" + harmless(location.url) + "': " + (said.empty() ? reason : said),
                Blame::environment,
                {},
                {},
                {}};
    if (session.asked_for_login)
        return std::move(error).with_help(
            "contract sends no credentials over http; use the ssh URL of the repository, or a local clone");
    if (location.transport == Transport::ssh)
        return std::move(error).with_help(join(ssh_command(location), " ") + "  is what was run");
    return error;
}

Result<OwnedRemote> make_remote(git_repository* repository, const Location& location) {
    git_remote_create_options options;
    git().git_remote_create_options_init(&options, GIT_REMOTE_CREATE_OPTIONS_VERSION);
    options.repository = repository;
    options.flags = GIT_REMOTE_CREATE_SKIP_INSTEADOF | GIT_REMOTE_CREATE_SKIP_DEFAULT_FETCHSPEC;
    git_remote* raw = nullptr;
    if (git().git_remote_create_with_opts(&raw, location.url.c_str(), &options) != 0)
        return fetch_failed(Session{location, {}, false}, nullptr);
    return OwnedRemote(raw);
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

Result<OwnedRepository> open_or_create(const std::string& path) {
    TRY(library());
    git_repository* raw = nullptr;
    TRY(os::make_directories(path, 0700));
    // Creating again is harmless, and completes what a kill left unfinished.
    if (git().git_repository_init(&raw, path.c_str(), 1) != 0)
        return Error{"system",
                     "cannot create the repository '" + harmless(path) + "': " + last_message(),
                     Blame::environment,
                     {},
                     {},
                     {"it only holds what was fetched and can be removed"}};
    return OwnedRepository(raw);
}

bool has_commit(git_repository* repository, const std::string& commit) {
    git_oid id;
    git_commit* raw = nullptr;
    if (!parse_id(commit, id) || git().git_commit_lookup(&raw, repository, &id) != 0) return false;
    const OwnedCommit owned(raw);
    return true;
}

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

Result<std::vector<RemoteRef>> list_refs(const Location& location) {
    TRY(library());
    if (location.transport == Transport::local) return list_local(location);
    Session session{location, {}, false};
    TRY_ASSIGN(auto remote, make_remote(nullptr, location));
    git_remote_callbacks callbacks{};
    fill(callbacks, session);
    const git_proxy_options proxies = proxy();
    const git_remote_head** heads = nullptr;
    std::size_t size = 0;
    if (git().git_remote_connect(remote.get(), GIT_DIRECTION_FETCH, &callbacks, &proxies, nullptr) != 0 ||
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

Result<bool> fetch(const Location& location, const std::string& path, const std::vector<std::string>& refs,
                   const std::string& commit) {
    if (location.transport == Transport::local)
        throw InternalError("git::fetch: a local repository is read in place");
    TRY_ASSIGN(const auto repository, open_or_create(path));
    if (has_commit(repository.get(), commit)) return true;
    Session session{location, {}, false};
    TRY_ASSIGN(auto remote, make_remote(repository.get(), location));
    auto specs = refspecs(refs);
    std::vector<char*> pointers;
    for (auto& spec : specs) pointers.push_back(spec.data());
    const git_strarray wanted{pointers.data(), pointers.size()};
    git_fetch_options options{};
    options.version = GIT_FETCH_OPTIONS_VERSION;
    fill(options.callbacks, session);
    options.proxy_opts = proxy();
    options.prune = GIT_FETCH_NO_PRUNE;
    options.update_fetchhead = 0;
    options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
    options.follow_redirects = GIT_REMOTE_REDIRECT_INITIAL;
    if (git().git_remote_fetch(remote.get(), &wanted, &options, nullptr) != 0)
        return fetch_failed(session, std::move(remote));
    return has_commit(repository.get(), commit);
}

}  // namespace contract::git
