// SPDX-License-Identifier: Apache-2.0
//
// The store of one user on one machine: blobs and trees by SHA-256, outputs at recipe-addressed paths, an
// SQLite index of results. An entry is visible only when it is complete: everything is written below tmp/ and
// renamed, and its row is committed last. Several processes at once are normal. kill -9 at any point loses
// nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "contract/base/digest.hpp"
#include "contract/core/directory.hpp"
#include "contract/core/recipe.hpp"
#include "contract/core/store_path.hpp"
#include "contract/os/lock.hpp"
#include "contract/store/blob_writer.hpp"
#include "contract/store/garbage.hpp"
#include "contract/store/verify.hpp"

namespace contract::store {

// The one row kept for a successful action.
struct ResultRow {
    Digest action;  // the key: recipe digest, machine fingerprint, level
    core::StorePath output;
    Digest tree;
    std::vector<core::StorePath> references;
    core::SandboxLevel level = core::SandboxLevel::sealed;
    std::int64_t duration_ms = 0;
};

// The kind of fact that commit_result writes.
inline constexpr std::string_view made_kind = "made";

enum class Placement {
    read_only,           // hard links where possible; only ever mounted read-only
    writable,            // copies, modes 0644 and 0755, for a build to work in
    writable_backwards,  // the same, made in the opposite order: some file systems list files so
};

class Store {
public:
    // Creates what is missing. May be used from several threads afterwards. Errors: network-file-system,
    // store-damaged (an index that cannot be read), store-newer, system.
    static Result<Store> open(const std::string& home);
    Store(Store&&) noexcept;
    Store& operator=(Store&&) noexcept;
    ~Store();

    const std::string& home() const;
    std::string temporary() const;                             // home/tmp, mode 0700
    std::string real_path(const core::StorePath& path) const;  // home/store/<base>

    // ── blobs and trees ──
    Result<Digest> add_blob(std::string_view bytes);
    Result<Digest> add_blob_file(const std::string& path);  // streams; does not follow a last symlink
    // For content that comes piece by piece. `executable` only tells which form is likely to be used.
    Result<BlobWriter> write_blob(bool executable = false);
    bool has_blob(const Digest& digest) const;
    // Verified against its digest. Errors: store-damaged (also for a blob that is missing), system.
    Result<std::string> blob(const Digest& digest) const;
    // The path of a file with the blob's content, which must not be changed. Hashed first. Errors: as blob().
    Result<std::string> blob_file(const Digest& digest) const;
    Result<Digest> add_directory(const core::Directory& directory);
    Result<core::Directory> directory(const Digest& digest) const;
    // True when the Directory and all below it are here.
    bool has_tree(const Digest& tree) const;
    // Canonicalises what lies at `path` (a file, directory or symlink tree made by a build) into the store.
    // What lies below temporary() is taken apart on the way: files are moved, modes changed; no process may
    // still write to it. Anything else is only read.
    // Errors: output-not-allowed (device, socket, FIFO, set-id, name that is not UTF-8), system.
    Result<Digest> import_tree(const std::string& path);
    // Writes the tree at `path`, which must not exist; on failure nothing is left there. A tree with a single
    // entry "" is that file itself. `owner`, for writable trees: the uid and gid everything is given to, when
    // root builds as somebody else. Errors: store-damaged (something of the tree is missing), system.
    Result<> place(const Digest& tree, const std::string& path, Placement placement,
                   std::optional<std::uint32_t> owner = std::nullopt) const;

    // ── outputs ──
    // The row of an action, when its output is still here, whole.
    Result<std::optional<ResultRow>> find_result(const Digest& action) const;
    // Whether there is anything at the path. What was found stays for the life of this Store, as do the
    // results and trees it has found: no collection of another process takes it away.
    bool has_path(const core::StorePath& path) const;
    // For a process that becomes another program: the store paths that were found so far stay until that
    // program, and all that it has started, end.
    void hand_on() const;
    // Makes the tree visible at its store path and commits the row. An equal output that is there already is
    // kept; another one (the machine changed) is exchanged for it. `record` tells how it was made; it comes
    // and goes with the row, and is recalled as kind `made`, key the action in hex.
    Result<> commit_result(const ResultRow& row, std::string_view record = {});
    // A tree at a store path without an action: inputs.
    Result<> ensure_path(const core::StorePath& path, const Digest& tree);
    // Everything the index knows, sorted: every store path with its tree, and every result, by output. Rows
    // only: what lies there is not looked at, and nothing of it is kept from a collection.
    Result<std::vector<std::pair<core::StorePath, Digest>>> paths() const;
    Result<std::vector<ResultRow>> results() const;
    // Held while an action is built, so that one machine builds it once.
    Result<os::FileLock> lock_action(const Digest& action) const;

    // ── logs ──
    std::string log_file(const Digest& action) const;  // home/log/<hex>; kept for failures too
    Result<> remember_log(std::string_view repository, std::string_view target, const Digest& action);
    Result<std::optional<Digest>> last_log(std::string_view repository, std::string_view target) const;

    // ── remembered facts: a cache of pure functions, by kind and key; losing one only costs time ──
    Result<std::optional<std::string>> recall(std::string_view kind, std::string_view key) const;
    Result<std::vector<std::pair<std::string, std::string>>> recall_all(
        std::string_view kind) const;  // by key
    Result<> remember(std::string_view kind, std::string_view key, std::string_view value);
    Result<> forget(std::string_view kind, std::string_view key);

    // ── removing; see garbage.hpp. Error: locked, when another collection goes on. ──
    Result<Garbage> collect_garbage(const GarbageRequest& request);
    // Hashes everything again. Errors are failures of the machine: system.
    Result<Verified> verify(const VerifyRequest& request);

private:
    struct State;
    explicit Store(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace contract::store
