// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstring>

#include "skip.hpp"
#include "tree_builder.hpp"

using namespace contract;
using namespace contract::test;
using store::Placement;

namespace {

Error refusal_of(store::Store& store, const std::string& path) {
    const auto imported = store.import_tree(path);
    REQUIRE_FALSE(imported);
    CHECK(imported.error().code == "output-not-allowed");
    return imported.error();
}

}  // namespace

TEST_CASE("a tree has the same digest after import, placement and import again") {
    const TempDir directory;
    auto store = open_store(directory);
    make_sample(directory, "sample");
    const Digest tree = store.import_tree(directory / "sample").value();
    CHECK(store.has_tree(tree));

    const std::string placed = store.temporary() + "/placed";
    store.place(tree, placed, Placement::read_only).value();
    CHECK(store.import_tree(placed).value() == tree);

    const std::string copied = directory / "copied";
    store.place(tree, copied, Placement::writable).value();
    CHECK(store.import_tree(copied).value() == tree);
    CHECK(os::read_link(copied + "/dangling").value() == "nowhere");
    CHECK(os::read_link(copied + "/hollow/up").value() == "../..");
}

TEST_CASE("a tree's digest does not depend on umask, times, hard links, write bits or where it lies") {
    const TempDir directory;
    auto store = open_store(directory);
    make_sample(directory, "first");
    const mode_t before = ::umask(077);
    make_sample(directory, "second");
    ::umask(before);
    os::remove_tree(directory / "second/empty").value();
    directory.write("twin", "");
    REQUIRE(::link((directory / "twin").c_str(), (directory / "second/empty").c_str()) == 0);
    const timespec times[2] = {{1'000'000'000, 5}, {1'000'000'000, 5}};
    REQUIRE(::utimensat(AT_FDCWD, (directory / "second/b-c").c_str(), times, 0) == 0);
    REQUIRE(::chmod((directory / "second/bin/run").c_str(), 0500) == 0);
    make_sample(directory, "home/tmp/third");

    const Digest tree = store.import_tree(directory / "first").value();
    CHECK(store.import_tree(directory / "second").value() == tree);
    CHECK(store.import_tree(directory / "home/tmp/third").value() == tree);
}

TEST_CASE("a tree outside the store is only read; an output below tmp becomes the blobs themselves") {
    const TempDir directory;
    auto store = open_store(directory);
    make_sample(directory, "sample");
    REQUIRE(::chmod((directory / "sample/b-c").c_str(), 0640) == 0);
    const auto before = status_of(directory / "sample/b-c");
    store.import_tree(directory / "sample").value();
    const auto after = status_of(directory / "sample/b-c");
    CHECK(after.mode == before.mode);
    CHECK(after.mtime_ns == before.mtime_ns);
    CHECK(after.inode == before.inode);
    CHECK(after.links == 1);

    directory.write("home/tmp/out/big", "moved, not copied");
    const auto output = status_of(directory / "home/tmp/out/big");
    store.import_tree(directory / "home/tmp/out").value();
    const std::string hex = Digest::of("moved, not copied").hex();
    CHECK(status_of(store.home() + "/blobs/" + hex.substr(0, 2) + "/" + hex).inode == output.inode);
}

TEST_CASE("an output file with a second name is copied, so that nobody reaches the blob through it") {
    const TempDir directory;
    auto store = open_store(directory);
    directory.write("home/tmp/out/a", "shared");
    REQUIRE(::link((directory / "home/tmp/out/a").c_str(), (directory / "elsewhere").c_str()) == 0);
    store.import_tree(directory / "home/tmp/out").value();
    os::write_file(directory / "elsewhere", "SHARED").value();
    CHECK(store.blob(Digest::of("shared")).value() == "shared");
}

TEST_CASE("what a builder left without permissions is imported all the same") {
    const TempDir directory;
    auto store = open_store(directory);
    directory.write("home/tmp/out/locked/file", "secret");
    REQUIRE(::chmod((directory / "home/tmp/out/locked/file").c_str(), 0) == 0);
    REQUIRE(::chmod((directory / "home/tmp/out/locked").c_str(), 0) == 0);
    directory.write("plain/locked/file", "secret");
    const Digest tree = store.import_tree(directory / "home/tmp/out").value();
    CHECK(store.import_tree(directory / "plain").value() == tree);
}

