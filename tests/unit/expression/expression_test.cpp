// SPDX-License-Identifier: Apache-2.0
#include "contract/expression/expression.hpp"

#include <catch2/catch.hpp>
#include <random>

using namespace contract::expression;

namespace {

NamedValues variables() {
    NamedValues values;
    values.set("n", 7);
    values.set("s", "wörld");
    values.set("t", true);
    values.set("l", List{1, "two", 3});
    values.set("m", Map{{"zlib", Map{{"path", "/store/zlib"}, {"name", "zlib"}}},
                        {"node-ctl", Map{{"path", "/store/node-ctl"}}}});
    return values;
}

NamedTypes types() {
    NamedTypes out;
    out.set("n", Type::of(Kind::integer));
    out.set("s", Type::of(Kind::string));
    out.set("t", Type::of(Kind::boolean));
    out.set("l", Type::of(Kind::list));
    const auto package = Type::object({{"path", Type::of(Kind::string)}, {"name", Type::of(Kind::string)}});
    out.set("m", Type::object({{"zlib", package}, {"node-ctl", package}}));
    return out;
}

Program program(const std::string& text) {
    auto parsed = Program::parse(text);
    if (const auto* problem = std::get_if<Problem>(&parsed)) FAIL(text << ": " << problem->message);
    return std::get<Program>(std::move(parsed));
}

// The literal of the value, or "code at begin-end".
std::string run(const std::string& text) {
    const auto shown = [](const Problem& problem) {
        return problem.code + " at " + std::to_string(problem.begin) + "-" + std::to_string(problem.end);
    };
    auto parsed = Program::parse(text);
    if (const auto* problem = std::get_if<Problem>(&parsed)) return shown(*problem);
    const auto result = std::get<Program>(parsed).evaluate(variables());
    if (const auto* problem = std::get_if<Problem>(&result)) return shown(*problem);
    return to_literal(std::get<Value>(result));
}

std::string check(const std::string& text) {
    std::string out;
    for (const Problem& problem : program(text).check(types()))
        out +=
            problem.code + " at " + std::to_string(problem.begin) + "-" + std::to_string(problem.end) + ";";
    return out;
}

}  // namespace

TEST_CASE("operators bind as in CEL") {
    CHECK(run("1 + 2 * 3") == "7");
    CHECK(run("(1 + 2) * 3") == "9");
    CHECK(run("10 - 3 - 2") == "5");
    CHECK(run("-7 / 2") == "-3");
    CHECK(run("-7 % 2") == "-1");
    CHECK(run("1 + 1 == 2 && !false") == "true");
    CHECK(run("true || false && false") == "true");
    CHECK(run("false ? 1 : true ? 2 : 3") == "2");
    CHECK(run("--n") == "7");
    CHECK(run("!!t") == "true");
    CHECK(run("1 in [1, 2,]") == "true");
    CHECK(run("0x10 // a comment\n + 1") == "17");
}

TEST_CASE("integers have 64 bits and overflow is an error") {
    CHECK(run("9223372036854775807") == "9223372036854775807");
    CHECK(run("-9223372036854775808") == "-9223372036854775808");
    CHECK(run("9223372036854775808") == "value at 0-19");
    CHECK(run("9223372036854775807 + 1") == "value at 0-23");
    CHECK(run("-9223372036854775807 - 2") == "value at 0-24");
    CHECK(run("9223372036854775807 * 2") == "value at 0-23");
    CHECK(run("-9223372036854775808 / -1") == "value at 0-25");
    CHECK(run("-9223372036854775808 % -1") == "value at 0-25");
    CHECK(run("-(-9223372036854775808)") == "value at 0-23");
    CHECK(run("n / 0") == "value at 0-5");
}

