// SPDX-License-Identifier: Apache-2.0
#include "session.hpp"

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "network_stream.hpp"
#include "ssh_transport.hpp"
#include "taken_over_transport.hpp"

namespace contract::git {

namespace {

// Called again when the server refuses what it got.
int give_login(git_credential** out, const char* /*url*/, const char* /*user*/, unsigned types,
               void* payload) {
    auto& session = *static_cast<Session*>(payload);
    const bool again = std::exchange(session.asked_for_login, true);
    if (session.login == nullptr || again || (types & GIT_CREDENTIAL_USERPASS_PLAINTEXT) == 0) {
        git().git_error_set_str(GIT_ERROR_HTTP, session.login == nullptr ? "the server asks for a login"
                                                                         : "the server refuses the login");
        return GIT_EAUTH;
    }
    return git().git_credential_userpass_plaintext_new(out, session.login->user.c_str(),
                                                       session.login->password.c_str());
}

int tell_progress(const git_indexer_progress* stats, void* payload) {
    const auto& session = *static_cast<Session*>(payload);
    if (session.access.progress) session.access.progress(stats->received_bytes, std::nullopt);
    return is_interrupted() ? GIT_EUSER : 0;
}

// The last lines that `ssh` wrote, as one.
std::string tail_of(const std::string& errors) {
    auto lines = split(trim(errors), '\n');
    if (lines.size() > 3) lines.erase(lines.begin(), lines.end() - 3);
    for (auto& line : lines) line = harmless(trim(line));
    return join(lines, "; ");
}

Error with_advice(Error error, const Session& session) {
    if (session.asked_for_login && session.login == nullptr)
        return std::move(error).with_help(
            "log in with a credential helper of your git configuration (git help credentials), or use the "
            "ssh "
            "URL of the repository; contract itself asks for nothing and keeps nothing");
    if (session.asked_for_login)
        return std::move(error).with_help(
            "the login comes from `git credential fill` and is wrong or may not read this repository; "
            "correct it in your credential helper");
    if (session.location.transport == Transport::ssh)
        return std::move(error).with_help(join(ssh_command(session), " ") + "  is what was run");
    return std::move(error).with_help("`git ls-remote " + harmless(session.location.url) +
                                      "` shows whether git itself can reach it");
}

}  // namespace

git_remote_connect_options connect_options(Session& session) {
    git_remote_connect_options options;
    git().git_remote_connect_options_init(&options, GIT_REMOTE_CONNECT_OPTIONS_VERSION);
    auto& callbacks = options.callbacks;
    callbacks.payload = &session;
    callbacks.transfer_progress = tell_progress;
    if (session.location.transport == Transport::ssh)
        callbacks.transport = make_ssh_transport;
    else
        callbacks.credentials = give_login;
    options.proxy_opts.type = GIT_PROXY_AUTO;
    // A login goes where it was looked up for, and nowhere else.
    options.follow_redirects =
        session.login == nullptr ? GIT_REMOTE_REDIRECT_INITIAL : GIT_REMOTE_REDIRECT_NONE;
    if (session.take_over) {
        static char version_2[] = "Git-Protocol: version=2";
        static char* headers[] = {version_2};
        callbacks.transport = make_taken_over_transport;
        options.custom_headers = git_strarray{headers, 1};
    }
    return options;
}

Result<OwnedRemote> make_remote(git_repository* repository, Session& session) {
    git_remote_create_options options;
    git().git_remote_create_options_init(&options, GIT_REMOTE_CREATE_OPTIONS_VERSION);
    options.repository = repository;
    options.flags = GIT_REMOTE_CREATE_SKIP_INSTEADOF | GIT_REMOTE_CREATE_SKIP_DEFAULT_FETCHSPEC;
    git_remote* raw = nullptr;
    if (git().git_remote_create_with_opts(&raw, session.location.url.c_str(), &options) != 0)
        return fetch_failed(session, nullptr);
    return OwnedRemote(raw);
}

Error fetch_failed(const Session& session, OwnedRemote remote) {
    const std::string reason = last_message();
    const bool interrupted = is_interrupted();
    remote.reset();
    const auto& location = session.location;
    if (interrupted)
        return Error{"interrupted",
                     "fetching from '" + harmless(location.name) + "' was interrupted",
                     Blame::environment,
                     {},
                     {},
                     {"run the command again: what is already here is used"}};
    const std::string said = tail_of(session.errors);
    Error error{session.asked_for_login ? "not-authorised" : "fetch-failed",
                "cannot fetch from '" + harmless(location.name) + "': " + (said.empty() ? reason : said),
                Blame::environment,
                {},
                {"url: " + harmless(location.url)},
                {}};
    return with_advice(std::move(error), session);
}

Result<OwnedRepository> open_or_create(const std::string& path) {
    TRY(library());
    git_repository* raw = nullptr;
    const bool begun = os::exists(path::join(path, "HEAD"));
    TRY(os::make_directories(path, 0700));
    // Creating again is harmless, and completes what a kill left unfinished.
    if (git().git_repository_init(&raw, path.c_str(), 1) != 0)
        return Error{begun ? "damaged-repository" : "system",
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

}  // namespace contract::git
