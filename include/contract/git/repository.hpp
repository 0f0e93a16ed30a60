// SPDX-License-Identifier: Apache-2.0
//
// Git repositories, read through libgit2, which is opened with dlopen when the first of these functions is
// called (error system, naming the package, where it is missing). Nothing here writes to a user's repository.
// An object that cannot be read, or is not what its id says, is error damaged-repository.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/base/result.hpp"

namespace contract::git {

// One tracked file as the index has it.
struct IndexEntry {
    std::string path;        // relative to the work tree
    std::uint32_t mode = 0;  // 0100644, 0100755, 0120000 (symlink), 0160000 (submodule)
    std::string blob;        // 40 hex digits
    // The stat data at the time of `git add`; size 0 with other times unset means "look again".
    std::uint64_t size = 0;
    std::int64_t mtime_ns = 0;
    std::int64_t ctime_ns = 0;
    std::uint64_t inode = 0;
    bool conflicted = false;
};

enum class NodeKind { file, executable, symlink, directory, submodule };
struct TreeEntry {
    std::string path;  // relative to the walked directory; parents come before their children
    NodeKind kind = NodeKind::file;
    std::string id;  // 40 hex digits
};

struct Commit {
    std::string id;         // 40 hex digits
    std::string date;       // of the committer, RFC 3339 in UTC: 2024-01-22T18:55:38Z
    std::int64_t time = 0;  // the same in seconds since 1970
};

// What a branch, tag or other ref leads to.
struct RemoteRef {
    std::string name;  // "refs/tags/v1", "HEAD"
    std::string id;    // annotated tags peeled
};

class Repository {
public:
    // `path`: a work tree, a .git directory or a bare repository; nothing is searched upwards.
    // Errors: not-a-repository; unsafe-owner, with the remedy, when another user owns it.
    static Result<Repository> open(const std::string& path);
    Repository(Repository&&) noexcept;
    Repository& operator=(Repository&&) noexcept;
    ~Repository();

    std::string work_tree() const;  // absolute, without a last slash; empty for a bare one
    std::string folder() const;     // absolute: where its objects and refs are
    std::string index_file() const;
    Result<std::vector<IndexEntry>> index() const;  // sorted by path
    // The blob as `git add` would store the working file: eol and ident conversion; of a symlink, its target.
    // Errors: external-filter names the file and the filter (LFS, also a working-tree-encoding);
    // missing-file; those of os::read_file. Requires a work tree.
    Result<std::string> filtered(const std::string& path) const;

    Result<std::optional<Commit>> head() const;  // none before the first commit
    // Accepts a commit id, HEAD, a full ref, a branch, tag (peeled) or remote-tracking branch, looked for in
    // this order. Error: ref-missing.
    Result<Commit> resolve(const std::string& name) const;
    // HEAD (unless it has no commit) and everything below refs/, sorted by name.
    Result<std::vector<RemoteRef>> refs() const;
    // Everything below `subdir` ("": all) of a commit, sorted by the bytes of the path. Errors:
    // subdir-missing, unsupported-entry (a name, path or number of entries that no file system takes).
    Result<std::vector<TreeEntry>> walk(const std::string& commit, const std::string& subdir) const;
    // What can be reached from commit `to` and not from `from`, newest first: at most `most` subjects, and
    // the number of all. Subjects are as the commits have them.
    struct Log {
        std::vector<std::string> subjects;
        std::size_t count = 0;
    };
    Result<Log> log(const std::string& from, const std::string& to, std::size_t most) const;
    // The entries of a commit's top directory alone.
    Result<std::vector<TreeEntry>> top(const std::string& commit) const;
    Result<std::string> blob(const std::string& id) const;
    bool has_commit(const std::string& id) const;
    // The newest commit whose date is not after `time`, or that is `known` (may be empty), among `start`, its
    // first parent, that one's first parent and so on; none when there is none, or when history is not here.
    Result<std::optional<Commit>> newest_before(const std::string& start, std::int64_t time,
                                                const std::string& known) const;

private:
    struct State;
    explicit Repository(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// The work tree that contains `path`, found upwards by the name .git alone; none outside git. Without
// libgit2.
std::optional<std::string> find_work_tree(const std::string& path);

}  // namespace contract::git
