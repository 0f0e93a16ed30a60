// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "git_server.hpp"
#include "git_world.hpp"
#include "ssh_server.hpp"

using namespace contract;
using inputs::Context;
using test::git_input;
using test::planned;
using World = test::GitWorld;

namespace {

// The same tree, put together by hand from what the work tree of the first commit held.
core::Directory expected_tools(store::Store& store) {
    const auto file = [&](const char* name, std::string_view bytes, bool executable) {
        return core::FileNode{name, store.add_blob(bytes).value(), bytes.size(), executable};
    };
    const core::Directory inner{{file("ü", "ö", false)}, {}, {}};
    const auto size = core::encode(inner).value().size();
    return core::Directory{{file("run", "#!/bin/sh\n", true)},
                           {core::DirectoryNode{"größe", store.add_directory(inner).value(), size}},
                           {core::SymlinkNode{"link", "../README"}}};
}

}  // namespace

TEST_CASE("a local repository is pinned to commit, date and content") {
    World world;
    const auto pin = inputs::resolve(git_input("../source", "v1", "", "./tools/"), world.context).value();
    CHECK(pin.rev == world.first);
    CHECK(pin.date == "2026-01-01T00:01:00Z");
    const auto tools = expected_tools(world.store);
    CHECK(pin.tree == Digest::of(core::encode(tools).value()));
    CHECK(world.store.has_tree(pin.tree));

    const auto whole = inputs::resolve(git_input("../source", "light"), world.context).value();
    CHECK(whole.rev == world.first);
    const auto top = world.store.directory(whole.tree).value();
    REQUIRE(top.directories.size() == 1);
    CHECK(top.directories[0].digest == pin.tree);
    CHECK(top.files.size() == 2);
    CHECK(inputs::resolve(git_input("../source"), world.context).value().rev == world.second);
    CHECK(inputs::resolve(git_input("../source", "", world.first), world.context).value() == whole);
    CHECK(inputs::resolve(git_input(world.made.path() + "/.git", "light"), world.context).value() == whole);
}

TEST_CASE("what lies in the working tree and what .gitattributes says do not change a pin") {
    World world;
    const auto clean = inputs::resolve(git_input("../source"), world.context).value();
    world.made.write("README", "dirty");
    world.made.write("untracked", "x");
    test::TempDir other;
    auto store = store::Store::open(other / "home").value();
    const Context context{store, world.temporary / "contract", false};
    CHECK(inputs::resolve(git_input("../source"), context).value() == clean);

    world.made.write(".gitattributes", "* text eol=crlf\nREADME export-ignore\n*.iso filter=lfs\n");
    world.made.write("README", "one\r\ntwo\r\n");
    world.made.commit();
    const auto pin = inputs::resolve(git_input("../source"), world.context).value();
    const auto top = world.store.directory(pin.tree).value();
    REQUIRE(top.files.size() == 4);
    CHECK(world.store.blob(top.files[1].digest).value() == "one\ntwo\n");
}

TEST_CASE("http and ssh give the pin that the repository itself gives") {
    World world;
    const test::GitHttpServer server(world.temporary.path());
    const test::ProgramSsh ssh;
    const bool over_http = GENERATE(true, false);
    const std::string url = over_http ? server.url() + "/source" : "git@server.invalid:" + world.made.path();
    const auto local = inputs::resolve(git_input("../source", "v1"), world.context).value();

    test::TempDir other;
    auto store = store::Store::open(other / "home").value();
    const Context context{store, world.temporary / "contract", false};
    CHECK(inputs::resolve(git_input(url, "v1"), context).value() == local);
    CHECK(store.has_tree(local.tree));
    CHECK(inputs::resolve(git_input(url, "refs/tags/light"), context).value() == local);
    CHECK(inputs::resolve(git_input(url, "", world.first), context).value() == local);
    CHECK(inputs::resolve(git_input(url, "v1", world.first), context).value() == local);
    CHECK(inputs::resolve(git_input(url), context).value().rev == world.second);

    const auto missing = inputs::resolve(git_input(url, "v2"), context);
    REQUIRE_FALSE(missing);
    CHECK(missing.error().code == "ref-missing");
    CHECK(missing.error().help.at(0) == "did you mean 'v1'?");

    // A machine with an empty store, the commit only behind its tag.
    test::TempDir third;
    auto fresh = store::Store::open(third / "home").value();
    const Context elsewhere{fresh, world.temporary / "contract", false};
    REQUIRE(inputs::materialise(planned(url, local, "v1"), elsewhere));
    CHECK(fresh.has_tree(local.tree));
}

TEST_CASE("a real ssh server gives the pin that the repository itself gives") {
    World world;
    const test::SshServer server;
    const test::ProgramSsh ssh("exec /usr/bin/ssh -F '" + server.client_configuration() + "' \"$@\"");
    const std::string url = "ssh://" + server.host() + world.made.path();
    const auto local = inputs::resolve(git_input("../source", "v1"), world.context).value();

    test::TempDir other;
    auto store = store::Store::open(other / "home").value();
    const Context context{store, world.temporary / "contract", false};
    CHECK(inputs::resolve(git_input(url, "v1"), context).value() == local);
    CHECK(store.has_tree(local.tree));
    CHECK(server.sessions() > 0);
    const auto missing = inputs::resolve(git_input(url, "v2"), context);
    REQUIRE_FALSE(missing);
    CHECK(missing.error().code == "ref-missing");
}

