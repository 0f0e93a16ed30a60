// SPDX-License-Identifier: Apache-2.0
//
// Golden texts: the shape is the product.
#include <catch2/catch.hpp>

#include "contract/base/text.hpp"
#include "contract/report/report.hpp"

using namespace contract;
using core::Finding;

namespace {

// The span of the first occurrence of `part` in that file.
Span span_at(const Sources& sources, const std::string& file, std::string_view part) {
    const std::string& text = sources.find(file)->second;
    const auto at = text.find(part);
    REQUIRE(at != std::string::npos);
    return span_of(file, text, at, at + part.size());
}

Finding finding(std::string code, std::string message) {
    Finding out;
    out.stage = core::Stage::evaluation;
    out.code = std::move(code);
    out.message = std::move(message);
    return out;
}

std::string drawn(const Finding& value, const Sources& sources) {
    return "\n" + report::human(value, sources, {});
}

}  // namespace

TEST_CASE("a finding has rustc's shape, with facts and help aligned") {
    std::string text;
    for (int line = 1; line < 42; ++line) text += "\n";
    const Sources sources{{"contract.toml", text + "[packages.gateway]\n"}};
    auto value = finding("build.network-attempt", "'packages.gateway' tried to reach the network");
    value.where = span_at(sources, "contract.toml", "[packages.gateway]");
    value.label = "sealed builds have no network";
    value.evidence = {{"tried", "140.82.121.4:443 by curl (make → sh → curl), after 1.2 s", {}},
                      {"log", "contract log packages.gateway", {}}};
    value.help = {"declare the download as an input:  [inputs.NAME] url = \"https://…\""};
    value.blocks = {"hosts.gpu-064"};
    CHECK(drawn(value, sources) == R"(
error[build.network-attempt]: 'packages.gateway' tried to reach the network
  --> contract.toml:42:1
   |
42 | [packages.gateway]
   | ^^^^^^^^^^^^^^^^^^ sealed builds have no network
   |
   = tried: 140.82.121.4:443 by curl (make → sh → curl), after 1.2 s
   = log:   contract log packages.gateway
   = help:  declare the download as an input:  [inputs.NAME] url = "https://…"
   = blocks: hosts.gpu-064
)");
}

TEST_CASE("tabs and wide characters keep the carets under what they mark") {
    const Sources sources{{"contract.toml", "a\t= \"x\"\n名前 = \"値\" # here\ne\xcc\x81 = wrong\n"}};
    auto tab = finding("evaluation.type", "message");
    tab.where = span_at(sources, "contract.toml", "\"x\"");
    CHECK(drawn(tab, sources) == R"(
error[evaluation.type]: message
 --> contract.toml:1:5
  |
1 | a   = "x"
  |       ^^^
)");
    auto wide = finding("evaluation.type", "message");
    wide.where = span_at(sources, "contract.toml", "\"値\"");
    wide.label = "wide";
    CHECK(drawn(wide, sources) == R"(
error[evaluation.type]: message
 --> contract.toml:2:6
  |
2 | 名前 = "値" # here
  |        ^^^^ wide
)");
    auto combining = finding("evaluation.type", "message");
    combining.where = span_at(sources, "contract.toml", "wrong");
    CHECK(drawn(combining, sources) ==
          "\nerror[evaluation.type]: message\n --> contract.toml:3:6\n  |\n3 | e\xcc\x81 = wrong\n  |     "
          "^^^^^\n");
}

TEST_CASE("a span of no length, and one at the end of the line, get one caret") {
    const Sources sources{{"contract.toml", "key =\n"}};
    auto value = finding("evaluation.syntax", "a value is missing");
    value.where = span_of("contract.toml", sources.find("contract.toml")->second, 5, 5);
    value.label = "here";
    CHECK(drawn(value, sources) == R"(
error[evaluation.syntax]: a value is missing
 --> contract.toml:1:6
  |
1 | key =
  |      ^ here
)");
    value.where =
        span_of("contract.toml", sources.find("contract.toml")->second, 6, 6);  // after the last line
    CHECK(drawn(value, sources) == R"(
error[evaluation.syntax]: a value is missing
 --> contract.toml:2:1
  |
2 |
  | ^ here
)");
}

