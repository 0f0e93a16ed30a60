// SPDX-License-Identifier: Apache-2.0
#include "contract/pipeline/configuration.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "contract/os/machine.hpp"
#include "temporary.hpp"

using namespace contract;
using pipeline::load_configuration;

namespace {

std::string key_text(const std::string& name) {
    return SecretKey::generate(name).value().public_key().text();
}

std::string trusting(const std::string& key) {
    return "[keys]\ntrusted = [\"" + key + "\"]\n";
}

}  // namespace

TEST_CASE("configuration: the user's goes before the system's, and the keys of both are trusted") {
    const test::TempDir directory;
    const auto ours = key_text("ours"), theirs = key_text("theirs");
    directory.write("user.toml", trusting(ours) +
                                     "signing = \"/mine\"\n[caches]\nplaces = [\"/a\"]\n"
                                     "[mirrors]\n\"https://x/\" = \"https://user/\"\n"
                                     "[archives.debian]\nmirror = [\"https://user/debian\"]\n");
    directory.write("system.toml", trusting(theirs) +
                                       "signing = \"/theirs\"\n[caches]\nplaces = [\"/b\"]\n"
                                       "[mirrors]\n\"https://x/\" = \"https://system/\"\n"
                                       "[archives.debian]\nmirror = [\"https://system/debian\"]\n"
                                       "[archives.ubuntu]\nmirror = [\"https://system/ubuntu\"]\n");
    const auto loaded =
        load_configuration({directory / "user.toml", directory / "missing.toml", directory / "system.toml"});
    CHECK(loaded.findings.empty());
    REQUIRE(loaded.keys.trusted.size() == 2);
    CHECK(loaded.keys.trusted[0].text() == ours);
    CHECK(loaded.keys.trusted[1].text() == theirs);
    CHECK(loaded.keys.signing == "/mine");
    CHECK(loaded.keys.caches == std::vector<std::string>{"/a", "/b"});
    CHECK(core::mirrored(loaded.configuration, "https://x/y") == "https://user/y");
    CHECK(loaded.configuration.archives.at("debian").place.mirrors.front() == "https://user/debian");
    CHECK(loaded.configuration.archives.contains("ubuntu"));
}

TEST_CASE("configuration: a file that trusts keys is its owner's alone") {
    const test::TempDir directory;
    const std::string file = directory / "config.toml";
    directory.write("config.toml", trusting(key_text("ci")));
    CHECK(load_configuration({file}).keys.trusted.size() == 1);
    const auto refused = [&] {
        const auto loaded = load_configuration({file});
        REQUIRE(loaded.findings.size() == 1);
        CHECK(loaded.findings[0].code == "build.bad-configuration");
        CHECK(loaded.keys.trusted.empty());
    };
    for (const mode_t mode : {0664U, 0646U, 0666U}) {
        REQUIRE(::chmod(file.c_str(), mode) == 0);
        refused();
    }
    REQUIRE(::chmod(file.c_str(), 0644) == 0);
    CHECK(load_configuration({file}).findings.empty());
    if (os::is_root()) {
        REQUIRE(::chown(file.c_str(), 1000, 1000) == 0);
        refused();
    }
    // What says where bytes come from may be anybody's: they are pinned.
    directory.write("mirrors.toml", "[mirrors]\n\"https://x/\" = \"https://y/\"\n");
    REQUIRE(::chmod((directory / "mirrors.toml").c_str(), 0666) == 0);
    CHECK(load_configuration({directory / "mirrors.toml"}).findings.empty());
}

TEST_CASE("configuration: one file with a mistake leaves nothing of either") {
    const test::TempDir directory;
    directory.write("user.toml", trusting("nonsense"));
    directory.write("system.toml",
                    trusting(key_text("theirs")) + "[mirrors]\n\"https://x/\" = \"https://y/\"\n");
    const auto loaded = load_configuration({directory / "user.toml", directory / "system.toml"});
    CHECK(loaded.findings.size() == 1);
    CHECK(loaded.keys.trusted.empty());
    CHECK(loaded.configuration.mirrors.empty());
}
