// SPDX-License-Identifier: Apache-2.0
#include "contract/base/span.hpp"

#include <catch2/catch.hpp>

using contract::offset_of;
using contract::span_of;

TEST_CASE("span: columns count code points, not bytes and not cells") {
    const std::string text = "a = \"ü漢\"\n\tb = 1\n";
    const auto begin = text.find("漢");
    const auto span = span_of("f", text, begin, begin + 3);
    CHECK(span.line == 1);
    CHECK(span.column == 7);
    CHECK(span.end_column == 8);
    const auto b = text.find("b = ");
    CHECK(span_of("f", text, b, b + 1).column == 2);
}

TEST_CASE("span: offset_of is the inverse of span_of") {
    const std::string text = "one\ntwö three\n\nfour";
    for (std::size_t offset : {0u, 3u, 4u, 10u, 15u, 20u}) {
        const auto span = span_of("f", text, offset, offset);
        CHECK(offset_of(text, span.line, span.column) == offset);
    }
    CHECK(offset_of(text, 99, 1) == text.size());
}

TEST_CASE("span: a span over lines ends on the last one, and offsets past the end are moved to it") {
    const auto span = span_of("f", "ab\ncd", 1, 99);
    CHECK(span.line == 1);
    CHECK(span.end_line == 2);
    CHECK(span.end_column == 3);
    CHECK(span.end_byte == 5);
}

TEST_CASE("span: a line is given without its ending, also a Windows one") {
    CHECK(contract::line_of("a\r\nb", 1) == "a");
    CHECK(contract::line_of("a\r\nb", 2) == "b");
    CHECK(contract::line_of("a", 3).empty());
}
