// SPDX-License-Identifier: Apache-2.0
#include "contract/json/json.hpp"

#include <catch2/catch.hpp>
#include <cstdint>
#include <limits>

using namespace contract;
using json::Array;
using json::Layout;
using json::Object;
using json::Value;

namespace {

std::string again(std::string_view text) {
    return json::write(json::read(text).value(), Layout::compact);
}

std::string refusal(std::string_view text) {
    const auto result = json::read(text);
    REQUIRE_FALSE(result);
    CHECK(result.error().code == "bad-json");
    return result.error().message;
}

}  // namespace

TEST_CASE("members keep the order they were built in") {
    const Value value(Object{{"z", 1}, {"a", Array{true, nullptr, "x"}}, {"m", Object{}}});
    CHECK(json::write(value, Layout::compact) == R"({"z":1,"a":[true,null,"x"],"m":{}})");
}

TEST_CASE("the indented layout uses two spaces and keeps empty brackets together") {
    const Value value(Object{{"a", Array{1, 2}}, {"b", Array{}}, {"c", Object{}}});
    CHECK(json::write(value, Layout::indented) ==
          "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": [],\n  \"c\": {}\n}");
}

TEST_CASE("integers and doubles stay what they are through text") {
    CHECK(again("[1, 1.0, -0.0, 1e3, 0.1]") == "[1,1.0,-0.0,1000.0,0.1]");
    CHECK(again("9223372036854775807") == "9223372036854775807");
    CHECK(again("-9223372036854775808") == "-9223372036854775808");
    CHECK(std::holds_alternative<double>(json::read("9223372036854775808").value().data));
    CHECK(std::holds_alternative<std::int64_t>(json::read("1").value().data));
    CHECK(std::holds_alternative<double>(json::read("1.0").value().data));
}

TEST_CASE("numbers that JSON cannot say are written as null") {
    CHECK(json::write(std::numeric_limits<double>::infinity(), Layout::compact) == "null");
    CHECK(json::write(std::numeric_limits<double>::quiet_NaN(), Layout::compact) == "null");
}

TEST_CASE("text that is not UTF-8 is written with the replacement character") {
    CHECK(json::write(std::string("a\xFF"
                                  "b"),
                      Layout::compact) ==
          "\"a\xEF\xBF\xBD"
          "b\"");
    CHECK(json::write(Object{{"\xC3", "\x01\"\\"}}, Layout::compact) ==
          "{\"\xEF\xBF\xBD\":\"\\u0001\\\"\\\\\"}");
}

TEST_CASE("a string survives the way out and back") {
    const std::string text("tab\t, quote\", \xE6\xBC\xA2, nul \0 end", 25);
    CHECK(json::read(json::write(text, Layout::compact)).value() == Value(text));
    CHECK(json::read(R"("\ud83d\ude00")").value() == Value("\xF0\x9F\x98\x80"));
}

TEST_CASE("of several members with one name the last value stays at the first place") {
    CHECK(again(R"({"a":1,"b":2,"a":3,"c":4,"b":5})") == R"({"a":3,"b":5,"c":4})");
}

TEST_CASE("256 levels are read and 257 refused, however deep the text goes") {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    CHECK(json::read(nested(256)));
    CHECK(refusal(nested(257)) == "the JSON text nests deeper than 256 levels");
    CHECK(refusal(nested(3'000'000)) == "the JSON text nests deeper than 256 levels");
    CHECK(again(nested(256)) == nested(256));
}

TEST_CASE("a mistake is reported with line and column in code points") {
    CHECK_THAT(refusal("{\n  \"\xE6\xBC\xA2\": tru }"), Catch::StartsWith("line 2, column 11 "));
    CHECK_THAT(refusal(""), Catch::StartsWith("line 1, column 1 "));
    CHECK_THAT(refusal("[1, 2] x"), Catch::StartsWith("line 1, column 8 "));
}

TEST_CASE("broken documents are refused, not repaired") {
    for (const char* text :
         {"{", "[1,]", "{\"a\":}", "nul", "\"\xFF\"", "1e999", "'a'", "{a:1}", "// x\n1", "\"\x01\""})
        CHECK_FALSE(refusal(text).empty());
}

TEST_CASE("find sees members of objects only") {
    const Value value = json::read(R"({"a":{"b":7}})").value();
    REQUIRE(value.find("a"));
    CHECK(*value.find("a")->find("b") == Value(7));
    CHECK(value.find("b") == nullptr);
    CHECK(Value(1).find("a") == nullptr);
}
