// SPDX-License-Identifier: Apache-2.0
#include "contract/base/text.hpp"

#include <catch2/catch.hpp>

using namespace std::string_literals;
using contract::harmless;

TEST_CASE("text: UTF-8 is checked strictly") {
    CHECK(contract::is_utf8("aü漢😀"));
    for (const auto& bad : {"\xff"s, "\xc0\xaf"s, "\xed\xa0\x80"s, "\xf4\x90\x80\x80"s, "\xe6\xbc"s, "\x80"s})
        CHECK_FALSE(contract::is_utf8(bad));
}

TEST_CASE("text: what reaches a terminal has no control characters") {
    CHECK(harmless("plain ü\n\t") == "plain ü\n\t");
    CHECK(harmless("\x1b[31m") == "\\x1b[31m");
    CHECK(harmless("a\rb") == "a\\x0db");
    CHECK(harmless("\xff") == "\\xff");
    CHECK(harmless("\xc2\x9b") == "\\x9b");
    CHECK(harmless("\xe2\x80\xae") == "\\u202e");
    CHECK(harmless(harmless("\x1b\xff")) == harmless("\x1b\xff"));
}

TEST_CASE("text: wide characters take two columns and marks none") {
    CHECK(contract::display_width("ab") == 2);
    CHECK(contract::display_width("漢字") == 4);
    CHECK(contract::display_width("e\xcc\x81") == 1);
    CHECK(contract::display_width("😀") == 2);
}

TEST_CASE("text: the nearest name is a likely slip or nothing") {
    const std::vector<std::string> keys{"packages", "probes", "checks"};
    CHECK(contract::nearest("pakages", keys) == "packages");
    CHECK(contract::nearest("chekcs", keys) == "checks");
    CHECK_FALSE(contract::nearest("zebra", keys));
    CHECK_FALSE(contract::nearest("x", keys));
}

TEST_CASE("text: names") {
    for (const std::string good : {"a", "A1", "node-ctl", "a_b"}) CHECK(contract::is_name(good));
    for (const std::string bad : {"", "-a", "_a", "a.b", "a b", "ü", "a/b"})
        CHECK_FALSE(contract::is_name(bad));
    CHECK_FALSE(contract::is_name(std::string(65, 'a')));
}

TEST_CASE("text: a quoted string can be read back by TOML and JSON") {
    CHECK(contract::quoted("a\"\\\n\x01") == R"("a\"\\\n\u0001")");
    CHECK(contract::quoted("ü") == "\"ü\"");
}
