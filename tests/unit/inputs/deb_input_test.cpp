// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "deb/timestamp.hpp"
#include "deb_world.hpp"

using namespace contract;
using test::DebWorld;

namespace {

const std::string now_state = "20260115T093000Z";
const std::string old_state = "20260101T000000Z";

// Another machine: its own empty store, the same archive.
Result<> materialise_anew(const DebWorld& first, const core::Pin& pin, const core::DebSource& source,
                          const std::string& mirror, const std::string& snapshot = "") {
    DebWorld world;
    world.context.offline = first.context.offline;
    world.place(mirror, snapshot);
    return inputs::materialise(DebWorld::planned(pin, source), world.context);
}

}  // namespace

TEST_CASE("a deb input is pinned for each system, without a word about where it was found") {
    DebWorld world;
    world.wish.systems = {"x86_64-linux", "aarch64-linux", "aarch64-darwin"};
    const auto source = DebWorld::source({"tool", "script"});
    const auto pin = world.resolve(source).value();
    CHECK(pin.snapshot == now_state);
    CHECK(pin.layout == 1);
    CHECK(pin.signed_by.size() == 1);
    REQUIRE(pin.packages.size() == 2);
    const auto& amd64 = pin.packages.at("x86_64-linux");
    const auto& arm64 = pin.packages.at("aarch64-linux");
    REQUIRE(amd64.size() == 5);
    CHECK(amd64[1].name == "libtool1");
    CHECK(amd64[1].path == "pool/main/l/libtool1/libtool1_1.2-1_amd64.deb");
    CHECK(arm64[1].path == "pool/main/l/libtool1/libtool1_1.2-1_arm64.deb");
    CHECK(amd64[2] == arm64[2]);  // the script is for every architecture
    for (const auto& package : amd64) CHECK(world.store.has_blob(package.sha256));
    CHECK(world.store.has_tree(pin.trees.at("x86_64-linux")));
    CHECK(world.store.has_tree(pin.trees.at("aarch64-linux")));

    world.place(world.archive.url("no-by-hash"));
    CHECK(world.resolve(source).value() == pin);
    DebWorld other;
    other.wish = world.wish;
    other.place(other.archive.url("ok"));
    CHECK(other.resolve(source).value() == pin);
}

TEST_CASE("what is in the store is not asked for again") {
    DebWorld world;
    world.place(world.archive.url("ok"));
    const auto source = DebWorld::source({"tool"});
    const auto pin = world.resolve(source).value();
    const auto before = world.archive.answers();
    world.context.offline = true;
    CHECK(inputs::materialise(DebWorld::planned(pin, source), world.context));
    CHECK(std::stoi(world.archive.answers()) == std::stoi(before) + 0);
}

TEST_CASE("offline, all packages that are missing are named at once") {
    DebWorld world;
    const auto source = DebWorld::source({"tool"});
    const auto pin = world.resolve(source).value();
    world.context.offline = true;
    CHECK(world.resolve(source).error().code == "offline");
    const auto done = materialise_anew(world, pin, source, world.archive.file("ok"));
    REQUIRE(!done);
    CHECK(done.error().code == "offline");
    CHECK(join(done.error().notes, ", ") ==
          "package: libtool1 1.2-1, package: small-awk 1.0, package: tool 1.0");
}

TEST_CASE("another machine gets the same tree by http, also from servers that are busy") {
    const DebWorld world;
    const auto source = DebWorld::source({"tool"});
    const auto pin = world.resolve(source).value();
    for (const auto* mirror : {"ok", "busy", "limited"}) {
        INFO(mirror);
        CHECK(materialise_anew(world, pin, source, world.archive.url(mirror)));
    }
}

TEST_CASE("a package with other bytes is refused, kept aside, and named") {
    const DebWorld world;
    const auto source = DebWorld::source({"tool"});
    const auto pin = world.resolve(source).value();
    DebWorld other;
    other.place(other.archive.url("wrong-package"));
    const auto done = inputs::materialise(DebWorld::planned(pin, source), other.context);
    REQUIRE(!done);
    CHECK(done.error().code == "hash-mismatch");
    CHECK(done.error().message.find("tool 1.0") != std::string::npos);
    const auto& wanted = pin.packages.at("x86_64-linux")[2].sha256;
    CHECK(!other.store.has_blob(wanted));
    CHECK(os::exists(other.store.home() + "/downloads/" + wanted.hex() + ".bad"));
    // While locking it is the same.
    other.wish = world.wish;
    CHECK(other.locked(source) == "hash-mismatch");
    other.context.configuration.archives["test"].place.mirrors.push_back(other.archive.url("ok"));
    CHECK(inputs::materialise(DebWorld::planned(pin, source), other.context));
}

