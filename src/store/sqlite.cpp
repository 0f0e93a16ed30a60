// SPDX-License-Identifier: Apache-2.0
#include "sqlite.hpp"

#include <sqlite3.h>
#include <sys/statvfs.h>

#include <cerrno>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"

namespace contract::store {

namespace {

constexpr int busy_timeout_ms = 30'000;

// A statement between two runs holds no lock and no binding to text that is gone.
struct Reset {
    void operator()(sqlite3_stmt* statement) const {
        sqlite3_reset(statement);
        sqlite3_clear_bindings(statement);
    }
};
using Running = std::unique_ptr<sqlite3_stmt, Reset>;

Sqlite::Row read_row(sqlite3_stmt* statement) {
    Sqlite::Row row;
    for (int column = 0; column < sqlite3_column_count(statement); ++column) {
        const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
        row.emplace_back(bytes == nullptr ? std::string() : std::string(bytes, size));
    }
    return row;
}

// SQLite says of such a file that it cannot be opened, and of no other reason.
bool is_on_read_only_disk(const std::string& file) {
    struct statvfs raw {};
    return ::statvfs(path::parent(file).c_str(), &raw) == 0 && (raw.f_flag & ST_RDONLY) != 0;
}

}  // namespace

void Sqlite::Close::operator()(sqlite3* handle) const {
    sqlite3_close_v2(handle);
}

void Sqlite::Finalize::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

Result<sqlite3_stmt*> Sqlite::prepared(std::string_view sql) {
    if (const auto found = statements_.find(sql); found != statements_.end()) return found->second.get();
    sqlite3_stmt* raw = nullptr;
    const int status = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                          SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
    if (status != SQLITE_OK) return failure("use");
    return statements_.emplace(sql, Statement(raw)).first->second.get();
}

Result<Sqlite> Sqlite::open(const std::string& file) {
    Sqlite out;
    out.file_ = file;
    sqlite3* handle = nullptr;
    const int status = sqlite3_open_v2(
        file.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    out.handle_.reset(handle);
    if (status != SQLITE_OK) return out.failure("open");
    sqlite3_busy_timeout(handle, busy_timeout_ms);
    return out;
}

Result<std::vector<Sqlite::Row>> Sqlite::run(std::string_view sql,
                                             std::initializer_list<std::string_view> parameters) {
    TRY_ASSIGN(sqlite3_stmt* const raw, prepared(sql));
    const Running running(raw);
    int position = 0;
    for (const auto text : parameters)
        // A default string_view has a null pointer, which SQLite would take for NULL.
        if (sqlite3_bind_text64(raw, ++position, text.data() == nullptr ? "" : text.data(), text.size(),
                                SQLITE_STATIC, SQLITE_UTF8) != SQLITE_OK)
            return failure("use");
    std::vector<Row> rows;
    for (;;) {
        const int status = sqlite3_step(raw);
        if (status == SQLITE_DONE) return rows;
        if (status != SQLITE_ROW) return failure("use");
        rows.push_back(read_row(raw));
    }
}

Error Sqlite::failure(std::string_view operation) const {
    const int status = handle_ ? sqlite3_errcode(handle_.get()) : SQLITE_NOMEM;
    std::string reason = handle_ ? sqlite3_errmsg(handle_.get()) : "out of memory";
    // A full disk has several names, of which "disk I/O error" would send people to look at the disk.
    const bool is_full =
        status == SQLITE_FULL ||
        (status == SQLITE_IOERR && (sqlite3_extended_errcode(handle_.get()) == SQLITE_IOERR_SHMSIZE ||
                                    sqlite3_system_errno(handle_.get()) == ENOSPC));
    if (is_full) reason = "its file system is full";
    const bool is_refused = status == SQLITE_READONLY || status == SQLITE_CANTOPEN;
    const bool is_read_only = is_refused && is_on_read_only_disk(file_);
    if (is_read_only) reason = "its file system is mounted read-only";
    const std::string name = harmless(file_);
    if (status == SQLITE_CORRUPT || status == SQLITE_NOTADB)
        return {"store-damaged",
                "the index of the store '" + name + "' is damaged: " + harmless(reason),
                Blame::environment,
                {},
                {},
                {"remove '" + name + "', '" + name + "-wal' and '" + name +
                 "-shm'; what lies in the store stays, and what is needed of it is built again"}};
    Error error{
        "system",
        "cannot " + std::string(operation) + " the index of the store '" + name + "': " + harmless(reason),
        Blame::environment,
        {},
        {},
        {}};
    if (is_full)
        error.help.push_back(
            "free some space on that file system and run again; `contract gc` needs some too");
    if (status == SQLITE_BUSY)
        error.help.push_back(
            "another process has been writing to it for 30 seconds; run again once it ended");
    if (is_read_only)
        error.help.push_back(
            "every command writes to the store, also one that only reads from it: mount that file system for "
            "writing, or set CONTRACT_HOME to a directory on another one");
    else if (is_refused)
        error.help.push_back("look at the owner and mode of that path and of the directories above it");
    return error;
}

}  // namespace contract::store
