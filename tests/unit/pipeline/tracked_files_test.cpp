// SPDX-License-Identifier: Apache-2.0
#include "tracked_files.hpp"

#include <catch2/catch.hpp>

#include "contract/os/file.hpp"
#include "git_repository.hpp"
#include "temporary.hpp"

namespace pipeline = contract::pipeline;
using contract::store::Store;
using contract::test::GitRepository;
using contract::test::TempDir;

TEST_CASE("tracked files: the encoding brings back what it was given, odd names included") {
    pipeline::TrackedFiles files;
    files.commit = std::string(40, 'a');
    files.index_mtime_ns = 123456789;
    files.deleted = {"gone", "gone too"};
    files.files["with space\n\tand line"] = {0100755, true, false, 10, -5, 7, std::string(40, 'b')};
    files.files["z"] = {0120000, false, true, 0, 0, 0, std::string(40, 'c')};
    const auto text = pipeline::encode(files);
    CHECK(pipeline::decode_tracked_files(text).value() == files);
    for (std::size_t size = 0; size < text.size(); size += 7) {
        const auto cut = pipeline::decode_tracked_files(text.substr(0, size));
        CHECK((!cut || *cut != files));
    }
}

TEST_CASE("tracked files: staged, deleted and conflicted entries are told") {
    const TempDir dir;
    auto store = Store::open(dir / "home").value();
    GitRepository repository(dir / "work");
    repository.write("a", "1");
    repository.write("b", "1");
    repository.write("sub/c", "1");
    repository.commit();
    repository.write("a", "2");
    repository.write("new", "1");
    repository.git({"add", "a", "new"});
    repository.git({"rm", "-q", "b"});
    const auto files = pipeline::tracked_files(repository.path(), "", store).value();
    CHECK(files.commit == repository.head());
    CHECK(files.files.at("a").staged);
    CHECK(files.files.at("new").staged);
    CHECK_FALSE(files.files.at("sub/c").staged);
    CHECK(files.deleted == std::vector<std::string>{"b"});
    const auto below = pipeline::tracked_files(repository.path(), "sub/", store).value();
    CHECK(below.files.size() == 1);
    CHECK(below.files.contains("c"));
}

TEST_CASE("tracked files: the second reading is the first one, and a change of the index is seen") {
    const TempDir dir;
    auto store = Store::open(dir / "home").value();
    GitRepository repository(dir / "work");
    repository.write("a", "1");
    repository.commit();
    const auto first = pipeline::tracked_files(repository.path(), "", store).value();
    CHECK(pipeline::tracked_files(repository.path(), "", store).value() == first);
    repository.write("b", "1");
    repository.git({"add", "b"});
    CHECK(pipeline::tracked_files(repository.path(), "", store).value().files.contains("b"));
    repository.commit();
    CHECK_FALSE(pipeline::tracked_files(repository.path(), "", store).value().files.at("b").staged);
}

TEST_CASE("tracked files: a linked work tree has its own index and head") {
    const TempDir dir;
    auto store = Store::open(dir / "home").value();
    GitRepository repository(dir / "work");
    repository.write("a", "1");
    repository.commit();
    repository.git({"worktree", "add", "-q", "-b", "other", dir / "linked"});
    const auto files = pipeline::tracked_files(dir / "linked", "", store).value();
    CHECK(files.commit == repository.head());
    CHECK(files.files.contains("a"));
}

TEST_CASE("tracked files: one list is kept for each work tree, and none for one that is gone") {
    const TempDir dir;
    auto store = Store::open(dir / "home").value();
    const auto lists = [&] { return store.recall_all("tracked-files").value().size(); };
    {
        GitRepository repository(dir / "work");
        repository.write("sub/a", "1");
        repository.commit();
        for (int i = 0; i < 3; ++i) {
            repository.git({"commit", "--quiet", "--allow-empty", "--message=nothing"});
            const auto files = pipeline::tracked_files(repository.path(), "", store).value();
            CHECK(files.commit == repository.head());
            CHECK(files.files.contains("sub/a"));
        }
        CHECK(lists() == 1);
        CHECK(pipeline::tracked_files(repository.path(), "sub/", store).value().files.contains("a"));
        CHECK(lists() == 2);
        CHECK(pipeline::forget_lost_work_trees(store));
        CHECK(lists() == 2);
    }
    contract::os::remove_tree(dir / "work").value();
    CHECK(pipeline::forget_lost_work_trees(store));
    CHECK(lists() == 0);
}
