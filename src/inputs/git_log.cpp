// SPDX-License-Identifier: Apache-2.0
#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/git/remote.hpp"
#include "git_copy.hpp"
#include "kinds.hpp"

namespace contract::inputs {

namespace {

constexpr std::size_t most_subjects = 20;

}  // namespace

std::vector<std::string> commits_between(const core::GitSource& source, const core::Pin& before,
                                         const core::Pin& after, const Context& context) {
    if (before.rev.empty() || before.rev == after.rev) return {};
    const auto location = location_of(source.url.value, context.contract_directory, context);
    if (!location) return {};
    const bool local = location->transport == git::Transport::local;
    const auto repository = git::Repository::open(local ? location->path : copy_path(*location, context));
    if (!repository || !repository->has_commit(before.rev)) return {};
    const auto log = repository->log(before.rev, after.rev, most_subjects);
    if (!log) return {};
    std::vector<std::string> lines;
    for (const auto& subject : log->subjects) lines.push_back(subject);
    if (log->count > lines.size()) lines.push_back("and " + count(log->count - lines.size(), "more commit"));
    // A branch that was moved back, or rewritten, leaves commits behind that somebody may have relied on.
    const auto lost = repository->log(after.rev, before.rev, 0);
    if (lost && lost->count > 0)
        lines.push_back(count(lost->count, "commit") + " of the old pin " +
                        (lost->count == 1 ? "is" : "are") + " no longer in it");
    return lines;
}

}  // namespace contract::inputs
