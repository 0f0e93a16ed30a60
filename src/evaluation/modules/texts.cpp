// SPDX-License-Identifier: Apache-2.0
#include "texts.hpp"

#include "contract/base/text.hpp"
#include "contract/manifest/manifest_file.hpp"

namespace contract::evaluation {

namespace {

constexpr std::string_view opening = "${{";

// The variables of an expression in a module.
class ModuleTypes final : public expression::Types {
public:
    ModuleTypes(const expression::Types& scope, expression::TypePtr config, expression::TypePtr each)
        : scope_(scope), config_(std::move(config)), each_(std::move(each)) {}

    expression::TypePtr find(std::string_view name) const override {
        if (name == "config") return config_;
        if (name == "host") return host();
        if (name == "each") return each_;
        return scope_.find(name);
    }
    std::vector<std::string> names() const override {
        auto names = scope_.names();
        names.insert(names.end(), {"config", "host"});
        if (each_) names.emplace_back("each");
        return names;
    }

private:
    static const expression::TypePtr& host() {
        using expression::Kind;
        using expression::Type;
        static const expression::TypePtr type =
            Type::object({{"name", Type::of(Kind::string)},
                          {"group", Type::of(Kind::string)},
                          {"index", Type::optional(Type::of(Kind::integer))},
                          {"class", Type::of(Kind::string)},
                          {"system", Type::of(Kind::string)}});
        return type;
    }

