// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <chrono>

#include "reading.hpp"

using namespace contract;
using namespace contract::test;

namespace {

core::Finding syntax(const std::string& text) {
    const auto parsed = parse(text);
    CHECK_FALSE(parsed.usable);
    CHECK(parsed.manifest.sources.at("contract.toml") == text);
    auto finding = only(parsed);
    REQUIRE(finding.where);
    slice(text, *finding.where);
    return finding;
}

}  // namespace

TEST_CASE("a syntax error is said at its exact place and in plain words") {
    struct Case {
        std::string text, message;
        int line, column;
    };
    const std::vector<Case> cases{
        {"a = \"x\nb = 1\n", "a string is not closed on its line", 1, 7},
        {"a = \"x", "a string is never closed", 1, 7},
        {"\ta = \"漢\\q\"", "a string has an escape that TOML does not know", 1, 9},
        {"a = linux\n", "this is no TOML value", 1, 5},
        {"a = trux\n", "this is no TOML value", 1, 8},
        {"a 1\n", "a key has no '= value'", 1, 3},
        {"a =\nb = 1\n", "a key has no value", 1, 4},
        {"a = 1 b = 2\n", "text follows where the line should end", 1, 7},
        {"[a\nb = 1\n", "a table header is not closed", 1, 3},
        {"[]\n", "a table header has no name", 1, 2},
        {"a = [1 2]\n", "a list has no ',' between two values", 1, 8},
        {"a = [1,\n", "a list is never closed", 2, 1},
        {"a = { b = 1,\n c = 2 }\n", "an inline table '{ … }' goes on behind its line", 1, 13},
        {"a = { b = 1, }\n", "an inline table ends with ','", 1, 14},
        {"a = { b = 1 c = 2 }\n", "an inline table has no ',' between two keys", 1, 13},
        {"!\n", "a line is neither a key, a [table] nor a comment", 1, 1},
        {"a = 007\n", "a number starts with 0", 1, 8},
    };
    for (const auto& [text, message, line, column] : cases) {
        INFO(text);
        const auto finding = syntax(text);
        CHECK(finding.code == "evaluation.syntax");
        CHECK(finding.message == message);
        CHECK(finding.where->line == line);
        CHECK(finding.where->column == column);
    }
}

TEST_CASE("an unclosed string of several lines says where it starts") {
    const auto finding = syntax(good_header + "[packages.a]\nbuild = \"\"\"\nmake\n");
    REQUIRE(finding.related.size() == 1);
    CHECK(finding.related[0].where.line == 5);
    CHECK(finding.related[0].where.column == 9);
}

TEST_CASE("the markers of a merge are named as such") {
    const auto finding = syntax(good_header + "<<<<<<< ours\na = 1\n=======\na = 2\n>>>>>>> theirs\n");
    CHECK(finding.code == "evaluation.syntax");
    CHECK(finding.message == "'contract.toml' holds the conflict markers of a merge");
    CHECK(finding.where->line == 4);
}

TEST_CASE("a table that is defined twice shows both places") {
    const std::string text =
        good_header + "[packages.zlib]\nbuild = \"x\"\n[checks.a]\nrun = \"y\"\n[packages.zlib]\nuses = []\n";
    const auto finding = syntax(text);
    CHECK(finding.code == "evaluation.duplicate-table");
    CHECK(finding.message == "table 'packages.zlib' is defined twice");
    CHECK(finding.where->line == 8);
    CHECK(slice(text, *finding.where) == "[packages.zlib]");
    REQUIRE(finding.related.size() == 1);
    CHECK(finding.related[0].where.line == 4);
    CHECK(slice(text, finding.related[0].where) == "[packages.zlib]");
}

