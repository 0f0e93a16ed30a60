// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "contract/git/repository.hpp"
#include "git_repository.hpp"
#include "skip.hpp"
#include "temporary.hpp"

using namespace contract;
using git::NodeKind;
using git::Repository;

namespace {

// What the machine's own configuration of git says must not matter here.
const int isolated = ::setenv("HOME", "/nonexistent", 1) + ::setenv("XDG_CONFIG_HOME", "/nonexistent", 1);

std::vector<std::string> paths(const std::vector<git::TreeEntry>& entries) {
    std::vector<std::string> out;
    for (const auto& entry : entries) out.push_back(entry.path);
    return out;
}

}  // namespace

TEST_CASE("a work tree, its .git directory and a bare repository can be opened, other places cannot") {
    REQUIRE(isolated == 0);
    const test::TempDir temporary;
    const test::GitRepository made(temporary / "work");
    const test::GitRepository bare(temporary / "bare", test::Layout::bare);
    CHECK(Repository::open(made.path()).value().work_tree() == made.path());
    CHECK(Repository::open(made / ".git").value().work_tree() == made.path());
    CHECK(Repository::open(bare.path()).value().work_tree().empty());
    temporary.write("plain/file", "x");
    CHECK(Repository::open(temporary / "plain").error().code == "not-a-repository");
    CHECK(Repository::open(temporary / "none").error().code == "not-a-repository");
    // Nothing is searched upwards.
    made.write("below/file", "x");
    CHECK(Repository::open(made / "below").error().code == "not-a-repository");
}

TEST_CASE("a repository of another user is refused with the remedy") {
    test::need_root("only root can give a directory to another user");
    const test::TempDir temporary;
    const test::GitRepository made(temporary / "work");
    REQUIRE(::chown(made.path().c_str(), 65534, 65534) == 0);
    REQUIRE(::chown((made / ".git").c_str(), 65534, 65534) == 0);
    const auto opened = Repository::open(made.path());
    REQUIRE_FALSE(opened);
    CAPTURE(opened.error().message);
    CHECK(opened.error().code == "unsafe-owner");
    CHECK(opened.error().help.at(0).find("safe.directory " + made.path()) != std::string::npos);
}

TEST_CASE("branches, tags of both kinds, full refs and ids lead to their commit") {
    const test::TempDir temporary;
    test::GitRepository made(temporary / "work");
    CHECK_FALSE(Repository::open(made.path()).value().head().value());
    made.write("a", "1");
    const std::string first = made.commit();
    made.tag("light");
    made.annotated_tag("full");
    made.git({"tag", "-a", "-m", "tag of a tag", "twice", "full"});
    made.branch("side");
    made.write("a", "2");
    const std::string second = made.commit();
    made.git({"tag", "tree-tag", "HEAD^{tree}"});
    const auto repository = Repository::open(made.path()).value();
    for (const auto* name : {"light", "full", "twice", "side", "refs/tags/full", "refs/heads/side"}) {
        CAPTURE(name);
        CHECK(repository.resolve(name).value().id == first);
    }
    CHECK(repository.resolve(first).value().date == "2026-01-01T00:01:00Z");
    CHECK(repository.resolve("main").value().id == second);
    CHECK(repository.resolve("HEAD").value().id == second);
    CHECK(repository.head().value()->id == second);
    for (const auto* name : {"none", "refs/heads/none", "a..b", "", "refs/", "tree-tag", "HEAD~1",
                             "0123456789012345678901234567890123456789"}) {
        CAPTURE(name);
        CHECK(repository.resolve(name).error().code == "ref-missing");
    }
    CHECK(repository.has_commit(first));
    CHECK_FALSE(repository.has_commit("0123456789012345678901234567890123456789"));
    CHECK_FALSE(repository.has_commit("main"));
}

TEST_CASE("a branch is found before a tag of the same name") {
    const test::TempDir temporary;
    test::GitRepository made(temporary / "work");
    made.commit();
    made.tag("same");
    const std::string second = made.commit();
    made.branch("same");
    CHECK(Repository::open(made.path()).value().resolve("same").value().id == second);
}

TEST_CASE("all refs are listed, with annotated tags peeled") {
    const test::TempDir temporary;
    test::GitRepository made(temporary / "work");
    const std::string commit = made.commit();
    made.annotated_tag("v1");
    made.git({"symbolic-ref", "refs/heads/dangling", "refs/heads/nowhere"});
    const auto refs = Repository::open(made.path()).value().refs().value();
    REQUIRE(refs.size() == 3);
    CHECK(refs[0].name == "HEAD");
    CHECK(refs[1].name == "refs/heads/main");
    CHECK(refs[2].name == "refs/tags/v1");
    CHECK(refs[2].id == commit);
}

