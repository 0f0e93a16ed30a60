// SPDX-License-Identifier: Apache-2.0
#include "index.hpp"

#include <charconv>
#include <ctime>

#include "contract/base/text.hpp"
#include "contract/os/file.hpp"

namespace contract::store {

namespace {

// user_version. Goes up with every change that an older program could not read.
constexpr int schema_version = 1;

constexpr std::string_view tables[] = {
    "CREATE TABLE results(action TEXT PRIMARY KEY, base TEXT NOT NULL, tree TEXT NOT NULL, "
    "references_to TEXT NOT NULL, level TEXT NOT NULL, duration_ms INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE paths(base TEXT PRIMARY KEY, tree TEXT NOT NULL) WITHOUT ROWID",
    // boot is empty for a tree that was safe on disk before the row was written.
    "CREATE TABLE trees(tree TEXT PRIMARY KEY, boot TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE logs(repository TEXT, target TEXT, action TEXT NOT NULL, "
    "PRIMARY KEY(repository, target)) WITHOUT ROWID",
    // Values may have megabytes. In a table without rowids they would lie in the tree that is searched, and
    // be read whole for each comparison.
    "CREATE TABLE facts(kind TEXT, key TEXT, value BLOB NOT NULL, PRIMARY KEY(kind, key))",
};

std::int64_t number(std::string_view text) {
    std::int64_t out = 0;
    std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
}

Result<std::int64_t> version_of(Sqlite& database) {
    TRY_ASSIGN(const auto rows, database.run("PRAGMA user_version"));
    return rows.empty() ? 0 : number(rows.front().front());
}

Result<> create_schema(Sqlite& database, bool is_new_store) {
    // The mode stays with the file. Changing it needs the file alone, so it is done once, under a lock.
    TRY(database.run("PRAGMA journal_mode=WAL"));
    return database.transaction([&]() -> Result<> {
        for (const auto table : tables) TRY(database.run(table));
        TRY(database.run("PRAGMA user_version=" + std::to_string(schema_version)));
        // Who needs what lies in the store was known to an index that is gone.
        if (!is_new_store)
            TRY(database.run("INSERT INTO facts VALUES(?1, '', ?2)",
                             {std::string(made_anew_kind), std::to_string(std::time(nullptr))}));
        return {};
    });
}

std::optional<std::vector<core::StorePath>> paths_from(std::string_view lines) {
    std::vector<core::StorePath> paths;
    if (lines.empty()) return paths;
    for (const auto& base : split(lines, '\n')) {
        const auto path = core::StorePath::parse(base);
        if (!path) return std::nullopt;
        paths.push_back(*path);
    }
    return paths;
}

// Rows that cannot be read were written by nobody of ours: they count as absent.
std::optional<ResultRow> row_from(const Digest& action, const Sqlite::Row& columns) {
    const auto output = core::StorePath::parse(columns[0]);
    const auto tree = Digest::parse(columns[1]);
    if (!output || !tree) return std::nullopt;
    ResultRow row;
    row.action = action;
    row.output = *output;
    row.tree = *tree;
    auto references = paths_from(columns[2]);
    if (!references) return std::nullopt;
    row.references = std::move(*references);
    for (const auto level :
         {core::SandboxLevel::sealed, core::SandboxLevel::reduced, core::SandboxLevel::off})
        if (core::word(level) == columns[3]) {
            row.level = level;
            row.duration_ms = number(columns[4]);
            return row;
        }
    return std::nullopt;
}

}  // namespace

Result<std::unique_ptr<Index>> Index::open(const std::string& home) {
    const std::string file = home + "/index.sqlite";
    TRY_ASSIGN(Sqlite database, Sqlite::open(file));
    TRY(database.run("PRAGMA synchronous=NORMAL"));
    TRY_ASSIGN(auto version, version_of(database));
    if (version == 0) {
        TRY_ASSIGN(const auto lock,
                   os::FileLock::take(home + "/tmp/locks/index", os::FileLock::Wait::forever));
        TRY_ASSIGN(version, version_of(database));
        if (version == 0) {
            TRY_ASSIGN(const auto there, os::list_directory(home + "/store"));
            TRY(create_schema(database, there.empty()));
        }
    }
    if (version > schema_version)
        return Error{"store-newer",
                     "the store '" + harmless(home) + "' was last used by a newer contract",
                     Blame::environment,
                     {},
                     {"index: format " + std::to_string(version) + ", this program reads " +
                      std::to_string(schema_version)},
                     {"use the newer program, or set CONTRACT_HOME to another directory"}};
    return std::unique_ptr<Index>(new Index(std::move(database)));
}

Result<std::optional<ResultRow>> Index::result(const Digest& action) {
    const std::scoped_lock guard(mutex_);
    TRY_ASSIGN(const auto rows,
               database_.run("SELECT r.base, r.tree, r.references_to, r.level, r.duration_ms FROM results r "
                             "JOIN paths p ON p.base = r.base AND p.tree = r.tree WHERE r.action = ?1",
                             {action.hex()}));
    if (rows.empty()) return std::optional<ResultRow>();
    return row_from(action, rows.front());
}

Result<std::optional<Digest>> Index::tree_at(const core::StorePath& path) {
    const std::scoped_lock guard(mutex_);
    TRY_ASSIGN(const auto rows, database_.run("SELECT tree FROM paths WHERE base = ?1", {path.base()}));
    if (rows.empty()) return std::optional<Digest>();
    const auto tree = Digest::parse(rows.front().front());
    return tree ? std::optional(*tree) : std::nullopt;
}

Result<std::vector<std::pair<core::StorePath, Digest>>> Index::paths() {
    const std::scoped_lock guard(mutex_);
    TRY_ASSIGN(const auto rows, database_.run("SELECT base, tree FROM paths ORDER BY base"));
    std::vector<std::pair<core::StorePath, Digest>> paths;
    for (const auto& row : rows) {
        const auto path = core::StorePath::parse(row[0]);
        const auto tree = Digest::parse(row[1]);
        if (path && tree) paths.emplace_back(*path, *tree);
    }
    return paths;
}

Result<> Index::speed_up_by_path() {
    const std::scoped_lock guard(mutex_);
    TRY(database_.run("CREATE INDEX IF NOT EXISTS results_by_path ON results(base)"));
    return {};
}

Result<std::vector<ResultRow>> Index::results() {
    const std::scoped_lock guard(mutex_);
    TRY_ASSIGN(const auto rows, database_.run("SELECT base, tree, references_to, level, duration_ms, action "
                                              "FROM results ORDER BY base, action"));
    std::vector<ResultRow> results;
    for (const auto& columns : rows)
        if (const auto action = Digest::parse(columns[5]))
            if (auto row = row_from(*action, columns)) results.push_back(std::move(*row));
    return results;
}

Result<std::vector<core::StorePath>> Index::references_of(const core::StorePath& path) {
    const std::scoped_lock guard(mutex_);
    TRY_ASSIGN(const auto rows,
               database_.run("SELECT references_to FROM results WHERE base = ?1", {path.base()}));
    std::set<core::StorePath> references;
    for (const auto& row : rows)
        if (auto found = paths_from(row.front())) references.insert(found->begin(), found->end());
    return std::vector<core::StorePath>(references.begin(), references.end());
}

Result<> Index::forget_paths(const std::vector<core::StorePath>& paths) {
    const std::scoped_lock guard(mutex_);
    return database_.transaction([&]() -> Result<> {
        for (const auto& path : paths) {
            TRY(
                database_.run("DELETE FROM facts WHERE kind = ?1 AND key IN "
                              "(SELECT action FROM results WHERE base = ?2)",
                              {made_kind, path.base()}));
            TRY(database_.run("DELETE FROM results WHERE base = ?1", {path.base()}));
            TRY(database_.run("DELETE FROM paths WHERE base = ?1", {path.base()}));
        }
        return {};
    });
}

Result<> Index::forget_path(const core::StorePath& path) {
    const std::scoped_lock guard(mutex_);
    TRY(database_.run("DELETE FROM paths WHERE base = ?1", {path.base()}));
    return {};
}

Result<> Index::commit(const core::StorePath& path, const Digest& tree, const ResultRow* row,
                       std::string_view record) {
    std::vector<std::string> references;
    if (row != nullptr)
        for (const auto& reference : row->references) references.push_back(reference.base());
    const std::scoped_lock guard(mutex_);
    return database_.transaction([&]() -> Result<> {
        TRY(database_.run("INSERT OR REPLACE INTO paths VALUES(?1, ?2)", {path.base(), tree.hex()}));
        TRY(database_.run("INSERT OR REPLACE INTO trees VALUES(?1, '')", {tree.hex()}));
        if (row != nullptr)
            TRY(database_.run("INSERT OR REPLACE INTO results VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
                              {row->action.hex(), path.base(), tree.hex(), join(references, "\n"),
                               core::word(row->level), std::to_string(row->duration_ms)}));
        if (row != nullptr && !record.empty())
            TRY(database_.run("INSERT OR REPLACE INTO facts VALUES(?1, ?2, ?3)",
                              {made_kind, row->action.hex(), record}));
        return {};
    });
}

Result<Index::Completeness> Index::completeness(const Digest& tree, std::string_view boot) {
    const std::scoped_lock guard(mutex_);
    TRY_ASSIGN(const auto rows, database_.run("SELECT boot FROM trees WHERE tree = ?1", {tree.hex()}));
    if (rows.empty()) return Completeness::unknown;
    if (rows.front().front().empty()) return Completeness::safe;
    return rows.front().front() == boot ? Completeness::written_now : Completeness::written_before;
}

Result<> Index::mark_written(const Digest& tree, std::string_view boot) {
    // Without a boot there is no telling later whether the machine stopped in between.
    if (boot.empty()) return {};
    const std::scoped_lock guard(mutex_);
    TRY(
        database_.run("INSERT INTO trees VALUES(?1, ?2) ON CONFLICT(tree) DO UPDATE SET boot = ?2 "
                      "WHERE boot <> ''",
                      {tree.hex(), boot}));
    return {};
}

Result<> Index::forget_tree(const Digest& tree) {
    const std::scoped_lock guard(mutex_);
    TRY(database_.run("DELETE FROM trees WHERE tree = ?1", {tree.hex()}));
    return {};
}

Result<> Index::forget_trees_except(const std::function<bool(const Digest&)>& keep) {
    const std::scoped_lock guard(mutex_);
    return database_.transaction([&]() -> Result<> {
        TRY_ASSIGN(const auto rows, database_.run("SELECT tree FROM trees"));
        for (const auto& row : rows) {
            const auto tree = Digest::parse(row.front());
            if (!tree || !keep(*tree)) TRY(database_.run("DELETE FROM trees WHERE tree = ?1", {row.front()}));
        }
        return {};
    });
}

Result<std::set<std::string>> Index::actions() {
    const std::scoped_lock guard(mutex_);
    TRY_ASSIGN(const auto rows, database_.run("SELECT action FROM results UNION SELECT action FROM logs"));
    std::set<std::string> actions;
    for (const auto& row : rows) actions.insert(row.front());
    return actions;
}

Result<> Index::put_log(std::string_view repository, std::string_view target, const Digest& action) {
    const std::scoped_lock guard(mutex_);
    TRY(database_.run("INSERT OR REPLACE INTO logs VALUES(?1, ?2, ?3)", {repository, target, action.hex()}));
    return {};
}

Result<std::optional<Digest>> Index::log(std::string_view repository, std::string_view target) {
    const std::scoped_lock guard(mutex_);
    TRY_ASSIGN(const auto rows, database_.run("SELECT action FROM logs WHERE repository = ?1 AND target = ?2",
                                              {repository, target}));
    if (rows.empty()) return std::optional<Digest>();
    const auto action = Digest::parse(rows.front().front());
    return action ? std::optional(*action) : std::nullopt;
}

Result<std::optional<std::string>> Index::fact(std::string_view kind, std::string_view key) {
    const std::scoped_lock guard(mutex_);
    TRY_ASSIGN(const auto rows,
               database_.run("SELECT value FROM facts WHERE kind = ?1 AND key = ?2", {kind, key}));
    if (rows.empty()) return std::optional<std::string>();
    return std::optional(rows.front().front());
}

Result<std::vector<std::pair<std::string, std::string>>> Index::facts(std::string_view kind) {
    const std::scoped_lock guard(mutex_);
    TRY_ASSIGN(const auto rows,
               database_.run("SELECT key, value FROM facts WHERE kind = ?1 ORDER BY key", {kind}));
    std::vector<std::pair<std::string, std::string>> facts;
    for (const auto& row : rows) facts.emplace_back(row[0], row[1]);
    return facts;
}

Result<> Index::forget_fact(std::string_view kind, std::string_view key) {
    const std::scoped_lock guard(mutex_);
    TRY(database_.run("DELETE FROM facts WHERE kind = ?1 AND key = ?2", {kind, key}));
    return {};
}

Result<> Index::put_fact(std::string_view kind, std::string_view key, std::string_view value) {
    const std::scoped_lock guard(mutex_);
    TRY(database_.run("INSERT OR REPLACE INTO facts VALUES(?1, ?2, ?3)", {kind, key, value}));
    return {};
}

}  // namespace contract::store