TEST_CASE("every way to define something twice finds its first place") {
    struct Case {
        std::string text, code, message;
        std::string first, second;
    };
    const std::vector<Case> cases{
        {"a = 1\nb = 2\na = 3\n", "evaluation.duplicate-key", "key 'a' is defined twice", "a", "a"},
        {"[p.x]\n\"k\" = 1\nk = 2\n", "evaluation.duplicate-key", "key 'p.x.k' is defined twice", "\"k\"",
         "k"},
        {"t = { a = { b = 1, b = 2 } }\n", "evaluation.duplicate-key", "key 't.a.b' is defined twice", "b",
         "b"},
        {"t = [ { a = 1 }, { a = 1, a = 2 } ]\n", "evaluation.duplicate-key", "key 't.a' is defined twice",
         "a", "a"},
        {"[h]\nc.e.p = 1\n[h.c]\nx = 1\n", "evaluation.duplicate-table", "table 'h.c' is defined twice", "c",
         "[h.c]"},
        {"[h]\nc = { x = 1 }\n[h.c.d]\n", "evaluation.duplicate-table", "table 'h.c' is defined twice", "c",
         "[h.c.d]"},
        {"[h]\nc = 1\nc.d = 2\n", "evaluation.duplicate-key", "key 'h.c' is defined twice", "c", "c"},
        {"[[h]]\nx = 1\n[[h]]\nx = 1\nx = 2\n", "evaluation.duplicate-key", "key 'h.x' is defined twice", "x",
         "x"},
        {"[[h]]\n[h.d]\n[[h]]\n[h.d]\n[h.d]\n", "evaluation.duplicate-table", "table 'h.d' is defined twice",
         "[h.d]", "[h.d]"},
        {"[h]\n[[h]]\n", "evaluation.duplicate-table", "table 'h' is defined twice", "[h]", "[[h]]"},
        {"h = [ { a = 1 } ]\n[[h]]\n", "evaluation.duplicate-table", "table 'h' is defined twice", "h",
         "[[h]]"},
    };
    for (const auto& [text, code, message, first, second] : cases) {
        INFO(text);
        const auto finding = syntax(text);
        CHECK(finding.code == code);
        CHECK(finding.message == message);
        REQUIRE(finding.related.size() == 1);
        CHECK(slice(text, *finding.where) == second);
        CHECK(slice(text, finding.related[0].where) == first);
        CHECK(finding.related[0].where.begin_byte < finding.where->begin_byte);
    }
}

TEST_CASE("what is no text is refused at its first wrong byte") {
    const auto invalid = syntax("# ok\nname = \"a\xFFz\"\n");
    CHECK(invalid.code == "evaluation.not-text");
    CHECK(invalid.where->line == 2);
    CHECK(invalid.where->column == 10);
    const auto nul = syntax(std::string("a = 1\n\0b = 2", 12));
    CHECK(nul.code == "evaluation.not-text");
    CHECK(nul.where->line == 2);
}

TEST_CASE("files beyond the limits are refused before they cost anything") {
    CHECK(syntax(std::string(manifest::largest_file + 1, '#')).code == "evaluation.too-large");
    CHECK(syntax("a = " + std::string(200'000, '[')).code == "evaluation.too-large");
    CHECK(syntax("a" +
                 [] {
                     std::string dots;
                     for (int i = 0; i < 200'000; ++i) dots += ".a";
                     return dots;
                 }() +
                 " = 1")
              .code == "evaluation.too-large");
    const auto nested = parse_below_header("x = " + std::string(60, '[') + std::string(60, ']'));
    CHECK(codes(nested.findings) == std::vector<std::string>{"evaluation.unknown-key"});
    CHECK(codes(parse_below_header("x = [" +
                                   [] {
                                       std::string numbers;
                                       for (int i = 0; i < 1000; ++i) numbers += "1.5, ";
                                       return numbers;
                                   }() +
                                   "]")
                    .findings) == std::vector<std::string>{"evaluation.unknown-key"});
}

TEST_CASE("input that trips unguarded versions of the TOML library is a plain syntax error") {
    for (const std::string text : {"[`", "[", "a\xC8\xBC", "\xC8\xBC", "a.\xE2\x80\x80",
                                   "a = \xF0\x9F\x98\x80", "a = 0x", "a = '''", "\"", "[[", "[[a]"})
        CHECK(syntax(text).code == "evaluation.syntax");
}

TEST_CASE("one very long line and a hundred packages are read in time that grows with their size") {
    std::string text = good_header;
    for (int i = 0; i < 100; ++i) {
        const auto name = std::to_string(i);
        text += "[packages.p" + name + "]\nsource = \"./p" + name +
                "\"\nuses = [\"toolchains.c\"]\nbuild = \"\"\"\n./configure --prefix=$out\nmake\n\"\"\"\n";
    }
    const auto start = std::chrono::steady_clock::now();
    const auto parsed = parse(text);
    const auto packages_took = std::chrono::steady_clock::now() - start;
    CHECK(parsed.findings.empty());
    CHECK(parsed.manifest.packages.size() == 100);
    CHECK(packages_took < std::chrono::milliseconds(500));  // some 2 ms; the rest is for slow machines

    std::string line = good_header + "[packages.p]\nbuild = [";
    for (int i = 0; i < 150'000; ++i) line += "\"é\",";
    const auto long_start = std::chrono::steady_clock::now();
    const auto wide = parse(line + "]\n");
    CHECK(std::get<core::Texts>(wide.manifest.packages.at(0).build).size() == 150'000);
    CHECK(std::chrono::steady_clock::now() - long_start < std::chrono::seconds(20));
}
