// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "contract/git/repository.hpp"
#include "git_repository.hpp"
#include "temporary.hpp"

using namespace contract;
using git::Repository;

namespace {

void set_time(const std::string& path, std::int64_t seconds) {
    const timespec times[2] = {{seconds, 0}, {seconds, 0}};
    REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) == 0);
}

}  // namespace

TEST_CASE("the index lists what is tracked, with the stat data of `git add`") {
    const test::TempDir temporary;
    test::GitRepository made(temporary / "work");
    made.write("b/run", "#!/bin/sh\n", 0755);
    made.write("a", "hello");
    made.symlink("a", "link");
    set_time(made / "a", 1'700'000'000);
    made.commit();
    made.write("untracked", "x");
    const auto repository = Repository::open(made.path()).value();
    CHECK(repository.index_file() == made / ".git/index");
    const auto entries = repository.index().value();
    REQUIRE(entries.size() == 3);
    CHECK(entries[0].path == "a");
    CHECK(entries[0].mode == 0100644);
    CHECK(entries[0].blob == made.git({"hash-object", "a"}));
    CHECK(entries[0].size == 5);
    CHECK(entries[0].mtime_ns == 1'700'000'000'000'000'000);
    CHECK(entries[0].inode == (os::status(made / "a").value()->inode & 0xffffffff));
    CHECK(entries[1].mode == 0100755);
    CHECK(entries[2].mode == 0120000);
    CHECK_FALSE(entries[0].conflicted);
}

TEST_CASE("an entry as young as the index says: look again") {
    const test::TempDir temporary;
    test::GitRepository made(temporary / "work");
    made.write("a", "hello");
    set_time(made / "a", 4'000'000'000);
    made.commit();
    const auto entries = Repository::open(made.path()).value().index().value();
    REQUIRE(entries.size() == 1);
    CHECK(entries[0].size == 0);
    CHECK(entries[0].mtime_ns == 0);
    CHECK(entries[0].inode == 0);
}

TEST_CASE("a change of the index is seen by an open repository") {
    const test::TempDir temporary;
    test::GitRepository made(temporary / "work");
    const auto repository = Repository::open(made.path()).value();
    CHECK(repository.index().value().empty());
    made.write("a", "1");
    made.git({"add", "a"});
    CHECK(repository.index().value().size() == 1);
}

TEST_CASE("a file in conflict is one entry that says so") {
    const test::TempDir temporary;
    test::GitRepository made(temporary / "work");
    made.write("a", "base");
    made.commit();
    made.branch("other");
    made.write("a", "ours");
    made.commit();
    made.git({"checkout", "-q", "other"});
    made.write("a", "theirs");
    made.commit();
    CHECK_THROWS(made.git({"merge", "main"}));
    const auto entries = Repository::open(made.path()).value().index().value();
    REQUIRE(entries.size() == 1);
    CHECK(entries[0].conflicted);
}

TEST_CASE("a broken index is an error") {
    const test::TempDir temporary;
    test::GitRepository made(temporary / "work");
    os::write_file(made / ".git/index", "DIRC and then nonsense, long enough to be a header and a hash")
        .value();
    const auto entries = Repository::open(made.path()).value().index();
    REQUIRE_FALSE(entries);
    CHECK(entries.error().code == "damaged-repository");
}

TEST_CASE("a working file is read as `git add` would store it") {
    const test::TempDir temporary;
    test::GitRepository made(temporary / "work");
    made.write(".gitattributes", "*.txt text eol=crlf\n*.c ident\n*.bin binary\n");
    made.write("a.txt", "one\r\ntwo\r\n");
    made.write("a.c", "/* $Id: 0123456789 $ */\n");
    made.write("a.bin", "one\r\ntwo\r\n");
    made.write("empty.txt", "");
    made.symlink("a.txt", "link.txt");
    const auto repository = Repository::open(made.path()).value();
    for (const auto* name : {"a.txt", "a.c", "a.bin", "empty.txt"}) {
        CAPTURE(name);
        const std::string id = made.git({"hash-object", "-w", "--path", name, made / name});
        CHECK(repository.filtered(name).value() == repository.blob(id).value());
    }
    CHECK(repository.filtered("a.txt").value() == "one\ntwo\n");
    CHECK(repository.filtered("a.c").value() == "/* $Id$ */\n");
    CHECK(repository.filtered("link.txt").value() == "a.txt");
}

TEST_CASE("a file behind an external filter is refused with both names") {
    const test::TempDir temporary;
    test::GitRepository made(temporary / "work");
    made.write(".gitattributes",
               "*.iso filter=lfs diff=lfs merge=lfs -text\n*.rc working-tree-encoding=UTF-16\n");
    made.write("image.iso", "x");
    made.write("a.rc", "x");
    const auto repository = Repository::open(made.path()).value();
    const auto image = repository.filtered("image.iso");
    REQUIRE_FALSE(image);
    CHECK(image.error().code == "external-filter");
    CHECK(image.error().message.find("'image.iso'") != std::string::npos);
    CHECK(image.error().message.find("'lfs'") != std::string::npos);
    CHECK(repository.filtered("a.rc").error().code == "external-filter");
}

TEST_CASE("a file that went away, or behind a symlink, is missing") {
    const test::TempDir temporary;
    test::GitRepository made(temporary / "work");
    temporary.write("outside/secret", "secret");
    made.symlink("../outside", "directory");
    const auto repository = Repository::open(made.path()).value();
    CHECK(repository.filtered("gone").error().code == "missing-file");
    CHECK(repository.filtered("directory/secret").error().code == "missing-file");
    made.write("real/file", "x");
    CHECK(repository.filtered("real").error().code == "not-a-file");
}
