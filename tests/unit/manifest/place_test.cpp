// SPDX-License-Identifier: Apache-2.0
//
// Where things are: every span is checked by the text it cuts out and against span_of.
#include <catch2/catch.hpp>

#include "reading.hpp"

using namespace contract;
using namespace contract::test;

namespace {

struct Place {
    int line, column, end_line, end_column;
    bool operator==(const Place&) const = default;
};

Place place(const Span& span) {
    return {span.line, span.column, span.end_line, span.end_column};
}

const core::Value& at(const core::Value& table, std::string_view key) {
    const auto* entry = table.find(key);
    REQUIRE(entry != nullptr);
    return entry->value;
}

// The config of a host holds any TOML, and so shows the tree as it was read.
core::Value config_of(const manifest::ParsedManifest& parsed) {
    REQUIRE(parsed.findings.empty());
    REQUIRE(parsed.manifest.hosts.size() == 1);
    REQUIRE(parsed.manifest.hosts[0].body.settings.size() == 1);
    return *parsed.manifest.hosts[0].body.settings[0].values;
}

const std::string host = good_header + "[hosts.h]\nclass = \"linux\"\n";

}  // namespace

TEST_CASE("a target stands where its header stands, its name where it is written in it") {
    const auto parsed = parse_below_header("  [ packages . zlib ]  # text\nbuild = \"make\"\n");
    REQUIRE(parsed.findings.empty());
    const auto& package = parsed.manifest.packages.at(0);
    CHECK(slice(parsed.manifest, package.where) == "[ packages . zlib ]");
    CHECK(slice(parsed.manifest, package.name.where) == "zlib");
    CHECK(place(package.where) == Place{4, 3, 4, 22});
    CHECK(place(std::get<core::Text>(package.build).where) == Place{5, 9, 5, 15});
}

TEST_CASE("a header that comes after its children, and a quoted name, keep their places") {
    const auto parsed = parse_below_header("[packages.a.env]\nX = \"1\"\n[packages.'a']\nbuild = \"b\"\n");
    REQUIRE(parsed.findings.empty());
    const auto& package = parsed.manifest.packages.at(0);
    CHECK(slice(parsed.manifest, package.where) == "[packages.'a']");
    CHECK(slice(parsed.manifest, package.env.at(0).name.where) == "X");
    CHECK(slice(parsed.manifest, package.env.at(0).value.where) == "\"1\"");
}

TEST_CASE("columns count code points, tabs and wide characters as one") {
    const auto parsed = parse_below_header("packages = { a\t=\t{ build = \"漢é\", when\t= 'é' } }\n");
    // The line belongs to [contract], where it is unknown; its place is what counts.
    const auto other = parse("packages = { a\t=\t{ build = \"漢é\", when\t= 'é' } }\n" + good_header);
    REQUIRE(other.findings.empty());
    const auto& package = other.manifest.packages.at(0);
    CHECK(place(std::get<core::Text>(package.build).where) == Place{1, 28, 1, 32});
    CHECK(slice(other.manifest, std::get<core::Text>(package.build).where) == "\"漢é\"");
    CHECK(place(package.when->where) == Place{1, 41, 1, 44});
    CHECK(slice(other.manifest, package.where) == "{ build = \"漢é\", when\t= 'é' }");
    CHECK(only(parsed).code == "evaluation.unknown-key");
}

TEST_CASE("a string of several lines ends where its quotes end") {
    const auto parsed =
        parse_below_header("[packages.a]\nbuild = \"\"\"\n漢 x\n\"y\"\"\"\"  # end\nwhen = '''\na''b'''\n");
    REQUIRE(parsed.findings.empty());
    const auto& build = std::get<core::Text>(parsed.manifest.packages.at(0).build);
    CHECK(build.value == "漢 x\n\"y\"");
    CHECK(slice(parsed.manifest, build.where) == "\"\"\"\n漢 x\n\"y\"\"\"\"");
    CHECK(place(build.where) == Place{5, 9, 7, 7});
    CHECK(slice(parsed.manifest, parsed.manifest.packages[0].when->where) == "'''\na''b'''");
}

