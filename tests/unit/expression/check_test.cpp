// SPDX-License-Identifier: Apache-2.0
#include "running.hpp"

using namespace contract::expression;

namespace {

NamedTypes types() {
    NamedTypes out;
    out.set("n", Type::of(Kind::integer));
    out.set("s", Type::of(Kind::string));
    out.set("t", Type::of(Kind::boolean));
    out.set("l", Type::of(Kind::list));
    const auto package = Type::object({{"path", Type::of(Kind::string)}, {"name", Type::of(Kind::string)}});
    out.set("m", Type::object({{"zlib", package}, {"node-ctl", package}}));
    Type alike = *out.find("m");
    alike.element = package;
    out.set("alike", std::make_shared<const Type>(alike));
    return out;
}

std::string check(const std::string& text) {
    std::string out;
    for (const Problem& problem : program(text).check(types()))
        out +=
            problem.code + " at " + std::to_string(problem.begin) + "-" + std::to_string(problem.end) + ";";
    return out;
}

// What is known of the value; "code at begin-end" for mistakes.
std::string type_of(const std::string& text) {
    TypePtr type;
    const auto mistakes = program(text).check(types(), &type);
    if (!mistakes.empty()) return told(mistakes[0]);
    std::string out(word(type->kind));
    for (TypePtr element = type->element; element; element = element->element)
        out += " of " + std::string(word(element->kind));
    return out + (type->nullable ? " or null" : "");
}

}  // namespace

TEST_CASE("the checker reports every mistake at its place") {
    CHECK(check("n > 1 && m.zlib.path != '' && l[0] == 1") == "");
    CHECK(check("m.zlob.path") == "unknown-name at 2-6;");
    CHECK(check("m['zlob'].path") == "unknown-name at 2-8;");
    CHECK(check("q + n + m.x") == "unknown-name at 0-1;unknown-name at 10-11;");
    CHECK(check("n == 's'") == "type at 0-8;");
    CHECK(check("n && t") == "type at 0-1;");
    CHECK(check("n + s") == "type at 0-5;");
    CHECK(check("s.x") == "type at 0-1;");
    CHECK(check("size(n)") == "type at 5-6;");
    CHECK(check("t ? 1 : 's'") == "");
    CHECK(check("n in s") == "type at 5-6;");
    CHECK(check("-s") == "type at 1-2;");
    CHECK(check("l < l") == "type at 0-1;");
    CHECK(program("m.zlob").check(types())[0].help == std::vector<std::string>{"did you mean 'zlib'?"});
    TypePtr result;
    CHECK(program("n > 1").check(types(), &result).empty());
    CHECK(result->kind == Kind::boolean);
}

TEST_CASE("the type of a value is known as far as CEL knows it") {
    for (const auto& [text, wanted] : std::vector<std::pair<std::string, std::string>>{
             {"1 + 2", "int"},
             {"1.0 * dyn(2.0)", "double"},
             {"1u % 2u", "uint"},
             {"'a' + s", "string"},
             {"b'a' + b'b'", "bytes"},
             {"[1] + [2]", "list of int"},
             {"[1, 'a']", "list of dynamic"},
             {"[[1], [2]]", "list of list of int"},
             {"[1, null]", "list of int"},
             {"{'a': 1.5}", "map of double"},
             {"{'a': 1.5}['b']", "double"},
             {"{'a': 1.5}.a", "double"},
             {"[[1]][0][0]", "int"},
             {"t ? 1 : 2", "int"},
             {"t ? 1 : 'a'", "dynamic"},
             {"t ? 'a' : null", "string or null"},
             {"[1].map(x, string(x))", "list of string"},
             {"[1].filter(x, x > 0)", "list of int"},
             {"m.filter(name, m[name].path != '')", "list of string"},
             {"m.transformMap(k, v, 1u)", "map of uint"},
             {"[5].transformList(i, x, i + x)", "list of int"},
             {"l.all(x, x)", "bool"},
             {"'a,b'.split(',')", "list of string"},
             {"size(l)", "int"},
             {"timestamp(0) - timestamp(0)", "duration"},
             {"timestamp(0) - duration('1s')", "timestamp"},
             {"duration('1s') + timestamp(0)", "timestamp"},
             {"type(1)", "type"},
             {"int", "type"},
             {"toJson(m)", "string"},
             {"version('1')", "version"},
             {"dyn(1)", "dynamic"},
             {"m.zlib", "map"}}) {
        INFO(text);
        CHECK(type_of(text) == wanted);
    }
}

