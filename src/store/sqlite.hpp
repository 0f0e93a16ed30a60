// SPDX-License-Identifier: Apache-2.0
//
// The one place that speaks to SQLite: a connection that runs statements and answers with rows of bytes. Not
// thread-safe by itself. Every failure is an Error that names the file; a file that is no database, or a
// damaged one, is store-damaged and says what may be removed.
#pragma once

#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "contract/base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace contract::store {

class Sqlite {
public:
    using Row = std::vector<std::string>;  // NULL reads as ""

    // Creates the file when it is missing. Waits 30 s for a lock that another process holds.
    static Result<Sqlite> open(const std::string& file);

    // One statement. A single writing statement takes the write lock at once and commits by itself; several
    // belong into transaction().
    Result<std::vector<Row>> run(std::string_view sql,
                                 std::initializer_list<std::string_view> parameters = {});

    // BEGIN IMMEDIATE, the body, COMMIT; ROLLBACK when the body fails. Never a plain BEGIN: a transaction
    // that reads before it writes fails with SQLITE_BUSY in spite of any timeout when somebody wrote in
    // between.
    template <typename Body>
    Result<> transaction(Body&& body) {
        TRY(run("BEGIN IMMEDIATE"));
        Result<> done = body();
        if (done) {
            auto committed = run("COMMIT");
            if (committed) return {};
            done = std::move(committed).error();
        }
        (void)run("ROLLBACK");  // the first error is the one to tell
        return done;
    }

private:
    struct Close {
        void operator()(sqlite3* handle) const;
    };
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

    Result<sqlite3_stmt*> prepared(std::string_view sql);
    Error failure(std::string_view operation) const;

    std::unique_ptr<sqlite3, Close> handle_;
    std::string file_;
    // Parsing a statement costs several times its execution, and there are few texts, each used often.
    std::map<std::string, Statement, std::less<>> statements_;
};

}  // namespace contract::store
