// SPDX-License-Identifier: Apache-2.0
//
// Modules → ModuleSet. Every definition is brought to the option it is of, and whatever can be judged without
// a host is judged here: once, however many hosts there are.
#include <algorithm>
#include <set>

#include "contract/base/text.hpp"
#include "contract/manifest/manifest_file.hpp"
#include "module_set.hpp"
#include "texts.hpp"

namespace contract::evaluation {

namespace {

using expression::Kind;

class Compiler {
public:
    Compiler(ModuleSet& set, Surroundings& surroundings)
        : set_(set), surroundings_(surroundings), texts_(set, surroundings) {}

    void declare_options() {
        for (std::size_t i = 0; i < set_.modules.size(); ++i)
            for (const auto& declaration : set_.modules[i].module->options)
                set_.tree.declare(declaration, i, set_.reports, surroundings_.sources());
        set_.config_type = set_.tree.type_of(OptionTree::root);
        set_.options.resize(set_.tree.options().size());
        set_.maps.resize(set_.tree.node_count());
        for (OptionIndex i = 0; i < set_.options.size(); ++i) {
            add_default(i);
            for (const auto& entry : set_.tree.option(i).declarations) add_constraints(i, *entry.first);
        }
    }

    void compile_module(std::size_t index) {
        const core::Module& module = *set_.modules[index].module;
        for (const auto& setting : module.settings) compile_setting(index, setting);
        for (const auto& assertion : module.assertions)
            add_assertion(index, assertion.that, assertion.message, assertion.where, false);
        for (const auto& warning : module.warnings)
            add_assertion(index, warning.when, warning.message, warning.where, true);
    }

    void check_moves() {
        for (const auto& module : set_.modules) {
            for (const auto& renamed : module.module->renamed) {
                const auto keys = manifest::parts_of_option(renamed.to.value);
                if (!keys || !find_node(*keys))
                    set_.reports.error("unknown-option",
                                       "there is no option '" + harmless(renamed.to.value) + "'",
                                       renamed.to.where);
                if (const auto from = manifest::parts_of_option(renamed.from.value);
                    !from || find_node(*from))
                    set_.reports.error("option-conflict",
                                       "'" + harmless(renamed.from.value) + "' is an option still",
                                       renamed.from.where);
            }
        }
    }

private:
    // ── declarations ──
    void add_default(OptionIndex index) {
        const Option& option = set_.tree.option(index);
        const auto* from = option.default_from();
        if (from == nullptr) return;
        const core::Value& value = *from->first->default_value;
        if (has_interpolation(value)) {
            set_.reports
                .error("bad-value", "the default of '" + join_path(option.path) + "' is interpolated",
                       value.where)
                .help.push_back("a default is a plain value; write a [[set]] with priority = \"default\"");
            return;
        }
        auto made = constant_of(value);
        if (check_constant(option, made, value, "default of " + join_path(option.path)))
            set_.options[index].default_value = made;
    }

    static bool has_interpolation(const core::Value& value) {
        if (const auto* text = value.string()) return text->find("${{") != std::string::npos;
        if (const auto* list = value.list())
            return std::any_of(list->begin(), list->end(), has_interpolation);
        if (const auto* map = value.map())
            return std::any_of(map->begin(), map->end(),
                               [](const core::Entry& entry) { return has_interpolation(entry.value); });
        return false;
    }

    bool check_constant(const Option& option, const expression::Value& made, const core::Value& value,
                        std::string path) {
        const auto wrong = mismatch(option.type, made);
        if (!wrong) return true;
        report_mismatch(set_.reports, option, std::move(path), *wrong, value);
        return false;
    }

