// SPDX-License-Identifier: Apache-2.0
//
// What modules declare: the options, their defaults, what is checked of their values, and the names that
// options had once.
#include <algorithm>

#include "contract/base/text.hpp"
#include "contract/manifest/manifest_file.hpp"
#include "module_set.hpp"
#include "texts.hpp"

namespace contract::evaluation {

namespace {

using expression::Kind;

bool has_interpolation(const core::Value& value) {
    if (const auto* text = value.string()) return text->find("${{") != std::string::npos;
    if (const auto* list = value.list()) return std::any_of(list->begin(), list->end(), has_interpolation);
    if (const auto* map = value.map())
        return std::any_of(map->begin(), map->end(),
                           [](const core::Entry& entry) { return has_interpolation(entry.value); });
    return false;
}

bool is_list(const OptionType& type) {
    if (type.kind == OptionKind::optional) return is_list(type.of[0]);
    return type.kind == OptionKind::list || type.kind == OptionKind::set;
}

std::size_t placeholders_of(const std::vector<std::string>& parts) {
    return static_cast<std::size_t>(std::count_if(parts.begin(), parts.end(), is_placeholder));
}

class Declarations {
public:
    Declarations(ModuleSet& set, const Surroundings& surroundings) : set_(set), surroundings_(surroundings) {}

    void compile() {
        std::size_t number = 0;
        for (const auto& module : set_.modules) number += module.module->options.size();
        set_.tree.reserve(number);
        for (std::size_t i = 0; i < set_.modules.size(); ++i)
            for (const auto& declaration : set_.modules[i].module->options)
                set_.tree.declare(declaration, i, set_.reports, surroundings_.sources());
        remember_names();
        if (set_.incomplete) set_.tree.mark_all_doubtful();
        set_.config_type = set_.tree.type_of(OptionTree::root);
        set_.options.resize(set_.tree.options().size());
        set_.maps.resize(set_.tree.node_count());
        for (OptionIndex i = 0; i < set_.options.size(); ++i) {
            set_.options[i].broken = set_.tree.option(i).broken;
            for (const auto& entry : set_.tree.option(i).declarations) add_constraints(i, *entry.first);
            add_default(i);
        }
    }

private:
    // ── defaults ──
    void add_default(OptionIndex index) {
        const Option& option = set_.tree.option(index);
        const auto* from = option.default_from();
        if (from == nullptr) return;
        const core::Value& value = *from->first->default_value;
        if (option.sensitive) add_secrets(value, set_.secrets);
        set_.options[index].bad_default = true;
        const std::string path = join_path(option.path);
        if (has_interpolation(value)) {
            set_.reports.error("bad-value", "the default of '" + path + "' is interpolated", value.where)
                .help.push_back("a default is a plain value; write a [[set]] with priority = \"default\"");
            return;
        }
        auto made = constant_of(value);
        if (const auto wrong = mismatch(option.type, made)) {
            report_mismatch(set_.reports, option, "default of " + path, *wrong, value);
            return;
        }
        if (!check_constraints(set_.options[index].constraints, option, "default of " + path, made, {&value},
                               value.where, set_.reports))
            return;
        set_.options[index].default_value = std::move(made);
        set_.options[index].bad_default = false;
    }

    // ── min, max, match, check: expressions all of them, so that there is one way to judge and to tell ──
    void add_constraint(OptionIndex index, const core::OptionDeclaration& declaration, std::string text,
                        const core::Text* written, const Span& where, std::string says,
                        bool each_item = false) {
        auto parsed = expression::Program::parse(std::move(text));
        const auto& declared = set_.tree.option(index).type;
        const auto& type = declared.kind == OptionKind::optional ? declared.of[0] : declared;
        expression::NamedTypes types;
        types.set("value", static_type(each_item ? type.of[0] : type));
        std::vector<expression::Problem> mistakes;
        expression::TypePtr result;
        if (const auto* problem = std::get_if<expression::Problem>(&parsed))
            mistakes.push_back(*problem);
        else
            mistakes = std::get<0>(parsed).check(types, &result);
        for (const auto& mistake : mistakes)
            set_.reports
                .error("expression", mistake.message,
                       written == nullptr ? where : place(where, mistake.begin, mistake.end))
                .help = mistake.help;
        if (!mistakes.empty()) return;
        if (result->kind != Kind::boolean && result->kind != Kind::dynamic) {
            set_.reports.error("expression",
                               "the check is " + std::string(expression::word(result->kind)) + ", not bool",
                               written == nullptr ? where : place(where, 0, written->value.size()));
            return;
        }
        set_.options[index].constraints.push_back(
            {std::get<0>(std::move(parsed)), &declaration, std::move(says), each_item});
    }

    void add_bound(OptionIndex index, const core::OptionDeclaration& declaration,
                   const Boxed<core::Value>& value, const char* sign) {
        const OptionType& type = set_.tree.option(index).type;
        if (!value || !can_have_bounds(type)) return;
        const OptionType& inner = type.kind == OptionKind::optional ? type.of[0] : type;
        const bool sized =
            inner.kind == OptionKind::list || inner.kind == OptionKind::set || inner.kind == OptionKind::map;
        const bool real = inner.kind == OptionKind::real;
        if (!real && value->integer() == nullptr) {
            set_.reports.error("wrong-type", "a bound of '" + to_text(type) + "' is an integer",
                               value->where);
            return;
        }
        auto bound = constant_of(*value);
        if (const auto number = bound.as<std::int64_t>(); real && number)
            bound = expression::Value(static_cast<double>(*number));
        const std::string text =
            std::string(sized ? "size(value)" : "value") + " " + sign + " " + expression::to_literal(bound);
        add_constraint(index, declaration, text, nullptr, value->where, text);
    }

