// SPDX-License-Identifier: Apache-2.0
#include "contract/base/path.hpp"

#include <catch2/catch.hpp>

namespace path = contract::path;

TEST_CASE("path: normalise resolves by text") {
    const auto [given, wanted] = GENERATE(table<std::string, std::string>({
        {"", "."},
        {".", "."},
        {"/", "/"},
        {"//", "/"},
        {"a//b/./c", "a/b/c"},
        {"a/../b", "b"},
        {"a/../..", ".."},
        {"../a", "../a"},
        {"/..", "/"},
        {"/a/../../b", "/b"},
        {"a/", "a"},
    }));
    CHECK(path::normalise(given) == wanted);
}

TEST_CASE("path: is_within is about whole parts, not prefixes") {
    CHECK(path::is_within("/a/b", "/a"));
    CHECK(path::is_within("/a", "/a/"));
    CHECK_FALSE(path::is_within("/ab", "/a"));
    CHECK_FALSE(path::is_within("/a/../b", "/a"));
    CHECK(path::is_within("tools/x", "."));
    CHECK_FALSE(path::is_within("../x", "."));
    CHECK_FALSE(path::is_within("/x", "."));
}

TEST_CASE("path: parent, name and join") {
    CHECK(path::parent("/a/b") == "/a");
    CHECK(path::parent("/a") == "/");
    CHECK(path::parent("a") == ".");
    CHECK(path::name("/a/b") == "b");
    CHECK(path::join("/a", "b") == "/a/b");
    CHECK(path::join("/a/", "b") == "/a/b");
    CHECK(path::join("/a", "/b") == "/b");
    CHECK(path::join("", "b") == "b");
}