TEST_CASE("operands that can have no value together are mistakes") {
    for (const std::string text : {"1 + 1.0",
                                   "1 + 1u",
                                   "n + 'a'",
                                   "s - s",
                                   "t + t",
                                   "-s",
                                   "!n",
                                   "1.0 % 2.0",
                                   "n < s",
                                   "l > l",
                                   "m < m",
                                   "s == 1",
                                   "s != null == 1",
                                   "1 in ['a']",
                                   "[1] in m",
                                   "1 in 1",
                                   "s ? 1 : 2",
                                   "n && t",
                                   "s.x",
                                   "l.x",
                                   "l['a']",
                                   "m[1]",
                                   "s[0]",
                                   "{1.0: 1}",
                                   "{[]: 1}",
                                   "size(1)",
                                   "s.contains(1)",
                                   "'a'.join()",
                                   "int([])",
                                   "1.all(x, true)",
                                   "[1].all(x, x)",
                                   "[1].map(x, x, x)",
                                   "[1].map(x, x + 'a')",
                                   "has(s.x)",
                                   "timestamp(0) + timestamp(0)",
                                   "duration('1s') - timestamp(0)",
                                   "'%s'.format('a')",
                                   "toToml(1)",
                                   "version('1') < '2'",
                                   "int == 1",
                                   "null < 1",
                                   "null + 1"}) {
        INFO(text);
        const auto mistakes = program(text).check(types());
        REQUIRE(!mistakes.empty());
        CHECK(mistakes[0].code == "type");
    }
}

TEST_CASE("what may have a value is accepted") {
    for (const std::string text :
         {"1 == 1.0 && 1u < 2.5 && 1 in [1.0]", "null == m.zlib && s != null", "dyn(1) + 's'", "l[0] + 1",
          "l[dyn(0)]", "[1, 'a'].all(x, x == 1)", "{'a': 1}.b", "{1: 2}[1u]", "m[s].path", "has(m.nothing)",
          "(t ? 'a' : null) + 'b'", "[t ? 1 : null].map(x, x + 1)", "int('x')", "duration('x')", "1 / 0",
          "[].map(x, x.y)", "{}.map(x, x.y)", "type(s) == string", "l.exists(i, x, i == 0 && x == 'a')"}) {
        INFO(text);
        CHECK(program(text).check(types()).empty());
    }
}

TEST_CASE("names and calls that do not exist are mistakes, with what may be meant") {
    const auto help = [](const std::string& text) {
        const auto mistakes = program(text).check(types());
        REQUIRE(mistakes.size() == 1);
        CHECK(mistakes[0].code == "unknown-name");
        return mistakes[0].help.empty() ? "" : mistakes[0].help[0];
    };
    CHECK(help("m.zlob.path == ''") == "did you mean 'zlib'?");
    CHECK(help("nobody > 1") == "there is: alike, l, m, n, s, t");
    CHECK(help("s.startWith('a')") == "did you mean 'startsWith'?");
    CHECK(help("s.charAt()") == "write a.charAt(b)");
    CHECK(help("l.exist(x, true)") == "did you mean 'exists'?");
    CHECK(help("l.transformList(x, true)") ==
          "write a.transformList(key, value, expression) or a.transformList(key, value, condition, "
          "expression)");
    CHECK(help("[1].map(x, m.zlib.nam)") == "did you mean 'name'?");
}

TEST_CASE("a regular expression that cannot be used is a mistake beforehand") {
    const auto mistakes = program("s.matches('a)')").check(types());
    REQUIRE(mistakes.size() == 1);
    CHECK(told(mistakes[0]) == "value at 10-14");
}

TEST_CASE("a computed key of a map whose fields are alike gives what all of them are") {
    CHECK(check("alike.all(k, alike[k].path != '')") == "");
    CHECK(check("alike.all(k, alike[k].pth != '')") == "unknown-name at 22-25;");
    CHECK(check("alike.all(k, v, v.pth != k)") == "unknown-name at 18-21;");
    CHECK(check("m.all(k, m[k].pth != '')") == "");  // nobody has said that they are
    CHECK(check("alike.zlob.path == ''") == "unknown-name at 6-10;");
}
