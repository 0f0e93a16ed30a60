// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "deb/apt_sources.hpp"
#include "deb/archive_place.hpp"
#include "deb/control.hpp"
#include "deb/systems.hpp"
#include "deb/timestamp.hpp"
#include "deb_world.hpp"

using namespace contract;
using namespace contract::inputs::deb;

TEST_CASE("a control file is read by stanzas and fields, with continuation lines") {
    std::string_view rest =
        "\n\n# comment\nPackage: a\nDescription: short\n long: with colon\n .\n more\nEmpty:\n\n"
        "no field\nname : odd\n";
    auto first = take_stanza(rest);
    auto field = take_field(first);
    REQUIRE(field);
    CHECK(field->name == "Package");
    CHECK(field->value == "a");
    CHECK(field->lines == "Package: a\n");
    field = take_field(first);
    CHECK(field->value == "short\n long: with colon\n .\n more");
    CHECK(take_field(first)->value.empty());
    CHECK(!take_field(first));
    auto second = take_stanza(rest);
    CHECK(take_field(second)->name.empty());
    CHECK(take_field(second)->name == "name ");
    CHECK(take_stanza(rest).empty());
    std::string_view unended = "A: b";
    auto last = take_stanza(unended);
    CHECK(take_field(last)->value == "b");
    CHECK(words(" a\t b\n c ") == std::vector<std::string_view>{"a", "b", "c"});
}

TEST_CASE("dates of release files and snapshots are seconds in UTC") {
    CHECK(timestamp(parse_release_date("Sun, 01 Nov 2026 08:30:00 UTC").value()) == "20261101T083000Z");
    CHECK(parse_release_date("Thu, 1 Jan 1970 00:00:01 +0000").value() == 1);
    CHECK(parse_timestamp("20260601T000000Z") == parse_release_date("Mon, 1 Jun 2026 00:00:00 UTC"));
    for (const auto* bad : {"", "yesterday", "Sun, 01 Nov 2026 08:30:00 CET", "Sun, 31 Jun 2026 08:30:00 UTC",
                            "Sun, 01 Nov 2026 24:30:00 UTC", "Sun, 01 Nvo 2026 08:30:00 UTC",
                            "Sun, -1 Nov 2026 08:30:00 UTC", "Sun, 01 Nov 20266 08:30:00 UTC"})
        CHECK(!parse_release_date(bad));
    for (const auto* bad :
         {"", "2026-06-01T00:00:00", "20260601T000000", "20261301T000000Z", "2026060xT000000Z"})
        CHECK(!parse_timestamp(bad));
}

TEST_CASE("one-line sources of apt are read with their options") {
    const auto sources = parse_list(
        "# deb http://no.example.org/ a b\n"
        "deb http://archive.example.org/debian/ bookworm main contrib # comment\n"
        "deb [arch=amd64 signed-by=/keys/a.gpg,/keys/b.gpg] https://b.example.org/debian bookworm-security "
        "main\n"
        "deb-src http://archive.example.org/debian bookworm main\n"
        "deb cdrom:[disc]/ bookworm main\ndeb http://flat.example.org ./\ndeb [broken http://a b c\ndeb\n"
        "deb [signed-by] file:/srv/archive stable main\n");
    REQUIRE(sources.size() == 3);
    CHECK(sources[0] ==
          AptSource{{"http://archive.example.org/debian"}, {"bookworm"}, {"main", "contrib"}, {}, ""});
    CHECK(sources[1].keyrings == std::vector<std::string>{"/keys/a.gpg", "/keys/b.gpg"});
    CHECK(sources[2].urls == std::vector<std::string>{"file:/srv/archive"});
}

TEST_CASE("deb822 sources of apt are read with keys that stand in them") {
    const auto sources = parse_sources(
        "# the archive\nTypes: deb deb-src\n# inside\nURIs: http://a.example.org/debian "
        "https://b.example.org/debian/\n"
        "Suites: bookworm bookworm-updates\nComponents: main\nSigned-By: /usr/share/keyrings/a.gpg\n\n"
        "Types: deb\nURIs: http://off.example.org\nSuites: x\nComponents: y\nEnabled: no\n\n"
        "Types: deb-src\nURIs: http://src.example.org\nSuites: x\nComponents: y\n\n"
        "types: deb\nuris: http://key.example.org\nsuites: x\ncomponents: y\nsigned-by:\n"
        " -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n AAAA\n -----END PGP PUBLIC KEY BLOCK-----\n");
    REQUIRE(sources.size() == 2);
    CHECK(sources[0].urls ==
          std::vector<std::string>{"http://a.example.org/debian", "https://b.example.org/debian"});
    CHECK(sources[0].suites == std::vector<std::string>{"bookworm", "bookworm-updates"});
    CHECK(sources[1].keyrings.empty());
    CHECK(sources[1].key.find("BLOCK-----\n\nAAAA\n-----END") != std::string::npos);
}

