// SPDX-License-Identifier: Apache-2.0
#include "contract/base/pathspec.hpp"

#include <catch2/catch.hpp>

using contract::check_pathspec;
using contract::is_selected;

TEST_CASE("pathspec: a path, a directory and a pattern select as in git") {
    const auto [path, spec, selected] = GENERATE(table<std::string, std::string, bool>({
        {"a.c", "a.c", true},
        {"src/a.c", "src", true},
        {"src/a.c", "src/", true},
        {"src/a.c", "./src", true},
        {"srcs/a.c", "src", false},
        {"src/a.c", "*.c", true},
        {"src/deep/a.c", "src/*.c", true},
        {"src/a.h", "*.c", false},
        {"a.c", "?.c", true},
        {"a.c", "[ab].c", true},
        {"a.c", ".", true},
    }));
    CAPTURE(path, spec);
    CHECK(is_selected(path, {spec}, {}) == selected);
}

TEST_CASE("pathspec: nothing included means everything, and what is excluded is out") {
    CHECK(is_selected("a", {}, {}));
    CHECK_FALSE(is_selected("docs/a", {}, {"docs/"}));
    CHECK_FALSE(is_selected("docs/a.c", {"*.c"}, {"docs"}));
}

TEST_CASE("pathspec: magic and paths that leave the directory are refused") {
    for (const std::string bad : {"", ":!x", ":(glob)x", "/etc", "../x", "a/../../x"}) {
        CAPTURE(bad);
        CHECK_FALSE(check_pathspec(bad));
    }
    CHECK(check_pathspec("a/../b"));
}
