// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "deb/index.hpp"
#include "deb/solve.hpp"
#include "deb_world.hpp"

using namespace contract;
using test::DebWorld;

TEST_CASE("the closure has dependencies, alternatives, virtual packages and versions as apt chooses them") {
    const DebWorld world;
    CHECK(world.locked({"tool"}) == "libtool1=1.2-1 small-awk=1.0 tool=1.0");
    CHECK(world.locked({"tool", "great-awk"}) == "great-awk=9.0 libtool1=1.2-1 tool=1.0");
    CHECK(world.locked({"editor"}) == "editor=1.0 plain=1.0");  // its first alternative cannot be installed
    CHECK(world.locked({"newer"}) == "libnew=3.0 newer=1.0");   // the real libold is too old
    CHECK(world.locked({"mail-client"}) == "agent-one=1:2.0 mail-client=1.0");
    CHECK(world.locked({"needs-early"}) == "early=1.0 needs-early=1.0");
    CHECK(world.locked({"script"}) == "interpreter=1.0 script=1.0");
    CHECK(world.locked({"friendly"}) == "friendly=1.0");
    auto friendly = DebWorld::source({"friendly"});
    friendly.recommends = true;
    CHECK(world.locked(friendly) == "companion=1.0 friendly=1.0");
}

TEST_CASE("essential packages come with all others unless they are not wanted") {
    const DebWorld world;
    auto source = DebWorld::source({"plain"});
    source.essential = true;
    CHECK(world.locked(source) == "base-files=1.0 init-helpers=1.0 merged=1.0 plain=1.0 shell=1.0");
}

TEST_CASE("the newest version of all suites is taken, but nothing unasked of backports") {
    const DebWorld world;
    auto source = DebWorld::source({"fixed", "experiment"});
    CHECK(world.locked(source) == "experiment=1.0 fixed=1.0-1");
    source.suites = test::texts({"stable", "stable-backports", "stable-security"});
    CHECK(world.locked(source) == "experiment=1.0 fixed=1.0-1+security1");
    source.packages = test::texts({"fixed=1.0-1", "experiment=2.0"});
    CHECK(world.locked(source) == "experiment=2.0 fixed=1.0-1");
    const auto pin = world.resolve(source).value();
    CHECK(pin.packages.at("x86_64-linux")[0].suite == "stable-backports");
    CHECK(pin.packages.at("x86_64-linux")[1].suite == "stable");
}

TEST_CASE("packages of another component are there when it is named") {
    const DebWorld world;
    auto source = DebWorld::source({"contributed"});
    CHECK(world.locked(source) == "package-missing");
    source.components = test::texts({"main", "extra"});
    CHECK(world.locked(source) == "contributed=1.0");
    source.components = test::texts({"main", "no-such"});
    CHECK(world.locked(source) == "suite-missing");
}

TEST_CASE("a package that is not there is told with the closest name, all at once") {
    const DebWorld world;
    auto error = world.resolve(DebWorld::source({"toll", "nowhere-at-all", "plain"})).error();
    CHECK(error.code == "package-missing");
    CHECK(error.message == "there is no package 'toll'");
    CHECK(join(error.help, "\n").find("'tool'") != std::string::npos);
    CHECK(join(error.notes, "\n") == "searched: stable\nalso: there is no package 'nowhere-at-all'");
    error = world.resolve(DebWorld::source({"mail-agent"})).error();
    CHECK(error.code == "package-missing");
    CHECK(join(error.help, "\n").find("agent-one, agent-two") != std::string::npos);
    error = world.resolve(DebWorld::source({"tool=7"})).error();
    CHECK(error.code == "package-missing");
    CHECK(join(error.notes, "\n") == "in stable: 1.0");
    CHECK(world.locked({"tool:arm64"}) == "package-missing");
}

TEST_CASE("packages that do not fit together are refused with the reasons") {
    const DebWorld world;
    for (const auto& packages : {std::vector<std::string>{"both"},
                                 {"left", "right"},
                                 {"needs-nothing-there"},
                                 {"breaker", "tool"},
                                 {"agent-one", "agent-two"}}) {
        const auto pin = world.resolve(DebWorld::source(packages));
        INFO(packages.front());
        REQUIRE(!pin);
        CHECK(pin.error().code == "packages-unsolvable");
        CHECK(!pin.error().notes.empty());
    }
    const auto error = world.resolve(DebWorld::source({"needs-nothing-there"})).error();
    CHECK(join(error.notes, "\n").find("not-in-this-archive") != std::string::npos);
}

namespace {

using inputs::deb::PackageIndex;

std::string stanza(const std::string& name, const std::string& version, const std::string& more = "") {
    return "Package: " + name + "\nVersion: " + version + "\nArchitecture: amd64\nFilename: pool/" + name +
           ".deb\nSize: 1\nSHA256: " + std::string(64, 'a') + "\n" + more + "\n";
}

Result<std::vector<core::LockedPackage>> solved(const std::string& text, const std::string& package) {
    auto index = inputs::deb::parse_packages("s", std::make_shared<const std::string>(text));
    if (!index) return std::move(index).error();
    return inputs::deb::solve({*index}, {"amd64", test::texts({package}), false, false});
}

}  // namespace

TEST_CASE("an index that is malformed is refused") {
    CHECK(solved(stanza("a", "1"), "a"));
    CHECK(solved("Version: 1\n\n", "a").error().code == "release-mismatch");
    CHECK(solved("Package: a\n\n", "a").error().code == "release-mismatch");
    CHECK(solved(stanza("a", "1", std::string("X: \0", 4)), "a").error().code == "release-mismatch");
    CHECK(solved("", "a").error().code == "package-missing");
    CHECK(solved("Package: a\nVersion: 1\nArchitecture: amd64\n", "a").error().code == "release-mismatch");
}

TEST_CASE("a path that leads out of the archive is refused") {
    for (const auto* path : {"../a.deb", "/a.deb", "a/../../b", "a b", "a?b", "a\x1b[m", ""}) {
        INFO(path);
        const auto text =
            "Package: a\nVersion: 1\nArchitecture: amd64\nSize: 1\nSHA256: " + std::string(64, 'a') +
            "\nFilename: " + path + "\n";
        CHECK(solved(text, "a").error().code == "release-mismatch");
    }
}

TEST_CASE("what a package that is not chosen lacks is nobody's business") {
    const auto text = stanza("a", "1") + "Package: b\nVersion: 1\nArchitecture: amd64\n\n";
    const auto packages = solved(text, "a").value();
    REQUIRE(packages.size() == 1);
    CHECK(packages[0].path == "pool/a.deb");
    CHECK(packages[0].size == 1);
}

TEST_CASE("hostile relations neither crash nor hang the solver") {
    const std::string deep(100'000, '(');
    for (const auto& depends :
         {deep, std::string("|||,,,|"), std::string("a (>= "), std::string("a [b] <c>"), std::string(":any"),
          std::string("\xff\xfe"), std::string("a (>= 1) | a (<< 1)")}) {
        const auto result = solved(stanza("a", "1", "Depends: " + depends + "\n"), "a");
        CHECK((result || !result.error().code.empty()));
    }
    std::string cycle;
    for (int i = 0; i < 500; ++i)
        cycle += stanza("p" + std::to_string(i), "1", "Depends: p" + std::to_string((i + 1) % 500) + "\n");
    CHECK(solved(cycle, "p0").value().size() == 500);
}
