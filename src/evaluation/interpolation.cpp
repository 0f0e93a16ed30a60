// SPDX-License-Identifier: Apache-2.0
#include "interpolation.hpp"

#include "contract/base/text.hpp"
#include "references.hpp"

namespace contract::evaluation {

using expression::Kind;

namespace {

// What the expression names becomes a need of `target`.
void add_needs(State& state, std::size_t target, const expression::Program& program, const Span& literal,
               std::size_t offset) {
    for (const auto& named : names_in(state, state.scope_at(target, literal), program)) {
        const std::size_t begin = offset + named.begin;
        const std::size_t end = offset + named.end;
        if (named.target)
            state.targets[target].needs.push_back({*named.target, &literal, begin, end});
        else
            state.fail(target, named.code, named.message, state.place(literal, begin, end)).help = named.help;
    }
}

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && std::string_view("._/+:@%=,-").find(c) != std::string_view::npos);
}

bool is_safe(std::string_view text) {
    for (const char c : text)
        if (!is_plain(c)) return false;
    return true;
}

const Template* template_of(const State& state, const std::string& text) {
    const auto found = state.templates.find(&text);
    return found == state.templates.end() ? nullptr : &found->second;
}

std::optional<expression::Value> value_of(State& state, std::size_t target, const Template::Part& part,
                                          const Span& literal) {
    auto result = part.program->evaluate(state.scopes[state.scope_at(target, literal)].values);
    if (const auto* problem = std::get_if<expression::Problem>(&result)) {
        state.fail(target, *problem, literal, part.begin);
        return std::nullopt;
    }
    return std::get<expression::Value>(std::move(result));
}

bool accept(State& state, std::size_t target, const Template::Part& part, const std::string& shown, Use use,
            const Span& literal) {
    if (use == Use::value || is_safe(shown)) return true;
    const std::string_view text = trim(part.program->text());
    const std::size_t begin = part.begin + part.program->text().find(text);
    auto& finding = state.fail(target, "unsafe-interpolation",
                               "the value of '" + harmless(text) + "' has characters a shell would interpret",
                               state.place(literal, begin, begin + text.size()));
    finding.evidence.push_back({"value", quoted(shown), {}});
    finding.help.push_back("put it in `env` and write \"$NAME\" in the script");
    return false;
}

}  // namespace

void compile(State& state, std::size_t target, const std::string& text, const Span& literal) {
    if (text.find("${{") == std::string::npos) return;
    Template made;
    auto pieces = expression::split_template(text);
    if (const auto* problem = std::get_if<expression::Problem>(&pieces)) {
        state.fail(target, *problem, literal, 0);
        made.broken = true;
    } else {
        for (auto& piece : std::get<0>(pieces)) {
            Template::Part part;
            part.begin = piece.begin;
            if (!piece.is_expression) {
                part.text = std::move(piece.text);
                made.parts.push_back(std::move(part));
                continue;
            }
            auto program = expression::Program::parse(std::move(piece.text));
            if (const auto* wrong = std::get_if<expression::Problem>(&program)) {
                state.fail(target, *wrong, literal, piece.begin);
                made.broken = true;
                continue;
            }
            part.program = std::get<expression::Program>(std::move(program));
            for (const auto& mistake :
                 part.program->check(state.scopes[state.scope_at(target, literal)].types)) {
                state.fail(target, mistake, literal, piece.begin);
                made.broken = true;
            }
            add_needs(state, target, *part.program, literal, piece.begin);
            made.parts.push_back(std::move(part));
        }
    }
    state.templates.insert_or_assign(&text, std::move(made));
}

void compile(State& state, std::size_t target, const core::Text& text) {
    compile(state, target, text.value, text.where);
}

void compile(State& state, std::size_t target, const core::Value& value) {
    if (const auto* text = value.string()) {
        compile(state, target, *text, value.where);
    } else if (const auto* list = value.list()) {
        for (const auto& item : *list) compile(state, target, item);
    } else if (const auto* map = value.map()) {
        for (const auto& entry : *map) compile(state, target, entry.value);
    }
}

Kind static_type(const State& state, const std::string& text) {
    const Template* found = template_of(state, text);
    if (found == nullptr) return Kind::string;
    if (found->broken) return Kind::dynamic;
    if (found->parts.size() != 1 || !found->parts[0].program) return Kind::string;
    expression::TypePtr type;
    (void)found->parts[0].program->check(state.scopes[0].types, &type);
    // An object is rendered as its path.
    return type->kind == Kind::map ? Kind::string : type->kind;
}

std::optional<std::string> render(State& state, std::size_t target, const std::string& text,
                                  const Span& literal, Use use) {
    const Template* found = template_of(state, text);
    std::string out;
    if (found == nullptr) {
        out = text;
    } else if (found->broken) {
        return std::nullopt;
    } else {
        for (const auto& part : found->parts) {
            out += part.text;
            if (!part.program) continue;
            const auto value = value_of(state, target, part, literal);
            if (!value) return std::nullopt;
            const std::string shown = expression::to_text(*value);
            if (!accept(state, target, part, shown, use, literal)) return std::nullopt;
            out += shown;
        }
    }
    if (out.find('\0') != std::string::npos) {
        state.fail(target, "bad-value", "the text has a NUL character", literal);
        return std::nullopt;
    }
    return out;
}

std::optional<expression::Value> render_value(State& state, std::size_t target, const std::string& text,
                                              const Span& literal) {
    const Template* found = template_of(state, text);
    if (found != nullptr && !found->broken && found->parts.size() == 1 && found->parts[0].program) {
        auto value = value_of(state, target, found->parts[0], literal);
        const bool is_map = value && (value->kind() == Kind::map || value->kind() == Kind::object);
        return is_map ? expression::Value(expression::to_text(*value)) : value;
    }
    auto shown = render(state, target, text, literal);
    if (!shown) return std::nullopt;
    return expression::Value(std::move(*shown));
}

std::optional<expression::Program> compile_condition(State& state, std::size_t target, const core::Text& text,
                                                     const expression::Types& types) {
    auto parsed = expression::Program::parse(text.value);
    if (const auto* problem = std::get_if<expression::Problem>(&parsed)) {
        state.fail(target, *problem, text.where, 0);
        return std::nullopt;
    }
    auto program = std::get<expression::Program>(std::move(parsed));
    expression::TypePtr type;
    const auto mistakes = program.check(types, &type);
    for (const auto& mistake : mistakes) state.fail(target, mistake, text.where, 0);
    if (!mistakes.empty()) return std::nullopt;
    if (type->kind != Kind::boolean && type->kind != Kind::dynamic) {
        state.fail(target, "expression",
                   "the expression is " + std::string(expression::word(type->kind)) + ", not bool",
                   state.place(text.where, 0, text.value.size()));
        return std::nullopt;
    }
    return program;
}

}  // namespace contract::evaluation
