// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "git_server.hpp"
#include "git_world.hpp"

using namespace contract;
using inputs::Context;
using test::git_input;

namespace {

// Repositories outer, middle and inner, each with the next as a submodule in deps/NAME.
struct Nested {
    test::TempDir temporary;
    store::Store store = store::Store::open(temporary / "home").value();
    Context context{store, temporary / "contract", false};
    test::GitRepository inner{temporary / "served/inner"}, middle{temporary / "served/middle"},
        outer{temporary / "served/outer"};
    std::string first;  // the commit of inner that middle records; inner has gone on since

    Nested() {
        inner.write("leaf", "one");
        first = inner.commit();
        inner.write("leaf", "two");
        inner.commit();
        link(middle, "inner", "../inner", first);
        middle.commit();
        outer.write("top", "top");
        link(outer, "middle", "../middle", middle.head());
        outer.commit();
    }

    static void link(test::GitRepository& repository, const std::string& name, const std::string& url,
                     const std::string& rev) {
        repository.write(".gitmodules",
                         "[submodule \"" + name + "\"]\n\tpath = deps/" + name + "\n\turl = " + url + "\n");
        repository.git({"add", ".gitmodules"});
        repository.git({"update-index", "--add", "--cacheinfo", "160000," + rev + ",deps/" + name});
        repository.git({"commit", "-q", "-m", "link"});
        os::make_directories(repository / ("deps/" + name)).value();
    }

    Result<core::Pin> resolve(const std::string& url, const std::string& subdir = "") const {
        auto input = git_input(url, "", "", subdir);
        std::get<core::GitSource>(input.source).submodules = true;
        return inputs::resolve(input, context);
    }

    std::string file(const Digest& tree, const std::vector<std::string>& path) const {
        auto directory = store.directory(tree).value();
        for (std::size_t i = 0; i + 1 < path.size(); ++i)
            for (const auto& child : std::vector<core::DirectoryNode>(directory.directories))
                if (child.name == path[i]) directory = store.directory(child.digest).value();
        for (const auto& node : directory.files)
            if (node.name == path.back()) return store.blob(node.digest).value();
        return "missing";
    }
};

core::PlannedInput with_submodules(const std::string& url, const core::Pin& pin) {
    auto input = test::planned(url, pin);
    core::GitSource source;
    source.submodules = true;
    input.source = source;
    return input;
}

}  // namespace

TEST_CASE("submodules are the commits that are recorded, at every level and over every transport") {
    const Nested nested;
    const test::GitHttpServer server((nested.temporary / "served"));
    const test::ProgramSsh ssh;
    const auto local = nested.resolve("../served/outer").value();
    CHECK(local.rev == nested.outer.head());
    CHECK(nested.file(local.tree, {"deps", "middle", "deps", "inner", "leaf"}) == "one");
    CHECK(nested.file(local.tree, {".gitmodules"}).find("../middle") != std::string::npos);

    for (const auto& url : {server.url() + "/outer", server.url() + "/old/outer",
                            "git@server.invalid:" + nested.outer.path()}) {
        CAPTURE(url);
        test::TempDir other;
        auto store = store::Store::open(other / "home").value();
        Context context{store, "/", false};
        auto input = git_input(url);
        std::get<core::GitSource>(input.source).submodules = true;
        CHECK(inputs::resolve(input, context).value() == local);

        // What was fetched is enough for a store that lost the tree's content, and nothing else is.
        test::TempDir third;
        auto fresh = store::Store::open(third / "home").value();
        const Context offline{fresh, "/", true};
        CHECK(inputs::materialise(with_submodules(url, local), offline).error().code == "offline");
        const Context elsewhere{fresh, "/", false};
        REQUIRE(inputs::materialise(with_submodules(url, local), elsewhere));
        CHECK(fresh.has_tree(local.tree));
    }
}

TEST_CASE("a subdir has the submodules below it") {
    const Nested nested;
    const auto pin = nested.resolve("../served/outer", "deps").value();
    CHECK(nested.file(pin.tree, {"middle", "deps", "inner", "leaf"}) == "one");
}

TEST_CASE("without the key a submodule is refused, with the key in the help") {
    const Nested nested;
    const auto pin = inputs::resolve(git_input("../served/outer"), nested.context);
    REQUIRE_FALSE(pin);
    CHECK(pin.error().code == "unsupported-entry");
    CHECK(pin.error().help.at(0).find("submodules = true") != std::string::npos);
}

TEST_CASE("a repository may have itself, at another commit, as a submodule") {
    Nested nested;
    const auto before = nested.inner.head();
    Nested::link(nested.inner, "self", "../inner", before);
    const test::GitHttpServer server((nested.temporary / "served"));
    const auto pin = nested.resolve(server.url() + "/inner").value();
    CHECK(nested.file(pin.tree, {"deps", "self", "leaf"}) == "two");
}

TEST_CASE("submodules that lie too deep end") {
    Nested nested;
    for (int i = 0; i < 9; ++i) Nested::link(nested.inner, "self", "../inner", nested.inner.head());
    const auto pin = nested.resolve("../served/inner");
    REQUIRE_FALSE(pin);
    CHECK(pin.error().code == "bad-submodule");
    CHECK(pin.error().message.find("more than 8") != std::string::npos);
}

TEST_CASE("submodules that cannot or must not be followed are findings") {
    Nested nested;
    const test::GitHttpServer server((nested.temporary / "served"));
    const auto code = [&](const std::string& url) {
        const auto pin = nested.resolve(url);
        return pin ? std::string("none") : pin.error().code;
    };
    const auto outer = server.url() + "/outer";
    SECTION("a remote repository must not name a directory of this machine") {
        const std::string url = std::vector{"file://" + nested.middle.path(), nested.middle.path(),
                                            std::string("middle")}[GENERATE(0U, 1U, 2U)];
        Nested::link(nested.outer, "middle", url, nested.middle.head());
        CHECK(code(outer) == "bad-submodule");
    }
    SECTION("nor a program") {
        const auto* url = GENERATE("ext::sh -c id://x", "-oProxyCommand=id", "ssh://-oProxyCommand=id/a",
                                   "https://me:secret@example.org/a", "../../../..");
        Nested::link(nested.outer, "middle", url, nested.middle.head());
        const auto got = code(outer);
        CHECK((got == "bad-url" || got == "bad-submodule"));
    }
    SECTION("a commit that is nowhere") {
        Nested::link(nested.outer, "middle", "../middle", std::string(40, '1'));
        CHECK(code(outer) == "pin-unreachable");
        CHECK(code("../served/outer") == "pin-unreachable");
    }
    SECTION("no .gitmodules, none for this path, one that is a symlink") {
        nested.outer.remove(".gitmodules");
        SECTION("none") {}
        SECTION("another") {
            nested.outer.write(".gitmodules", "[submodule \"x\"]\npath = x\nurl = ../x\n");
        }
        SECTION("symlink") {
            nested.outer.symlink("top", ".gitmodules");
        }
        nested.outer.git({"add", "-A", ".gitmodules"});
        nested.outer.git({"commit", "-q", "-m", "change"});
        CHECK(code(outer) == "bad-submodule");
    }
    SECTION("a server that does not answer") {
        Nested::link(nested.outer, "middle", "http://127.0.0.1:1/middle", nested.middle.head());
        const auto pin = nested.resolve(outer);
        REQUIRE_FALSE(pin);
        CHECK(pin.error().code == "fetch-failed");
        CHECK(pin.error().notes.back() == "submodule: deps/middle");
    }
}