TEST_CASE("what cannot be resolved has a code of its own") {
    World world;
    world.temporary.write("plain/file", "x");
    CHECK(world.code_of(git_input("git://example.org/a")) == "bad-url");
    CHECK(world.code_of(git_input("../none")) == "missing-input");
    CHECK(world.code_of(git_input("../plain")) == "not-a-repository");
    CHECK(world.code_of(git_input("../source", "none")) == "ref-missing");
    CHECK(world.code_of(git_input("../source", "", "", "none")) == "subdir-missing");
    CHECK(world.code_of(git_input("../source", "", "", "README")) == "subdir-missing");
    CHECK(world.code_of(git_input("../source", "", "", "../source")) == "subdir-missing");
    CHECK(world.code_of(git_input("../source", "", std::string(40, '1'))) == "pin-unreachable");
    CHECK(world.code_of(git_input("http://127.0.0.1:1/a")) == "fetch-failed");
    const test::GitRepository empty(world.temporary / "empty");
    CHECK(world.code_of(git_input("../empty")) == "ref-missing");
}

TEST_CASE("what no tree can hold is refused by name") {
    World world;
    SECTION("submodule") {
        world.made.git({"update-index", "--add", "--cacheinfo", "160000," + world.first + ",module"});
        world.made.git({"commit", "-q", "-m", "module"});
        const auto pin = inputs::resolve(git_input("../source"), world.context);
        REQUIRE_FALSE(pin);
        CHECK(pin.error().code == "unsupported-entry");
        CHECK(pin.error().message.find("'module'") != std::string::npos);
        CHECK(world.code_of(git_input("../source", "", "", "tools")).empty());
    }
    SECTION("symlink without a target") {
        world.made.write("none", "");
        const std::string id = world.made.git({"hash-object", "-w", "none"});
        world.made.git({"update-index", "--add", "--cacheinfo", "120000," + id + ",link"});
        world.made.git({"commit", "-q", "-m", "link"});
        CHECK(world.code_of(git_input("../source")) == "unsupported-entry");
    }
    SECTION("name") {
        world.made.write("\xff", "x");
        world.made.commit();
        CHECK(world.code_of(git_input("../source")) == "unsupported-entry");
    }
}

TEST_CASE("a pin is brought into an empty store without a network when it is local or was fetched") {
    World world;
    const test::GitHttpServer server(world.temporary.path());
    const std::string url = server.url() + "/source";
    const auto pin = inputs::resolve(git_input("../source", "v1"), world.context).value();
    const auto tools = inputs::resolve(git_input("../source", "v1", "", "tools"), world.context).value();

    test::TempDir other;
    auto store = store::Store::open(other / "home").value();
    Context context{store, world.temporary / "contract", true};
    const auto refused = inputs::materialise(planned(url, pin, "v1"), context);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "offline");
    CHECK(refused.error().message.find(url) != std::string::npos);
    CHECK(inputs::resolve(git_input(url), context).error().code == "offline");
    REQUIRE(inputs::materialise(planned("../source", tools, "v1", "tools"), context));
    CHECK(store.has_tree(tools.tree));

    context.offline = false;
    CHECK(inputs::resolve(git_input(url, "v1", "", "tools/größe"), context));
    context.offline = true;
    REQUIRE(inputs::materialise(planned(url, pin, "v1"), context));
    CHECK(store.has_tree(pin.tree));
}

TEST_CASE("a commit that a force-push took away is unreachable, unless the store has its content") {
    World world;
    const test::GitHttpServer server(world.temporary.path());
    // One server gives out branches and tags alone, the other whatever it still has.
    const bool old = GENERATE(true, false);
    const std::string url = server.url() + (old ? "/old/source" : "/source");
    const auto pin = inputs::resolve(git_input(url), world.context).value();
    REQUIRE(pin.rev == world.second);
    world.made.git({"reset", "-q", "--hard", world.first});
    if (!old) {
        test::TempDir before;
        auto still = store::Store::open(before / "home").value();
        CHECK(inputs::materialise(planned(url, pin, "main"),
                                  Context{still, world.temporary / "contract", false}));
        world.made.git({"reflog", "expire", "--expire=now", "--all"});
        world.made.git({"gc", "-q", "--prune=now"});
    }
    CHECK(inputs::materialise(planned(url, pin, "main"), world.context));

    test::TempDir other;
    auto store = store::Store::open(other / "home").value();
    const Context context{store, world.temporary / "contract", false};
    const auto gone = inputs::materialise(planned(url, pin, "main"), context);
    REQUIRE_FALSE(gone);
    CHECK(gone.error().code == "pin-unreachable");
    CHECK(gone.error().message.find(world.second) != std::string::npos);
    CHECK(inputs::resolve(git_input(url, "", world.second), context).error().code == "pin-unreachable");
}

TEST_CASE("content that is not what the lock pins is a mismatch with both digests") {
    World world;
    auto pin = inputs::resolve(git_input("../source", "v1"), world.context).value();
    const Digest got = pin.tree;
    pin.tree = Digest::of("something else");
    const auto result = inputs::materialise(planned("../source", pin), world.context);
    REQUIRE_FALSE(result);
    CHECK(result.error().code == "hash-mismatch");
    CHECK(result.error().notes == std::vector<std::string>{"wanted: " + pin.tree.text(), "got: " + got.text(),
                                                           "url: ../source", "commit: " + world.first});
}

TEST_CASE("a damaged repository is named") {
    World world;
    const std::string id = world.made.git({"rev-parse", "HEAD:README"});
    world.made.remove(".git/objects/" + id.substr(0, 2) + "/" + id.substr(2));
    CHECK(world.code_of(git_input("../source")) == "damaged-repository");
}
