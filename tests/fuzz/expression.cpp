// SPDX-License-Identifier: Apache-2.0
//
// Any text as an expression: it is parsed, checked, evaluated, explained and written in every form, and what
// must hold for all texts is held against it. A promise that is broken ends the process.
//
// As a normal test this replays the files of corpus/expression. To look for more, with clang:
//   CXX=clang++ meson setup build/fuzz -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false
//   ninja -C build/fuzz tests/fuzz/fuzz_expression
//   build/fuzz/tests/fuzz/fuzz_expression -dict=tests/fuzz/expression.dict -max_len=512 NEW
//   tests/fuzz/corpus/expression
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "contract/base/text.hpp"
#include "contract/expression/expression.hpp"

namespace {

using namespace contract::expression;

[[noreturn]] void broken(const char* promise, const std::string& text, const std::string& detail) {
    std::fprintf(stderr, "broken promise: %s\n  of: %s\n  %s\n", promise, contract::quoted(text).c_str(),
                 detail.c_str());
    std::abort();
}

// A map that cannot be had whole, and whose field `broken` has no value.
class Host final : public Object {
    std::variant<Value, Absent, Problem> field(std::string_view key) const override {
        if (key == "port") return Value(8080);
        if (key == "broken") return Problem{"value", "it has no value", 7, 9, {}};
        return Absent{};
    }
    Outcome whole() const override { return Problem{"value", "not all of it is known", 7, 9, {}}; }
};

NamedValues some_values() {
    NamedValues values;
    values.set("n", 7);
    values.set("s", "wörld");
    values.set("t", true);
    values.set("l", List{1, "two", 3.5, List{}});
    values.set("m", Map{{"a", 1}, {"b c", Map{{"d", Bytes{"\xff"}}}}});
    values.set("o", Value(std::make_shared<Host>()));
    return values;
}

NamedTypes some_types() {
    NamedTypes types;
    types.set("n", Type::of(Kind::integer));
    types.set("s", Type::of(Kind::string));
    types.set("t", Type::of(Kind::boolean));
    types.set("l", Type::list(Type::of(Kind::dynamic)));
    types.set("m", Type::object({{"a", Type::of(Kind::integer)}, {"b c", Type::of(Kind::map)}}));
    types.set("o", Type::map(Type::of(Kind::dynamic)));
    return types;
}

void judge(const Problem& problem, const std::string& text) {
    if (problem.begin > problem.end || problem.end > text.size())
        broken("a problem points into the text", text, problem.message);
    if (problem.message.empty() || problem.code.empty()) broken("a problem says what it is", text, "");
    if (!contract::is_utf8(problem.message)) broken("a message is UTF-8", text, problem.message);
}

// What is written as the language writes it has the same value.
void read_back(const Value& value, const std::string& text) {
    constexpr std::uint64_t heaviest = 8192;
    constexpr std::size_t deepest = 30;
    if (value.weight() > heaviest || value.depth() > deepest) return;
    const std::string literal = to_literal(value);
    if (literal.find("NaN") != std::string::npos || literal.find("…") != std::string::npos) return;
    auto program = Program::parse(literal);
    if (const auto* problem = std::get_if<Problem>(&program))
        broken("a literal is an expression", text, literal + ": " + problem->message);
    const auto again = std::get<Program>(program).evaluate(NamedValues{});
    const auto* found = std::get_if<Value>(&again);
    if (found == nullptr || !(*found == value) || to_literal(*found) != literal)
        broken("a literal has the value it was written from", text, literal);
}

void write(const Value& value, const std::string& text) {
    for (const auto form : {JsonForm::tagged, JsonForm::plain}) {
        const auto json = to_json(value, form);
        const auto* line = std::get_if<std::string>(&json);
        if (line == nullptr) continue;
        if (!contract::is_utf8(*line)) broken("JSON is UTF-8", text, "");
        if (line->find('\n') != std::string::npos) broken("JSON is one line", text, *line);
    }
    (void)to_text(value);
    read_back(value, text);
}

void run(const std::string& text) {
    static const NamedValues values = some_values();
    static const NamedTypes types = some_types();
    (void)split_template(text);
    auto parsed = Program::parse(text);
    if (const auto* problem = std::get_if<Problem>(&parsed)) return judge(*problem, text);
    const auto& program = std::get<Program>(parsed);
    TypePtr type;
    for (const auto& problem : program.check(types, &type)) judge(problem, text);
    for (const auto& reference : program.references()) {
        if (reference.steps.empty() || reference.end > text.size() || reference.begin > reference.end)
            broken("a reference has a place", text, "");
        for (const auto& step : reference.steps)
            if (step.begin < reference.begin || step.end > reference.end)
                broken("the steps of a reference lie inside it", text, "");
    }
    const auto outcome = program.evaluate(values);
    if (const auto* problem = std::get_if<Problem>(&outcome)) judge(*problem, text);
    if (const auto* value = std::get_if<Value>(&outcome)) {
        write(*value, text);
        const bool known = type->kind != Kind::dynamic && !type->nullable;
        const Kind kind = value->kind() == Kind::object ? Kind::map : value->kind();
        if (known && program.check(types).empty() && kind != type->kind)
            broken("a value has the type that was promised", text,
                   to_literal(*value) + " is no " + std::string(word(type->kind)));
    }
    for (const auto& step : program.steps(values)) write(step.value, text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    run(std::string(reinterpret_cast<const char*>(data), size));
    return 0;
}