    void add_constraint(OptionIndex index, const core::OptionDeclaration& declaration, std::string text,
                        const Span& where, std::string says, bool each_item = false) {
        auto parsed = expression::Program::parse(std::move(text));
        const auto& declared = set_.tree.option(index).type;
        const auto& type = declared.kind == OptionKind::optional ? declared.of[0] : declared;
        expression::NamedTypes types;
        types.set("value", static_type(each_item ? type.of[0] : type));
        std::vector<expression::Problem> mistakes;
        if (const auto* problem = std::get_if<expression::Problem>(&parsed)) {
            mistakes.push_back(*problem);
        } else {
            expression::TypePtr result;
            mistakes = std::get<0>(parsed).check(types, &result);
            if (mistakes.empty() && result->kind != Kind::boolean && result->kind != Kind::dynamic)
                set_.reports.error("expression", "a check is bool", where);
        }
        for (const auto& mistake : mistakes) {
            const bool exact = declaration.check && &declaration.check->where == &where;
            auto& finding = set_.reports.error("expression", mistake.message,
                                               exact ? place(where, mistake.begin, mistake.end) : where);
            finding.help = mistake.help;
        }
        if (mistakes.empty())
            set_.options[index].constraints.push_back(
                {std::get<0>(std::move(parsed)), &declaration, std::move(says), each_item});
    }

    // Bounds and patterns are expressions too: one way to judge, one way to tell.
    void add_constraints(OptionIndex index, const core::OptionDeclaration& declaration) {
        const OptionType& type = set_.tree.option(index).type;
        const OptionKind kind = type.kind == OptionKind::optional ? type.of[0].kind : type.kind;
        const bool sized = kind == OptionKind::list || kind == OptionKind::set || kind == OptionKind::map;
        const std::string subject = sized ? "size(value)" : "value";
        const auto bound = [&](const std::optional<core::Value>& value, const char* sign) {
            if (!value) return;
            const std::string text = subject + " " + sign + " " + expression::to_literal(constant_of(*value));
            add_constraint(index, declaration, text, value->where, text);
        };
        bound(declaration.least, ">=");
        bound(declaration.most, "<=");
        if (declaration.match)
            add_constraint(
                index, declaration,
                "value.matches(" +
                    expression::to_literal(expression::Value("^(?:" + declaration.match->value + ")$")) + ")",
                declaration.match->where, "match = " + quoted(declaration.match->value), sized);
        if (declaration.check)
            add_constraint(index, declaration, declaration.check->value, declaration.check->where,
                           declaration.check->value);
    }

    Span place(const Span& literal, std::size_t begin, std::size_t end) const {
        const auto source = surroundings_.sources().find(literal.file);
        if (source == surroundings_.sources().end()) return literal;
        return manifest::span_in_string(source->second, literal, begin, end);
    }

    // ── settings ──
    void compile_setting(std::size_t module, const core::Setting& setting) {
        CompiledSetting made;
        made.setting = &setting;
        made.module = module;
        module_ = module;
        expression::TypePtr each;
        texts_.enter(module, nullptr);
        if (setting.each) {
            expression::TypePtr type;
            made.each = texts_.expression(*setting.each, Kind::dynamic, &type);
            if (made.each) each = each_type(*setting.each, type);
            made.broken = !each;
            if (!each) each = expression::Type::of(Kind::dynamic);
        }
        texts_.enter(module, each);
        if (setting.when) {
            made.when = texts_.expression(*setting.when, Kind::boolean);
            made.broken = made.broken || !made.when;
        }
        set_.settings.push_back(made);
        keys_interpolate_ = setting.each.has_value();
        handled_.clear();
        if (setting.values) {
            move_renamed(*setting.values);
            std::vector<const core::Entry*> way;
            std::vector<CompiledText> keys;
            walk(OptionTree::root, *setting.values, way, keys, nullptr);
        }
        for (const auto& path : setting.unset) unset(path);
        for (const auto& path : setting.replace) replace(path, setting);
    }

