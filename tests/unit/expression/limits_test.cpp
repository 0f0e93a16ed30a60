// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include "contract/expression/allowance.hpp"
#include "running.hpp"

using namespace contract::expression;

namespace {

// Sanitizers make every step many times slower. What they look for shows with fewer steps as well; that the
// bound holds is shown by the other build.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool is_sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool is_sanitized = true;
#else
constexpr bool is_sanitized = false;
#endif
#else
constexpr bool is_sanitized = false;
#endif

std::string repeat(std::string_view part, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += part;
    return out;
}

}  // namespace

TEST_CASE("the text of an expression has a bound") {
    CHECK(run("'" + repeat("a", 65534) + "'").size() == 65536);
    fail("limit", {"'" + repeat("a", 65535) + "'"});
}

TEST_CASE("nesting has a bound, and what CEL asks for at least fits") {
    CHECK(run(repeat("(", 90) + "1" + repeat(")", 90)) == "1");
    CHECK(run("size(" + repeat("[", 90) + repeat("]", 90) + ")") == "1");
    CHECK(run(repeat("!", 90) + "true") == "true");
    CHECK(run(repeat("true ? 1 : ", 90) + "2") == "1");
    CHECK(run(repeat("[0].exists(x, ", 40) + "true" + repeat(")", 40)) == "true");
    fail("limit",
         {repeat("(", 60000), repeat("(", 2000) + "1" + repeat(")", 2000), repeat("!", 2000) + "true",
          repeat("-", 2000) + "1u", repeat("[", 2000), repeat("{1:", 2000), repeat("true ? 1 : ", 2000) + "2",
          repeat("int(", 2000) + "1" + repeat(")", 2000)});
}

TEST_CASE("chains have a bound, but not lists of conditions") {
    CHECK(run("1" + repeat("+1", 400)) == "401");
    fail("limit", {"1" + repeat("+1", 4000), "x" + repeat(".a", 4000), "x" + repeat("[0]", 4000),
                   "1" + repeat("<1", 4000)});
    CHECK(run("false" + repeat("||false", 9000)) == "false");
    CHECK(run("true" + repeat("&&true", 9000)) == "true");
}

TEST_CASE("macros in each other cannot work for ever, and nothing hides that") {
    const std::string ten = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]";
    std::string text = "false";
    for (int i = 0; i < 9; ++i) text = ten + ".exists(x" + std::to_string(i) + ", " + text + ")";
    fail("limit", {text, text + " || true", "true && (" + text + ") ? 1 : 2",
                   "[1].all(y, " + text + " || y == 1)", "[1].map(y, " + text + ")"});
    const auto start = std::chrono::steady_clock::now();
    (void)run(text);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(60));
}

TEST_CASE("many evaluations share an allowance, and what crosses it is over for all of them") {
    const std::string work = "[1, 2, 3, 4, 5, 6, 7, 8].map(x, x + 1).size()";
    const auto message = [](const std::string& text) {
        const auto result = outcome(text);
        const auto* problem = std::get_if<Problem>(&result);
        return problem == nullptr ? std::string() : problem->message;
    };
    {
        const Allowance steps(500);
        int done = 0;
        while (done < 500 && run(work) == "8") ++done;
        CHECK(done > 1);
        CHECK(done < 500);
        CHECK(message(work) == too_much_together);
        CHECK(message(work + " == 8 || true") == too_much_together);
        {
            const Allowance inner(500);
            CHECK(run(work) == "8");
        }
        CHECK(message(work) == too_much_together);
    }
    {
        const Allowance bytes(most_steps_together, 100);
        int done = 0;
        while (done < 500 && run("size('0123456789' + '0123456789')") == "20") ++done;
        CHECK(done > 0);
        CHECK(done < 500);
        CHECK(message("'0123456789' + '0123456789'") == too_much_together);
    }
    CHECK(run(work) == "8");  // without one each evaluation has only its own bounds
}

