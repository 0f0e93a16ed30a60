// SPDX-License-Identifier: Apache-2.0
#include "running.hpp"

using namespace contract::expression;

TEST_CASE("sizes are characters of strings, bytes, items and entries") {
    hold({{"size('né🐈')", "3"},
          {"'né🐈'.size()", "3"},
          {"size(b'n\\xc3\\xa9')", "3"},
          {"[1, 2].size() + size({'a': 1})", "3"}});
    fail("type", {"size(1)", "size(null)", "true.size()"});
}

TEST_CASE("parts of strings are found") {
    hold({{"'gateway'.contains('tew') && !'gateway'.contains('x') && 'a'.contains('')", "true"},
          {"'gateway'.startsWith('gate') && !'gate'.startsWith('gateway')", "true"},
          {"'gateway'.endsWith('way') && !'way'.endsWith('gateway')", "true"},
          {"'gpu-017'.matches('^gpu-[0-9]{3}$')", "true"},
          {"matches('gpu-17', '^gpu-[0-9]{3}$')", "false"},
          {"'été'.matches('^.t.$')", "true"},
          {"['a', '('].map(p, 'a'.matches('a')).size()", "2"}});
    fail("value", {"'a'.matches('(')", "'a'.matches('a{2000}')", "['['].all(p, 'a'.matches(p))"});
    fail("type", {"'a'.contains(1)", "b'a'.contains('a')", "'a'.matches(1)"});
}

TEST_CASE("positions count characters") {
    hold({{"'né🐈z'.charAt(2)", "\"🐈\""},
          {"'abc'.charAt(3)", R"("")"},
          {"'né🐈zz'.indexOf('z')", "3"},
          {"'né🐈zz'.indexOf('z', 4)", "4"},
          {"'abc'.indexOf('')", "0"},
          {"'abc'.indexOf('', 3)", "3"},
          {"'abc'.indexOf('c', 3)", "-1"},
          {"'abcabc'.lastIndexOf('b')", "4"},
          {"'abcabc'.lastIndexOf('b', 3)", "1"},
          {"'🐈🐈'.lastIndexOf('🐈')", "1"},
          {"'abc'.lastIndexOf('')", "3"},
          {"''.lastIndexOf('x')", "-1"},
          {"'né🐈z'.substring(2)", "\"🐈z\""},
          {"'né🐈z'.substring(1, 3)", "\"é🐈\""},
          {"'abc'.substring(3)", R"("")"},
          {"'abc'.substring(2, 2)", R"("")"}});
    fail("value", {"'abc'.charAt(4)", "'abc'.charAt(-1)", "'abc'.indexOf('a', 4)", "'abc'.indexOf('a', -1)",
                   "'abc'.lastIndexOf('a', -1)", "'abc'.substring(4)", "'abc'.substring(-1)",
                   "'abc'.substring(2, 1)", "'abc'.substring(0, 4)", "'é'.substring(2)"});
}

TEST_CASE("strings are changed without changing what is not ASCII") {
    hold({{"'AbÉ'.lowerAscii()", "\"abÉ\""},
          {"'aBé'.upperAscii()", "\"ABé\""},
          {"'\\u2003 a b\\t\\u00a0'.trim()", R"("a b")"},
          {"'\\u200ba'.trim() == '\\u200ba'", "true"},
          {"'  '.trim()", R"("")"},
          {"'né🐈'.reverse()", "\"🐈én\""},
          {"'a-b-c'.replace('-', '+')", R"("a+b+c")"},
          {"'a-b-c'.replace('-', '', 1)", R"("ab-c")"},
          {"'a-b'.replace('-', '+', 0)", R"("a-b")"},
          {"'né'.replace('', '.')", "\".n.é.\""},
          {"'né'.replace('', '.', 2)", "\".n.é\""}});
}