    expression::TypePtr each_type(const core::Text& text, const expression::TypePtr& type) {
        using expression::Type;
        const auto any = Type::of(Kind::dynamic);
        if (type->kind == Kind::list)
            return Type::object(
                {{"key", Type::of(Kind::integer)}, {"value", type->element ? type->element : any}});
        if (type->kind == Kind::map || type->kind == Kind::dynamic) {
            const bool open = type->kind == Kind::map && !type->closed && type->element;
            return Type::object({{"key", type->kind == Kind::map ? Type::of(Kind::string) : any},
                                 {"value", open ? type->element : any}});
        }
        set_.reports
            .error("expression",
                   "'for' needs a list or a map, not " + std::string(expression::word(type->kind)),
                   place(text.where, 0, text.value.size()))
            .help.push_back("name a list or map of the options, such as config.web.vhosts");
        return nullptr;
    }

    std::uint32_t setting_index() const { return static_cast<std::uint32_t>(set_.settings.size() - 1); }
    const core::Setting& setting() const { return *set_.settings.back().setting; }

    // Down the tree of options and the table of values at once, to the options the values are of.
    void walk(NodeIndex at, const core::Value& value, std::vector<const core::Entry*>& way,
              std::vector<CompiledText>& keys, const Span* innermost) {
        const Node& node = set_.tree.node(at);
        if (node.option) return define(*node.option, value, keys, shown(way), innermost);
        if (value.map() == nullptr) {
            set_.reports
                .error("wrong-type",
                       "'" + shown(way) + "' is a table of options, not " + std::string(core::kind_of(value)),
                       value.where)
                .help.push_back("it has: " + join(names_in(at), ", "));
            return;
        }
        for (const auto& entry : *value.map()) {
            if (handled_.count(&entry) != 0) continue;
            way.push_back(&entry);
            if (node.placeholder) {
                bool broken = false;
                keys.push_back(key_of(entry, broken));
                if (!broken) {
                    if (is_empty_table(entry.value)) enter_entry(*node.placeholder, keys, entry.key.where);
                    walk(*node.placeholder, entry.value, way, keys, &entry.key.where);
                }
                keys.pop_back();
            } else if (const auto child = set_.tree.child(at, entry.key.value)) {
                walk(*child, entry.value, way, keys, innermost);
            } else if (!was_moved(entry.value)) {
                unknown(at, entry, way);
                if (!keys.empty()) doubt_entry(at, keys, entry.key.where);
            }
            way.pop_back();
        }
    }

    static bool is_empty_table(const core::Value& value) { return value.map() && value.map()->empty(); }

    // `vhosts.main = {}`: an entry that sets nothing is there all the same.
    void enter_entry(NodeIndex entry, const std::vector<CompiledText>& keys, const Span& where) {
        Definition made;
        made.setting = setting_index();
        made.option = entry_only;
        made.keys = keys;
        made.where = where;
        made.entry = &where;
        add_to_maps(set_.tree.node(entry).parent, std::move(made));
    }

    // A field that does not exist may be meant for one that is missing.
    void doubt_entry(NodeIndex at, const std::vector<CompiledText>& keys, const Span& where) {
        while (!set_.tree.node(at).placeholder) at = set_.tree.node(at).parent;
        Definition made;
        made.setting = setting_index();
        made.option = entry_only;
        made.keys = keys;
        made.where = where;
        made.entry = &where;
        made.broken = true;
        add_to_maps(at, std::move(made));
    }

    void add_to_maps(NodeIndex map, Definition made) {
        set_.definitions.push_back(std::move(made));
        const auto index = static_cast<std::uint32_t>(set_.definitions.size() - 1);
        for (NodeIndex at = map;; at = set_.tree.node(at).parent) {
            if (set_.tree.node(at).placeholder) set_.maps[at].definitions.push_back(index);
            if (at == OptionTree::root) break;
        }
    }

    CompiledText key_of(const core::Entry& entry, bool& broken) {
        if (keys_interpolate_) return texts_.text(entry.key.value, entry.key.where, broken);
        CompiledText key;
        key.parts.push_back({entry.key.value, std::nullopt});
        if (entry.key.value.find("${{") != std::string::npos) {
            set_.reports
                .error("bad-value", "a key is interpolated only in a [[set]] with `for`", entry.key.where)
                .help.push_back("write for = \"…\" in this [[set]]");
            broken = true;
        }
        return key;
    }

