// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>

#include "contract/base/path.hpp"
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

void allow_writing(const std::string& directory, mode_t mode) {
    REQUIRE(::chmod(directory.c_str(), mode) == 0);
}

// Somebody keeps the same content elsewhere, where they may write, and points at it.
void replace_by_symlink(const std::string& path, const std::string& elsewhere) {
    REQUIRE(std::rename(path.c_str(), elsewhere.c_str()) == 0);
    os::make_symlink(elsewhere, path).value();
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
    allow_writing(output, 0755);
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
    check_change("b-c", "is no file any more", [](const auto& output) {
        os::remove_tree(output + "/b-c").value();
        os::make_symlink("b.c", output + "/b-c").value();
    });
    check_change("link", "is missing, or no symlink any more", [](const auto& output) {
        os::remove_tree(output + "/link").value();
        os::write_file(output + "/link", "inner\n", 0444).value();
    });
    check_change("hollow", "is no directory any more", [](const auto& output) {
        os::remove_tree(output + "/hollow").value();
        os::write_file(output + "/hollow", "", 0444).value();
    });
}

TEST_CASE("a directory that is another one, though it has the same content, is found and put right") {
    check_change("b", "is no directory any more", [](const auto& output) {
        allow_writing(output + "/b", 0755);
        replace_by_symlink(output + "/b", path::parent(path::parent(output)) + "/elsewhere");
        allow_writing(output, 0555);
    });
    check_change("", "is no directory any more", [](const auto& output) {
        replace_by_symlink(output, path::parent(path::parent(output)) + "/elsewhere");
    });
    check_change("", "has another mode than when it was made", [](const auto&) {});
    for (const mode_t mode : {0777U, 0755U, 0000U, 0444U, 01555U})
        check_change("hollow/nested", "has another mode than when it was made", [&](const auto& output) {
            allow_writing(output + "/hollow/nested", mode);
            allow_writing(output, 0555);
        });
}

TEST_CASE("a path that is one file or one symlink is compared too") {
    const TempDir directory;
    auto store = open_store(directory);
    directory.write("lone", "text", 0644);
    os::make_symlink("lone", directory / "points").value();
    const auto lone = row_for("lone", store_path("lone"), store.import_tree(directory / "lone").value());
    const auto points =
        row_for("points", store_path("points"), store.import_tree(directory / "points").value());
    for (const auto& row : {lone, points}) store.commit_result(row).value();
    CHECK(look(store).damages.empty());
    replace_by_symlink(store.real_path(lone.output), directory / "elsewhere");
    REQUIRE(::unlink(store.real_path(points.output).c_str()) == 0);
    os::make_symlink("elsewhere", store.real_path(points.output)).value();
    CHECK(look(store, true).damages.size() == 2);
    CHECK(look(store).damages.empty());
    CHECK(os::read_link(store.real_path(points.output)).value() == "lone");
    CHECK(os::read_file(store.real_path(lone.output)).value() == "text");
}

TEST_CASE("a blob that somebody removed is taken back from the path that has it still") {
    const TempDir directory;
    const auto row = [&] {
        auto store = open_store(directory);
        return sample(store, directory);
    }();
    auto store = open_store(directory);
    const auto blob = store.blob_file(Digest::of("inner\n")).value();
    const auto folder = path::parent(blob);
    REQUIRE(::unlink(blob.c_str()) == 0);
    const auto found = look(store);
    REQUIRE(found.damages.size() == 1);
    CHECK(found.damages.front().file == "b/inner.txt");
    CHECK(found.damages.front().what == "is missing among the blobs");
    CHECK(look(store, true).damages.front().state == State::restored);
    CHECK(store.blob(Digest::of("inner\n")).value() == "inner\n");
    CHECK(look(store).damages.empty());

    // With everything else in its folder, and with all of them.
    for (const auto& gone : {folder, path::parent(folder)}) {
        os::remove_tree(gone).value();
        CHECK(look(store, true).damages.size() == 1);
        CHECK(look(store).damages.empty());
        CHECK(store.blob(Digest::of("inner\n")).value() == "inner\n");
    }
    CHECK(store.import_tree(store.real_path(row.output)).value() == row.tree);
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

TEST_CASE("paths that a lost index does not know are counted, and are no damage") {
    const TempDir directory;
    const auto row = [&] {
        auto store = open_store(directory);
        CHECK(look(store).unknown_paths == 0);
        return sample(store, directory);
    }();
    for (const auto* end : {"", "-wal", "-shm"})
        os::remove_tree(directory / (std::string("home/index.sqlite") + end)).value();
    auto store = open_store(directory);
    os::write_file(store.home() + "/store/somebodys", "").value();
    for (const bool repair : {false, true}) {
        const auto verified = look(store, repair);
        CHECK(verified.damages.empty());
        CHECK(verified.paths == 0);
        CHECK(verified.unknown_paths == 1);
    }
    store.commit_result(row).value();
    CHECK(look(store).unknown_paths == 0);
}