TEST_CASE("a read-only tree has no write bit and the fixed time everywhere, a writable one shares nothing") {
    const TempDir directory;
    auto store = open_store(directory);
    make_sample(directory, "sample");
    const Digest tree = store.import_tree(directory / "sample").value();
    const std::int64_t fixed = std::int64_t{315532800} * 1'000'000'000;

    const std::string placed = directory / "placed";
    store.place(tree, placed, Placement::read_only).value();
    CHECK(status_of(placed).mode == 0555);
    CHECK(status_of(placed + "/bin/run").mode == 0555);
    CHECK(status_of(placed + "/bin/same-but-plain").mode == 0444);
    CHECK(status_of(placed + "/bin/run").links == 2);
    for (const auto* name : {"", "/b", "/b/inner.txt", "/link", "/hollow", "/hollow/up"})
        CHECK(status_of(placed + name).mtime_ns == fixed);

    const std::string copied = directory / "copied";
    store.place(tree, copied, Placement::writable).value();
    CHECK(status_of(copied).mode == 0755);
    CHECK(status_of(copied + "/bin/run").mode == 0755);
    CHECK(status_of(copied + "/b-c").mode == 0644);
    CHECK(status_of(copied + "/b-c").links == 1);
    os::write_file(copied + "/b-c", "changed").value();
    CHECK(store.blob(Digest::of("dash\n")).value() == "dash\n");
    CHECK(os::read_file(placed + "/b-c").value() == "dash\n");
}

TEST_CASE("a file and a symlink alone are trees too") {
    const TempDir directory;
    auto store = open_store(directory);
    directory.write("tool", "#!/bin/sh\n", 0755);
    os::make_symlink("tool", directory / "alias").value();
    const Digest file = store.import_tree(directory / "tool").value();
    const Digest link = store.import_tree(directory / "alias").value();
    CHECK(store.directory(file).value().files.front().name.empty());
    store.place(file, directory / "placed-file", Placement::read_only).value();
    store.place(link, directory / "placed-link", Placement::writable).value();
    CHECK(status_of(directory / "placed-file").mode == 0555);
    CHECK(os::read_link(directory / "placed-link").value() == "tool");
    CHECK(store.import_tree(directory / "placed-file").value() == file);

    // Such a tree has no place inside another one.
    core::Directory outer;
    outer.directories.push_back({"inner", file, store.blob(file).value().size()});
    const Digest nested = store.add_directory(outer).value();
    CHECK(store.place(nested, directory / "nested", Placement::writable).error().code == "store-damaged");
    CHECK_FALSE(os::exists(directory / "nested"));
}

TEST_CASE("devices, FIFOs, sockets and set-id files are refused by their path inside the output") {
    const TempDir directory;
    auto store = open_store(directory);
    const std::string inside = directory / "out/sub";
    directory.write("out/sub/fine", "fine");

    SECTION("a FIFO, without waiting for a writer") {
        REQUIRE(::mkfifo((inside + "/pipe").c_str(), 0644) == 0);
        CHECK(refusal_of(store, directory / "out").message == "'sub/pipe' is a FIFO");
    }
    SECTION("a socket") {
        const os::Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, (inside + "/socket").c_str(), sizeof address.sun_path - 1);
        REQUIRE(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        CHECK(refusal_of(store, directory / "out").message == "'sub/socket' is a socket");
    }
    SECTION("a device") {
        if (::mknod((inside + "/null").c_str(), S_IFCHR | 0666, 0x103) != 0)
            skip("making a device needs privilege");
        // A sealed build is told that it was made, and has none.
        if (!os::exists(inside + "/null")) skip("devices are only pretended to be made here");
        CHECK(refusal_of(store, directory / "out").message == "'sub/null' is a device");
    }
    SECTION("a set-id file") {
        const int changed = ::chmod((inside + "/fine").c_str(), 04755);
        if (changed != 0 && errno == EPERM) skip("set-id bits are refused here");
        REQUIRE(changed == 0);
        CHECK(refusal_of(store, directory / "out").message ==
              "'sub/fine' is a set-user-id or set-group-id file");
    }
    SECTION("a FIFO that is the output itself") {
        REQUIRE(::mkfifo((directory / "pipe").c_str(), 0644) == 0);
        CHECK(refusal_of(store, directory / "pipe").message == "'.' is a FIFO");
    }
}

