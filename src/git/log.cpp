// SPDX-License-Identifier: Apache-2.0
#include "state.hpp"

namespace contract::git {

namespace {

Result<std::string> subject_of(git_repository* repository, const std::string& place, const git_oid& id) {
    git_commit* raw = nullptr;
    if (git().git_commit_lookup(&raw, repository, &id) != 0)
        return damaged(place, "the commit " + text_of(id));
    const OwnedCommit commit(raw);
    const char* summary = git().git_commit_summary(raw);
    return std::string(summary == nullptr ? "" : summary);
}

}  // namespace

Result<Repository::Log> Repository::log(const std::string& from, const std::string& to,
                                        std::size_t most) const {
    git_oid newest;
    git_oid oldest;
    if (!parse_id(to, newest) || !parse_id(from, oldest))
        throw InternalError("git::log: not commit ids: " + from + ", " + to);
    git_revwalk* raw = nullptr;
    if (git().git_revwalk_new(&raw, state_->repository.get()) != 0) return damaged(state_->place, "history");
    const OwnedWalk walk(raw);
    git().git_revwalk_sorting(raw, GIT_SORT_TOPOLOGICAL | GIT_SORT_TIME);
    if (git().git_revwalk_push(raw, &newest) != 0 || git().git_revwalk_hide(raw, &oldest) != 0)
        return damaged(state_->place, "the history between " + from + " and " + to);
    Log log;
    git_oid id;
    while (git().git_revwalk_next(&id, raw) == 0) {
        if (log.count++ >= most) continue;
        TRY_ASSIGN(auto subject, subject_of(state_->repository.get(), state_->place, id));
        log.subjects.push_back(std::move(subject));
    }
    return log;
}

}  // namespace contract::git
