// SPDX-License-Identifier: Apache-2.0
#include "running.hpp"

using namespace contract::expression;

TEST_CASE("whole numbers never wrap round") {
    hold({{"9223372036854775806 + 1", "9223372036854775807"},
          {"-7 / 2", "-3"},
          {"-7 % 2", "-1"},
          {"7 % -2", "1"},
          {"3u * 4u - 12u", "0u"},
          {"17u / 5u", "3u"},
          {"17u % 5u", "2u"}});
    fail("value", {"9223372036854775807 + 1", "-9223372036854775808 - 1", "4611686018427387904 * 2",
                   "-9223372036854775808 / -1", "-9223372036854775808 % -1", "-(-9223372036854775808)",
                   "18446744073709551615u + 1u", "1u - 2u", "4294967296u * 4294967296u", "1 / 0", "1 % 0",
                   "1u / 0u", "1u % 0u"});
}

TEST_CASE("doubles are those of IEEE 754") {
    hold({{"1.5 + 2.25", "3.75"},
          {"1.0 / 0.0", "double(\"Infinity\")"},
          {"-1.0 / 0.0", "double(\"-Infinity\")"},
          {"0.0 / 0.0", "double(\"NaN\")"},
          {"1e308 * 10.0", "double(\"Infinity\")"},
          {"-(2.5)", "-2.5"},
          {"0.1 + 0.2", "0.30000000000000004"}});
    fail("type", {"5.0 % 2.0"});
}

TEST_CASE("arithmetic does not mix kinds") {
    fail("type",
         {"1 + 1u", "1 + 1.0", "1u * 1.0", "'a' + 1", "'a' + b'a'", "[1] + 1", "true + true", "null + 1",
          "-'a'", "-1u", "-(1u)", "-true", "!1", "!'true'", "1 - 'a'", "{} + {}", "int + int"});
}

TEST_CASE("numbers of all kinds are compared by value") {
    hold({{"1 == 1.0", "true"},
          {"1u == 1", "true"},
          {"1.5 > 1", "true"},
          {"-1 < 0u", "true"},
          {"18446744073709551615u > 9223372036854775807", "true"},
          {"18446744073709551615u == -1", "false"},
          {"2u != 2.0", "false"},
          {"1e300 > 18446744073709551615u", "true"},
          {"-1e300 < -9223372036854775808", "true"},
          {"0.0 == -0.0", "true"}});
}

TEST_CASE("NaN is neither equal nor less nor greater") {
    hold({{"double('NaN') == double('NaN')", "false"},
          {"double('NaN') != double('NaN')", "true"},
          {"double('NaN') < 1.0", "false"},
          {"double('NaN') >= 1", "false"},
          {"1u > double('nan')", "false"},
          {"double('NaN') in [double('NaN')]", "false"},
          {"[double('NaN')] == [double('NaN')]", "false"},
          {"double('NaN') in {1: 2}", "false"}});
}

TEST_CASE("every kind has its order") {
    hold({{"false < true", "true"},
          {"'Z' < 'a' && 'a' < 'é' && 'é' < '🐈'", "true"},
          {"b'a' < b'b' && b'' < b'\\x00'", "true"},
          {"duration('1s') < duration('1m')", "true"},
          {"timestamp(1) >= timestamp(0)", "true"},
          {"version('1.9') < version('1.10')", "true"}});
    fail("type", {"null < null", "[1] < [2]", "{} < {}", "int < string", "'1' < 1", "true > 0", "b'a' < 'a'",
                  "version('1') < '2'"});
}

TEST_CASE("values of different kinds are unequal, and lists and maps are compared whole") {
    hold({{"1 == '1'", "false"},
          {"null == false", "false"},
          {"[] == {}", "false"},
          {"[1, 2.0, 3u] == [1.0, 2u, 3]", "true"},
          {"[1, 2] == [2, 1]", "false"},
          {"[[1], {'a': [2]}] == [[1.0], {'a': [2u]}]", "true"},
          {"{1: 'a', 'b': 2} == {'b': 2.0, 1u: 'a'}", "true"},
          {"{'a': 1} == {'a': 1, 'b': null}", "false"},
          {"{'a': null} == {'b': null}", "false"},
          {"b'a' == 'a'", "false"},
          {"type(1) == int && type(1u) != int", "true"}});
}

