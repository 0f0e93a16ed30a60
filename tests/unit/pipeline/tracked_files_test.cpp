// SPDX-License-Identifier: Apache-2.0
#include "tracked_files.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "contract/os/file.hpp"
#include "git_repository.hpp"
#include "temporary.hpp"

namespace pipeline = contract::pipeline;
using contract::store::Store;
using contract::test::GitRepository;
using contract::test::TempDir;

TEST_CASE("tracked files: the encoding brings back what it was given, odd names included") {
    const std::string first(40, 'b');
    const std::string second(40, 'c');
    pipeline::TrackedFiles files;
    files.commit = std::string(40, 'a');
    files.index_mtime_ns = 123456789;
    files.deleted = {"gone", "gone too"};
    files.files = {{"with space\n\tand line", 0100755, true, false, 10, -5, 7, first},
                   {"z", 0120000, false, true, 0, 0, 0, second}};
    const auto decoded = [](std::string text) {
        return pipeline::decode_tracked_files(std::make_shared<const std::string>("state\n" + text), 6);
    };
    const auto same = [&](const std::optional<pipeline::TrackedFiles>& found) {
        return found && found->commit == files.commit && found->index_mtime_ns == files.index_mtime_ns &&
               found->deleted == files.deleted && found->files == files.files;
    };
    const auto text = pipeline::encode(files);
    CHECK(same(decoded(text)));
    for (std::size_t size = 0; size < text.size(); size += 7)
        CHECK_FALSE(same(decoded(text.substr(0, size))));
    std::reverse(files.files.begin(), files.files.end());
    CHECK_FALSE(decoded(pipeline::encode(files)));
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
    CHECK(files.find("a")->staged);
    CHECK(files.find("new")->staged);
    CHECK_FALSE(files.find("sub/c")->staged);
    CHECK(files.deleted == std::vector<std::string_view>{"b"});
    const auto below = pipeline::tracked_files(repository.path(), "sub/", store).value();
    CHECK(below.files.size() == 1);
    CHECK(below.find("c") != nullptr);
}

TEST_CASE("tracked files: the second reading is the first one, and a change of the index is seen") {
    const TempDir dir;
    auto store = Store::open(dir / "home").value();
    GitRepository repository(dir / "work");
    repository.write("a", "1");
    repository.commit();
    const auto first = pipeline::tracked_files(repository.path(), "", store).value();
    const auto second = pipeline::tracked_files(repository.path(), "", store).value();
    CHECK(second.commit == first.commit);
    CHECK(second.files == first.files);
    repository.write("b", "1");
    repository.git({"add", "b"});
    CHECK(pipeline::tracked_files(repository.path(), "", store).value().find("b") != nullptr);
    repository.commit();
    CHECK_FALSE(pipeline::tracked_files(repository.path(), "", store).value().find("b")->staged);
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
    CHECK(files.find("a") != nullptr);
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
            CHECK(files.find("sub/a") != nullptr);
        }
        CHECK(lists() == 1);
        CHECK(pipeline::tracked_files(repository.path(), "sub/", store).value().find("a") != nullptr);
        CHECK(lists() == 2);
        CHECK(pipeline::forget_lost_work_trees(store));
        CHECK(lists() == 2);
    }
    contract::os::remove_tree(dir / "work").value();
    CHECK(pipeline::forget_lost_work_trees(store));
    CHECK(lists() == 0);
}