TEST_CASE("values cannot grow without bound") {
    // Each step doubles a string, a list, or what a list stands for.
    const std::string doubled = repeat(".map(s, s + s)", 40);
    fail("limit", {"['0123456789abcdef']" + doubled, "[[1, 2, 3]]" + doubled, "[b'0123456789']" + doubled,
                   "[[1]]" + repeat(".map(s, [s, s])", 60),
                   "[['a']]" + repeat(".map(s, s + s)", 25) + "[0].join('0123456789')",
                   "['a']" + repeat(".map(s, s.replace('', 'aaaaaaaaaaaaaaaa'))", 12),
                   "['a']" + repeat(".map(s, '%s%s%s%s'.format([s, s, s, s]))", 20),
                   "['\\u0007']" + repeat(".map(s, toJson([s, s]))", 20)});
}

TEST_CASE("a value nests no deeper than can be walked") {
    NamedValues variables;
    variables.set("a", List{1});
    Value deep = List{};
    for (int i = 0; i < 210; ++i) {
        auto next = outcome("[a]", variables);
        if (std::holds_alternative<Problem>(next)) break;
        deep = std::get<Value>(next);
        variables.set("a", deep);
    }
    CHECK(deep.depth() == 200);
    CHECK(run("[a]", variables) == "limit at 0-3");
    CHECK(run("{'x': a}", variables) == "limit at 0-8");
    CHECK(to_literal(deep).size() == 401);
}

TEST_CASE("regular expressions are bounded in number, length and memory") {
    fail("limit", {"true" + repeat(" && 'a'.matches('a')", 40)});
    fail("value",
         {"'a'.matches('" + repeat("a", 5000) + "')", "'a'.matches('((((a{100}){100}){100}){100})')"});
    CHECK(run("'" + repeat("a", 20000) + "'.matches('^(a+)+b$')") == "false");
}

TEST_CASE("no work takes long because its operands are large") {
    NamedValues variables;
    const std::size_t large = (is_sanitized ? 1U : 16U) << 18U;
    variables.set("text", std::string(large, 'a'));
    variables.set("same", std::string(large, 'a'));
    variables.set("part", std::string(large / 2, 'a') + "b" + std::string(large / 4, 'a'));
    variables.set("map", Map{{std::string(large, 'a'), 1}});
    List numbers;
    for (int i = 0; i < (is_sanitized ? 8 : 2000); ++i) numbers.push_back(i);
    variables.set("numbers", numbers);
    const std::string repeated = "numbers.all(x, numbers.all(y, ";
    const auto start = std::chrono::steady_clock::now();
    for (const std::string text : {"text.contains(part)",
                                   "text.indexOf(part) < 0",
                                   "text.lastIndexOf(part) < 0",
                                   "text.startsWith(same)",
                                   "text.endsWith(same)",
                                   "text == same",
                                   "text <= same",
                                   "map[same] == 1",
                                   "same in map",
                                   "text.matches('(a|aa|aaa)*b|c{100}d{100}e') == false",
                                   "text.split(part).size() == 1",
                                   "text.replace(part, '') == same",
                                   "{same: 1}.size() == 1",
                                   "size(text) > 0",
                                   "[same].join() == text",
                                   "text in [same, same]",
                                   "!('%s'.format([text]) == '')",
                                   "int(text) > 0 || true",
                                   "toJson(text).size() > 0",
                                   "1 / 0 == y || x >= 0",
                                   "numbers[x + y] == 1 || true"}) {
        INFO(text);
        const auto result = run(repeated + text + "))", variables);
        CHECK((result == "true" || result == "false" || result.substr(0, 5) == "limit"));
    }
    // Far above what it takes on a slow machine: what this finds is work that grows with the square of its
    // operands.
    if (!is_sanitized) CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(100));
}

TEST_CASE("the place of a problem is inside the text, for every prefix of an expression") {
    const std::string text =
        R"(has(m.`a b`) ? [1, 2u, .5e1].map(x, y, x in {"k": b'\xff'}) : !(-a.b["é"] >= 'c'.d(1) || true) )";
    for (std::size_t length = 0; length <= text.size(); ++length) {
        const auto result = outcome(text.substr(0, length));
        const auto* problem = std::get_if<Problem>(&result);
        REQUIRE(problem != nullptr);
        CHECK(problem->begin <= problem->end);
        CHECK(problem->end <= length);
    }
}