TEST_CASE("names that are not UTF-8 and trees without end are refused") {
    const TempDir directory;
    auto store = open_store(directory);
    SECTION("a file name") {
        directory.write("out/bad\xFFname", "x");
        CHECK(refusal_of(store, directory / "out").message == "'bad\\xffname' has a name that is not UTF-8");
    }
    SECTION("a symlink's target") {
        os::make_directories(directory / "out").value();
        os::make_symlink("\xC3", directory / "out/link").value();
        CHECK(refusal_of(store, directory / "out").message ==
              "'link' is a symlink to a name that is not UTF-8");
    }
    SECTION("depth") {
        std::string deep = "out";
        for (int level = 0; level < 300; ++level) deep += "/d";
        os::make_directories(directory / deep).value();
        CHECK(refusal_of(store, directory / "out").message.find("deeper than 256") != std::string::npos);
    }
}

TEST_CASE("placing refuses a path that exists and cleans up when a blob is missing") {
    const TempDir directory;
    auto store = open_store(directory);
    make_sample(directory, "sample");
    const Digest tree = store.import_tree(directory / "sample").value();
    CHECK(store.place(tree, directory / "sample", Placement::writable).error().code == "system");
    CHECK(os::exists(directory / "sample/b-c"));

    const std::string hex = Digest::of("dot\n").hex();
    os::remove_tree(store.home() + "/blobs/" + hex.substr(0, 2) + "/" + hex).value();
    for (const auto placement : {Placement::read_only, Placement::writable}) {
        CHECK(store.place(tree, directory / "partly", placement).error().code == "store-damaged");
        CHECK_FALSE(os::exists(directory / "partly"));
    }
}

TEST_CASE("a writable tree can be given to another user") {
    need_root("only root can give files away");
    const TempDir directory;
    auto store = open_store(directory);
    make_sample(directory, "sample");
    const Digest tree = store.import_tree(directory / "sample").value();
    const std::string placed = store.temporary() + "/theirs";
    store.place(tree, placed, Placement::writable, 1234).value();
    for (const auto* name : {"", "/b", "/bin/run", "/loop"}) CHECK(status_of(placed + name).uid == 1234);
    CHECK(status_of(placed + "/bin/run").mode == 0755);
    // And comes back as ours.
    CHECK(store.import_tree(placed).value() == tree);
    store.place(tree, directory / "again", Placement::read_only).value();
    CHECK(status_of(directory / "again/bin/run").uid == 0);
}

TEST_CASE("a blob with as many names as the file system allows gets a second inode") {
    const TempDir directory("/tmp");  // on a disk: in memory there is no such number
    auto store = open_store(directory);
    directory.write("sample/empty", "");
    const Digest tree = store.import_tree(directory / "sample").value();
    const std::string hex = Digest::of("").hex();
    const std::string blob = store.home() + "/blobs/" + hex.substr(0, 2) + "/" + hex;
    os::make_directories(directory / "links").value();
    constexpr int tried = 66'000;
    int made = 0;
    while (made < tried && ::link(blob.c_str(), (directory / ("links/" + std::to_string(made))).c_str()) == 0)
        ++made;
    if (made == tried) skip("this file system allows more than 66,000 names for a file");
    REQUIRE(errno == EMLINK);
    const auto full = status_of(blob).inode;
    store.place(tree, directory / "placed", Placement::read_only).value();
    CHECK(os::read_file(directory / "placed/empty").value().empty());
    CHECK(status_of(blob).inode != full);
    CHECK(status_of(directory / "placed/empty").inode == status_of(blob).inode);
    CHECK(status_of(blob).mode == 0444);
}
