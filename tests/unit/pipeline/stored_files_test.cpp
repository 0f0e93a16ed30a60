// SPDX-License-Identifier: Apache-2.0
#include "stored_files.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>

#include "contract/base/path.hpp"
#include "contract/os/file.hpp"
#include "temporary.hpp"

namespace os = contract::os;
using contract::Digest;
using contract::pipeline::StoredFiles;
using contract::store::Store;
using contract::test::TempDir;

namespace {

// A tree in a store: src/{main.c,notes.md,deep/x.c}, symlinks of every kind, an empty folder.
struct Scene {
    TempDir dir;
    Store store = std::move(*Store::open(dir.path() + "/home"));
    StoredFiles files;

    Scene() : files("inputs.site", imported(), store) {}

    Digest imported() {
        const std::string top = dir.path() + "/tree";
        REQUIRE(os::make_directories(top + "/src/deep", 0755));
        REQUIRE(os::make_directories(top + "/empty", 0755));
        write("/src/main.c", "main");
        write("/src/notes.md", "notes");
        write("/src/deep/x.c", "x");
        link("src/main.c", "/inside");
        link("../src", "/src/self");
        link("/etc/passwd", "/absolute");
        link("../../outside", "/src/leaves");
        link("loop", "/loop");
        link("nothing", "/dangling");
        auto tree = store.import_tree(top);
        REQUIRE(tree);
        return *tree;
    }
    void write(const std::string& path, const std::string& text) {
        REQUIRE(os::replace_file(dir.path() + "/tree" + path, text));
    }
    void link(const std::string& target, const std::string& path) {
        REQUIRE(::symlink(target.c_str(), (dir.path() + "/tree" + path).c_str()) == 0);
    }
    std::string refused(const std::string& path) {
        auto read = files.read(path);
        return read ? "" : read.error().code;
    }
};

}  // namespace

TEST_CASE("stored files: what lies in the tree is read, through symlinks inside it too") {
    Scene scene;
    CHECK(*scene.files.read("src/main.c") == "main");
    CHECK(*scene.files.read("./src/../src/deep/x.c") == "x");
    CHECK(*scene.files.read("inside") == "main");
    CHECK(*scene.files.read("src/self/self/main.c") == "main");
}

TEST_CASE("stored files: nothing else is") {
    Scene scene;
    for (const auto* path : {"../x", "/etc/passwd", "absolute", "src/leaves"})
        CHECK(scene.refused(path) == "path-outside");
    for (const auto* path : {"nowhere", "loop", "dangling", "src/main.c/x"})
        CHECK(scene.refused(path) == "missing-file");
    for (const auto* path : {"src", ".", "src/self"}) CHECK(scene.refused(path) == "not-a-file");
}

TEST_CASE("stored files: a source is a folder, what is selected of it, or one file") {
    Scene scene;
    const auto tree = [&](const std::string& path, std::vector<std::string> include = {},
                          std::vector<std::string> exclude = {}) {
        return scene.files.tree(path, include, exclude);
    };
    const auto whole = tree("src");
    REQUIRE(whole);
    CHECK(scene.store.directory(*whole)->files.size() == 2);
    const auto sources = tree("src", {"*.c"}, {"deep"});
    REQUIRE(sources);
    const auto directory = *scene.store.directory(*sources);
    REQUIRE(directory.files.size() == 1);
    CHECK(directory.files[0].name == "main.c");
    CHECK(directory.directories.empty());
    const auto deep = tree("src", {"*x.c"});
    CHECK(scene.store.directory(*deep)->directories.size() == 1);
    CHECK(scene.store.has_tree(*deep));
    const auto single = tree("inside");
    CHECK(scene.store.directory(*single)->files[0].name == "main.c");
    CHECK(tree("src", {"*.py"}).error().code == "empty-source");
    CHECK(tree("empty").error().code == "empty-source");
    CHECK(tree("src", {":!x"}).error().code == "bad-pathspec");
    CHECK(tree("..").error().code == "path-outside");
}
