// SPDX-License-Identifier: Apache-2.0
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "../../../src/store/home.hpp"
#include "contract/os/machine.hpp"
#include "skip.hpp"
#include "tree_builder.hpp"

using namespace contract;
using namespace contract::test;

namespace {

void run_sql(const std::string& file, const std::string& sql) {
    sqlite3* handle = nullptr;
    REQUIRE(sqlite3_open(file.c_str(), &handle) == SQLITE_OK);
    CHECK(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(handle);
}

Error open_failure(const std::string& home) {
    const auto opened = store::Store::open(home);
    REQUIRE_FALSE(opened);
    return opened.error();
}

}  // namespace

TEST_CASE("opening creates a home with the right modes whatever the umask says") {
    const TempDir directory;
    const mode_t before = ::umask(077);
    const auto store = store::Store::open(directory / "deep/home/");
    ::umask(before);
    REQUIRE(store);
    CHECK(store->home() == directory / "deep/home");
    CHECK(status_of(store->home()).mode == (os::is_root() ? 0755U : 0700U));
    CHECK(status_of(store->home() + "/store").mode == 0755);
    CHECK(status_of(store->home() + "/tmp").mode == 0700);
    CHECK(store->temporary() == store->home() + "/tmp");
}

TEST_CASE("an index that is no database is reported with the files to remove, and removing them heals") {
    const TempDir directory;
    Digest digest;
    {
        auto store = open_store(directory);
        digest = store.add_blob("kept").value();
    }
    const std::string index = directory / "home/index.sqlite";
    os::remove_tree(index + "-wal").value();
    os::remove_tree(index + "-shm").value();
    os::write_file(index, std::string(8192, 'x')).value();
    const Error error = open_failure(directory / "home");
    CHECK(error.code == "store-damaged");
    REQUIRE(error.help.size() == 1);
    CHECK(error.help.front().find("'" + index + "'") != std::string::npos);

    os::remove_tree(index).value();
    CHECK(open_store(directory).blob(digest).value() == "kept");
}

TEST_CASE("a store of a newer program is left alone") {
    const TempDir directory;
    { auto store = open_store(directory); }
    run_sql(directory / "home/index.sqlite", "PRAGMA user_version=99");
    CHECK(open_failure(directory / "home").code == "store-newer");
}

TEST_CASE("a home that cannot be made is a clear error") {
    const TempDir directory;
    directory.write("file", "");
    CHECK(open_failure(directory / "file").code == "system");
    CHECK(open_failure(directory / "file/below").code == "system");
}

TEST_CASE("network file systems are told from local ones by the number statfs gives") {
    CHECK(store::network_name(0x6969) == "NFS");
    CHECK(store::network_name(0xFFFFFFFFFF534D42) == "CIFS");  // sign-extended, as f_type may be
    CHECK(store::network_name(0xFE534D42) == "SMB2");
    CHECK(store::network_name(0xEF53).empty());      // ext4
    CHECK(store::network_name(0x01021994).empty());  // tmpfs
    CHECK(store::network_name(0x01021997).empty());  // 9p
}

TEST_CASE("a tree the last boot wrote and never synced is hashed again before it counts") {
    const TempDir directory;
    if (os::boot_id().empty()) skip("this kernel does not tell one boot from another");
    auto store = open_store(directory);
    core::Directory tree;
    tree.files.push_back({"file", store.add_blob("12345").value(), 5, false});
    const Digest digest = store.add_directory(tree).value();
    REQUIRE(store.has_tree(digest));
    const std::string hex = Digest::of("12345").hex();
    const std::string blob = store.home() + "/blobs/" + hex.substr(0, 2) + "/" + hex;
    // The right size, other bytes: only hashing can tell.
    os::remove_tree(blob).value();
    os::write_file(blob, "1234\x01", 0444).value();
    CHECK(store.has_tree(digest));
    run_sql(directory / "home/index.sqlite", "UPDATE trees SET boot='an earlier one'");
    CHECK_FALSE(store.has_tree(digest));
    CHECK_FALSE(os::exists(blob));
    store.add_blob("12345").value();
    CHECK(store.has_tree(digest));
}

TEST_CASE("an ordinary user can import, place and exchange outputs") {
    if (!os::is_root()) return;  // then every other test shows it
    const TempDir directory;
    REQUIRE(::chown(directory.path().c_str(), 65534, 65534) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const auto work = [&]() -> Result<> {
            if (::setgid(65534) != 0 || ::setuid(65534) != 0)
                return os::system_error("become", "nobody", errno);
            TRY_ASSIGN(auto store, store::Store::open(directory / "home"));
            for (const auto* text : {"first", "second"}) {
                directory.write("home/tmp/out/locked/file", text);
                if (::chmod((directory / "home/tmp/out/locked/file").c_str(), 0) != 0 ||
                    ::chmod((directory / "home/tmp/out/locked").c_str(), 0) != 0)
                    return os::system_error("lock", "out", errno);
                TRY_ASSIGN(const auto tree, store.import_tree(directory / "home/tmp/out"));
                TRY(os::remove_tree(directory / "home/tmp/out"));
                TRY(store.commit_result(row_for(text, store_path("path"), tree)));
                TRY_ASSIGN(const auto there,
                           os::read_file(store.real_path(store_path("path")) + "/locked/file"));
                if (there != text) return os::system_error("find", text, ENOENT);
            }
            return {};
        };
        const auto done = work();
        if (!done) (void)!::write(2, done.error().message.data(), done.error().message.size());
        ::_exit(done ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
}