    static std::string shown(const std::vector<const core::Entry*>& way) {
        std::vector<std::string> keys;
        for (const auto* entry : way) keys.push_back(harmless(entry->key.value));
        return join_path(keys);
    }

    std::vector<std::string> names_in(NodeIndex at) const {
        std::vector<std::string> names;
        for (const auto& child : set_.tree.node(at).children) names.push_back(child.first);
        if (set_.tree.node(at).placeholder)
            names.push_back(set_.tree.node(*set_.tree.node(at).placeholder).name);
        return names;
    }

    void unknown(NodeIndex at, const core::Entry& entry, const std::vector<const core::Entry*>& way) {
        const std::string path = shown(way);
        for (const auto& module : set_.modules) {
            for (const auto& removed : module.module->removed) {
                if (removed.option.value != path) continue;
                auto& finding = set_.reports.error("removed-option", "the option '" + path + "' was removed",
                                                   entry.key.where);
                finding.help.push_back(removed.reason.value);
                finding.related.push_back({removed.option.where, "removed here"});
                return;
            }
        }
        auto& finding =
            set_.reports.error("unknown-option", "there is no option '" + path + "'", entry.key.where);
        const auto names = names_in(at);
        if (const auto* absent = absent_option(at, entry.key.value)) {
            finding.help.push_back(absent->reason);
        } else if (const auto near = nearest(entry.key.value, names)) {
            finding.help.push_back("did you mean '" + *near + "'?");
        } else if (names.empty()) {
            finding.help.push_back("no module of this host declares an option; name one in `modules`");
        } else if (names.size() <= 24) {
            const std::string within = set_.tree.path_of(at);
            finding.help.push_back((within.empty() ? "there is: " : "'" + within + "' has: ") +
                                   join(names, ", "));
        }
    }

    const AbsentOption* absent_option(NodeIndex at, const std::string& key) const {
        const std::string within = set_.tree.path_of(at);
        const std::string path = within.empty() ? key : within + "." + key;
        for (const auto& module : set_.modules)
            if (module.absent != nullptr)
                for (const AbsentOption& absent : *module.absent)
                    if (absent.path == path) return &absent;
        return nullptr;
    }

    // ── moved options ──
    const core::Entry* find_entry(const core::Value& values, const std::vector<std::string>& keys) const {
        const core::Value* at = &values;
        const core::Entry* entry = nullptr;
        for (const auto& key : keys) {
            entry = at->find(key);
            if (entry == nullptr) return nullptr;
            at = &entry->value;
        }
        return entry;
    }

    std::optional<NodeIndex> find_node(const std::vector<std::string>& keys) const {
        NodeIndex at = OptionTree::root;
        for (const auto& key : keys) {
            const Node& node = set_.tree.node(at);
            const auto next = is_placeholder(key) ? node.placeholder : set_.tree.child(at, key);
            if (!next) return std::nullopt;
            at = *next;
        }
        return at;
    }

    void move_renamed(const core::Value& values) {
        for (const auto& module : set_.modules) {
            for (const auto& renamed : module.module->renamed) {
                const auto from = manifest::parts_of_option(renamed.from.value);
                const auto to = manifest::parts_of_option(renamed.to.value);
                if (!from || !to) continue;
                const auto* entry = find_entry(values, *from);
                const auto node = find_node(*to);
                if (entry == nullptr || !node || find_node(*from)) continue;
                handled_.insert(entry);
                auto& finding =
                    set_.reports.warning("renamed-option",
                                         "the option '" + harmless(renamed.from.value) + "' is called '" +
                                             harmless(renamed.to.value) + "' now",
                                         entry->key.where);
                finding.related.push_back({renamed.from.where, "renamed here"});
                finding.help.push_back("write: " + harmless(renamed.to.value) + " = …");
                std::vector<const core::Entry*> way;
                std::vector<CompiledText> keys;
                walk(*node, entry->value, way, keys, nullptr);
            }
        }
    }