TEST_CASE("strings are split and joined") {
    hold({{"'a,b,,c'.split(',')", R"(["a", "b", "", "c"])"},
          {"'a,b,c'.split(',', 2)", R"(["a", "b,c"])"},
          {"'a,b'.split(',', 1)", R"(["a,b"])"},
          {"'a,b'.split(',', 0)", "[]"},
          {"'a,b'.split(',', -1)", R"(["a", "b"])"},
          {"''.split(',')", R"([""])"},
          {"'né🐈'.split('')", "[\"n\", \"é\", \"🐈\"]"},
          {"'abc'.split('', 2)", R"(["a", "bc"])"},
          {"''.split('')", "[]"},
          {"['a', 'b'].join()", R"("ab")"},
          {"['a', '', 'b'].join(', ')", R"("a, , b")"},
          {"[].join('x')", R"("")"}});
    fail("type", {"[1].join()", "['a', null].join(',')"});
}

TEST_CASE("a quoted string shows its special characters") {
    hold({{R"(strings.quote('a"b\\c') == '"a\\"b\\\\c"')", "true"},
          {R"(strings.quote("\a\b\f\n\r\t\v") == '"\\a\\b\\f\\n\\r\\t\\v"')", "true"},
          {"strings.quote('é')", "\"\\\"é\\\"\""}});
}

TEST_CASE("format fills clauses in") {
    hold({{"'%s and %s'.format(['a', 1])", R"("a and 1")"},
          {"'100%%'.format([])", R"("100%")"},
          {"'%s %s %s %s'.format([1u, true, null, 2.50])", R"("1 true null 2.5")"},
          {"'%s'.format([1e21])", R"("1000000000000000000000")"},
          {"'%s'.format([1e-7])", R"("0.0000001")"},
          {"'%s'.format([-1.0 / 0.0])", R"("-Infinity")"},
          {"'%s'.format([b'a\\xff\\xfeb'])", "\"a\uFFFDb\""},
          {"'%s'.format([[1, 'a', [b'b'], {}]])", R"("[1, a, [b], {}]")"},
          {"'%s'.format([{'b': 1, 10: 2, 9: 3, true: null}])", R"("{10: 2, 9: 3, b: 1, true: null}")"},
          {"'%s %s'.format([duration('90m'), timestamp('2026-01-02T03:04:05.5Z')])",
           R"("5400s 2026-01-02T03:04:05.5Z")"},
          {"'%s'.format([type(1)])", R"("int")"},
          {"'%d %d %d'.format([-5, 5u, 1.5])", R"("-5 5 1.5")"},
          {"'%x %X %x %x'.format([255, 255u, 'é', b'\\x00z'])", R"("ff FF c3a9 007a")"},
          {"'%x %o %b'.format([-255, -8, -5])", R"("-ff -10 -101")"},
          {"'%b %b %o'.format([true, 6u, 8u])", R"("1 110 10")"}});
}

TEST_CASE("format rounds to the precision, halves to the even digit") {
    hold({{"'%f'.format([2.0 / 3.0])", R"("0.666667")"},
          {"'%.0f %.0f %.0f'.format([0.5, 1.5, 2.5])", R"("0 2 2")"},
          {"'%.2f'.format([-1.005])", R"("-1.00")"},
          {"'%.3f %.1f'.format([7, 7u])", R"("7.000 7.0")"},
          {"'%e'.format([123456.789])", R"("1.234568e+05")"},
          {"'%.0e'.format([0.00012])", R"("1e-04")"},
          {"'%.2e'.format([1e-100])", R"("1.00e-100")"},
          {"'%f %e'.format([double('NaN'), 1.0 / 0.0])", R"("NaN Infinity")"}});
}

TEST_CASE("format refuses what does not fit") {
    fail("value",
         {"'%s'.format([])", "'%s %s'.format([1])", "'%y'.format([1])", "'%'.format([1])", "'%.'.format([1])",
          "'%.f'.format([1.0])", "'%.1001f'.format([1.0])", "'%E'.format([1.0])", "'%5d'.format([1])"});
    fail("type", {"'%d'.format(['1'])", "'%d'.format([duration('1s')])", "'%f'.format(['1'])",
                  "'%e'.format([null])", "'%x'.format([1.5])", "'%x'.format([true])", "'%o'.format(['7'])",
                  "'%b'.format([b'a'])", "'%s'.format('a')"});
    CHECK(run("'no clause'.format([1, 2])") == "\"no clause\"");
}
