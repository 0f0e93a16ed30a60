// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <future>

#include "tree_builder.hpp"

using namespace contract;
using namespace contract::test;

namespace {

// A committed output with one file of its own and one that all have.
store::ResultRow output(store::Store& store, const TempDir& directory, const std::string& name,
                        const std::vector<core::StorePath>& references = {}) {
    directory.write("made/" + name + "/own", "the bytes of " + name);
    directory.write("made/" + name + "/sub/shared", "bytes that all outputs have");
    auto row = row_for(name, store_path(name, name), store.import_tree(directory / ("made/" + name)).value());
    row.references = references;
    store.commit_result(row).value();
    return row;
}

store::GarbageRequest keeping(const std::vector<core::StorePath>& paths) {
    store::GarbageRequest request;
    request.roots.push_back({"the root", paths, {}});
    return request;
}

std::vector<std::string> removed(const store::Garbage& garbage) {
    std::vector<std::string> names;
    for (const auto& item : garbage.items)
        if (item.removed) names.emplace_back(item.path.name());
    std::sort(names.begin(), names.end());
    return names;
}

using Names = std::vector<std::string>;

void use_last(const store::Store& store, const core::StorePath& path, std::int64_t when) {
    const timespec times[2] = {{when, 0}, {0, UTIME_OMIT}};
    REQUIRE(::utimensat(AT_FDCWD, store.real_path(path).c_str(), times, 0) == 0);
}

// Runs `work` over and over in a process of its own until it is ended; 0 says that it never failed.
pid_t keep_working(const std::string& home, const std::function<bool(store::Store&, int)>& work) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child != 0) return child;
    static volatile sig_atomic_t stopped;
    ::signal(SIGTERM, [](int) { stopped = 1; });
    for (int round = 0; stopped == 0; ++round) {
        auto store = store::Store::open(home);
        if (!store || !work(*store, round)) ::_exit(1);
    }
    ::_exit(0);
}