TEST_CASE("int() and uint() take whole numbers that fit") {
    hold({{"int(7u)", "7"},
          {"int(-3.99)", "-3"},
          {"int('+12')", "12"},
          {"int('-0')", "0"},
          {"int(timestamp('1970-01-02T00:00:00.9Z'))", "86400"},
          {"uint(3.99)", "3u"},
          {"uint(12)", "12u"},
          {"uint('18446744073709551615')", "18446744073709551615u"},
          {"int(9223372036854774784.0)", "9223372036854774784"}});
    fail("value", {"int(9223372036854775808u)", "int(9223372036854775808.0)", "int(-9223372036854775808.0)",
                   "int(double('NaN'))", "int(double('inf'))", "int('')", "int(' 1')", "int('1.0')",
                   "int('0x10')", "int('+-1')", "int('9223372036854775808')", "uint(-1)", "uint(-0.5)",
                   "uint(18446744073709551616.0)", "uint('-1')", "uint('+1')", "uint('1u')"});
    fail("type",
         {"int(true)", "int(null)", "int([])", "int(b'1')", "int(duration('1s'))", "uint(timestamp(1))"});
}

TEST_CASE("double() reads decimals, infinities and NaN") {
    hold({{"double(3)", "3.0"},
          {"double(9223372036854775807)", "9.223372036854776e+18"},
          {"double(5u)", "5.0"},
          {"double('-1.5e2')", "-150.0"},
          {"double('.5')", "0.5"},
          {"double('5.')", "5.0"},
          {"double('-Inf')", "double(\"-Infinity\")"},
          {"double('infinity')", "double(\"Infinity\")"},
          {"double('1e-999')", "0.0"},
          {"double('0.000e999999999999')", "0.0"}});
    fail("value", {"double('')", "double('.')", "double('1e')", "double('1e999')", "double('0x1p3')",
                   "double('1 ')", "double('--1')", "double('ten')"});
}

TEST_CASE("bool() knows ten words") {
    hold({{"['1', 't', 'true', 'TRUE', 'True'].all(w, bool(w))", "true"},
          {"['0', 'f', 'false', 'FALSE', 'False'].exists(w, bool(w))", "false"},
          {"bool(true)", "true"}});
    fail("value", {"bool('yes')", "bool('tRUE')", "bool('T')", "bool('')"});
    fail("type", {"bool(1)", "bool(null)"});
}

TEST_CASE("string() writes what can be read back") {
    hold({{"string(-5)", R"("-5")"},
          {"string(5u)", R"("5")"},
          {"string(true)", R"("true")"},
          {"string(1.0)", R"("1")"},
          {"string(0.1)", R"("0.1")"},
          {"string(-123456.5)", R"("-123456.5")"},
          {"string(1e6)", R"("1e+06")"},
          {"string(123456789.0)", R"("1.23456789e+08")"},
          {"string(0.0001)", R"("0.0001")"},
          {"string(0.00001)", R"("1e-05")"},
          {"string(1e100)", R"("1e+100")"},
          {"string(double('NaN'))", R"("NaN")"},
          {"string(1.0 / 0.0)", R"("+Inf")"},
          {"string(b'h\\xc3\\xa9')", "\"hé\""},
          {"string(version('1.2-3'))", R"("1.2-3")"}});
    fail("value", {"string(b'\\xff')"});
    fail("type", {"string(null)", "string([])", "string(int)", "bytes(1)"});
    CHECK(run("bytes('é') == b'\\xc3\\xa9' && bytes(b'x') == b'x'") == "true");
}

TEST_CASE("type() tells the kind, and the kinds have names") {
    hold({{"[1, 1u, 1.0, true, null, '', b'', [], {}, int].map(v, type(v))",
           "[int, uint, double, bool, null_type, string, bytes, list, map, type]"},
          {"type(timestamp(0))", "google.protobuf.Timestamp"},
          {"type(duration('0')) == google.protobuf.Duration", "true"},
          {"type(version('1')) == version", "true"},
          {"type(dyn(1))", "int"},
          {"type(type(1)) == type", "true"}});
    fail("unknown-name", {"dyn", "float", "google.protobuf"});
}
