// SPDX-License-Identifier: Apache-2.0
//
// The index of a store: which action made what, which tree lies at which path, which trees are complete, last
// logs, remembered facts. A lost row costs time, never content; who needs what is among the facts, so that an
// index made anew for a store that has something in it says so, and the collector takes nothing of that. One
// connection behind one mutex, so every thread may call everything.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "contract/store/store.hpp"
#include "sqlite.hpp"

namespace contract::store {

// The kind of the one fact, in seconds since 1970, of an index that was made for a store which had something
// in it already.
inline constexpr std::string_view made_anew_kind = "index-made-anew";

class Index {
public:
    // Creates the schema in an empty file. Errors: store-damaged, store-newer, system.
    static Result<std::unique_ptr<Index>> open(const std::string& home);

    // A row whose path still has the row's tree, as far as the index knows.
    Result<std::optional<ResultRow>> result(const Digest& action);
    Result<std::optional<Digest>> tree_at(const core::StorePath& path);
    Result<std::vector<std::pair<core::StorePath, Digest>>> paths();  // with their trees, by name
    Result<std::vector<ResultRow>> results();                         // by output, then action
    // Of all results whose output it is, each once.
    Result<std::vector<core::StorePath>> references_of(const core::StorePath& path);
    // Makes the two around this one fast for many paths.
    Result<> speed_up_by_path();
    Result<> forget_path(const core::StorePath& path);
    // With the results that they are the output of, and the records of these, all or nothing.
    Result<> forget_paths(const std::vector<core::StorePath>& paths);
    // The path, its tree as complete and safe on disk, and the result with its record when there is one: all
    // or nothing. An empty record leaves one that is there.
    Result<> commit(const core::StorePath& path, const Digest& tree, const ResultRow* row,
                    std::string_view record);

    // safe: on disk before its row was written. written: seen whole by the boot `boot`, maybe only in memory.
    enum class Completeness { unknown, safe, written_now, written_before };
    Result<Completeness> completeness(const Digest& tree, std::string_view boot);
    Result<> mark_written(const Digest& tree, std::string_view boot);
    Result<> forget_tree(const Digest& tree);
    Result<> forget_trees_except(const std::function<bool(const Digest&)>& keep);
    // Of results and of last logs, in hex.
    Result<std::set<std::string>> actions();

    Result<> put_log(std::string_view repository, std::string_view target, const Digest& action);
    Result<std::optional<Digest>> log(std::string_view repository, std::string_view target);
    Result<std::optional<std::string>> fact(std::string_view kind, std::string_view key);
    Result<std::vector<std::pair<std::string, std::string>>> facts(std::string_view kind);  // by key
    Result<> put_fact(std::string_view kind, std::string_view key, std::string_view value);
    Result<> forget_fact(std::string_view kind, std::string_view key);

private:
    explicit Index(Sqlite database) : database_(std::move(database)) {}

    Sqlite database_;
    std::mutex mutex_;
};

}  // namespace contract::store