TEST_CASE("strings have CEL's quotes and escapes") {
    CHECK(run(R"('a\tb' == "a\tb")") == "true");
    CHECK(run(R"("\x41\u00e9\U0001F600\101" == 'Aé😀A')") == "true");
    CHECK(run(R"(r'\d' == '\\d')") == "true");
    CHECK(run(R"('\ud800')") == "syntax at 1-7");
    CHECK(run(R"('\q')") == "syntax at 1-3");
    CHECK(run("'open") == "syntax at 0-5");
    CHECK(run("'a' + 'b'") == "\"ab\"");
    CHECK(run("size(s)") == "5");
    CHECK(run("s.size() == 5 && s.contains('r') && s.startsWith('w') && s.endsWith('ld')") == "true");
    CHECK(run("'a' < 'b' && 'a' < 'ä'") == "true");
}

TEST_CASE("a deciding side hides an error of the other") {
    CHECK(run("1 / 0 == 1 || true") == "true");
    CHECK(run("true || 1 / 0 == 1") == "true");
    CHECK(run("1 / 0 == 1 && false") == "false");
    CHECK(run("1 / 0 == 1 && true") == "value at 0-5");
    CHECK(run("true && 1 / 0 == 1") == "value at 8-13");
    CHECK(run("true ? 1 : 1 / 0") == "1");
}

TEST_CASE("values of different types are unequal, never an error") {
    CHECK(run("1 == 'a'") == "false");
    CHECK(run("null != 0") == "true");
    CHECK(run("[1, 'a'] == [1, 'a']") == "true");
    CHECK(run("null == null") == "true");
    CHECK(run("1 < 'a'") == "type at 0-7");
}

TEST_CASE("lists and maps are selected and indexed") {
    CHECK(run("m.zlib.path") == "\"/store/zlib\"");
    CHECK(run("m['node-ctl'].path") == "\"/store/node-ctl\"");
    CHECK(run("m['node' + '-ctl'].path") == "\"/store/node-ctl\"");
    CHECK(run("l[1]") == "\"two\"");
    CHECK(run("l[3]") == "value at 2-3");
    CHECK(run("l[-1]") == "value at 2-4");
    CHECK(run("[4, 5][1]") == "5");
    CHECK(run("m.zlob") == "value at 2-6");
    CHECK(run("'zlib' in m") == "true");
    CHECK(run("has(m.zlib) && !has(m.other)") == "true");
    CHECK(run("size(m) + size(l)") == "5");
    CHECK(run("[1] + [2]") == "[1, 2]");
}

TEST_CASE("what the language leaves out of CEL is refused by its name") {
    const auto unsupported = [](const std::string& text) {
        auto parsed = Program::parse(text);
        const auto* problem = std::get_if<Problem>(&parsed);
        INFO(text);
        REQUIRE(problem != nullptr);
        CHECK(problem->code == "unsupported");
        return problem->message;
    };
    CHECK(unsupported("Message{a: 1}") ==
          "messages, such as Type{field: value}, are left out of this language");
    CHECK(unsupported("a.b.Message{}") ==
          "messages, such as Type{field: value}, are left out of this language");
    CHECK(unsupported("google.protobuf.Any") == "types of protobuf are left out of this language");
    CHECK(unsupported("m.?zlib") == "optional fields are left out of this language");
    CHECK(unsupported("m[?'zlib']") == "optional indexes are left out of this language");
    CHECK(unsupported("[?m]") == "optional items are left out of this language");
    CHECK(unsupported("{?'a': m}") == "optional entries are left out of this language");
    CHECK(unsupported("cel.bind(x, 1, x)") == "'cel.bind' is left out of this language");
    CHECK(unsupported("math.greatest(1, 2)") == "'math.greatest' is left out of this language");
    CHECK(unsupported("sets.contains([1], [1])") == "'sets.contains' is left out of this language");
    CHECK(unsupported("base64.encode(b'a')") == "'base64.encode' is left out of this language");
    CHECK(unsupported("[1].flatten()") == "'flatten' is left out of this language");
    CHECK(unsupported("m.transformMapEntry(k, v, {v: k})") ==
          "'transformMapEntry' is left out of this language");
}