TEST_CASE("a commit is walked with parents before children, by the bytes of the path") {
    const test::TempDir temporary;
    test::GitRepository made(temporary / "work");
    made.write("a/b", "inner");
    made.write("a-b", "");
    made.write("a.b/run", "#!/bin/sh\n", 0755);
    made.write("größe/ü", "ö");
    made.symlink("../a-b", "a/link");
    const std::string commit = made.commit();
    const auto repository = Repository::open(made.path()).value();
    const auto entries = repository.walk(commit, "").value();
    CHECK(paths(entries) ==
          std::vector<std::string>{"a", "a-b", "a.b", "a.b/run", "a/b", "a/link", "größe", "größe/ü"});
    CHECK(entries[0].kind == NodeKind::directory);
    CHECK(entries[1].kind == NodeKind::file);
    CHECK(entries[3].kind == NodeKind::executable);
    CHECK(entries[5].kind == NodeKind::symlink);
    CHECK(repository.blob(entries[1].id).value().empty());
    CHECK(repository.blob(entries[4].id).value() == "inner");
    CHECK(repository.blob(entries[5].id).value() == "../a-b");
    CHECK(paths(repository.walk(commit, "a").value()) == std::vector<std::string>{"b", "link"});
    CHECK(repository.walk(commit, "none").error().code == "subdir-missing");
    CHECK(repository.walk(commit, "a-b").error().code == "subdir-missing");
}

TEST_CASE("a submodule is seen as one") {
    const test::TempDir temporary;
    test::GitRepository made(temporary / "work");
    const std::string commit = made.commit();
    made.git({"update-index", "--add", "--cacheinfo", "160000," + commit + ",module"});
    made.git({"commit", "-q", "-m", "module"});
    const auto entries = Repository::open(made.path()).value().walk(made.head(), "").value();
    REQUIRE(entries.size() == 1);
    CHECK(entries[0].kind == NodeKind::submodule);
}

TEST_CASE("a tree with names that no directory can hold is refused") {
    const test::TempDir temporary;
    test::GitRepository made(temporary / "work");
    made.write("entry", "x");
    const std::string blob = made.git({"hash-object", "-w", "entry"});
    std::string bytes;
    for (std::size_t i = 0; i < 40; i += 2)
        bytes += static_cast<char>(std::stoi(blob.substr(i, 2), nullptr, 16));
    const auto* name = GENERATE("..", ".git", "a/b");
    made.write("tree", "100644 " + std::string(name) + '\0' + bytes);
    const std::string tree = made.git({"hash-object", "-w", "-t", "tree", "--literally", "tree"});
    const std::string commit = made.git({"commit-tree", "-m", "bad", tree});
    CAPTURE(name);
    CHECK(Repository::open(made.path()).value().walk(commit, "").error().code == "unsupported-entry");
}

TEST_CASE("a broken or missing object is an error that names the repository") {
    const test::TempDir temporary;
    test::GitRepository made(temporary / "work");
    made.write("a", "content");
    const std::string commit = made.commit();
    const std::string id = made.git({"rev-parse", "HEAD:a"});
    const std::string file = made / (".git/objects/" + id.substr(0, 2) + "/" + id.substr(2));
    REQUIRE(os::exists(file));
    SECTION("broken") {
        os::remove_tree(file).value();
        os::write_file(file, "not compressed").value();
    }
    SECTION("another object") {
        made.write("b", "something else");
        const std::string other = made.git({"hash-object", "-w", "b"});
        os::remove_tree(file).value();
        os::rename(made / (".git/objects/" + other.substr(0, 2) + "/" + other.substr(2)), file).value();
    }
    SECTION("missing") {
        os::remove_tree(file).value();
    }
    const auto blob = Repository::open(made.path()).value().blob(id);
    REQUIRE_FALSE(blob);
    CHECK(blob.error().code == "damaged-repository");
    CHECK(blob.error().message.find(made.path()) != std::string::npos);
}

TEST_CASE("the work tree is found upwards by its .git, a file or a directory") {
    const test::TempDir temporary;
    temporary.write("a/.git/x", "");
    temporary.write("a/b/c/file", "");
    temporary.write("a/linked/.git", "gitdir: elsewhere\n");
    CHECK(git::find_work_tree(temporary / "a/b/c") == temporary / "a");
    CHECK(git::find_work_tree(temporary / "a") == temporary / "a");
    CHECK(git::find_work_tree(temporary / "a/linked") == temporary / "a/linked");
    CHECK(git::find_work_tree(temporary.path()) == std::nullopt);
}