    void add_match(OptionIndex index, const core::OptionDeclaration& declaration) {
        if (!declaration.match || !can_match(set_.tree.option(index).type)) return;
        const core::Text& match = *declaration.match;
        const std::string pattern = expression::to_literal(expression::Value("^(?:" + match.value + ")$"));
        // A pattern that is none shows when it is used: so it is used once.
        const auto probe = expression::Program::parse("''.matches(" + pattern + ")");
        if (const auto* program = std::get_if<expression::Program>(&probe)) {
            const auto outcome = program->evaluate(expression::NamedValues());
            if (const auto* problem = std::get_if<expression::Problem>(&outcome)) {
                set_.reports.error("bad-value", "'match' is no regular expression: " + problem->message,
                                   match.where);
                return;
            }
        }
        add_constraint(index, declaration, "value.matches(" + pattern + ")", nullptr, match.where,
                       "match = " + quoted(match.value), is_list(set_.tree.option(index).type));
    }

    void add_constraints(OptionIndex index, const core::OptionDeclaration& declaration) {
        if (set_.tree.option(index).type.kind == OptionKind::unknown) return;
        add_bound(index, declaration, declaration.least, ">=");
        add_bound(index, declaration, declaration.most, "<=");
        add_match(index, declaration);
        if (declaration.check)
            add_constraint(index, declaration, declaration.check->value, &*declaration.check,
                           declaration.check->where, declaration.check->value);
    }

    Span place(const Span& literal, std::size_t begin, std::size_t end) const {
        const auto source = surroundings_.sources().find(literal.file.text());
        if (source == surroundings_.sources().end()) return literal;
        return manifest::span_in_string(source->second, literal, begin, end);
    }

    // ── names that options had ──
    void remember_names() {
        std::vector<const core::RenamedOption*> open;
        for (const auto& module : set_.modules) {
            for (const auto& removed : module.module->removed)
                if (const auto old = remember(removed.option)) set_.tree.set_removed(*old, removed);
            for (const auto& renamed : module.module->renamed) open.push_back(&renamed);
        }
        // A new name may be an old one by now: again, as long as it gets anywhere.
        for (bool some = true; some;) {
            some = false;
            std::erase_if(open, [&](const auto* renamed) {
                const bool done = move(*renamed);
                some = some || done;
                return done;
            });
        }
        for (const auto* renamed : open) lead_nowhere(*renamed);
    }

    std::optional<NodeIndex> remember(const core::Text& name) {
        const auto parts = manifest::parts_of_option(name.value);
        if (!parts) return std::nullopt;  // told by the parser
        const auto old = set_.tree.remember(*parts);
        if (!old && !set_.incomplete)
            set_.reports
                .error("option-redeclared", "'" + harmless(name.value) + "' is an option still", name.where)
                .help.push_back("remove its declaration, or this table");
        return old;
    }

    // False: its new name is not known, or not yet.
    bool move(const core::RenamedOption& renamed) {
        const auto to = manifest::parts_of_option(renamed.to.value);
        const auto from = manifest::parts_of_option(renamed.from.value);
        if (!from) return true;
        const auto node = to ? set_.tree.find(*to, OptionTree::Old::followed) : std::nullopt;
        if (!node || (*node != OptionTree::root && is_old(*node))) return false;
        if (placeholders_of(*from) != placeholders_of(*to)) {
            set_.reports
                .error("bad-value",
                       "'" + harmless(renamed.to.value) + "' has other placeholders than '" +
                           harmless(renamed.from.value) + "'",
                       renamed.to.where)
                .help.push_back("each <name> of the old path stands in the new one, in the same order");
            return true;
        }
        if (const auto old = remember(renamed.from)) set_.tree.set_move(*old, *node, renamed);
        return true;
    }

    bool is_old(NodeIndex index) const {
        for (NodeIndex at = index; at != OptionTree::root; at = set_.tree.node(at).parent) {
            const Node& node = set_.tree.node(at);
            const Node& parent = set_.tree.node(node.parent);
            const NodeIndex* known = parent.children.find(node.name);
            const bool real =
                is_placeholder(node.name) ? parent.placeholder == at : known != nullptr && *known == at;
            if (!real) return true;
        }
        return false;
    }

    void lead_nowhere(const core::RenamedOption& renamed) {
        // Whoever uses the old name is not to blame.
        if (const auto old = remember(renamed.from)) set_.tree.mark_doubtful(*old);
        if (renamed.to.value.empty() || set_.incomplete) return;
        auto& finding = set_.reports.error(
            "unknown-option", "there is no option '" + harmless(renamed.to.value) + "'", renamed.to.where);
        std::vector<std::string> paths;
        for (const Option& option : set_.tree.options()) paths.push_back(join_path(option.path));
        if (const auto near = nearest(renamed.to.value, paths))
            finding.help.push_back("did you mean '" + *near + "'?");
        else
            finding.help.push_back("`to` names an option that some module of this host declares");
    }

    ModuleSet& set_;
    const Surroundings& surroundings_;
};

}  // namespace

void compile_declarations(ModuleSet& set, Surroundings& surroundings) {
    Declarations(set, surroundings).compile();
}

}  // namespace contract::evaluation
