// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "tree_builder.hpp"

using namespace contract;
using namespace contract::test;

namespace {

using State = store::Damage::State;

store::ResultRow sample(store::Store& store, const TempDir& directory) {
    make_sample(directory, "made");
    const auto row = row_for("sample", store_path("sample"), store.import_tree(directory / "made").value());
    store.commit_result(row).value();
    return row;
}

void flip_a_byte(const std::string& path) {
    const auto mode = status_of(path).mode;
    REQUIRE(::chmod(path.c_str(), 0644) == 0);
    auto bytes = os::read_file(path).value();
    REQUIRE_FALSE(bytes.empty());
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    os::write_file(path, bytes).value();
    REQUIRE(::chmod(path.c_str(), mode) == 0);
}

store::Verified look(store::Store& store, bool repair = false) {
    return store.verify({repair, 2, {}}).value();
}

// What one change to the output is reported as; mending brings the very tree back.
void check_change(const std::string& file, const std::string& what,
                  const std::function<void(const std::string& output)>& change) {
    INFO(file << " " << what);
    const TempDir directory;
    const auto row = [&] {
        auto store = open_store(directory);
        return sample(store, directory);
    }();
    auto store = open_store(directory);
    const std::string output = store.real_path(row.output);
    REQUIRE(::chmod(output.c_str(), 0755) == 0);
    change(output);
    const auto found = look(store);
    REQUIRE(found.damages.size() == 1);
    CHECK(found.damages.front().name == row.output.base());
    CHECK(found.damages.front().file == file);
    CHECK(found.damages.front().what == what);
    CHECK(found.damages.front().state == State::found);
    const auto mended = look(store, true);
    REQUIRE(mended.damages.size() == 1);
    CHECK(mended.damages.front().state == State::restored);
    CHECK(store.import_tree(output).value() == row.tree);
    CHECK(look(store).damages.empty());
}

}  // namespace

TEST_CASE("a sound store has no damage, and everything in it is counted") {
    const TempDir directory;
    auto store = open_store(directory);
    sample(store, directory);
    const auto verified = look(store);
    CHECK(verified.damages.empty());
    CHECK(verified.paths == 1);
    CHECK(verified.blobs > 8);
    CHECK(verified.bytes > 0);
}

TEST_CASE("a flipped bit is found, named by the file that has it, and what has it is made anew") {
    const TempDir directory;
    const auto row = [&] {
        auto store = open_store(directory);
        return sample(store, directory);
    }();
    auto store = open_store(directory);
    // One inode with the blob.
    flip_a_byte(store.real_path(row.output) + "/b/inner.txt");
    const auto found = look(store);
    REQUIRE(found.damages.size() == 1);
    CHECK(found.damages.front().file == "b/inner.txt");
    CHECK(found.damages.front().what == "has other bytes than when it was made");
    const auto mended = look(store, true);
    REQUIRE(mended.damages.size() == 1);
    CHECK(mended.damages.front().state == State::removed);
    CHECK_FALSE(store.find_result(row.action).value());
    CHECK_FALSE(store.has_tree(row.tree));
    CHECK(look(store).damages.empty());
    auto next = open_store(directory);
    next.commit_result(row_for("sample", row.output, next.import_tree(directory / "made").value())).value();
    CHECK(look(next).damages.empty());
    CHECK(next.import_tree(next.real_path(row.output)).value() == row.tree);
}

TEST_CASE("a damaged blob is made whole from its other form") {
    const TempDir directory;
    const auto row = [&] {
        auto store = open_store(directory);
        return sample(store, directory);
    }();
    auto store = open_store(directory);
    flip_a_byte(store.real_path(row.output) + "/bin/same-but-plain");
    const auto mended = look(store, true);
    REQUIRE(mended.damages.size() == 1);
    CHECK(mended.damages.front().file == "bin/same-but-plain");
    CHECK(mended.damages.front().state == State::restored);
    CHECK(store.import_tree(store.real_path(row.output)).value() == row.tree);
    CHECK(look(store).damages.empty());
}

TEST_CASE("a damaged blob that no path has is told by its digest, and removed") {
    const TempDir directory;
    auto store = open_store(directory);
    const auto digest = store.add_blob("of nobody");
    flip_a_byte(store.blob_file(digest.value()).value());
    const auto found = look(store);
    REQUIRE(found.damages.size() == 1);
    CHECK(found.damages.front().name == digest->hex());
    CHECK(look(store, true).damages.front().state == State::removed);
    CHECK_FALSE(store.has_blob(*digest));
}

TEST_CASE("everything that can differ from a tree is found and put right") {
    check_change("", "has entries that nobody put there",
                 [](const auto& output) { os::write_file(output + "/more", "x").value(); });
    check_change("empty", "is missing",
                 [](const auto& output) { os::remove_tree(output + "/empty").value(); });
    check_change("link", "points somewhere else than when it was made", [](const auto& output) {
        os::remove_tree(output + "/link").value();
        os::make_symlink("b-c", output + "/link").value();
    });
    check_change("b-c", "has another mode than when it was made", [](const auto& output) {
        // A file of its own: the mode of a shared inode is the blob's.
        const auto bytes = os::read_file(output + "/b-c").value();
        os::remove_tree(output + "/b-c").value();
        os::write_file(output + "/b-c", bytes, 0755).value();
    });
    check_change("b-c", "has other bytes than when it was made", [](const auto& output) {
        os::remove_tree(output + "/b-c").value();
        os::write_file(output + "/b-c", "other", 0444).value();
    });
    check_change("", "is missing", [](const auto& output) { os::remove_tree(output).value(); });
}

TEST_CASE("what a running command uses is not taken away, and that is said") {
    const TempDir directory;
    const auto row = [&] {
        auto store = open_store(directory);
        return sample(store, directory);
    }();
    auto store = open_store(directory);
    auto running = open_store(directory);
    REQUIRE(running.find_result(row.action).value());
    flip_a_byte(store.real_path(row.output) + "/b/inner.txt");
    const auto mended = look(store, true);
    REQUIRE(mended.damages.size() == 1);
    CHECK(mended.damages.front().state == State::found);
    CHECK_FALSE(mended.damages.front().why_not.empty());
    CHECK(os::exists(store.real_path(row.output)));
}