TEST_CASE("syntax mistakes point at the exact bytes") {
    CHECK(run("") == "syntax at 0-0");
    CHECK(run("1 +") == "syntax at 3-3");
    CHECK(run("1 2") == "syntax at 2-3");
    CHECK(run("(1") == "syntax at 2-2");
    CHECK(run("a & b") == "syntax at 2-3");
    CHECK(run("a = b") == "syntax at 2-3");
    CHECK(run("'é' § 1") == "syntax at 5-7");
    CHECK(run("for") == "syntax at 0-3");
    CHECK(run("m.in") == "syntax at 2-4");
    CHECK(run("has(n)") == "syntax at 0-6");
    CHECK(run("lenght(s)") == "unknown-name at 0-6");
    CHECK(run("s.contains()") == "unknown-name at 2-10");
    CHECK(run("1x") == "syntax at 0-2");
    CHECK(run("0x") == "syntax at 0-2");
}

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

TEST_CASE("references are whole chains with their places and how they go on") {
    const auto references = [](const std::string& text) {
        std::string out;
        for (const auto& reference : program(text).references()) {
            for (const auto& step : reference.steps)
                out += to_literal(step.key) + "@" + std::to_string(step.begin) + "-" +
                       std::to_string(step.end) + " ";
            static constexpr std::string_view uses[] = {"value", "presence", "element", "iterated"};
            out += "[" + std::to_string(reference.begin) + "-" + std::to_string(reference.end) + " " +
                   std::string(uses[static_cast<std::size_t>(reference.use)]) + "]";
        }
        return out;
    };
    CHECK(references("m.zlib.path") == R"("m"@0-1 "zlib"@2-6 "path"@7-11 [0-11 value])");
    CHECK(references("1 + m['a b'].path") == R"("m"@4-5 "a b"@6-11 "path"@13-17 [4-17 value])");
    CHECK(references("l[0] == n") == R"("l"@0-1 0@2-3 [0-4 value]"n"@8-9 [8-9 value])");
    CHECK(references("has(m.zlib)") == R"("m"@4-5 "zlib"@6-10 [0-11 presence])");
    CHECK(references("m.a[n].b") == R"("m"@0-1 "a"@2-3 [0-3 element]"n"@4-5 [4-5 value])");
    CHECK(references("size(m)") == R"("m"@5-6 [5-6 value])");
    CHECK(references("1 + 2").empty());
}

TEST_CASE("a false result is explained by the facts that decided it") {
    const auto steps = [](const std::string& text) {
        std::string out;
        for (const auto& step : program(text).steps(variables()))
            out += step.text + " = " + to_literal(step.value) + ";";
        return out;
    };
    CHECK(steps("n >= 1024") == "n = 7;");
    CHECK(steps("t && n >= 1024") == "n = 7;");
    CHECK(steps("n == 1 || n == 2 || s == 'x'") == "n = 7;s = \"wörld\";");
    CHECK(steps("!t") == "t = true;");
    CHECK(steps("t ? size(l) == 2 : true") == "t = true;size(l) = 3;");
    CHECK(steps("s.contains('q')") == "s = \"wörld\";");
    CHECK(steps("n == 7").empty());
    CHECK(steps("n / 0 == 1").empty());
}