TEST_CASE("line ends of DOS and a byte order mark move nothing") {
    const auto parsed = parse(
        "\xEF\xBB\xBF[contract]\r\nformat = 1\r\nname = \"f\"\r\n[packages.a]\r\nbuild = "
        "\"\"\"\r\nx\r\ny\"\"\"\r\n");
    REQUIRE(parsed.findings.empty());
    CHECK(place(parsed.manifest.contract.name.where) == Place{3, 8, 3, 11});
    const auto& package = parsed.manifest.packages.at(0);
    CHECK(slice(parsed.manifest, package.where) == "[packages.a]");
    const auto& build = std::get<core::Text>(package.build);
    CHECK(build.value == "x\ny");
    CHECK(slice(parsed.manifest, build.where) == "\"\"\"\r\nx\r\ny\"\"\"");
    const auto first = parse(
        "\xEF\xBB\xBF"
        "contract = { format = 1, name = 'x' }");
    REQUIRE(first.findings.empty());
    CHECK(slice(first.manifest, first.manifest.contract.name.where) == "'x'");
    CHECK(slice(first.manifest, first.manifest.contract.format.where) == "1");
}

TEST_CASE("dotted keys make tables that stand where their first key stands") {
    const auto parsed =
        parse(host + "config.exporter . port = 9400\nconfig.\"a b\".x = true\nconfig.exporter.host = 'h'\n");
    const auto config = config_of(parsed);
    CHECK(slice(parsed.manifest, config.where) == "config");
    const auto& exporter = *config.find("exporter");
    CHECK(slice(parsed.manifest, exporter.key.where) == "exporter");
    CHECK(place(exporter.value.where) == Place{6, 8, 6, 16});
    CHECK(slice(parsed.manifest, exporter.value.find("port")->key.where) == "port");
    CHECK(slice(parsed.manifest, at(exporter.value, "port").where) == "9400");
    CHECK(slice(parsed.manifest, config.find("a b")->key.where) == "\"a b\"");
    CHECK(slice(parsed.manifest, at(at(config, "a b"), "x").where) == "true");
}

TEST_CASE("lists of tables, of lists and of values all end at their own bracket") {
    const auto parsed = parse(host + R"([hosts.h.config]
list = [ 1, [ "]", '#' ], # a comment ]
  { x = [ 2 ] , y = "}" } ]
[[hosts.h.config.unit]]
name = "a"
[[hosts.h.config.unit]]
name = "b"
[hosts.h.config.unit.deep]
z = 1
)");
    const auto config = config_of(parsed);
    CHECK(slice(parsed.manifest, config.where) == "[hosts.h.config]");
    const auto& list = at(config, "list");
    CHECK(place(list.where) == Place{7, 8, 8, 28});
    CHECK(slice(parsed.manifest, list.list()->at(1).where) == "[ \"]\", '#' ]");
    CHECK(slice(parsed.manifest, list.list()->at(1).list()->at(0).where) == "\"]\"");
    CHECK(slice(parsed.manifest, list.list()->at(2).where) == "{ x = [ 2 ] , y = \"}\" }");
    CHECK(slice(parsed.manifest, at(list.list()->at(2), "x").where) == "[ 2 ]");
    const auto& units = at(config, "unit");
    REQUIRE(units.list()->size() == 2);
    CHECK(slice(parsed.manifest, units.where) == "[[hosts.h.config.unit]]");
    CHECK(units.list()->at(0).where.line == 9);
    CHECK(units.list()->at(1).where.line == 11);
    CHECK(slice(parsed.manifest, at(units.list()->at(1), "deep").where) == "[hosts.h.config.unit.deep]");
}

