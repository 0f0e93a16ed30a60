// SPDX-License-Identifier: Apache-2.0
//
// Modules → ModuleSet. Whatever can be judged without a host is judged here: once, however many hosts there
// are. Declarations come first, because a definition is brought to the option it is of.
#include "contract/base/text.hpp"
#include "module_set.hpp"
#include "texts.hpp"

namespace contract::evaluation {

namespace {

class Assertions {
public:
    Assertions(ModuleSet& set, Surroundings& surroundings) : set_(set), texts_(set, surroundings) {}

    void compile(std::size_t index) {
        const core::Module& module = *set_.modules[index].module;
        for (const auto& assertion : module.assertions)
            add(index, assertion.that, assertion.message, assertion.where, false);
        for (const auto& warning : module.warnings)
            add(index, warning.when, warning.message, warning.where, true);
    }

private:
    void add(std::size_t module, const core::Text& that, const std::optional<core::Text>& message,
             const Span& where, bool warning) {
        texts_.enter(module, nullptr);
        CompiledAssertion made;
        made.expression = &that;
        made.where = where;
        made.module = module;
        made.warning = warning;
        const auto index = texts_.expression(that, expression::Kind::boolean);
        bool broken = !index;
        if (message) made.message = texts_.text(message->value, message->where, broken);
        if (broken) return;
        made.that = *index;
        set_.assertions.push_back(std::move(made));
    }

    ModuleSet& set_;
    TextCompiler texts_;
};

}  // namespace

core::Finding& report_mismatch(Reports& reports, const Option& option, std::string path,
                               const Mismatch& wrong, const core::Value& value) {
    const core::Value* at = &value;
    for (const auto& step : wrong.way) {
        if (const auto index = step.as<std::int64_t>()) {
            path += "[" + std::to_string(*index) + "]";
            if (at->list() && static_cast<std::size_t>(*index) < at->list()->size())
                at = &(*at->list())[static_cast<std::size_t>(*index)];
        } else if (const auto* key = step.as<std::string>()) {
            path += "." + join_path({*key});
            if (const auto* entry = at->find(*key)) at = &entry->value;
        }
    }
    const bool hidden = option.sensitive && wrong.of_its_kind;
    auto& finding = reports.error(wrong.of_its_kind ? "bad-value" : "wrong-type",
                                  "'" + harmless(path) + "' is " +
                                      (hidden ? "a sensitive value" : harmless(wrong.found)) + ", not " +
                                      harmless(wrong.expected),
                                  at->where);
    finding.label = (wrong.expected.starts_with("one of ") ? "" : "expected ") + harmless(wrong.expected);
    if (!option.sensitive) finding.help = wrong.help;  // a near word or a number would give the value away
    const auto* from = option.default_from();
    if (from == nullptr || &*from->first->default_value != &value)
        relate_declaration(finding, option, "declared here");
    return finding;
}

namespace {

bool check_constraint(const Constraint& constraint, const Option& option, const std::string& path,
                      const expression::Value& value, const Span& where, Reports& reports) {
    expression::NamedValues names;
    names.set("value", value);
    const auto outcome = constraint.check->evaluate(names);
    const auto* made = std::get_if<expression::Value>(&outcome);
    if (made != nullptr && made->as<bool>() == true) return true;
    const auto& declaration = *constraint.declaration;
    // Of a declaration without a check, the message is about whatever else it says.
    const bool checks = declaration.check && constraint.says == declaration.check->value;
    const bool explained = declaration.message && (!declaration.check || checks);
    const std::string shown =
        option.sensitive ? "a sensitive value" : harmless(shortened(expression::to_literal(value)));
    auto& finding = reports.error(
        "bad-value",
        "'" + harmless(path) + "'" +
            (explained ? ": " + harmless(declaration.message->value)
                       : " is " + shown + ", which does not satisfy: " + harmless(constraint.says)),
        where);
    if (where != option.where()) relate_declaration(finding, option, "declared here");
    if (explained && checks) finding.evidence.push_back({"check", harmless(constraint.says), {}});
    const auto* problem = std::get_if<expression::Problem>(&outcome);
    if (problem != nullptr && !option.sensitive) finding.help.push_back(harmless(problem->message));
    return false;
}

// Where an item of a list was written; of a computed one, the whole.
Span place_of_item(const expression::Value& item, const std::vector<const core::Value*>& sources,
                   const Span& where) {
    const auto* text = item.as<std::string>();
    for (const core::Value* source : sources) {
        const auto* list = source == nullptr ? nullptr : source->list();
        if (list == nullptr || text == nullptr) continue;
        for (const core::Value& one : *list)
            if (one.string() != nullptr && *one.string() == *text) return one.where;
    }
    return where;
}

}  // namespace

bool check_constraints(const std::vector<Constraint>& constraints, const Option& option,
                       const std::string& path, const expression::Value& value,
                       const std::vector<const core::Value*>& sources, const Span& where, Reports& reports) {
    if (value.is_null()) return true;
    for (const Constraint& constraint : constraints) {
        const auto* items = constraint.each_item ? value.as<expression::List>() : nullptr;
        if (items == nullptr) {
            if (!check_constraint(constraint, option, path, value, where, reports)) return false;
            continue;
        }
        for (std::size_t i = 0; i < items->size(); ++i)
            if (!check_constraint(constraint, option, path + "[" + std::to_string(i) + "]", (*items)[i],
                                  place_of_item((*items)[i], sources, where), reports))
                return false;
    }
    return true;
}

void add_secrets(const core::Value& value, std::vector<Span>& secrets) {
    if (const auto* list = value.list()) {
        for (const auto& item : *list) add_secrets(item, secrets);
    } else if (const auto* map = value.map()) {
        for (const auto& entry : *map) add_secrets(entry.value, secrets);
    } else {
        secrets.push_back(value.where);
    }
}

namespace {

// Keys without an expression are the same for every host.
void write_keys(ModuleSet& set) {
    for (Definition& definition : set.definitions) {
        std::string keys;
        bool written = true;
        for (const auto& key : definition.keys) {
            for (const auto& part : key.parts) {
                written = written && !part.expression;
                keys += part.text;
            }
            keys += '\0';
        }
        if (written) definition.written_keys = std::move(keys);
    }
}

}  // namespace

ModuleSet compile_modules(std::vector<LoadedModule> modules, Surroundings& surroundings, bool incomplete) {
    ModuleSet set;
    set.modules = std::move(modules);
    set.incomplete = incomplete;
    compile_declarations(set, surroundings);
    compile_settings(set, surroundings);
    Assertions assertions(set, surroundings);
    for (std::size_t i = 0; i < set.modules.size(); ++i) assertions.compile(i);
    warn_near_misses(set);
    write_keys(set);
    order_options(set, surroundings);
    mark_sensitive(set);
    mark_varying(set);
    set.usable = !set.reports.has_error();
    return set;
}

}  // namespace contract::evaluation
