// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "contract/inputs/inputs.hpp"
#include "temporary.hpp"

using namespace contract;
using inputs::Context;

namespace {

struct World {
    test::TempDir temporary;
    store::Store store = store::Store::open(temporary / "home").value();
    Context context{store, temporary / "contract", true};

    World() {
        temporary.write("assets/a", "hello");
        temporary.write("assets/bin/run", "#!/bin/sh\n", 0755);
        os::make_directories(temporary / "assets/empty").value();
        os::make_symlink("/nonexistent", temporary / "assets/link").value();
    }

    Result<core::Pin> resolve(const std::string& path) const {
        core::Input input;
        input.name.value = "assets";
        input.source = core::PathSource{core::Text{path, {}}};
        return inputs::resolve(input, context);
    }
    Digest digest() const { return resolve("../assets").value().tree; }
};

}  // namespace

TEST_CASE("a path input is pinned by its content alone") {
    World world;
    const auto pin = world.resolve("../assets").value();
    CHECK(pin.rev.empty());
    CHECK(pin.date.empty());
    CHECK(world.store.has_tree(pin.tree));
    const auto top = world.store.directory(pin.tree).value();
    REQUIRE(top.files.size() == 1);
    CHECK(top.files[0] == core::FileNode{"a", Digest::of("hello"), 5, false});
    REQUIRE(top.directories.size() == 2);
    CHECK(world.store.directory(top.directories[0].digest).value().files.at(0).executable);
    CHECK(top.directories[1].digest == Digest::of(""));
    CHECK(top.symlinks == std::vector<core::SymlinkNode>{{"link", "/nonexistent"}});

    // Neither times nor permissions but one, nor git's own files.
    REQUIRE(::chmod((world.temporary / "assets/a").c_str(), 0640) == 0);
    world.temporary.write("assets/.git/HEAD", "x");
    world.temporary.write("assets/empty/.git", "gitdir: x");
    CHECK(world.digest() == pin.tree);
    os::make_symlink("assets", world.temporary / "alias").value();
    CHECK(world.resolve("../alias").value() == pin);
    CHECK(world.resolve(world.temporary / "assets").value() == pin);
}

TEST_CASE("every change of content, name, execute bit or target changes the pin") {
    World world;
    const Digest before = world.digest();
    SECTION("content") {
        world.temporary.write("assets/a", "hullo");
    }
    SECTION("name") {
        os::rename(world.temporary / "assets/a", world.temporary / "assets/b").value();
    }
    SECTION("execute bit") {
        REQUIRE(::chmod((world.temporary / "assets/a").c_str(), 0755) == 0);
    }
    SECTION("an empty directory") {
        os::remove_tree(world.temporary / "assets/empty").value();
    }
    SECTION("target") {
        os::remove_tree(world.temporary / "assets/link").value();
        os::make_symlink("a", world.temporary / "assets/link").value();
    }
    CHECK(world.digest() != before);
}

TEST_CASE("what is missing, no directory or no file is refused by name") {
    World world;
    CHECK(world.resolve("../none").error().code == "missing-input");
    CHECK(world.resolve("../assets/a").error().code == "missing-input");
    CHECK(world.resolve("../assets/link").error().code == "missing-input");
    REQUIRE(::mkfifo((world.temporary / "assets/pipe").c_str(), 0600) == 0);
    const auto pin = world.resolve("../assets");
    REQUIRE_FALSE(pin);
    CHECK(pin.error().code == "unsupported-entry");
    CHECK(pin.error().message.find("assets/pipe") != std::string::npos);
}

TEST_CASE("a directory that changed since it was pinned is a mismatch with the command that pins it again") {
    World world;
    core::PlannedInput input;
    input.target = "inputs.assets";
    input.kind = core::InputKind::path;
    input.url = "../assets";
    input.pin = world.resolve("../assets").value();
    input.tree = input.pin.tree;
    CHECK(inputs::materialise(input, world.context));
    world.temporary.write("assets/a", "changed");
    const auto result = inputs::materialise(input, world.context);
    REQUIRE_FALSE(result);
    CHECK(result.error().code == "hash-mismatch");
    CHECK(result.error().help.at(0).find("contract update assets") != std::string::npos);
    CHECK(result.error().notes.at(1) == "got: " + world.digest().text());
}