TEST_CASE("numbers, dates and words end where they end, at the end of the file too") {
    const auto parsed =
        parse(host +
              "[hosts.h.config]\na = -1_000\nb = 0xFF#c\nc = 1e5 \nd = 1979-05-27 07:32:00.5Z # x\n"
              "e = 1979-05-27 # y\nf = [1,2.5,true]\ng = 07:32:00\nh = 1979-05-27T07:32:00-07:00\ni = 7");
    const auto config = config_of(parsed);
    std::vector<std::string> texts;
    for (const auto& entry : *config.map()) texts.push_back(slice(parsed.manifest, entry.value.where));
    CHECK(texts == std::vector<std::string>{"-1_000", "0xFF", "1e5", "1979-05-27 07:32:00.5Z", "1979-05-27",
                                            "[1,2.5,true]", "07:32:00", "1979-05-27T07:32:00-07:00", "7"});
    CHECK(*at(config, "b").integer() == 255);
    CHECK(std::get<core::DateTime>(at(config, "d").data).text == "1979-05-27 07:32:00.5Z");
    CHECK(std::holds_alternative<double>(at(config, "c").data));
}

TEST_CASE("tables keep the order of the document, not of their names") {
    const auto parsed =
        parse_below_header("[packages.z]\nbuild='x'\n[packages.a]\nbuild='x'\n[packages.m]\nbuild='x'\n");
    REQUIRE(parsed.manifest.packages.size() == 3);
    CHECK(parsed.manifest.packages[0].name.value == "z");
    CHECK(parsed.manifest.packages[1].name.value == "a");
    CHECK(parsed.manifest.packages[2].name.value == "m");
}

TEST_CASE("places inside strings go through escapes, joined lines and both line ends") {
    const auto find = [](const std::string& literal, const std::string& decoded, std::string_view wanted) {
        const std::string text = "k\xC3\xA9y = " + literal + " # rest";
        const auto begin = text.find(literal);
        const auto where = span_of("contract.toml", text, begin, begin + literal.size());
        const auto from = decoded.find(wanted);
        REQUIRE(from != std::string::npos);
        return slice(text, manifest::span_in_string(text, where, from, from + wanted.size()));
    };
    CHECK(find(R"("a\tb == c")", "a\tb == c", "b ==") == "b ==");
    CHECK(find(R"("\u6f22x\U0001F600y")", "漢x😀y", "x") == "x");
    CHECK(find(R"("\u6f22x\U0001F600y")", "漢x😀y", "😀y") == "\\U0001F600y");
    CHECK(find("'a\\tb'", "a\\tb", "\\t") == "\\t");
    CHECK(find("\"\"\"\r\none\r\ntwo\"\"\"", "one\ntwo", "two") == "two");
    CHECK(find("\"\"\"\r\none\r\ntwo\"\"\"", "one\ntwo", "\n") == "\r\n");
    CHECK(find("\"\"\"\none \\\n   \n  two \"\"x\"\"\"\"\"", "one two \"\"x\"\"", "two \"\"x\"\"") ==
          "two \"\"x\"\"");
    CHECK(find("\"\"\"\none \\\n   \n  two\"\"\"", "one two", "e t") == "e \\\n   \n  t");
    CHECK(find("'''\n漢 'q' x'''", "漢 'q' x", "'q'") == "'q'");
    CHECK(find("\"\\\"q\\\\\"", "\"q\\", "\\") == "\\\\");
}

TEST_CASE("an empty place in a string and one past its end stay inside the quotes") {
    const std::string text = "k = \"ab\"";
    const auto where = span_of("f", text, 4, 8);
    const auto bytes = [&](std::size_t begin, std::size_t end) {
        const auto span = manifest::span_in_string(text, where, begin, end);
        return std::pair(span.begin_byte, span.end_byte);
    };
    CHECK(bytes(0, 0) == std::pair<std::size_t, std::size_t>(5, 5));
    CHECK(bytes(2, 2) == std::pair<std::size_t, std::size_t>(7, 7));
    CHECK(bytes(1, 99) == std::pair<std::size_t, std::size_t>(6, 7));
    CHECK(bytes(50, 60) == std::pair<std::size_t, std::size_t>(7, 7));
    CHECK(manifest::span_in_string("k = 12", span_of("f", "k = 12", 4, 6), 0, 1) ==
          span_of("f", "k = 12", 4, 6));
}
