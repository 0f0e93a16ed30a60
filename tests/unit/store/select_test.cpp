// SPDX-License-Identifier: Apache-2.0
#include "contract/store/select.hpp"

#include <catch2/catch.hpp>

#include "tree_builder.hpp"

using namespace contract;
using namespace contract::test;

TEST_CASE("a part of a tree is a tree, without the folders that become empty by it") {
    TempDir where;
    auto store = open_store(where);
    make_sample(where, "tree");
    const auto tree = store.import_tree(where / "tree").value();
    const auto part = store::select(store, tree, [](const std::string& path) {
        return path == "b/inner.txt" || path == "bin/run" || path == "link";
    });
    REQUIRE(part);
    store.place(*part, where / "part", store::Placement::writable).value();
    CHECK(os::list_directory(where / "part").value() == std::vector<std::string>{"b", "bin", "link"});
    CHECK(os::list_directory(where / "part/bin").value() == std::vector<std::string>{"run"});
    CHECK(status_of(where / "part/bin/run").mode == 0755);
    CHECK(os::read_file(where / "part/b/inner.txt").value() == "inner\n");
    // It is the tree that a folder with just these would be.
    where.write("again/b/inner.txt", "inner\n");
    where.write("again/bin/run", "#!/bin/sh\necho hello\n", 0755);
    os::make_symlink("b/inner.txt", where / "again/link").value();
    CHECK(store.import_tree(where / "again").value() == *part);
}

TEST_CASE("nothing selected is an error, and everything is the tree without its empty folders") {
    TempDir where;
    auto store = open_store(where);
    where.write("tree/a", "a\n");
    const auto tree = store.import_tree(where / "tree").value();
    const auto none = store::select(store, tree, [](const std::string&) { return false; });
    REQUIRE_FALSE(none);
    CHECK(none.error().code == "empty-source");
    CHECK(store::select(store, tree, [](const std::string&) { return true; }).value() == tree);
}

TEST_CASE("the files of a tree are listed without its symlinks") {
    TempDir where;
    auto store = open_store(where);
    make_sample(where, "tree");
    const auto tree = store.import_tree(where / "tree").value();
    CHECK(store::list_files(store, tree).value() ==
          std::vector<std::string>{"b-c", "b.c", "b/inner.txt", "bin/run", "bin/same-but-plain",
                                   "caf\xC3\xA9", "empty", "empty.sh", "\xF0\x9F\x8C\x8D"});
}
