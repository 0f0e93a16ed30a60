// SPDX-License-Identifier: Apache-2.0
//
// [config] and [[set]] → definitions: every value is brought to the option it is of, whatever way its tables
// are written, and whatever names of old lead there.
#include <algorithm>

#include "contract/base/text.hpp"
#include "contract/manifest/manifest_file.hpp"
#include "module_set.hpp"
#include "texts.hpp"

namespace contract::evaluation {

namespace {

using expression::Kind;
using Way = std::vector<const core::Entry*>;
using Keys = std::vector<CompiledText>;

CompiledText plain_key(std::string text) {
    CompiledText key;
    key.parts.push_back({std::move(text), std::nullopt});
    return key;
}

bool is_empty_table(const core::Value& value) {
    return value.map() != nullptr && value.map()->empty();
}

std::string shown(const Way& way) {
    std::vector<std::string> keys;
    for (const auto* entry : way) keys.push_back(harmless(entry->key.value));
    return join_path(keys);
}

class Settings {
public:
    Settings(ModuleSet& set, Surroundings& surroundings)
        : set_(set), surroundings_(surroundings), texts_(set, surroundings) {}

    void compile_module(std::size_t index) {
        module_ = index;
        for (const auto& setting : set_.modules[index].module->settings) compile(setting);
    }

    // A definition that loses anyway is only warned of.
    void report_mismatches() {
        for (const auto& wrong : wrong_) {
            Definition& definition = set_.definitions[wrong.definition];
            const Option& option = set_.tree.option(definition.option);
            auto& finding =
                report_mismatch(set_.reports, option, wrong.path, wrong.mismatch, *definition.value.source);
            const Definition* winner = winner_over(definition);
            definition.broken = winner == nullptr;
            if (winner == nullptr) continue;
            finding.severity = core::Severity::warning;
            finding.related.push_back({winner->where, "this definition wins over it"});
        }
    }

private:
    struct Wrong {
        std::uint32_t definition;
        std::string path;
        Mismatch mismatch;
    };