TEST_CASE("a span of several lines shows its first one") {
    const Sources sources{{"contract.toml", "build = '''\nmake\nmake install\n'''\n"}};
    auto value = finding("build.failed", "message");
    value.where = span_at(sources, "contract.toml", "'''\nmake\nmake install\n'''");
    value.label = "this script";
    CHECK(drawn(value, sources) == R"(
error[build.failed]: message
 --> contract.toml:1:9
  |
1 | build = '''
  |         ^^^... this script
)");
}

TEST_CASE("secondary places in the same and in other files, with lines left out") {
    const Sources sources{{"contract.toml", "[a]\nx = 1\ny = 2\nx = 2\n\n\nz = 1\n"},
                          {"modules/web.toml", "[web]\nport = 80\n"}};
    auto value = finding("evaluation.duplicate-key", "'x' is given twice");
    value.where = span_of("contract.toml", sources.find("contract.toml")->second, 16, 17);
    value.label = "again";
    value.related = {{span_at(sources, "contract.toml", "x = 1"), "first here"},
                     {span_at(sources, "contract.toml", "z"), "and after"},
                     {span_at(sources, "modules/web.toml", "port"), "declared here"},
                     {Span{"elsewhere.toml", 3, 1, 3, 2, 0, 1}, "not at hand"}};
    CHECK(drawn(value, sources) == R"(
error[evaluation.duplicate-key]: 'x' is given twice
 --> contract.toml:4:1
  |
2 | x = 1
  | ----- first here
3 | y = 2
4 | x = 2
  | ^ again
...
7 | z = 1
  | - and after
 ::: modules/web.toml:2:1
  |
2 | port = 80
  | ---- declared here
 ::: elsewhere.toml:3:1
  = note: not at hand (elsewhere.toml:3:1)
)");
}

TEST_CASE("without the text of the file the place and the label are still told") {
    auto value = finding("runtime.expectation", "message");
    value.where = Span{"contract.toml", 7, 3, 7, 9, 0, 0};
    value.label = "value is 512";
    value.evidence = {{"facts", "value = 512\nexists = true", {}}};
    CHECK(drawn(value, {}) == R"(
error[runtime.expectation]: message
 --> contract.toml:7:3
  |
  = note:  value is 512
  = facts: value = 512
           exists = true
)");
}

TEST_CASE("a finding without a place has its facts all the same") {
    auto value = finding("build.disk-full", "message");
    value.severity = core::Severity::warning;
    value.help = {"free some space"};
    CHECK(drawn(value, {}) == R"(
warning[build.disk-full]: message
  = help: free some space
)");
}

TEST_CASE("an edit is told as what it would do") {
    const Sources sources{{"contract.toml", "pakages = 1\n"}};
    auto value = finding("evaluation.unknown-key", "message");
    value.where = span_at(sources, "contract.toml", "pakages");
    value.fix = core::Fix{core::Applicability::safe, {{"contract.toml", 0, 7, "packages"}}};
    CHECK(drawn(value, sources).find("= fix: replace `pakages` with `packages` at contract.toml:1:1\n") !=
          std::string::npos);
}

TEST_CASE("nothing in a finding can move the cursor, and marks stay in place under escapes") {
    const Sources sources{{"contract.toml", "a\x1b[2J = wrong\n"}};
    auto value = finding("evaluation.type\x1b", "bad \x1b[31m text\x07");
    value.where = span_at(sources, "contract.toml", "wrong");
    value.label = "\x1b]0;title\x07";
    value.evidence = {{"lo\x1bg", "one\r\x1b[1A two", {}}};
    value.help = {"\x9b"};
    value.blocks = {"hosts.\x1bx"};
    const std::string text = drawn(value, sources);
    CHECK(text == harmless(text));
    CHECK(text.find("1 | a\\x1b[2J = wrong\n  |            ^^^^^ ") != std::string::npos);
}

TEST_CASE("a very long line is shown around its mark") {
    const Sources sources{{"contract.toml", std::string(5000, 'a') + "MARK" + std::string(5000, 'b') + "\n"}};
    auto value = finding("evaluation.type", "message");
    value.where = span_at(sources, "contract.toml", "MARK");
    const std::string text = drawn(value, sources);
    CHECK(text.size() < 1000);
    const auto lines = split(text, '\n');
    REQUIRE(lines.size() > 5);
    const auto column = [](const std::string& line, std::string_view part) {
        return display_width(std::string_view(line).substr(0, line.find(part)));
    };
    CHECK(column(lines[4], "MARK") == column(lines[5], "^^^^"));
}

TEST_CASE("colours are there only when asked for") {
    auto value = finding("evaluation.type", "message");
    CHECK(report::human(value, {}, {}).find('\x1b') == std::string::npos);
    CHECK(report::human(value, {}, {true, 80}).find("\x1b[1;31merror[evaluation.type]\x1b[0m") == 0);
}
