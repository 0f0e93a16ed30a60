// SPDX-License-Identifier: Apache-2.0
#include "running.hpp"

using namespace contract::expression;

namespace {

std::string json(const std::string& text, JsonForm form) {
    const auto value = outcome(text);
    if (const auto* problem = std::get_if<Problem>(&value)) return told(*problem);
    const auto made = to_json(std::get<Value>(value), form);
    if (const auto* problem = std::get_if<Problem>(&made)) return problem->code + ": " + problem->message;
    return std::get<std::string>(made);
}

std::string toml(const std::string& text) {
    const auto value = outcome("toToml(" + text + ")");
    if (const auto* problem = std::get_if<Problem>(&value)) return problem->code + ": " + problem->message;
    return *std::get<Value>(value).as<std::string>();
}

}  // namespace

TEST_CASE("tagged JSON tells every kind apart") {
    const auto tagged = [](const std::string& text) { return json(text, JsonForm::tagged); };
    CHECK(tagged("[null, true, 'é\\n', -9223372036854775808]") ==
          "[null, true, \"é\\n\", -9223372036854775808]");
    CHECK(tagged("[1.0, 0.1, -0.0, 1e15, 1e16, 1e-5, 123456.5]") ==
          "[1.0, 0.1, -0.0, 1000000000000000.0, 1e+16, 1e-05, 123456.5]");
    CHECK(tagged("[1u, b'\\x00\\xff\\x01', double('NaN'), -1.0 / 0.0]") ==
          R"([{"$uint": 1}, {"$bytes": "AP8B"}, {"$double": "NaN"}, {"$double": "-Infinity"}])");
    CHECK(tagged("[duration('1.5h'), timestamp(0), google.protobuf.Timestamp, version('1-2')]") ==
          R"([{"$duration": "5400s"}, {"$timestamp": "1970-01-01T00:00:00Z"}, )"
          R"({"$type": "google.protobuf.Timestamp"}, {"$version": "1-2"}])");
    CHECK(tagged("{'b': 1, 'a': {}}") == R"({"a": {}, "b": 1})");
    CHECK(tagged("{'$a': 1}") == R"({"$map": [["$a", 1]]})");
    CHECK(tagged("{false: 1, 3u: 2, -1: 3, 'x': {'y': 1}}") ==
          R"({"$map": [[-1, 3], [{"$uint": 3}, 2], [false, 1], ["x", {"y": 1}]]})");
}

TEST_CASE("tagged JSON is one line that a terminal can show, with the same text in it") {
    const auto tagged = [](const std::string& text) { return json(text, JsonForm::tagged); };
    CHECK(tagged(R"('\x1b\x7f\u009b2J')") == R"("\u001b\u007f\u009b2J")");
    CHECK(tagged(R"('a\u0085b\u2028c\u2029')") == R"("a\u0085b\u2028c\u2029")");
    CHECK(tagged(R"({'\u202ekey': '\ufeff'})") == R"({"\u202ekey": "\ufeff"})");
    CHECK(tagged(R"('é\u00a0😀\ue000')") == "\"é\u00a0😀\ue000\"");
    CHECK(json(R"('\u009b')", JsonForm::plain) == "\"\u009b\"");
}

TEST_CASE("toJson writes what other programs read, and refuses the rest") {
    CHECK(run("toJson({'a': [1, 2u, 1.5], 'b': b'hi', 't': timestamp(0), 'v': version('1.2')})") ==
          R"("{\"a\": [1, 2, 1.5], \"b\": \"aGk=\", \"t\": \"1970-01-01T00:00:00Z\", \"v\": \"1.2\"}")");
    CHECK(run("toJson({'$a': null})") == R"("{\"$a\": null}")");
    CHECK(json("[double('NaN')]", JsonForm::plain) == "value: JSON has no number NaN");
    CHECK(json("{1: 2}", JsonForm::plain) == "value: JSON has only strings as keys");
    CHECK(json("int", JsonForm::plain) == "value: JSON has nothing for a type");
    CHECK(run("1 == toJson({1: 2})") == "value at 12-18");
}

TEST_CASE("base64 pads to four letters") {
    for (const auto& [text, wanted] : std::vector<std::pair<std::string, std::string>>{
             {"b''", ""}, {"b'f'", "Zg=="}, {"b'fo'", "Zm8="}, {"b'foo'", "Zm9v"}, {"b'foob'", "Zm9vYg=="}})
        CHECK(json(text, JsonForm::plain) == "\"" + wanted + "\"");
}

TEST_CASE("toToml writes keys before tables, so that none lands in the wrong one") {
    CHECK(toml("{'z': 1, 'a': {'x': true}, 'list': [1, 'b', [2.0]]}") ==
          "list = [1, \"b\", [2.0]]\nz = 1\n\n[a]\nx = true\n");
    CHECK(
        toml("{'a': {'b': {'c d': 'e\\n'}}, 'hosts': [{'n': 1}, {'n': 2, 'deep': {'x': 3}}]}") ==
        "[a]\n\n[a.b]\n\"c d\" = \"e\\n\"\n\n[[hosts]]\nn = 1\n\n[[hosts]]\nn = 2\n\n[hosts.deep]\nx = 3\n");
    CHECK(toml("{'mixed': [1, {'a': 2, 'b': {}}], 'none': []}") ==
          "mixed = [1, { a = 2, b = {} }]\nnone = []\n");
    CHECK(
        toml("{'t': timestamp(0), 'd': duration('90s'), 'f': [1e30, double('NaN'), -1.0 / 0.0], 'u': 7u}") ==
        "d = \"90s\"\nf = [1e+30, nan, -inf]\nt = 1970-01-01T00:00:00Z\nu = 7\n");
    CHECK(toml("{}") == "");
    CHECK(toml("{'a': null, 'b': 1, 'c': {'d': null}, 'e': [1, {'f': null, 'g': 2}]}") ==
          "b = 1\ne = [1, { g = 2 }]\n\n[c]\n");
}

TEST_CASE("toToml refuses what TOML has not") {
    CHECK(toml("{'a': [null]}") == "value: TOML has no null");
    CHECK(toml("{1: 2}") == "value: TOML has only strings as keys");
    CHECK(toml("{'a': [{1: 2}, 1]}") == "value: TOML has only strings as keys");
    CHECK(toml("{'a': 18446744073709551615u}") == "value: the number does not fit in an integer of TOML");
    CHECK(toml("{'a': int}") == "value: TOML has nothing for a type");
    CHECK(toml("[1]") == "type: 'toToml' needs map here, not list");
}

TEST_CASE("versions are ordered as dpkg orders them") {
    NamedValues variables;
    hold({{"version('1.0~rc1') < version('1.0')", "true"},
          {"version('1:0.1') > version('2.0')", "true"},
          {"version('1.0-2') < version('1.0-10')", "true"},
          {"version('1.0') == version('1.00')", "true"},
          {"version('2.0') in [version('1.0'), version('2.0')]", "true"},
          {"version(version('1')) == version('1')", "true"},
          {"version('1') == '1'", "false"},
          {"['1.10', '1.9'].all(v, version(v) >= version('1.9'))", "true"}});
    fail("value", {"version('')", "version('1 2')", "version('a:1')", "version(':1')", "version('1:')",
                   "version('1_2')"});
    fail("type", {"version(1)", "version('1') + version('2')", "{version('1'): 2}"});
}
