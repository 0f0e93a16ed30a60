// SPDX-License-Identifier: Apache-2.0
#include <random>

#include "running.hpp"

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

std::string run_here(const std::string& text) {
    return contract::expression::run(text, variables());
}

}  // namespace

TEST_CASE("operators bind as in CEL") {
    CHECK(run_here("1 + 2 * 3 - -4 / 2") == "9");
    CHECK(run_here("(1 + 2) * 3") == "9");
    CHECK(run_here("10 - 3 - 2") == "5");
    CHECK(run_here("1 + 1 == 2 && !false") == "true");
    CHECK(run_here("true || false && false") == "true");
    CHECK(run_here("(true || false) && false") == "false");
    CHECK(run_here("false ? 1 : true ? 2 : 3") == "2");
    CHECK(run_here("--n + n") == "14");
    CHECK(run_here("!!t") == "true");
    CHECK(run_here("1 < 2 == true") == "true");
    CHECK(run_here("1 in [1] in [true]") == "true");
    CHECK(run_here("-l.size()") == "-3");
    CHECK(run_here("-5.0 < -n + 3.0") == "type at 7-15");
}

TEST_CASE("a deciding side hides an error of the other") {
    CHECK(run_here("1 / 0 == 1 || true") == "true");
    CHECK(run_here("true || 1 / 0 == 1") == "true");
    CHECK(run_here("1 / 0 == 1 && false") == "false");
    CHECK(run_here("1 / 0 == 1 && true") == "value at 0-5");
    CHECK(run_here("true && 1 / 0 == 1") == "value at 8-13");
    CHECK(run_here("true ? 1 : 1 / 0") == "1");
}

TEST_CASE("lists and maps are selected and indexed") {
    CHECK(run_here("m.zlib.path") == "\"/store/zlib\"");
    CHECK(run_here("m['node-ctl'].path") == "\"/store/node-ctl\"");
    CHECK(run_here("m['node' + '-ctl'].path") == "\"/store/node-ctl\"");
    CHECK(run_here("l[1]") == "\"two\"");
    CHECK(run_here("l[3]") == "value at 2-3");
    CHECK(run_here("l[-1]") == "value at 2-4");
    CHECK(run_here("[4, 5][1]") == "5");
    CHECK(run_here("m.zlob") == "value at 2-6");
    CHECK(run_here("'zlib' in m") == "true");
    CHECK(run_here("has(m.zlib) && !has(m.other)") == "true");
    CHECK(run_here("size(m) + size(l)") == "5");
    CHECK(run_here("[1] + [2]") == "[1, 2]");
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
    CHECK(run_here("") == "syntax at 0-0");
    CHECK(run_here("1 +") == "syntax at 3-3");
    CHECK(run_here("1 2") == "syntax at 2-3");
    CHECK(run_here("(1") == "syntax at 2-2");
    CHECK(run_here("a & b") == "syntax at 2-3");
    CHECK(run_here("a = b") == "syntax at 2-3");
    CHECK(run_here("'é' § 1") == "syntax at 5-7");
    CHECK(run_here("for") == "syntax at 0-3");
    CHECK(run_here("m.in") == "syntax at 2-4");
    CHECK(run_here("has(n)") == "syntax at 0-6");
    CHECK(run_here("lenght(s)") == "unknown-name at 0-6");
    CHECK(run_here("s.contains()") == "unknown-name at 2-10");
    CHECK(run_here("1x") == "syntax at 0-2");
    CHECK(run_here("0x") == "syntax at 0-2");
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
    CHECK(show("${{ '''a' }}\n''}}''' }}x") == "{ '''a' }}\n''}}''' @3}<x@23>");
    CHECK(show(R"(${{ """\""" }}""" }}x)") == R"({ """\""" }}""" @3}<x@20>)");
    CHECK(show("${{ a // it's }}x") == "{ a // it's @3}<x@16>");
    CHECK(show("${{ [ // it's }}\n a ] }}x") == "{ [ // it's }}\n a ] @3}<x@24>");
    CHECK(show("${{ 'a//b' }}") == "{ 'a//b' @3}");
}

TEST_CASE("an object is rendered as its path") {
    CHECK(to_text(Map{{"path", "/store/zlib"}, {"name", "zlib"}}) == "/store/zlib");
    CHECK(to_text("plain") == "plain");
    CHECK(to_text(true) == "true");
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