bool ended_well(pid_t child) {
    ::kill(child, SIGTERM);
    int status = 0;
    return ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

TEST_CASE("what a root names stays with all it refers to, and the rest goes with its blobs and rows") {
    const TempDir directory;
    auto rows = [&] {
        auto store = open_store(directory);
        const auto low = output(store, directory, "low");
        const auto high = output(store, directory, "high", {low.output});
        return std::vector{low, high, output(store, directory, "lone")};
    }();
    auto store = open_later(directory);
    const auto garbage = store.collect_garbage(keeping({rows[1].output})).value();
    CHECK(removed(garbage) == Names{"lone"});
    for (const auto& item : garbage.items)
        if (!item.removed) CHECK(item.kept_by == "the root");
    // Its directory list and its own file; the directory with what all have is shared.
    CHECK(garbage.blobs_removed == 2);
    CHECK(garbage.bytes_removed > std::string("the bytes of lone").size());
    CHECK_FALSE(store.find_result(rows[2].action).value());
    CHECK_FALSE(os::exists(store.real_path(rows[2].output)));
    CHECK_FALSE(store.has_blob(Digest::of("the bytes of lone")));
    CHECK_FALSE(store.has_tree(rows[2].tree));
    for (const auto* row : {&rows[0], &rows[1]}) {
        CHECK(store.find_result(row->action).value());
        CHECK(store.has_tree(row->tree));
        CHECK(store.import_tree(store.real_path(row->output)).value() == row->tree);
    }
    CHECK(os::list_directory(store.temporary()).value() == Names{"leases", "locks"});
}

TEST_CASE("a tree that is named stays, and a dry run removes nothing") {
    const TempDir directory;
    const auto row = [&] {
        auto store = open_store(directory);
        return output(store, directory, "only");
    }();
    auto store = open_later(directory);
    auto request = keeping({});
    request.dry_run = true;
    const auto before = store.collect_garbage(request).value();
    CHECK(removed(before) == Names{"only"});
    CHECK(before.blobs_removed == 4);
    request.roots.front().trees = {row.tree};
    request.dry_run = false;
    const auto after = store.collect_garbage(request).value();
    CHECK(removed(after) == Names{"only"});
    CHECK(after.blobs_removed == 0);
    CHECK(after.bytes_kept > 0);
    CHECK(store.has_tree(row.tree));
    // What the collecting store found itself keeps nothing.
    CHECK(store.collect_garbage(keeping({})).value().blobs_removed == 4);
    CHECK_FALSE(store.has_tree(row.tree));
}

TEST_CASE("age and size limit what goes: the longest unused first, and no more than asked for") {
    const TempDir directory;
    constexpr std::int64_t day = 24 * 60 * 60;
    const auto now = static_cast<std::int64_t>(::time(nullptr));
    auto rows = [&] {
        auto store = open_store(directory);
        std::vector<store::ResultRow> made;
        for (const auto* name : {"oldest", "older", "recent"}) made.push_back(output(store, directory, name));
        use_last(store, made[0].output, now - 60 * day);
        use_last(store, made[1].output, now - 40 * day);
        return made;
    }();
    auto store = open_later(directory);
    auto request = keeping({});
    request.dry_run = true;
    request.used_before = now - 30 * day;
    CHECK(removed(store.collect_garbage(request).value()) == Names{"older", "oldest"});
    request.used_before = now - 50 * day;
    CHECK(removed(store.collect_garbage(request).value()) == Names{"oldest"});
    request.used_before.reset();
    request.most_bytes = 1 << 20;
    CHECK(removed(store.collect_garbage(request).value()).empty());
    request.most_bytes = 0;
    CHECK(removed(store.collect_garbage(request).value()) == Names{"older", "oldest", "recent"});
    const auto all = store.collect_garbage(keeping({rows[0].output, rows[1].output, rows[2].output})).value();
    request.most_bytes = all.bytes_kept - 1;  // what they have in common counts once
    CHECK(removed(store.collect_garbage(request).value()) == Names{"oldest"});
}

TEST_CASE("what a running command found or made stays until it ends") {
    const TempDir directory;
    const auto [found, tree, other] = [&] {
        auto store = open_store(directory);
        return std::tuple(output(store, directory, "found"), output(store, directory, "tree"),
                          output(store, directory, "other"));
    }();
    std::optional<store::Store> collector(open_later(directory));
    std::optional<store::Store> running(open_store(directory));
    REQUIRE(running->find_result(found.action).value());
    REQUIRE(running->has_tree(tree.tree));
    directory.write("fresh/file", "made and not committed yet");
    const auto fresh = running->import_tree(directory / "fresh").value();
    directory.write("again/file", "the bytes of other");
    const auto again = running->import_tree(directory / "again").value();
    os::make_directories(running->temporary() + "/build-running").value();

    CHECK(removed(collector->collect_garbage(keeping({})).value()) == Names{"other", "tree"});
    CHECK(collector->import_tree(collector->real_path(found.output)).value() == found.tree);
    const auto place = running->temporary() + "/build-running/";
    running->place(tree.tree, place + "tree", store::Placement::read_only).value();
    running->place(fresh, place + "fresh", store::Placement::writable).value();
    running->place(again, place + "again", store::Placement::read_only).value();
    running->commit_result(row_for("late", store_path("late", "late"), fresh)).value();
    CHECK(running->find_result(Digest::of("late")).value());

    running.reset();
    collector.reset();
    auto last = open_later(directory);
    CHECK(removed(last.collect_garbage(keeping({})).value()) == Names{"found", "late"});
    CHECK(os::list_directory(last.temporary()).value() == Names{"leases", "locks"});
    CHECK(os::list_directory(last.temporary() + "/leases").value().size() == 1);
}

TEST_CASE("who cannot write a lease is waited for") {
    const TempDir directory;
    const auto row = [&] {
        auto store = open_store(directory);
        return output(store, directory, "found");
    }();
    auto collector = open_later(directory);
    // As on a full disk: no lease can be made.
    const std::string leases = collector.temporary() + "/leases";
    os::rename(leases, leases + ".away").value();
    os::write_file(leases, "").value();
    std::optional<store::Store> running(open_store(directory));
    REQUIRE(running->find_result(row.action).value());
    os::remove_tree(leases).value();
    os::rename(leases + ".away", leases).value();

    auto collection = std::async(std::launch::async, [&] { return collector.collect_garbage(keeping({})); });
    CHECK(collection.wait_for(std::chrono::milliseconds(300)) == std::future_status::timeout);
    CHECK(os::exists(running->real_path(row.output)));
    running.reset();
    CHECK(removed(collection.get().value()) == Names{"found"});
}

TEST_CASE("who cannot write a lease can collect, and mend, all the same") {
    const TempDir directory;
    const auto row = [&] {
        auto store = open_store(directory);
        return output(store, directory, "found");
    }();
    // As on a full disk, which is when somebody collects.
    const std::string leases = directory / "home/tmp/leases";
    os::remove_tree(leases).value();
    os::write_file(leases, "").value();
    auto collector = open_later(directory);
    REQUIRE(collector.find_result(row.action).value());
    os::remove_tree(leases).value();
    os::make_directories(leases, 0700).value();
    const std::string path = collector.real_path(row.output);
    REQUIRE(::chmod(path.c_str(), 0755) == 0);
    os::write_file(path + "/more", "").value();

    // A lock that is waited for for ever would end the test, not fail it.
    ::alarm(60);
    CHECK(collector.verify({true, 1, {}}).value().damages.size() == 1);
    CHECK(removed(collector.collect_garbage(keeping({})).value()) == Names{"found"});
    ::alarm(0);
}

TEST_CASE("a collection that cannot read the leases fails, and does not wait for itself") {
    const TempDir directory;
    auto collector = open_later(directory);
    const std::string leases = collector.temporary() + "/leases";
    os::rename(leases, leases + ".away").value();
    os::write_file(leases, "").value();
    ::alarm(60);
    CHECK(collector.collect_garbage(keeping({})).error().code == "system");
    ::alarm(0);
    CHECK_FALSE(os::exists(collector.temporary() + "/collecting"));
    os::remove_tree(leases).value();
    os::rename(leases + ".away", leases).value();
    CHECK(collector.collect_garbage(keeping({})));
}

TEST_CASE("one collection at a time") {
    const TempDir directory;
    auto store = open_later(directory);
    const auto held = os::FileLock::take(store.temporary() + "/locks/collection", os::FileLock::Wait::no);
    const auto second = store.collect_garbage(keeping({}));
    REQUIRE_FALSE(second);
    CHECK(second.error().code == "locked");
}

// The race itself: others commit, find, place and read as fast as they can while all is collected again and
// again.
TEST_CASE("nothing that others use is removed under their hands") {
    const TempDir directory;
    const std::string home = directory / "home";
    open_store(directory);
    const auto commit_and_read = [](store::Store& store, int round) {
        const std::string name = "output" + std::to_string(round % 7);
        const std::string text = "bytes of " + name;
        auto row = store.find_result(Digest::of(name));
        if (!row) return false;
        if (!*row) {
            const auto work = os::TemporaryDirectory::create(store.temporary(), "work");
            if (!work || !os::make_directories(work->path() + "/out/sub") ||
                !os::write_file(work->path() + "/out/sub/file", text) ||
                !os::write_file(work->path() + "/out/all", "bytes that all have"))
                return false;
            const auto tree = store.import_tree(work->path() + "/out");
            if (!tree || !store.commit_result(row_for(name, store_path(name, name), *tree))) return false;
            row = store.find_result(Digest::of(name));
            if (!row || !*row) return false;
        }
        const auto read = os::read_file(store.real_path((*row)->output) + "/sub/file");
        return read && *read == text;
    };
    const auto place_trees = [](store::Store& store, int round) {
        const std::string text = "source " + std::to_string(round % 5);
        const auto work = os::TemporaryDirectory::create(store.temporary(), "source");
        if (!work || !os::make_directories(work->path() + "/in") ||
            !os::write_file(work->path() + "/in/file", text))
            return false;
        const auto tree = store.import_tree(work->path() + "/in");
        if (!tree || !store.has_tree(*tree) ||
            !store.place(*tree, work->path() + "/placed", store::Placement::read_only))
            return false;
        const auto read = os::read_file(work->path() + "/placed/file");
        return read && *read == text;
    };
    const std::vector<pid_t> workers{keep_working(home, commit_and_read), keep_working(home, commit_and_read),
                                     keep_working(home, place_trees)};
    auto store = open_later(directory);
    std::size_t paths = 0;
    std::uint64_t blobs = 0;
    for (int round = 0; round < 150 && (round < 30 || paths < 30 || blobs < 30); ++round) {
        const auto garbage = store.collect_garbage(keeping({})).value();
        paths += removed(garbage).size();
        blobs += garbage.blobs_removed;
    }
    for (const pid_t worker : workers) CHECK(ended_well(worker));
    CHECK(paths > 0);
    CHECK(blobs > 0);
}

TEST_CASE("the record of a result goes with it, and others stay") {
    const TempDir directory;
    const auto rows = [&] {
        auto store = open_store(directory);
        auto kept = output(store, directory, "kept");
        auto gone = output(store, directory, "gone");
        store.commit_result(kept, "how it was made").value();
        store.commit_result(gone, "how that was made").value();
        // Again without a record, as a mended path is committed: it stays.
        store.commit_result(kept).value();
        store.remember("other", gone.action.hex(), "a fact of another kind").value();
        return std::vector{kept, gone};
    }();
    auto store = open_later(directory);
    const auto record = [&](const store::ResultRow& row) {
        return store.recall(store::made_kind, row.action.hex()).value();
    };
    auto request = keeping({rows[0].output});
    request.dry_run = true;
    store.collect_garbage(request).value();
    CHECK(record(rows[1]) == "how that was made");
    request.dry_run = false;
    CHECK(removed(store.collect_garbage(request).value()) == Names{"gone"});
    CHECK(record(rows[0]) == "how it was made");
    CHECK_FALSE(record(rows[1]));
    CHECK(store.recall("other", rows[1].action.hex()).value() == "a fact of another kind");
    CHECK(store.results().value().size() == 1);
    CHECK(store.results().value().front().action == rows[0].action);
    CHECK(store.paths().value() == std::vector{std::pair(rows[0].output, rows[0].tree)});
}

TEST_CASE("what is no file among the leases is nobody's, and nothing waits for it") {
    const TempDir directory;
    const auto row = [&] {
        auto store = open_store(directory);
        return output(store, directory, "found");
    }();
    auto collector = open_later(directory);
    const std::string leases = collector.temporary() + "/leases";
    REQUIRE(::mkfifo((leases + "/fifo").c_str(), 0600) == 0);
    os::make_symlink("fifo", leases + "/link").value();
    os::make_directories(leases + "/folder").value();
    ::alarm(60);
    CHECK(removed(collector.collect_garbage(keeping({})).value()) == Names{"found"});
    ::alarm(0);
    CHECK_FALSE(os::exists(collector.real_path(row.output)));
}