TEST_CASE("templates are split at the first closing braces outside quotes and brackets") {
    const auto show = [](std::string_view text) -> std::string {
        const auto split = split_template(text);
        if (const auto* problem = std::get_if<Problem>(&split))
            return problem->code + " at " + std::to_string(problem->begin) + "-" +
                   std::to_string(problem->end);
        std::string out;
        for (const Piece& piece : std::get<0>(split))
            out += (piece.is_expression ? "{" : "<") + piece.text + "@" + std::to_string(piece.begin) +
                   (piece.is_expression ? "}" : ">");
        return out;
    };
    CHECK(show("") == "");
    CHECK(show("$x ${x} $$ {{ go }}") == "<$x ${x} $$ {{ go }}@0>");
    CHECK(show("a${{ b }}c") == "<a@0>{ b @4}<c@9>");
    CHECK(show("${{ '}}' }}") == "{ '}}' @3}");
    CHECK(show("${{ x[{'a': {}}] }}") == "{ x[{'a': {}}] @3}");
    CHECK(show("$${{ a }}${{b}}") == "<${{ a }}@0>{b@12}");
    CHECK(show("ab ${{ x") == "syntax at 3-6");
    CHECK(show("${{ x } }}") == "syntax at 0-3");
    CHECK(show(R"(${{ r'\' }}x)") == R"({ r'\' @3}<x@11>)");
}

TEST_CASE("an object is rendered as its path") {
    CHECK(to_text(Map{{"path", "/store/zlib"}, {"name", "zlib"}}) == "/store/zlib");
    CHECK(to_text("plain") == "plain");
    CHECK(to_text(true) == "true");
}

TEST_CASE("deep nesting and long chains are bounded") {
    const auto repeat = [](std::string_view part, int times) {
        std::string out;
        for (int i = 0; i < times; ++i) out += part;
        return out;
    };
    CHECK(run(repeat("(", 100000) + "1").substr(0, 5) == "limit");
    CHECK(run(repeat("(", 2000) + "1" + repeat(")", 2000)).substr(0, 5) == "limit");
    CHECK(run(repeat("(", 90) + "1" + repeat(")", 90)) == "1");
    CHECK(run(repeat("!", 2000) + "t").substr(0, 5) == "limit");
    CHECK(run(repeat("[", 2000)).substr(0, 5) == "limit");
    CHECK(run("1" + repeat("+1", 400)) == "401");
    CHECK(run("1" + repeat("+1", 4000)).substr(0, 5) == "limit");
    CHECK(run("m" + repeat(".a", 4000)).substr(0, 5) == "limit");
}

TEST_CASE("random expressions never crash, and problems stay inside the text") {
    const std::vector<std::string> parts{"n",
                                         "s",
                                         "t",
                                         "l",
                                         "m",
                                         "m.zlib",
                                         ".path",
                                         "[",
                                         "]",
                                         "(",
                                         ")",
                                         "1",
                                         "-",
                                         "+",
                                         "*",
                                         "/",
                                         "%",
                                         "==",
                                         "!=",
                                         "<",
                                         ">=",
                                         "&&",
                                         "||",
                                         "!",
                                         "?",
                                         ":",
                                         ",",
                                         "in",
                                         "'a'",
                                         "\"",
                                         "'",
                                         "\\",
                                         "has(",
                                         " ",
                                         "size",
                                         ".",
                                         "null",
                                         "true",
                                         "é",
                                         "\xff",
                                         "9223372036854775807",
                                         "{",
                                         "}",
                                         ".contains("};
    std::mt19937 random(20261123);
    const NamedValues values = variables();
    const NamedTypes known = types();
    int parsed_well = 0;
    for (int round = 0; round < 6000; ++round) {
        std::string text;
        const auto length = 1 + random() % 12;
        for (unsigned i = 0; i < length; ++i) text += parts[random() % parts.size()];
        (void)split_template("${{" + text + "}}");
        auto parsed = Program::parse(text);
        if (const auto* problem = std::get_if<Problem>(&parsed)) {
            CHECK(problem->begin <= problem->end);
            CHECK(problem->end <= text.size());
            continue;
        }
        ++parsed_well;
        const auto& made = std::get<Program>(parsed);
        (void)made.references();
        for (const auto& problem : made.check(known)) CHECK(problem.end <= text.size());
        const auto result = made.evaluate(values);
        if (const auto* problem = std::get_if<Problem>(&result)) CHECK(problem->end <= text.size());
        (void)made.steps(values);
    }
    CHECK(parsed_well > 100);
}
