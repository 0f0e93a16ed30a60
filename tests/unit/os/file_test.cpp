// SPDX-License-Identifier: Apache-2.0
#include "contract/os/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "temporary.hpp"

namespace os = contract::os;
using contract::test::TempDir;

TEST_CASE("file: what is written can be read, and a missing file is an error with the path") {
    const TempDir dir;
    REQUIRE(os::write_file(dir / "a", "one"));
    CHECK(os::read_file(dir / "a").value() == "one");
    const auto missing = os::read_file(dir / "b");
    REQUIRE_FALSE(missing);
    CHECK(missing.error().code == "system");
    CHECK(missing.error().message == "cannot open '" + (dir / "b") + "': No such file or directory");
}

TEST_CASE("file: a FIFO, a directory and a file over the limit are refused without waiting") {
    const TempDir dir;
    REQUIRE(::mkfifo((dir / "fifo").c_str(), 0600) == 0);
    CHECK(os::read_file(dir / "fifo").error().code == "not-a-file");
    CHECK(os::read_file(dir.path()).error().code == "not-a-file");
    dir.write("large", std::string(100, 'x'));
    CHECK(os::read_file(dir / "large", 99).error().code == "file-too-large");
    CHECK(os::read_file(dir / "large", 100));
}

TEST_CASE("file: replacing keeps the old content when the new cannot be written, and leaves nothing aside") {
    const TempDir dir;
    dir.write("a", "old");
    REQUIRE(os::replace_file(dir / "a", "new", 0600));
    CHECK(os::read_file(dir / "a").value() == "new");
    CHECK(os::status(dir / "a").value()->mode == 0600);
    REQUIRE(os::make_directories(dir / "d/inner"));
    CHECK_FALSE(os::replace_file(dir / "d", "file over a directory"));
    CHECK(os::list_directory(dir.path()).value() == std::vector<std::string>{"a", "d"});
}

TEST_CASE("file: status tells nothing there from what cannot be seen") {
    const TempDir dir;
    CHECK_FALSE(os::status(dir / "none").value().has_value());
    dir.write("file", "");
    CHECK_FALSE(os::status(dir / "file/below").value().has_value());
    REQUIRE(os::make_symlink("none", dir / "dangling"));
    CHECK(os::status(dir / "dangling").value()->type == os::FileType::symlink);
    CHECK_FALSE(os::target_status(dir / "dangling").value().has_value());
}

TEST_CASE("file: a reader of many statuses says of each what is said of one") {
    const TempDir dir;
    dir.write("a", "1");
    dir.write("d/b", "22");
    dir.write("d/e/f", "333");
    os::make_symlink("nowhere", dir / "d/dangling").value();
    os::make_symlink("d", dir / "other").value();
    os::make_symlink("loop", dir / "loop").value();
    os::StatusReader reader(dir.path());
    for (const std::string name : {"a", "absent", "d/b", "d/dangling", "d/e", "d/e/f", "d/absent", "other/b",
                                   "d/b", "gone/b", "gone/c", "a/b", "other", "d/e/f", "a"}) {
        INFO(name);
        const auto one = os::status(dir / name).value();
        const auto got = reader.status(name).value();
        REQUIRE(got.has_value() == one.has_value());
        if (!one) continue;
        CHECK(got->type == one->type);
        CHECK(got->inode == one->inode);
        CHECK(got->size == one->size);
        CHECK(got->mtime_ns == one->mtime_ns);
    }
    for (int again = 0; again < 2; ++again)
        CHECK(reader.status("loop/b").error().message == os::status(dir / "loop/b").error().message);
}

TEST_CASE("file: removing a tree takes read-only and closed directories and never follows a symlink") {
    const TempDir dir;
    dir.write("kept/file", "kept");
    dir.write("tree/a/b", "");
    REQUIRE(os::make_symlink(dir / "kept", dir / "tree/a/link"));
    REQUIRE(::chmod((dir / "tree/a").c_str(), 0) == 0);
    REQUIRE(os::remove_tree(dir / "tree"));
    CHECK_FALSE(os::exists(dir / "tree"));
    CHECK(os::read_file(dir / "kept/file").value() == "kept");
    CHECK(os::remove_tree(dir / "tree"));
}

TEST_CASE("file: a tree is removed however deep it is, closed directories and names in the way included") {
    const TempDir dir;
    dir.write("tree/deep-0/file", "");
    os::Fd at(::open((dir / "tree").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    for (int level = 0; level < 3000; ++level) {
        REQUIRE(::mkdirat(at.get(), "d", 0700) == 0);
        os::Fd next(::openat(at.get(), "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        REQUIRE(next);
        if (level % 1000 == 130) REQUIRE(::fchmod(at.get(), 0500) == 0);
        at = std::move(next);
    }
    REQUIRE(::symlinkat("/etc", at.get(), "link") == 0);
    os::remove_tree(dir / "tree").value();
    CHECK_FALSE(os::exists(dir / "tree"));
    CHECK(os::exists("/etc"));
}

TEST_CASE("file: a temporary directory is gone with its object") {
    const TempDir dir;
    std::string path;
    {
        const auto temporary = os::TemporaryDirectory::create(dir.path(), "x").value();
        path = temporary.path();
        CHECK(os::status(path).value()->mode == 0700);
        REQUIRE(os::write_file(path + "/inside", ""));
    }
    CHECK_FALSE(os::exists(path));
}