    // Whether everything below was renamed: the tables around it are then not unknown.
    bool was_moved(const core::Value& value) const {
        const auto* map = value.map();
        return map != nullptr && !map->empty() &&
               std::all_of(map->begin(), map->end(), [&](const core::Entry& entry) {
                   return handled_.count(&entry) != 0 || was_moved(entry.value);
               });
    }

    // ── definitions ──
    std::uint32_t add_definition(Definition made) {
        const auto index = static_cast<std::uint32_t>(set_.definitions.size());
        set_.options[made.option].definitions.push_back(index);
        if (!made.unset)
            for (NodeIndex at = set_.tree.option(made.option).node; at != OptionTree::root;
                 at = set_.tree.node(at).parent)
                if (const NodeIndex parent = set_.tree.node(at).parent; set_.tree.node(parent).placeholder)
                    set_.maps[parent].definitions.push_back(index);
        set_.definitions.push_back(std::move(made));
        return index;
    }

    void define(OptionIndex index, const core::Value& value, const std::vector<CompiledText>& keys,
                std::string path, const Span* entry) {
        const Option& option = set_.tree.option(index);
        Definition made;
        made.setting = setting_index();
        made.option = index;
        made.keys = keys;
        made.where = value.where;
        made.entry = entry;
        made.value = texts_.value(value, keys_interpolate_, made.broken);
        if (!made.broken && made.value.form == CompiledValue::Form::constant)
            made.broken = !check_constant(option, made.value.constant, value, std::move(path));
        if (option.readonly) check_readonly(option, made);
        add_definition(std::move(made));
    }

    void check_readonly(const Option& option, const Definition& made) {
        for (const auto& entry : option.declarations)
            if (entry.second == module_) return;
        auto& finding = set_.reports.error(
            "readonly-option", "'" + join_path(option.path) + "' is set by its own module only", made.where);
        relate_declaration(finding, option, "declared read-only here");
        finding.help.push_back("remove this line");
    }

    void unset(const core::Text& path) {
        const auto keys = manifest::parts_of_option(path.value);
        const auto refuse = [&](const std::string& why) {
            set_.reports.error("unknown-option", why, path.where)
                .help.push_back("`unset` names an option, a key of a map, or an entry of a table of options");
        };
        if (!keys) return refuse("'" + harmless(path.value) + "' is no path of an option");
        Definition made;
        made.setting = setting_index();
        made.where = path.where;
        made.unset = true;
        NodeIndex at = OptionTree::root;
        std::vector<std::string> names;
        for (std::size_t i = 0; i < keys->size(); ++i) {
            const Node& node = set_.tree.node(at);
            if (node.option) {
                made.unset_keys.assign(keys->begin() + static_cast<std::ptrdiff_t>(i), keys->end());
                break;
            }
            const auto child = set_.tree.child(at, (*keys)[i]);
            if (!child) return refuse("there is no option '" + harmless(path.value) + "'");
            if (node.placeholder) {
                names.push_back((*keys)[i]);
                CompiledText key;
                key.parts.push_back({(*keys)[i], std::nullopt});
                made.keys.push_back(std::move(key));
            }
            at = *child;
        }
        const Node& node = set_.tree.node(at);
        if (node.option) {
            if (!made.unset_keys.empty() && set_.tree.option(*node.option).type.kind != OptionKind::map)
                return refuse("'" + join_path(set_.tree.option(*node.option).path) + "' has no keys");
            made.option = *node.option;
            add_definition(std::move(made));
        } else if (at != OptionTree::root && set_.tree.node(node.parent).placeholder == at) {
            remove_entry(node.parent, std::move(names), path);
        } else {
            refuse("'" + harmless(path.value) + "' is a table of options");
        }
    }

