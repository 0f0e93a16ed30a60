// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <catch2/catch.hpp>
#include <thread>

#include "contract/os/machine.hpp"
#include "tree_builder.hpp"

using namespace contract;
using namespace contract::test;

namespace {

Digest tree_with(store::Store& store, const TempDir& directory, const std::string& text) {
    directory.write("made/" + text + "/file", text);
    return store.import_tree(directory / ("made/" + text)).value();
}

}  // namespace

TEST_CASE("a committed result is found again with everything it says, also after opening anew") {
    const TempDir directory;
    auto row = [&] {
        auto store = open_store(directory);
        auto made = row_for("action", store_path("one"), tree_with(store, directory, "one"));
        made.references = {store_path("x", "x"), store_path("y", "y")};
        made.level = core::SandboxLevel::reduced;
        made.duration_ms = 1234;
        CHECK_FALSE(store.find_result(made.action).value());
        store.commit_result(made).value();
        return made;
    }();
    auto store = open_store(directory);
    const auto found = store.find_result(row.action).value();
    REQUIRE(found);
    CHECK(found->output == row.output);
    CHECK(found->tree == row.tree);
    CHECK(found->references == row.references);
    CHECK(found->level == row.level);
    CHECK(found->duration_ms == 1234);
    CHECK(os::read_file(store.real_path(row.output) + "/file").value() == "one");
    CHECK(status_of(store.real_path(row.output)).mode == 0555);
    CHECK_FALSE(store.find_result(Digest::of("another action")).value());
}

TEST_CASE("an equal output stays the one that is there; another one takes its place and ends old results") {
    const TempDir directory;
    auto store = open_store(directory);
    const auto path = store_path("output");
    const auto first = row_for("first", path, tree_with(store, directory, "old"));
    store.commit_result(first).value();
    const auto inode = status_of(store.real_path(path)).inode;
    store.commit_result(row_for("same tree", path, first.tree)).value();
    CHECK(status_of(store.real_path(path)).inode == inode);
    CHECK(store.find_result(Digest::of("same tree")).value());

    const auto second = row_for("second", path, tree_with(store, directory, "new"));
    store.commit_result(second).value();
    CHECK(os::read_file(store.real_path(path) + "/file").value() == "new");
    CHECK(status_of(store.real_path(path)).mode == 0555);
    CHECK(store.find_result(second.action).value());
    CHECK_FALSE(store.find_result(first.action).value());
}

TEST_CASE("a result whose output was removed is none, and committing again brings it back") {
    const TempDir directory;
    auto store = open_store(directory);
    const auto row = row_for("action", store_path("gone"), tree_with(store, directory, "gone"));
    store.commit_result(row).value();
    os::remove_tree(store.real_path(row.output)).value();
    CHECK_FALSE(store.find_result(row.action).value());
    store.commit_result(row).value();
    CHECK(store.find_result(row.action).value());
}

TEST_CASE("a path left without a row by a crash is replaced, not trusted") {
    const TempDir directory;
    auto store = open_store(directory);
    const auto row = row_for("action", store_path("left"), tree_with(store, directory, "right"));
    directory.write("home/store/" + row.output.base() + "/file", "wrong");
    store.commit_result(row).value();
    CHECK(os::read_file(store.real_path(row.output) + "/file").value() == "right");
}

TEST_CASE("an input is put at its path without an action") {
    const TempDir directory;
    auto store = open_store(directory);
    const auto path = store_path("input");
    const Digest tree = tree_with(store, directory, "input");
    store.ensure_path(path, tree).value();
    const auto inode = status_of(store.real_path(path)).inode;
    store.ensure_path(path, tree).value();
    CHECK(status_of(store.real_path(path)).inode == inode);
    CHECK(store.import_tree(store.real_path(path)).value() == tree);
    CHECK(store.ensure_path(store_path("none"), Digest::of("no tree")).error().code == "store-damaged");
    CHECK_FALSE(os::exists(store.real_path(store_path("none"))));
}

TEST_CASE("a single file can be an output") {
    const TempDir directory;
    auto store = open_store(directory);
    directory.write("tool", "tool", 0755);
    const Digest tree = store.import_tree(directory / "tool").value();
    const auto row = row_for("tool", store_path("tool"), tree);
    store.commit_result(row).value();
    CHECK(status_of(store.real_path(row.output)).mode == 0555);
    directory.write("tool", "newer", 0755);
    store.commit_result(row_for("tool", row.output, store.import_tree(directory / "tool").value())).value();
    CHECK(os::read_file(store.real_path(row.output)).value() == "newer");
}

TEST_CASE("logs and facts are remembered, byte for byte") {
    const TempDir directory;
    auto store = open_store(directory);
    CHECK_FALSE(store.last_log("/repository", "packages.zlib").value());
    store.remember_log("/repository", "packages.zlib", Digest::of("first")).value();
    store.remember_log("/repository", "packages.zlib", Digest::of("second")).value();
    CHECK(store.last_log("/repository", "packages.zlib").value() == Digest::of("second"));
    CHECK_FALSE(store.last_log("/repository", "packages.zstd").value());
    CHECK(store.log_file(Digest::of("second")) == store.home() + "/log/" + Digest::of("second").hex());

    const std::string value("\0\xFF two\n lines", 13);
    CHECK_FALSE(store.recall("stat", "key").value());
    store.remember("stat", "key", "").value();
    CHECK(store.recall("stat", "key").value() == "");
    store.remember("stat", "key", value).value();
    CHECK(store.recall("stat", "key").value() == value);
    CHECK_FALSE(store.recall("other", "key").value());
}

TEST_CASE("several threads use one store at once") {
    const TempDir directory;
    auto store = open_store(directory);
    constexpr int threads = 4;
    constexpr int rounds = 10;
    std::vector<std::string> failures(threads);
    std::vector<std::thread> running;
    for (int number = 0; number < threads; ++number)
        running.emplace_back([&store, &failures, number] {
            auto& failure = failures[static_cast<std::size_t>(number)];
            for (int round = 0; round < rounds; ++round) {
                const std::string text = std::to_string(round);
                core::Directory tree;
                tree.files.push_back({"file", store.add_blob(text).value(), text.size(), round % 2 == 0});
                // The same trees and paths from every thread, an action of its own for each.
                const auto row = row_for(text + "/" + std::to_string(number), store_path(text),
                                         store.add_directory(tree).value());
                const auto lock = store.lock_action(Digest::of(text));
                const auto done = store.commit_result(row);
                if (!done) failure = done.error().message;
                const auto found = store.find_result(row.action);
                if (!found || !*found) failure = "a result is missing";
            }
        });
    for (auto& thread : running) thread.join();
    for (const auto& failure : failures) CHECK(failure.empty());
}
