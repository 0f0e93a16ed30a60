// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <catch2/catch.hpp>

#include "contract/pipeline/load.hpp"
#include "git_repository.hpp"
#include "temporary.hpp"

namespace pipeline = contract::pipeline;
namespace os = contract::os;
using contract::store::Store;
using contract::test::GitRepository;
using contract::test::TempDir;

namespace {

struct World {
    TempDir dir;
    Store store = Store::open(dir / "home").value();
    GitRepository repository{dir / "work"};
    std::unique_ptr<pipeline::ContractFiles> files() {
        return pipeline::open_files(repository.path(), store).value();
    }
    std::string code_of_read(const std::string& path) { return files()->read(path).error().code; }
};

}  // namespace

TEST_CASE("working files: only what git tracks exists, and the help says git add") {
    World world;
    world.repository.write("tracked", "1");
    world.repository.commit();
    world.repository.write("untracked", "2");
    CHECK(world.files()->read("tracked").value() == "1");
    const auto refused = world.files()->read("untracked");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "untracked-file");
    CHECK(refused.error().help == std::vector<std::string>{"git add untracked"});
    CHECK(world.code_of_read("missing") == "missing-file");
}

TEST_CASE("working files: a modified file is read as git add would store it") {
    World world;
    world.repository.write(".gitattributes", "*.txt text\n*.lfs filter=lfs\n");
    world.repository.write("a.txt", "one\n");
    world.repository.commit();
    world.repository.write("a.txt", "two\r\n");
    CHECK(world.files()->read("a.txt").value() == "two\n");
    world.repository.write("b.lfs", "pointer");
    world.repository.commit();
    CHECK(world.code_of_read("b.lfs") == "external-filter");
}

TEST_CASE("working files: symlinks are followed inside and refused where they lead out") {
    World world;
    world.repository.write("real/file", "1");
    world.repository.symlink("real", "inside");
    world.repository.symlink("/", "out");
    world.repository.symlink("/nonexistent/file", "nowhere");
    world.repository.symlink("nowhere", "at-last");
    world.repository.symlink("../nonexistent", "beside");
    world.repository.symlink(world.repository.path() + "/real", "whole");
    world.repository.symlink("self", "self");
    world.repository.symlink("..", "up");
    world.repository.symlink("nothing", "dangling");
    world.repository.commit();
    CHECK(world.files()->read("inside/file").value() == "1");
    CHECK(world.files()->read("whole/file").value() == "1");
    // The same on every machine: it does not count whether something is there.
    for (const char* path : {"out", "out/etc/hostname", "nowhere", "at-last", "beside", "beside/file"}) {
        CAPTURE(path);
        CHECK(world.code_of_read(path) == "path-outside");
    }
    CHECK(world.code_of_read("self") == "system");
    CHECK(world.code_of_read("up/home/index.sqlite") == "path-outside");
    CHECK(world.code_of_read("../home") == "path-outside");
    CHECK(world.code_of_read("dangling") == "missing-file");
    CHECK(world.files()->tree("up", {}, {}).error().code == "path-outside");
}

TEST_CASE("working files: a tree has the tracked and selected files, whatever else lies there") {
    World world;
    world.repository.write("src/a.c", "a");
    world.repository.write("src/run", "r", 0755);
    world.repository.write("src/docs/x", "x");
    world.repository.symlink("a.c", "src/link");
    world.repository.commit();
    const auto whole = world.files()->tree("src", {}, {}).value();
    world.repository.write("src/untracked", "u");
    CHECK(world.files()->tree("./src", {}, {}).value() == whole);
    const auto tree = world.store.directory(whole).value();
    CHECK(tree.files.size() == 2);
    CHECK(tree.files.at(1).executable);
    CHECK(tree.directories.size() == 1);
    CHECK(tree.symlinks.at(0).target == "a.c");
    const auto sources = world.files()->tree("src", {"*.c"}, {"docs"}).value();
    CHECK(world.store.directory(sources).value().files.size() == 1);
    CHECK(world.files()->tree("src", {"*.none"}, {}).error().code == "empty-source");
    CHECK(world.files()->tree("src", {":!x"}, {}).error().code == "bad-pathspec");
}

TEST_CASE("working files: another clone and a directory outside git give the same digest") {
    World world;
    world.repository.write("src/a", "1");
    world.repository.write("src/d/b", "2");
    world.repository.commit();
    const auto digest = world.files()->tree("src", {}, {}).value();
    world.repository.git({"clone", "-q", ".", world.dir / "clone"});
    CHECK(pipeline::open_files(world.dir / "clone", world.store).value()->tree("src", {}, {}).value() ==
          digest);
    world.dir.write("plain/src/a", "1");
    world.dir.write("plain/src/d/b", "2");
    const auto plain = pipeline::open_files(world.dir / "plain", world.store).value();
    CHECK(plain->tree("src", {}, {}).value() == digest);
    CHECK_FALSE(plain->revision());
}

TEST_CASE("working files: the revision names the commit and what differs of what was looked at") {
    World world;
    world.repository.write("src/a", "1");
    world.repository.write("src/b", "1");
    world.repository.write("elsewhere", "1");
    world.repository.commit();
    auto files = world.files();
    REQUIRE(files->tree("src", {}, {}));
    CHECK(files->revision()->dirty.empty());
    CHECK(files->revision()->commit == world.repository.head());
    world.repository.write("src/a", "2");
    world.repository.write("elsewhere", "2");
    CHECK(files->revision()->dirty.empty());  // evaluation looked before
    files = world.files();
    REQUIRE(files->tree("src", {}, {}));
    CHECK(files->revision()->dirty == std::vector<std::string>{"src/a"});
    world.repository.git({"add", "elsewhere"});
    CHECK(world.files()->revision()->dirty == std::vector<std::string>{"elsewhere"});
}
