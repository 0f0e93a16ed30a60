// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "deb/release.hpp"
#include "deb/signature.hpp"
#include "deb/timestamp.hpp"
#include "deb_world.hpp"

using namespace contract;
using namespace contract::inputs::deb;

namespace {

// The release file of a mirror, or the code of what is wrong with it.
struct Releases : test::DebWorld {
    ReleaseWish asked{"", parse_timestamp("20260120T000000Z").value()};

    SuitePlace place_of(const std::string& mirror, const std::string& key = "archive.gpg") const {
        return {"stable", {archive.file(mirror)}, std::nullopt, {{archive.key(key), ""}}, "contract.toml"};
    }
    std::string code_of(const std::string& mirror, const std::string& key = "archive.gpg") const {
        const auto release = fetch_release(place_of(mirror, key), asked, context);
        return release ? "" : release.error().code;
    }
    std::string evidence_of(const std::string& mirror) const {
        const auto release = fetch_release(place_of(mirror), asked, context);
        return release ? "" : join(release.error().notes, "\n");
    }
};

}  // namespace

TEST_CASE("a signed release file says who signed it and what the suite has") {
    const Releases world;
    const auto release = fetch_release(world.place_of("ok"), world.asked, world.context).value();
    CHECK(release.origin == "Test");
    CHECK(release.suite == "stable");
    CHECK(release.codename == "trolley");
    CHECK(timestamp(release.date) == "20260115T093000Z");
    CHECK(release.by_hash);
    CHECK(release.files.size() == 12);
    REQUIRE(release.signed_by.size() == 1);
    CHECK(release.signed_by[0].size() == 49);
    CHECK(release.signed_by[0][4] == ' ');
    CHECK(world.code_of("ok", "archive.asc").empty());
    CHECK(world.code_of("detached").empty());
    auto by_codename = world.place_of("ok");
    by_codename.suite = "trolley";
    CHECK(fetch_release(by_codename, world.asked, world.context).error().code == "suite-missing");
}

TEST_CASE("a release file without a good signature is refused with gpgv's reason") {
    const Releases world;
    for (const auto* mirror : {"unsigned", "tampered", "other-key", "concatenated"}) {
        INFO(mirror);
        CHECK(world.code_of(mirror) == "release-unsigned");
    }
    CHECK(world.code_of("ok", "other.gpg") == "release-unsigned");
    CHECK(world.evidence_of("tampered").find("the text was changed") != std::string::npos);
    CHECK(world.evidence_of("other-key").find("is not in the keyring") != std::string::npos);
    CHECK(world.evidence_of("concatenated").find("one signed message") != std::string::npos);
    CHECK(world.evidence_of("unsigned").find("neither InRelease nor Release.gpg") != std::string::npos);
}

TEST_CASE("a second signature by a key that is not known yet does no harm") {
    const Releases world;
    const auto one = fetch_release(world.place_of("two-keys"), world.asked, world.context).value();
    CHECK(one.signed_by.size() == 1);
    auto place = world.place_of("two-keys");
    place.keyrings.push_back({world.archive.key("other.asc"), ""});
    CHECK(fetch_release(place, world.asked, world.context).value().signed_by.size() == 2);
    place.keyrings = {{"", os::read_file(world.archive.key("archive.asc")).value()}};
    CHECK(fetch_release(place, world.asked, world.context).value().signed_by == one.signed_by);
}

TEST_CASE("a release file that is expired or another one is refused") {
    Releases world;
    CHECK(world.code_of("expired") == "release-expired");
    world.asked.now = parse_timestamp("20260115T120000Z").value();
    CHECK(world.code_of("expired").empty());
    CHECK(world.code_of("other-suite") == "release-mismatch");
    CHECK(world.code_of("malformed") == "release-mismatch");
    CHECK(world.code_of("nowhere") == "suite-missing");
}

TEST_CASE("a snapshot may be expired but not younger than it says") {
    Releases world;
    auto place = world.place_of("down");
    place.snapshot = world.archive.file("expired");
    world.asked.timestamp = "20260115T093000Z";
    CHECK(fetch_release(place, world.asked, world.context));
    world.asked.timestamp = "20260115T092959Z";
    CHECK(fetch_release(place, world.asked, world.context).error().code == "release-mismatch");
    place.snapshot = world.archive.file("snapshot/{timestamp}");
    world.asked.timestamp = "20260101T000000Z";
    CHECK(timestamp(fetch_release(place, world.asked, world.context).value().date) == "20260101T000000Z");
}

TEST_CASE("the next mirror is asked when one fails, and offline none") {
    Releases world;
    auto place = world.place_of("nowhere");
    place.mirrors.push_back(world.archive.file("tampered"));
    place.mirrors.push_back(world.archive.file("ok"));
    const auto release = fetch_release(place, world.asked, world.context).value();
    CHECK(release.bases.front() == world.archive.file("ok") + "/dists/stable");
    CHECK(release.bases.size() == 3);
    world.context.offline = true;
    CHECK(world.code_of("ok") == "offline");
}

TEST_CASE("release files with missing or odd fields are told apart") {
    CHECK(parse_release("Suite: a\nSHA256:\n x 1 y\n").error().code == "release-mismatch");
    const std::string head = "Suite: a\nDate: Thu, 01 Jan 2026 00:00:00 UTC\n";
    CHECK(parse_release(head).error().code == "release-mismatch");
    const std::string line = " " + std::string(64, 'a') + " 12 main/Packages\n";
    const auto release = parse_release(head + "SHA256:\n" + line + " short 1 x\n " + std::string(64, 'b') +
                                       " -1 y\n " + std::string(64, 'b') + " 99999999999999999999 z\n")
                             .value();
    CHECK(release.files.size() == 1);
    CHECK(release.files.at("main/Packages").size == 12);
    CHECK(parse_release(head + "NotAutomatic: yes\nSHA256:\n" + line).value().priority == 1);
    CHECK(parse_release(head + "NotAutomatic: yes\nButAutomaticUpgrades: yes\nSHA256:\n" + line)
              .value()
              .priority == 100);
}

TEST_CASE("keyrings may be armored, several in one file, but not damaged") {
    const auto binary = os::read_file(test::DebianArchive::get().key("archive.gpg")).value();
    const auto armored = os::read_file(test::DebianArchive::get().key("archive.asc")).value();
    CHECK(binary_keyring(binary).value() == binary);
    CHECK(binary_keyring(armored).value() == binary);
    CHECK(binary_keyring(armored + "\n" + armored).value() == binary + binary);
    CHECK(binary_keyring("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n*\n").error().code == "release-unsigned");
}
