// SPDX-License-Identifier: Apache-2.0
#include "running.hpp"

using namespace contract::expression;

TEST_CASE("numbers are written in decimal and hexadecimal, with a point or an exponent") {
    hold({{"0", "0"},
          {"007", "7"},
          {"0xfF", "255"},
          {"-0x10", "-16"},
          {"42u", "42u"},
          {"0xAu", "10u"},
          {"7U", "7u"},
          {"1.25", "1.25"},
          {".5", "0.5"},
          {"2e3", "2000.0"},
          {"2E+3", "2000.0"},
          {"-1.5e-3", "-0.0015"},
          {"1e-400", "0.0"},
          {"18446744073709551615u", "18446744073709551615u"},
          {"-9223372036854775808", "-9223372036854775808"}});
    fail("value", {"9223372036854775808", "0x10000000000000000", "18446744073709551616u", "1e400"});
    fail("syntax", {"0X1F", "1x", "0x", "1.5u", "1_000", "12abc", "0x1G"});
}

TEST_CASE("a point that no digit follows selects a field") {
    fail("type", {"1.e3", "5.size()"});
    CHECK(run("{'a': 1}.a") == "1");
}

TEST_CASE("strings stand in one or three quotes of either kind") {
    hold({{"''", R"("")"},
          {R"("it's")", R"("it's")"},
          {R"('say "hi"')", R"("say \"hi\"")"},
          {"'''a 'b' \"c\"\nd'''", R"("a 'b' \"c\"\nd")"},
          {R"("""x"y""z""")", R"("x\"y\"\"z")"},
          {"''''''", R"("")"},
          {"'''a\r\nb\rc'''", R"("a\nb\nc")"}});
    fail("syntax", {"'open", "'two\nlines'", "\"two\rlines\"", "'''open''", "'a' 'b'", "'bad \xff byte'"});
}

TEST_CASE("escapes are those of CEL and no others") {
    hold({{R"('\a\b\f\n\r\t\v' == "\x07\x08\x0c\x0a\x0d\x09\x0b")", "true"},
          {R"('\\ \' \" \` \?')", R"("\\ ' \" ` ?")"},
          {R"('\x41\X42\103')", R"("ABC")"},
          {R"('\u00e9\U0001F408')", "\"é🐈\""},
          {R"('\377')", "\"ÿ\""},
          {R"(r'\n\x41')", R"("\\n\\x41")"},
          {R"(R"a\")", R"("a\\")"}});
    fail("syntax", {R"('\q')", R"('\x4')", R"('\u12')", R"('\ud83d')", R"('\U00110000')", R"('\400')",
                    R"('\08')", R"('\)"});
}

TEST_CASE("bytes are the UTF-8 of what is written, and their escapes are bytes") {
    hold({{"b'abc'", "b\"abc\""},
          {"B\"é\"", "b\"\\xc3\\xa9\""},
          {R"(b'\xff\377\x00')", "b\"\\xff\\xff\\x00\""},
          {R"(br'\x41')", "b\"\\x5cx41\""},
          {"b'''a\nb'''", "b\"a\\x0ab\""},
          {"size(b'é')", "2"}});
    fail("syntax", {R"(b'\u00e9')", R"(b'\U0001F408')", "rb'a'"});
}

TEST_CASE("lists and maps may end with a comma, and keys are of four kinds") {
    hold({{"[]", "[]"},
          {"[1, 'a', [2.5,],]", R"([1, "a", [2.5]])"},
          {"{}", "{}"},
          {"{'b': 1, 'a': 2,}", R"({"a": 2, "b": 1})"},
          {"[[,], {,}]", "[[], {}]"},
          {"{true: 1, 2: 'x', 3u: null, 'k': {}}", R"({2: "x", 3u: null, true: 1, "k": {}})"}});
    fail("type", {"{1.0: 1}", "{null: 1}", "{[1]: 1}", "{b'a': 1}", "{int: 1}"});
    fail("value", {"{1: 1, 1: 2}", "{0: 1, 0u: 2}", "{'a': 1, 'a': 1}"});
    fail("syntax", {"{1}", "{1: }", "[1 2]", "[,1]", "[1,,]", "{,'a': 1}", "[,", "{,", "[,,]", "size(,)"});
}

TEST_CASE("comments end with their line") {
    CHECK(run("1 // one\n + 2 // and two") == "3");
    CHECK(run("'a // b'") == "\"a // b\"");
}

TEST_CASE("words of other languages are no names, but may be fields") {
    fail("syntax",
         {"if", "for", "package", "in", "return + 1", "[1].all(var, var > 0)", "x.true", "x.null", "x.in"});
    hold({{"{'for': 1}.for", "1"},
          {"{'package': {'let': 2}}.package.let", "2"},
          {"{'content-type': 'text'}.`content-type`", "\"text\""},
          {"has({'/etc/a b.c': 1}.`/etc/a b.c`)", "true"}});
    fail("syntax", {"`a`", "{}.`a$b`", "{}.``", "{}.`open", "{}.`a`()"});
}

TEST_CASE("a name may begin with a point, which a macro's variable does not hide") {
    NamedValues variables;
    variables.set("x", 5);
    CHECK(run("[1, 2].map(x, x + .x)", variables) == "[6, 7]");
    CHECK(run(".x", variables) == "5");
    fail("syntax", {".", ".5x", ".for", ".true"});
}

TEST_CASE("what is written as the language writes it has the same value") {
    for (const std::string text :
         {"null", "true", "-7", "18446744073709551615u", "1.0", "-0.0", "1e+300", "0.1", "b\"\\x00a\\x22\"",
          "duration(\"-1.5s\")", "timestamp(\"2026-01-02T03:04:05.000000006Z\")", "int",
          "google.protobuf.Duration", "version(\"1:2~rc1-3\")", "[1, [\"a\\n\"], {}]",
          "{1: {true: [null]}, \"k\": double(\"-Infinity\")}", "double(\"NaN\")"}) {
        INFO(text);
        CHECK(run(text) == text);
    }
}