namespace {

struct Places {
    test::TempDir temporary;
    store::Store store = store::Store::open(temporary / "home").value();
    inputs::Context context{store, "/contract"};
    core::DebSource source;
    Places() {
        source.archive = core::Text{"debian", {}};
        temporary.write("apt/sources.list.d/b.list", "deb http://list.example.org/debian bookworm main\n");
        temporary.write(
            "apt/sources.list.d/a.sources",
            "Types: deb\nURIs: http://other.example.org/\nSuites: bookworm\nComponents: stable\n\n"
            "Types: deb\nURIs: http://deb.example.org/debian\nSuites: bookworm\nComponents: main\n"
            "Signed-By: /keys/apt.gpg\n");
        temporary.write("apt/sources.list.d/c.bak", "deb http://ignored.example.org bookworm main\n");
    }
    Result<std::vector<SuitePlace>> of(const std::string& suite) const {
        return places_of(source, core::Text{suite, {}}, context, temporary / "apt");
    }
};

}  // namespace

TEST_CASE("the contract says where an archive is before the configuration, and that before apt") {
    Places places;
    auto found = places.of("bookworm").value();
    REQUIRE(found.size() == 2);
    CHECK(found[0].mirrors == std::vector<std::string>{"http://deb.example.org/debian"});
    CHECK(found[0].keyrings == std::vector{Keyring{"/keys/apt.gpg", ""}});
    CHECK(found[1].mirrors == std::vector<std::string>{"http://list.example.org/debian"});
    CHECK(found[1].keyrings == std::vector{Keyring{"/usr/share/keyrings/debian-archive-keyring.gpg", ""}});

    auto& archive = places.context.configuration.archives["debian"];
    archive.place = {{"https://c.example.org/debian/"}, "https://s.example.org/debian/{timestamp}/"};
    archive.suites["bookworm-security"] = {{"https://c.example.org/security"}, std::nullopt};
    archive.keys = "/keys/c.gpg";
    found = places.of("bookworm").value();
    REQUIRE(found.size() == 1);
    CHECK(found[0].mirrors == std::vector<std::string>{"https://c.example.org/debian"});
    CHECK(found[0].keyrings == std::vector{Keyring{"/keys/c.gpg", ""}});
    CHECK(snapshot_base(found[0], "20260101T000000Z") == "https://s.example.org/debian/20260101T000000Z");
    CHECK(places.of("bookworm-security").value()[0].mirrors ==
          std::vector<std::string>{"https://c.example.org/security"});

    places.source.mirrors = test::texts({"https://m.example.org/debian/"});
    places.source.keys = core::Text{"./keys/m.gpg", {}};
    found = places.of("bookworm").value();
    CHECK(found[0].mirrors == std::vector<std::string>{"https://m.example.org/debian"});
    CHECK(found[0].keyrings == std::vector{Keyring{"/contract/keys/m.gpg", ""}});
    CHECK(found[0].snapshot);
}

TEST_CASE("a suite that nobody knows is told with what to write where") {
    Places places;
    const auto error = places.of("trixie").error();
    CHECK(error.code == "archive-unknown");
    REQUIRE(error.help.size() == 1);
    CHECK(error.help[0].find("[archives.debian]") != std::string::npos);
    CHECK(error.help[0].find("{timestamp}") != std::string::npos);
}

TEST_CASE("paths of an archive become URLs, byte by byte") {
    CHECK(url_below("http://a", "pool/g++_1~2+b1_amd64.deb") == "http://a/pool/g++_1~2+b1_amd64.deb");
    CHECK(url_below("http://a", "a_1%3a2?x#y z\xc3") == "http://a/a_1%253a2%3Fx%23y%20z%C3");
}

TEST_CASE("systems have the architecture that Debian calls them by") {
    CHECK(architecture_of("x86_64-linux") == "amd64");
    CHECK(architecture_of("aarch64-linux") == "arm64");
    CHECK(!architecture_of("aarch64-darwin"));
    CHECK(same_origin("Debian", "debian"));
    CHECK(!same_origin("Debian Backports", "debian"));
}