TEST_CASE("an index with other bytes than the release file signs is refused") {
    DebWorld world;
    world.place(world.archive.file("wrong-index"));
    CHECK(world.locked({"tool"}) == "release-mismatch");
}

TEST_CASE("a version that vanished is taken from a snapshot") {
    const DebWorld world;
    const auto source = DebWorld::source({"tool"});
    const auto pin = world.resolve(source).value();
    const auto gone = materialise_anew(world, pin, source, world.archive.url("vanished"));
    REQUIRE(!gone);
    CHECK(gone.error().code == "package-vanished");
    CHECK(gone.error().notes.at(0) == "package: libtool1 1.2-1");
    CHECK(gone.error().notes.at(1) == "package: tool 1.0");
    CHECK(materialise_anew(world, pin, source, world.archive.url("vanished"),
                           world.archive.url("snapshot/{timestamp}")));
}

TEST_CASE("an earlier state of the archive is locked by its time") {
    DebWorld world;
    auto source = DebWorld::source({"fixed"});
    source.suites = test::texts({"stable", "stable-security"});
    source.snapshot = core::Text{old_state, {}};
    CHECK(world.locked(source) == "archive-unknown");
    world.place(world.archive.url("down"), world.archive.url("snapshot/{timestamp}"));
    CHECK(world.locked(source) == "fixed=1.0-1");
    CHECK(world.resolve(source).value().snapshot == old_state);
    source.snapshot = core::Text{"20250101T000000Z", {}};
    CHECK(world.locked(source) == "suite-missing");
}

TEST_CASE("a release that is older than the lock is a rollback, unless its time is asked for") {
    DebWorld world;
    auto source = DebWorld::source({"plain"});
    const auto pin = world.resolve(source).value();
    world.wish.before = &pin;
    CHECK(world.locked(source) == "plain=1.0");
    world.place(world.archive.file("older"), world.archive.file("snapshot/{timestamp}"));
    CHECK(world.locked(source) == "release-older");
    source.snapshot = core::Text{old_state, {}};
    CHECK(world.locked(source) == "plain=1.0");
}

TEST_CASE("a suite that changes seldom is no rollback beside one that changes daily") {
    DebWorld world;
    auto source = DebWorld::source({"plain"});
    source.suites = test::texts({"stable", "stable-security"});
    const auto pin = world.resolve(source).value();
    world.wish.before = &pin;
    world.context.configuration.archives["test"].suites["stable"].mirrors = {world.archive.file("older")};
    CHECK(world.locked(source) == "plain=1.0");
}

TEST_CASE("an age is met by a snapshot, and by nothing else") {
    DebWorld world;
    world.wish.min_age_seconds = 3600;
    CHECK(world.locked({"plain"}) == "too-young");
    world.wish.min_age_seconds = 0;
    CHECK(world.locked({"plain"}) == "plain=1.0");
    world.wish.min_age_seconds = 3600;
    // The snapshot of exactly now minus an hour: a place that ignores the time in its address.
    world.place(world.archive.file("ok"), world.archive.file("ok"));
    CHECK(world.locked({"plain"}) == "plain=1.0");
    world.wish.min_age_seconds = inputs::deb::now() - inputs::deb::parse_timestamp(now_state).value() + 60;
    CHECK(world.locked({"plain"}) == "release-mismatch");
}

TEST_CASE("a lock that was made or changed by others is told apart") {
    DebWorld world;
    const auto source = DebWorld::source({"plain"});
    auto pin = world.resolve(source).value();
    auto newer = pin;
    newer.layout = 2;
    DebWorld other;
    CHECK(inputs::materialise(DebWorld::planned(newer, source), other.context).error().code ==
          "layout-unknown");
    pin.trees["x86_64-linux"] = Digest::of("something else");
    const auto done = inputs::materialise(DebWorld::planned(pin, source), other.context);
    REQUIRE(!done);
    CHECK(done.error().code == "hash-mismatch");
}

TEST_CASE("a server that ends packages early or fails is told as what it is") {
    const DebWorld world;
    const auto source = DebWorld::source({"plain"});
    const auto pin = world.resolve(source).value();
    const auto done = materialise_anew(world, pin, source, world.archive.url("truncated"));
    REQUIRE(!done);
    CHECK(done.error().code == "fetch-failed");
}
