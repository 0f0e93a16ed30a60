// SPDX-License-Identifier: Apache-2.0
#include "running.hpp"

using namespace contract::expression;

TEST_CASE("all and exists go over items and keys") {
    hold({{"[80, 443].all(p, p < 1024)", "true"},
          {"[80, 8080].all(p, p < 1024)", "false"},
          {"[].all(p, false) && ![].exists(p, true)", "true"},
          {"[80, 8080].exists(p, p > 1024)", "true"},
          {"{'web': 1, 'db': 2}.all(name, name.size() < 4)", "true"},
          {"{'web': 1}.exists(name, name == 'db')", "false"},
          {"[[1], [2, 3]].exists(l, l.all(x, x > 1))", "true"}});
    fail("type", {"'text'.all(c, true)", "1.exists(x, true)", "null.map(x, x)", "[1].all(x, x)",
                  "[1].filter(x, x)", "[1].exists_one(x, x)"});
}

TEST_CASE("a deciding item hides the errors of the others, whichever comes first") {
    hold({{"[0, 1, 2].exists(n, 4 / n == 2)", "true"},
          {"[2, 0].exists(n, 4 / n == 2)", "true"},
          {"[0, 1].all(n, 4 / n > 10)", "false"},
          {"['a', 2].exists(x, x == 2 || x > 1)", "true"}});
    CHECK(run("[0, 1].exists(n, 4 / n == 2)") == "value at 17-22");
    CHECK(run("[1, 0].all(n, 4 / n == 4)") == "value at 14-19");
    fail("value", {"[3, 0].exists_one(n, 4 / n == 1)", "[1, 0].map(n, 4 / n)", "[1, 0].filter(n, 4 / n > 1)",
                   "[1 / 0].exists(x, true)", "{'a': 0}.transformMap(k, v, 1 / v)"});
}

TEST_CASE("exists_one is true for exactly one") {
    hold({{"[1, 2, 3].exists_one(x, x > 2)", "true"},
          {"[1, 2, 3].exists_one(x, x > 1)", "false"},
          {"[1, 2, 3].exists_one(x, x > 3)", "false"},
          {"[1, 2].existsOne(x, x == 1)", "true"},
          {"['a', 'b'].exists_one(i, x, i == 1)", "true"}});
}

TEST_CASE("map and filter make lists") {
    hold({{"[1, 2, 3].map(x, x * x)", "[1, 4, 9]"},
          {"[1, 2, 3].map(x, x != 2, string(x))", R"(["1", "3"])"},
          {"['b', 'a'].filter(x, x > 'a')", R"(["b"])"},
          {"{'b': 1, 'a': 2}.map(k, k + k)", R"(["aa", "bb"])"},
          {"{1: 'x', 2: 'y'}.filter(k, k > 1)", "[2]"},
          {"[[1, 2], [3]].map(l, l.map(x, x + size(l)))", "[[3, 4], [4]]"}});
}

TEST_CASE("macros with two variables see index and item, or key and value") {
    hold({{"['a', 'b'].all(i, x, i < 2 && x < 'c')", "true"},
          {"{'web': 80}.exists(name, port, name == 'web' && port == 80)", "true"},
          {"['a', 'b'].transformList(i, x, x + string(i))", R"(["a0", "b1"])"},
          {"['a', 'b'].transformList(i, x, i > 0, x)", R"(["b"])"},
          {"{'b': 1, 'a': 2}.transformList(k, v, [k, v])", R"([["a", 2], ["b", 1]])"},
          {"{'a': 1, 'b': 2}.transformMap(k, v, v * 10)", R"({"a": 10, "b": 20})"},
          {"{'a': 1, 'b': 2}.transformMap(k, v, v > 1, k)", R"({"b": "b"})"},
          {"['x', 'y'].transformMap(i, v, v)", R"({0: "x", 1: "y"})"}});
}

TEST_CASE("variables of macros hide outer ones, and end with their macro") {
    NamedValues variables;
    variables.set("x", 9);
    hold({{"[1, 2].map(x, x) + [x]", "[1, 2, 9]"},
          {"[1].map(x, [2].map(x, x) + [x])", "[[2, 1]]"},
          {"[x].map(y, x + y)", "[18]"},
          {"[1, 2].map(size, size + [3].size())", "[2, 3]"},
          {"[3].map(int, int(int))", "[3]"}},
         variables);
    fail("unknown-name", {"[1].map(y, y) + [y]", "[y].map(y, y)"}, variables);
}

TEST_CASE("what looks like a macro but is none is refused") {
    fail("syntax", {"[1].all(1, true)", "[1].all(a.b, true)", "[1].all(.a, true)", "[1].all(a, a, true)",
                    "has(a)", "has(a[0])", "has()", "has(a.b, c)"});
    fail("unknown-name",
         {"[1].all(x)", "[1].all()", "[1].filter(x, true, x)", "[1].map(x)", "all([1], x, true)",
          "[1].transformList(x, x)", "[1].transformMap(a, b, c, d, e)", "x.has(y)"});
}

TEST_CASE("has() tells whether a field is there") {
    NamedValues variables;
    variables.set("m", Map{{"a", nullptr}, {"b", Map{{"c", 1}}}});
    hold({{"has(m.a)", "true"},
          {"has(m.z)", "false"},
          {"has(m.b.c) && !has(m.b.d)", "true"},
          {"has({'x y': 1}.`x y`)", "true"}},
         variables);
    fail("value", {"has(m.z.c)"}, variables);
    fail("type", {"has(m.a.c)", "has([1].c)"}, variables);
}

TEST_CASE("functions that do not exist are found when they are called") {
    hold({{"nothing(1) || true", "true"},
          {"'a'.nothing() && false", "false"},
          {"nobody || true", "true"},
          {"'a'.substring() || true", "true"},
          {"{'for': 1}.for == 1 || 1.if()", "true"}});
    CHECK(run("1 + nothing(1)") == "unknown-name at 4-11");
    CHECK(run("'a'.nothing(2)") == "unknown-name at 4-11");
}