    const expression::Types& scope_;
    expression::TypePtr config_;
    expression::TypePtr each_;
};

std::string_view kind_word(expression::Kind kind) {
    return expression::word(kind);
}

}  // namespace

Span TextCompiler::place(const Span& literal, std::size_t begin, std::size_t end) const {
    const auto source = surroundings_.sources().find(literal.file.text());
    if (source == surroundings_.sources().end()) return literal;
    return manifest::span_in_string(source->second, literal, begin, end);
}

void TextCompiler::report(const expression::Problem& problem, const Span& literal, std::size_t offset) {
    auto& finding = set_.reports.error("expression", problem.message,
                                       place(literal, offset + problem.begin, offset + problem.end));
    finding.help = problem.help;
}

bool TextCompiler::add_reads(Expression& made) {
    for (const auto& reference : made.program.references()) {
        const std::string_view name = reference.steps[0].name();
        if (name == "host") made.reads_host = true;
        if (name == "each") made.reads_each = true;
        if (name != "config") continue;
        NodeIndex at = OptionTree::root;
        std::size_t step = 1;
        bool known = true;
        for (; step < reference.steps.size() && !set_.tree.node(at).option; ++step) {
            const std::string_view key = reference.steps[step].name();
            auto child = set_.tree.child(at, key);
            if (!child) child = set_.tree.old_child(at, key);
            known = child.has_value();
            if (!known) break;
            const Node& next = set_.tree.node(*child);
            const Span where =
                place(made.literal, made.offset + reference.begin, made.offset + reference.steps[step].end);
            if (next.removed != nullptr) {
                report_removed(set_.reports, *next.removed, harmless(next.removed->option.value), where);
                return false;
            }
            if (next.renamed != nullptr) report_renamed(set_, next, where);
            at = next.moved_to.value_or(*child);
        }
        if (!known) continue;  // its type is closed: reported as a name that is not there
        const bool entry = reference.use == expression::Program::Reference::Use::presence &&
                           step == reference.steps.size() && at != OptionTree::root &&
                           set_.tree.node(set_.tree.node(at).parent).placeholder == at;
        made.reads.push_back({entry ? set_.tree.node(at).parent : at, entry, reference.begin, reference.end});
    }
    return true;
}

std::optional<ExpressionIndex> TextCompiler::add(std::string text, const Span& literal, std::size_t offset,
                                                 expression::TypePtr* result) {
    auto parsed = expression::Program::parse(std::move(text));
    if (const auto* problem = std::get_if<expression::Problem>(&parsed)) {
        report(*problem, literal, offset);
        return std::nullopt;
    }
    const std::size_t scope = set_.modules[module_].scope;
    Expression made{std::get<expression::Program>(std::move(parsed)),
                    module_,
                    nullptr,
                    literal,
                    offset,
                    {},
                    {},
                    false,
                    false,
                    false};
    const ModuleTypes types(surroundings_.types(scope), set_.config_type, each_);
    const auto mistakes = made.program.check(types, result);
    for (const auto& mistake : mistakes) report(mistake, literal, offset);
    const std::size_t before = set_.reports.count();
    made.needs = surroundings_.needs(made.program, scope, literal, offset, set_.reports);
    if (!mistakes.empty() || set_.reports.count() != before) return std::nullopt;
    if (!add_reads(made)) return std::nullopt;
    set_.expressions.push_back(std::move(made));
    return static_cast<ExpressionIndex>(set_.expressions.size() - 1);
}

std::optional<ExpressionIndex> TextCompiler::expression(const core::Text& text, expression::Kind wanted,
                                                        expression::TypePtr* result) {
    expression::TypePtr type;
    const auto index = add(text.value, text.where, 0, &type);
    if (!index) return index;
    if (result != nullptr) *result = type;
    const bool fits = type->kind == wanted || type->kind == expression::Kind::dynamic ||
                      wanted == expression::Kind::dynamic;
    if (fits) return index;
    set_.reports.error(
        "expression",
        "the expression is " + std::string(kind_word(type->kind)) + ", not " + std::string(kind_word(wanted)),
        place(text.where, 0, text.value.size()));
    return std::nullopt;
}

CompiledText TextCompiler::text(const std::string& text, const Span& literal, bool& broken) {
    CompiledText made;
    if (text.find(opening) == std::string::npos) {
        made.parts.push_back({text, std::nullopt});
        return made;
    }
    auto pieces = expression::split_template(text);
    if (const auto* problem = std::get_if<expression::Problem>(&pieces)) {
        report(*problem, literal, 0);
        broken = true;
        return made;
    }
    for (auto& piece : std::get<0>(pieces)) {
        if (!piece.is_expression) {
            made.parts.push_back({std::move(piece.text), std::nullopt});
            continue;
        }
        const auto index = add(std::move(piece.text), literal, piece.begin, nullptr);
        if (!index) broken = true;
        if (index) made.parts.push_back({"", index});
    }
    if (made.parts.empty()) made.parts.push_back({"", std::nullopt});
    return made;
}

namespace {

expression::Value list_of(const std::vector<CompiledValue>& constants) {
    expression::List items;
    for (const auto& item : constants) items.push_back(item.constant);
    return expression::Value(std::move(items));
}

expression::Value map_of(const std::vector<CompiledEntry>& constants) {
    expression::Map fields;
    for (const auto& [key, item] : constants) fields.set(expression::Value(key.parts[0].text), item.constant);
    return expression::Value(std::move(fields));
}

}  // namespace

CompiledValue TextCompiler::value(const core::Value& value, bool keys_interpolate, bool& broken) {
    CompiledValue made;
    made.source = &value;
    CompiledPieces pieces;
    bool constant = true;
    if (const auto* string = value.string()) {
        made.form = CompiledValue::Form::text;
        pieces.text = text(*string, value.where, broken);
        constant = pieces.text.parts.size() == 1 && !pieces.text.parts[0].expression;
        if (constant) made.constant = expression::Value(std::move(pieces.text.parts[0].text));
    } else if (const auto* list = value.list()) {
        made.form = CompiledValue::Form::list;
        for (const auto& item : *list) {
            pieces.items.push_back(this->value(item, keys_interpolate, broken));
            constant = constant && pieces.items.back().form == CompiledValue::Form::constant;
        }
        if (constant) made.constant = list_of(pieces.items);
    } else if (const auto* map = value.map()) {
        made.form = CompiledValue::Form::map;
        for (const auto& entry : *map) {
            CompiledText key;
            if (keys_interpolate)
                key = text(entry.key.value, entry.key.where, broken);
            else
                key.parts.push_back({entry.key.value, std::nullopt});
            constant = constant && key.parts.size() == 1 && !key.parts[0].expression;
            pieces.entries.push_back({std::move(key), this->value(entry.value, keys_interpolate, broken)});
            constant = constant && pieces.entries.back().value.form == CompiledValue::Form::constant;
        }
        if (constant) made.constant = map_of(pieces.entries);
    } else {
        made.constant = constant_of(value);
    }
    if (constant)
        made.form = CompiledValue::Form::constant;
    else
        made.pieces = std::move(pieces);
    return made;
}

expression::Value constant_of(const core::Value& value) {
    using expression::Value;
    if (const auto* truth = value.boolean()) return Value(*truth);
    if (const auto* number = value.integer()) return Value(*number);
    if (const auto* text = value.string()) return Value(*text);
    if (const auto* real = std::get_if<double>(&value.data)) return Value(*real);
    if (const auto* date = std::get_if<core::DateTime>(&value.data)) return Value(date->text);
    if (const auto* list = value.list()) {
        expression::List items;
        for (const auto& item : *list) items.push_back(constant_of(item));
        return Value(std::move(items));
    }
    expression::Map fields;
    for (const auto& entry : *value.map()) fields.set(Value(entry.key.value), constant_of(entry.value));
    return Value(std::move(fields));
}

}  // namespace contract::evaluation