    // ── one table ──
    void compile(const core::Setting& setting) {
        CompiledSetting made;
        made.setting = &setting;
        made.module = module_;
        made.broken = setting.broken;
        expression::TypePtr each;
        texts_.enter(module_, nullptr);
        if (setting.each) {
            expression::TypePtr type;
            made.each = texts_.expression(*setting.each, Kind::dynamic, &type);
            if (made.each) each = each_type(*setting.each, type);
            made.broken = made.broken || !each;
            if (!each) each = expression::Type::of(Kind::dynamic);
        }
        texts_.enter(module_, each);
        if (setting.when) {
            made.when = texts_.expression(*setting.when, Kind::boolean);
            made.broken = made.broken || !made.when;
        }
        set_.settings.push_back(made);
        keys_interpolate_ = setting.each.has_value();
        const std::size_t first = set_.definitions.size();
        const std::size_t reported = set_.reports.count();
        if (setting.values) {
            Way way;
            Keys keys;
            walk(OptionTree::root, *setting.values, way, keys, nullptr);
        }
        if (set_.reports.count() == reported) check_order(setting, first);
        compile_withdrawals(set_, setting_index());
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

    // `order` where nothing is a list or lines would mean nothing.
    void check_order(const core::Setting& setting, std::size_t first) {
        if (setting.order == core::Order::normal || !setting.values || set_.incomplete) return;
        for (std::size_t i = first; i < set_.definitions.size(); ++i) {
            const OptionIndex option = set_.definitions[i].option;
            if (option == entry_only || has_order(set_.tree.option(option).type)) return;
        }
        set_.reports
            .error("bad-value", "'order' has no meaning here: no value of this table is a list or lines",
                   setting.order_where)
            .help.push_back("remove it; `priority` says which definition wins");
    }

    Span place(const Span& literal, std::size_t begin, std::size_t end) const {
        const auto source = surroundings_.sources().find(literal.file.text());
        if (source == surroundings_.sources().end()) return literal;
        return manifest::span_in_string(source->second, literal, begin, end);
    }
    std::uint32_t setting_index() const { return static_cast<std::uint32_t>(set_.settings.size() - 1); }

    // ── down the tree of options and the table of values at once ──
    void walk(NodeIndex at, const core::Value& value, Way& way, Keys& keys, const Span* innermost) {
        const Node& node = set_.tree.node(at);
        if (node.option) return define(*node.option, value, keys, way, innermost);
        if (value.map() == nullptr) return refuse_table(at, value, way);
        for (const auto& entry : *value.map()) {
            way.push_back(&entry);
            if (node.placeholder)
                walk_entry(*node.placeholder, entry, way, keys);
            else if (const auto child = set_.tree.child(at, entry.key.value))
                walk(*child, entry.value, way, keys, innermost);
            else if (const auto old = set_.tree.old_child(at, entry.key.value))
                walk_old(*old, entry, way, keys, innermost);
            else
                unknown(at, entry, way, keys);
            way.pop_back();
        }
    }

    void walk_entry(NodeIndex placeholder, const core::Entry& entry, Way& way, Keys& keys) {
        bool broken = false;
        keys.push_back(key_of(entry, broken));
        if (broken) {
            set_.maps[set_.tree.node(placeholder).parent].broken = true;
        } else {
            if (is_empty_table(entry.value)) enter_entry(placeholder, keys, entry.key.where, false);
            walk(placeholder, entry.value, way, keys, &entry.key.where);
        }
        keys.pop_back();
    }

    void walk_old(NodeIndex old, const core::Entry& entry, Way& way, Keys& keys, const Span* innermost) {
        const Node& node = set_.tree.node(old);
        if (node.removed != nullptr) {
            report_removed(set_.reports, *node.removed, shown(way), entry.key.where);
        } else if (node.moved_to) {
            report_renamed(set_, node, entry.key.where);
            walk(*node.moved_to, entry.value, way, keys, innermost);
        } else if (node.doubtful) {
            return;
        } else if (node.old_placeholder && entry.value.map() != nullptr) {
            for (const auto& inner : *entry.value.map()) {
                way.push_back(&inner);
                bool broken = false;
                keys.push_back(key_of(inner, broken));
                if (!broken) walk_old(*node.old_placeholder, inner, way, keys, &inner.key.where);
                keys.pop_back();
                way.pop_back();
            }
        } else {
            walk(old, entry.value, way, keys, innermost);
        }
    }

    void refuse_table(NodeIndex at, const core::Value& value, const Way& way) {
        if (set_.tree.node(at).doubtful) return;
        auto& finding = set_.reports.error(
            "wrong-type",
            "'" + shown(way) + "' is a table of options, not " + std::string(core::kind_of(value)),
            value.where);
        const auto names = names_in(at);
        if (!names.empty()) finding.help.push_back("it has: " + join(names, ", "));
    }

    // `vhosts.main = {}`: an entry that sets nothing is there all the same. A doubtful one has a field that
    // does not exist, which may be meant for one that is missing.
    void enter_entry(NodeIndex entry, const Keys& keys, const Span& where, bool doubtful) {
        Definition made;
        made.setting = setting_index();
        made.option = entry_only;
        made.keys = keys;
        made.where = where;
        made.entry = &where;
        made.broken = doubtful;
        set_.definitions.push_back(std::move(made));
        add_to_maps(set_.tree.node(entry).parent, static_cast<std::uint32_t>(set_.definitions.size() - 1));
    }

    void add_to_maps(NodeIndex map, std::uint32_t definition) {
        for (NodeIndex at = map;; at = set_.tree.node(at).parent) {
            if (set_.tree.node(at).placeholder) set_.maps[at].definitions.push_back(definition);
            if (at == OptionTree::root) break;
        }
    }

    CompiledText key_of(const core::Entry& entry, bool& broken) {
        if (entry.key.value.find('\0') != std::string::npos) {  // it stands between keys that are joined
            set_.reports.error("bad-value", "the key has a NUL character", entry.key.where);
            broken = true;
            return plain_key("");
        }
        if (keys_interpolate_) return texts_.text(entry.key.value, entry.key.where, broken);
        if (entry.key.value.find("${{") != std::string::npos) {
            set_.reports
                .error("bad-value", "a key is interpolated only in a [[set]] with `for`", entry.key.where)
                .help.push_back("write for = \"…\" in this [[set]]");
            broken = true;
        }
        return plain_key(entry.key.value);
    }

    std::vector<std::string> names_in(NodeIndex at) const {
        std::vector<std::string> names;
        for (const auto& child : set_.tree.node(at).children) names.push_back(child.first);
        std::sort(names.begin(), names.end());
        if (set_.tree.node(at).placeholder)
            names.push_back(set_.tree.node(*set_.tree.node(at).placeholder).name);
        return names;
    }

    void unknown(NodeIndex at, const core::Entry& entry, const Way& way, const Keys& keys) {
        if (!keys.empty()) {
            NodeIndex around = at;
            while (around != OptionTree::root && !is_placeholder(set_.tree.node(around).name))
                around = set_.tree.node(around).parent;
            if (around != OptionTree::root) enter_entry(around, keys, entry.key.where, true);
        }
        if (set_.tree.node(at).doubtful) return;
        auto& finding =
            set_.reports.error("unknown-option", "there is no option '" + shown(way) + "'", entry.key.where);
        const auto names = names_in(at);
        if (const auto* absent = absent_option(at, entry.key.value)) {
            finding.help.push_back(absent->reason);
        } else if (const auto near = nearest(entry.key.value, names)) {
            finding.help.push_back("did you mean '" + *near + "'?");
        } else if (names.empty() && at == OptionTree::root) {
            finding.help.push_back("no module of this host declares an option; name one in `modules`");
        } else if (!names.empty() && names.size() <= 24) {
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

    // ── definitions ──
    void add_definition(Definition made) {
        const auto index = static_cast<std::uint32_t>(set_.definitions.size());
        set_.options[made.option].definitions.push_back(index);
        const NodeIndex node = set_.tree.option(made.option).node;
        const bool enters = !made.unset && node != OptionTree::root;
        set_.definitions.push_back(std::move(made));
        if (enters) add_to_maps(set_.tree.node(node).parent, index);
    }

    void define(OptionIndex index, const core::Value& value, const Keys& keys, const Way& way,
                const Span* entry) {
        const Option& option = set_.tree.option(index);
        Definition made;
        made.setting = setting_index();
        made.option = index;
        made.keys = keys;
        made.where = value.where;
        made.entry = entry;
        if (option.sensitive) add_secrets(value, set_.secrets);
        made.value = texts_.value(value, keys_interpolate_, made.broken);
        if (!made.broken && made.value.form == CompiledValue::Form::constant)
            if (auto wrong = mismatch(option.type, made.value.constant))
                wrong_.push_back(
                    {static_cast<std::uint32_t>(set_.definitions.size()), shown(way), std::move(*wrong)});
        if (option.readonly && !check_readonly(set_, option, module_, made.where)) made.broken = true;
        add_definition(std::move(made));
    }

    // The unconditional definition that wins over one wherever there is one. Maps have none: each of their
    // keys is decided by itself.
    const Definition* winner_over(const Definition& loser) const {
        if (set_.tree.option(loser.option).type.kind == OptionKind::map) return nullptr;
        const auto priority = set_.settings[loser.setting].setting->priority;
        for (const auto index : set_.options[loser.option].definitions) {
            const Definition& other = set_.definitions[index];
            const CompiledSetting& setting = set_.settings[other.setting];
            const bool always = !setting.when && !setting.each && !setting.broken && !other.broken;
            if (!always || other.unset || setting.setting->priority <= priority) continue;
            const bool same = std::equal(other.keys.begin(), other.keys.end(), loser.keys.begin(),
                                         loser.keys.end(), [](const CompiledText& a, const CompiledText& b) {
                                             return a.parts.size() == 1 && b.parts.size() == 1 &&
                                                    !a.parts[0].expression && !b.parts[0].expression &&
                                                    a.parts[0].text == b.parts[0].text;
                                         });
            if (same) return &other;
        }
        return nullptr;
    }

    ModuleSet& set_;
    Surroundings& surroundings_;
    TextCompiler texts_;
    std::vector<Wrong> wrong_;
    std::size_t module_ = 0;
    bool keys_interpolate_ = false;
};

}  // namespace

void compile_settings(ModuleSet& set, Surroundings& surroundings) {
    Settings settings(set, surroundings);
    std::size_t tables = 0;  // at least so many definitions, where options are not in tables of their own
    for (const auto& module : set.modules)
        for (const auto& setting : module.module->settings)
            if (setting.values) tables += setting.values->map()->size();
    set.definitions.reserve(tables);
    for (std::size_t i = 0; i < set.modules.size(); ++i) settings.compile_module(i);
    settings.report_mismatches();
}

}  // namespace contract::evaluation