    void remove_entry(NodeIndex map, std::vector<std::string> keys, const core::Text& path) {
        const auto index = static_cast<std::uint32_t>(set_.removals.size());
        set_.removals.push_back({setting_index(), map, std::move(keys), &path});
        for (const OptionIndex option : set_.tree.options_below(map))
            set_.options[option].removals.push_back(index);
        for (const NodeIndex below : set_.tree.maps_below(map)) set_.maps[below].removals.push_back(index);
    }

    void replace(const core::Text& path, const core::Setting& setting) {
        const auto keys = manifest::parts_of_option(path.value);
        const auto node = keys ? find_node(*keys) : std::nullopt;
        const bool option = node && set_.tree.node(*node).option.has_value();
        const bool map = node && set_.tree.node(*node).placeholder.has_value();
        if (!option && !map) {
            set_.reports
                .error("unknown-option", "'" + harmless(path.value) + "' is nothing that can be replaced",
                       path.where)
                .help.push_back("`replace` names an option, or a table of entries such as web.vhosts");
            return;
        }
        if (!setting.values || find_entry(*setting.values, *keys) == nullptr)
            set_.reports
                .error("missing-key", "'" + harmless(path.value) + "' is replaced, and no value says by what",
                       path.where)
                .help.push_back("write values." + harmless(path.value) + " in this [[set]]");
        const auto index = static_cast<std::uint32_t>(set_.replacements.size());
        set_.replacements.push_back({setting_index(), *node, &path});
        for (const OptionIndex below : set_.tree.options_below(*node))
            set_.options[below].replacements.push_back(index);
        for (const NodeIndex below : set_.tree.maps_below(*node))
            set_.maps[below].replacements.push_back(index);
    }

    void add_assertion(std::size_t module, const core::Text& that, const std::optional<core::Text>& message,
                       const Span& where, bool warning) {
        texts_.enter(module, nullptr);
        CompiledAssertion made;
        made.expression = &that;
        made.where = where;
        made.module = module;
        made.warning = warning;
        const auto index = texts_.expression(that, Kind::boolean);
        bool broken = !index;
        if (message) made.message = texts_.text(message->value, message->where, broken);
        if (broken) return;
        made.that = *index;
        set_.assertions.push_back(std::move(made));
    }

    ModuleSet& set_;
    Surroundings& surroundings_;
    TextCompiler texts_;
    std::size_t module_ = 0;
    bool keys_interpolate_ = false;
    std::set<const core::Entry*> handled_;
};

}  // namespace

void report_mismatch(Reports& reports, const Option& option, std::string path, const Mismatch& wrong,
                     const core::Value& value) {
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
    const std::string found = option.sensitive ? "a value that it cannot be" : harmless(wrong.found);
    auto& finding =
        reports.error(wrong.of_its_kind ? "bad-value" : "wrong-type",
                      "'" + harmless(path) + "' is " + found + ", not " + wrong.expected, at->where);
    finding.label = (wrong.expected.starts_with("one of ") ? "" : "expected ") + wrong.expected;
    finding.help = wrong.help;
    const auto* from = option.default_from();
    if (from == nullptr || &*from->first->default_value != &value)
        relate_declaration(finding, option, "declared here");
}

void compile_settings(ModuleSet& set, Surroundings& surroundings) {
    Compiler compiler(set, surroundings);
    compiler.declare_options();
    compiler.check_moves();
    for (std::size_t i = 0; i < set.modules.size(); ++i) compiler.compile_module(i);
}

ModuleSet compile_modules(std::vector<LoadedModule> modules, Surroundings& surroundings) {
    ModuleSet set;
    set.modules = std::move(modules);
    compile_settings(set, surroundings);
    order_options(set, surroundings);
    mark_varying(set);
    set.usable = !set.reports.has_error();
    return set;
}

}  // namespace contract::evaluation
