// SPDX-License-Identifier: Apache-2.0
#include "contract/base/text.hpp"
#include "interpreter.hpp"

namespace contract::expression {

std::vector<std::string> did_you_mean(std::string_view wrong, const std::vector<std::string>& candidates) {
    if (const auto near = nearest(wrong, candidates)) return {"did you mean '" + *near + "'?"};
    return {};
}

std::string shown(std::string_view text) {
    constexpr std::size_t longest_shown = 80;
    if (text.size() <= longest_shown) return harmless(text);
    std::size_t end = longest_shown;
    while (end > 0 && (text[end] & 0xC0) == 0x80) --end;
    return harmless(text.substr(0, end)) + "…";
}

std::variant<Program, Problem> Program::parse(std::string text) {
    auto tree = parse_tree(text);
    if (auto* problem = std::get_if<Problem>(&tree)) return std::move(*problem);
    return Program(std::move(text), std::make_shared<const Tree>(std::get<Tree>(std::move(tree))));
}

std::vector<Problem> Program::check(const Types& types, TypePtr* result) const {
    return check_tree(*tree_, types, result);
}

Outcome Program::evaluate(const Variables& variables) const {
    Interpreter interpreter(*tree_, variables);
    Value place;
    const Value* value = interpreter.run(tree_->root, place);
    if (value == nullptr) return std::move(*interpreter.budget().problem);
    return value == &place ? std::move(place) : *value;
}

std::string_view Program::Reference::Step::name() const {
    const auto* text = key.as<std::string>();
    return text == nullptr ? std::string_view() : std::string_view(*text);
}

std::vector<Program::Reference> Program::references() const {
    return references_of(*tree_);
}

std::vector<Program::Step> Program::steps(const Variables& variables) const {
    return explain(*tree_, text_, variables);
}

}  // namespace contract::expression
