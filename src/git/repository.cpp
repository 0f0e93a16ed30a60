// SPDX-License-Identifier: Apache-2.0
#include "contract/git/repository.hpp"

#include <ctime>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "state.hpp"

namespace contract::git {

namespace {

std::string without_last_slash(const char* path) {
    std::string out = path == nullptr ? "" : path;
    while (out.size() > 1 && out.back() == '/') out.pop_back();
    return out;
}

std::string utc(git_time_t seconds) {
    const std::time_t time = static_cast<std::time_t>(seconds);
    std::tm parts{};
    if (::gmtime_r(&time, &parts) == nullptr) return "1970-01-01T00:00:00Z";
    char buffer[64];
    const std::size_t size = std::strftime(buffer, sizeof buffer, "%Y-%m-%dT%H:%M:%SZ", &parts);
    // RFC 3339 has four digits for the year; a commit can claim any.
    return size == 20 ? std::string(buffer, size) : "1970-01-01T00:00:00Z";
}

// libgit2 1.5 looks the list of trusted directories up and passes on that there is no list.
bool is_owner_failure(int status) {
    return status == GIT_EOWNER || last_message().find("'safe.directory'") != std::string::npos;
}

Error unsafe_owner(const std::string& path) {
    return Error{"unsafe-owner",
                 "'" + harmless(path) + "' belongs to another user, so its configuration is not trusted",
                 Blame::environment,
                 {},
                 {},
                 {"if you trust it: git config --global --add safe.directory " + harmless(path)}};
}

// Where a short name is looked for, in this order: what a remote is asked for is the same.
std::vector<std::string> full_names(const std::string& name) {
    if (name == "HEAD" || name.starts_with("refs/")) return {name};
    return {"refs/heads/" + name, "refs/tags/" + name, "refs/remotes/" + name};
}

}  // namespace

Error damaged(const std::string& place, const std::string& what) {
    return Error{"damaged-repository",
                 "cannot read " + what + " in '" + harmless(place) + "': " + last_message(),
                 Blame::environment,
                 {},
                 {},
                 {"git -C " + harmless(place) + " fsck shows what is missing or broken"}};
}

Result<Commit> commit_from(git_repository* repository, const std::string& place, const git_oid& id) {
    git_commit* raw = nullptr;
    if (git().git_commit_lookup(&raw, repository, &id) != 0)
        return damaged(place, "the commit " + text_of(id));
    const OwnedCommit commit(raw);
    const auto time = git().git_commit_committer(raw)->when.time;
    return Commit{text_of(id), utc(time), time};
}

Repository::Repository(std::unique_ptr<State> state) : state_(std::move(state)) {}
Repository::Repository(Repository&&) noexcept = default;
Repository& Repository::operator=(Repository&&) noexcept = default;
Repository::~Repository() = default;

Result<Repository> Repository::open(const std::string& path) {
    TRY(library());
    git_repository* raw = nullptr;
    const int status =
        git().git_repository_open_ext(&raw, path.c_str(), GIT_REPOSITORY_OPEN_NO_SEARCH, nullptr);
    if (status != 0 && is_owner_failure(status)) return unsafe_owner(path);
    if (status != 0)
        return Error{"not-a-repository",
                     status == GIT_ENOTFOUND
                         ? "'" + harmless(path) + "' is not a git repository"
                         : "cannot open '" + harmless(path) + "' as a git repository: " + last_message(),
                     Blame::declaration,
                     {},
                     {},
                     {"name a work tree, a .git directory or a bare repository"}};
    auto state = std::make_unique<State>();
    state->repository.reset(raw);
    state->work_tree = without_last_slash(git().git_repository_workdir(raw));
    state->place =
        state->work_tree.empty() ? without_last_slash(git().git_repository_path(raw)) : state->work_tree;
    return Repository(std::move(state));
}

std::string Repository::work_tree() const {
    return state_->work_tree;
}

std::string Repository::folder() const {
    return path::normalise(git().git_repository_path(state_->repository.get()));
}

std::string Repository::index_file() const {
    git_index* raw = nullptr;
    if (git().git_repository_index(&raw, state_->repository.get()) != 0)
        return path::join(git().git_repository_path(state_->repository.get()), "index");
    const OwnedIndex index(raw);
    const char* path = git().git_index_path(raw);
    return path == nullptr ? "" : path;
}

Result<std::optional<Commit>> Repository::head() const {
    git_reference* raw = nullptr;
    const int status = git().git_repository_head(&raw, state_->repository.get());
    if (status == GIT_EUNBORNBRANCH) return std::optional<Commit>();
    if (status != 0) return damaged(state_->place, "HEAD");
    const OwnedReference reference(raw);
    git_object* object = nullptr;
    if (git().git_reference_peel(&object, raw, GIT_OBJECT_COMMIT) != 0) return damaged(state_->place, "HEAD");
    const OwnedObject owned(object);
    TRY_ASSIGN(auto commit,
               commit_from(state_->repository.get(), state_->place, *git().git_object_id(object)));
    return std::optional<Commit>(std::move(commit));
}

Result<Commit> Repository::resolve(const std::string& name) const {
    git_oid id;
    if (parse_id(name, id) && has_commit(name))
        return commit_from(state_->repository.get(), state_->place, id);
    for (const auto& full : full_names(name)) {
        int valid = 0;
        if (git().git_reference_name_is_valid(&valid, full.c_str()) != 0 || valid == 0) continue;
        git_reference* raw = nullptr;
        if (git().git_reference_lookup(&raw, state_->repository.get(), full.c_str()) != 0) continue;
        const OwnedReference reference(raw);
        git_object* object = nullptr;
        if (git().git_reference_peel(&object, raw, GIT_OBJECT_COMMIT) != 0)
            return Error{"ref-missing",
                         "'" + harmless(name) + "' of '" + harmless(state_->place) +
                             "' does not lead to a commit: " + last_message(),
                         Blame::declaration,
                         {},
                         {},
                         {}};
        const OwnedObject owned(object);
        return commit_from(state_->repository.get(), state_->place, *git().git_object_id(object));
    }
    return Error{
        "ref-missing",
        "there is no branch, tag or commit '" + harmless(name) + "' in '" + harmless(state_->place) + "'",
        Blame::declaration,
        {},
        {},
        {}};
}

bool Repository::has_commit(const std::string& id) const {
    git_oid parsed;
    if (!parse_id(id, parsed)) return false;
    git_commit* raw = nullptr;
    if (git().git_commit_lookup(&raw, state_->repository.get(), &parsed) != 0) return false;
    const OwnedCommit commit(raw);
    return true;
}

Result<std::optional<Commit>> Repository::newest_before(const std::string& start, std::int64_t time,
                                                        const std::string& known) const {
    git_oid id;
    if (!parse_id(start, id)) throw InternalError("git::newest_before: not a commit id: " + start);
    git_commit* raw = nullptr;
    while (git().git_commit_lookup(&raw, state_->repository.get(), &id) == 0) {
        const OwnedCommit commit(raw);
        if (git().git_commit_committer(raw)->when.time <= time || text_of(id) == known) {
            TRY_ASSIGN(auto found, commit_from(state_->repository.get(), state_->place, id));
            return std::optional<Commit>(std::move(found));
        }
        if (git().git_commit_parentcount(raw) == 0) break;
        // A copy, as the id belongs to the commit that goes away.
        id = git_oid(*git().git_commit_parent_id(raw, 0));
    }
    return std::optional<Commit>();
}

Result<std::string> Repository::blob(const std::string& id) const {
    git_oid parsed;
    git_blob* raw = nullptr;
    if (!parse_id(id, parsed)) throw InternalError("git::blob: not an object id: " + id);
    if (git().git_blob_lookup(&raw, state_->repository.get(), &parsed) != 0)
        return damaged(state_->place, "the object " + id);
    const OwnedBlob blob(raw);
    const auto size = git().git_blob_rawsize(raw);
    if (size == 0) return std::string();
    return std::string(static_cast<const char*>(git().git_blob_rawcontent(raw)),
                       static_cast<std::size_t>(size));
}

std::optional<std::string> find_work_tree(const std::string& path) {
    const auto real = os::real_path(path);
    for (std::string directory = real ? *real : path::normalise(path);; directory = path::parent(directory)) {
        if (os::exists(path::join(directory, ".git"))) return directory;
        if (directory == path::parent(directory)) return std::nullopt;
    }
}

}  // namespace contract::git
