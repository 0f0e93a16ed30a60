// SPDX-License-Identifier: Apache-2.0
//
// Hosts of the plan for expressions: what is rendered of them, and `config`, the options that they have
// decided. A sensitive option is there, gives nothing away, and is left out where all are listed.
#include <algorithm>
#include <array>

#include "contract/base/digest.hpp"
#include "modules/option_tree.hpp"
#include "modules/texts.hpp"
#include "plan_fields.hpp"

namespace contract::evaluation {

using expression::Kind;
using expression::List;
using expression::Map;
using expression::Problem;
using expression::Value;

namespace {

using Path = std::vector<std::string>;

bool starts_with(const Path& path, const Path& prefix) {
    return path.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), path.begin());
}

// A table of options: those whose paths start with its own, which are neighbours in a sorted list.
class Config final : public expression::Object {
public:
    Config(const core::PlannedHost& host, Path prefix, PlanReads* reads)
        : host_(host), prefix_(std::move(prefix)), reads_(reads) {}

    std::variant<Value, expression::Absent, Problem> field(std::string_view key) const override {
        Path path = prefix_;
        path.emplace_back(key);
        const auto [begin, end] = below(path);
        if (begin == end) {
            if (!is_empty_table(path)) return expression::Absent{};
            return Value(Map());
        }
        if (begin->path.size() > path.size())
            return Value(std::make_shared<const Config>(host_, std::move(path), reads_));
        return option(*begin);
    }

    expression::Outcome whole() const override {
        Map map;
        const auto [begin, end] = below(prefix_);
        for (auto at = begin; at != end; ++at) {
            if (at->path.size() == prefix_.size() + 1 && (at->sensitive || at->literal.empty())) continue;
            const std::string& key = at->path[prefix_.size()];
            if (map.find(key) != nullptr) continue;
            auto found = field(key);
            if (auto* value = std::get_if<Value>(&found)) map.set(key, std::move(*value));
        }
        for (const auto& path : host_.empty_tables)
            if (path.size() > prefix_.size() && starts_with(path, prefix_) &&
                map.find(path[prefix_.size()]) == nullptr)
                if (auto found = field(path[prefix_.size()]); auto* value = std::get_if<Value>(&found))
                    map.set(path[prefix_.size()], std::move(*value));
        return Value(std::move(map));
    }

private:
    using Options = std::vector<core::ConfigValue>::const_iterator;
    std::pair<Options, Options> below(const Path& prefix) const {
        const auto begin = std::lower_bound(
            host_.config.begin(), host_.config.end(), prefix,
            [](const core::ConfigValue& one, const Path& wanted) { return one.path < wanted; });
        const auto end = std::find_if_not(begin, host_.config.end(), [&](const core::ConfigValue& one) {
            return starts_with(one.path, prefix);
        });
        return {begin, end};
    }

    bool is_empty_table(const Path& path) const {
        return std::any_of(host_.empty_tables.begin(), host_.empty_tables.end(),
                           [&](const Path& table) { return starts_with(table, path); });
    }

    std::variant<Value, expression::Absent, Problem> option(const core::ConfigValue& option) const {
        if (option.sensitive)
            return Problem{"hidden",
                           "'" + option.shown + "' is sensitive: its value is in no plan",
                           0,
                           0,
                           {"what has to be true of it is said in its module, by `check` or [[assert]]"}};
        if (option.literal.empty()) return expression::Absent{};
        const Value value = option.value ? constant_of(*option.value) : Value();
        const core::ConfigSource* deciding = nullptr;
        for (const auto& source : option.sources)
            if (source.fate == core::Fate::used) deciding = &source;
        note(reads_, host_.target + ".config." + option.shown, value,
             deciding != nullptr ? deciding->where : option.declared,
             deciding != nullptr ? deciding->module : "the default of " + option.declared_by);
        return value;
    }

    const core::PlannedHost& host_;
    Path prefix_;
    PlanReads* reads_;
};

Value file(const core::GenerationEntry& entry) {
    Map map{{"path", entry.path}};
    if (const auto* text = std::get_if<core::FileText>(&entry.content)) {
        map.set("type", "file");
        map.set("sha256", Digest::of(text->bytes).text());
        map.set("size", static_cast<std::int64_t>(text->bytes.size()));
    } else if (const auto* stored = std::get_if<core::FileInStore>(&entry.content)) {
        map.set("type", "file");
        map.set("from", stored->output.text() + "/" + stored->relative);
    } else if (const auto* link = std::get_if<core::LinkEntry>(&entry.content)) {
        map.set("type", "symlink");
        map.set("target", link->target);
    } else {
        map.set("type", "directory");
    }
    map.set("mode", octal_mode(entry.mode));
    if (!entry.owner.empty()) map.set("owner", entry.owner);
    if (!entry.group.empty()) map.set("group", entry.group);
    map.set("on_collision", core::word(entry.on_collision));
    map.set("on_modified", core::word(entry.on_modified));
    if (!entry.restart.empty()) map.set("restart", texts(entry.restart));
    if (!entry.reload.empty()) map.set("reload", texts(entry.reload));
    map.set("option", entry.option);
    map.set("where", place(entry.where));
    return Value(std::move(map));
}

Value unit(const core::GenerationUnit& unit, bool is_home) {
    Map map{{"name", unit.name}};
    if (!unit.program.empty()) map.set("program", unit.program);
    if (!unit.starts.empty()) map.set("starts", unit.starts);
    if (unit.starts.empty() && !is_home) map.set("user", unit.user.empty() ? "root" : unit.user);
    map.set("path", unit.path);
    map.set("where", place(unit.where));
    return Value(std::move(map));
}

Value secret(const core::Secret& secret) {
    Map map{{"name", secret.name}, {"path", secret.path}};
    if (!secret.owner.empty()) map.set("owner", secret.owner);
    map.set("mode", octal_mode(secret.mode));
    map.set("where", place(secret.where));
    return Value(std::move(map));
}

template <typename Items, typename Make>
MaybeValue each(const Items& items, const Make& make) {
    List list;
    for (const auto& item : items) list.push_back(make(item));
    return Value(std::move(list));
}

Value source(const core::ConfigSource& source) {
    Map map{{"fate", core::word(source.fate)},
            {"module", source.module},
            {"priority", core::word(source.priority)},
            {"where", place(source.where)}};
    if (source.order != core::Order::normal) map.set("order", core::word(source.order));
    if (!source.value.empty()) map.set("value", source.value);
    if (!source.parts.empty()) map.set("parts", texts(source.parts));
    if (!source.condition.empty()) map.set("when", source.condition);
    if (!source.each.empty()) map.set("for", source.each);
    if (!source.because.empty()) map.set("because", source.because);
    return Value(std::move(map));
}

Value provenance(const core::PlannedHost& host) {
    Map out;
    for (const auto& value : host.config) {
        if (value.sources.empty() && value.literal.empty()) continue;
        Map option{{"type", value.type}, {"declared_by", value.declared_by}};
        if (value.declared.line != 0) option.set("declared", place(value.declared));
        if (value.sensitive) option.set("sensitive", true);
        if (value.from_default) option.set("from_default", true);
        option.set("set_by", *each(value.sources, source));
        out.set(value.shown, Value(std::move(option)));
    }
    return Value(std::move(out));
}

Value name(const core::Account& account) {
    return account.name;
}

using Host = core::PlannedHost;
constexpr auto host_fields = std::to_array<PlanField<Host>>({
    {"description", Kind::string, [](const Host& one) { return text_or_none(one.description); }},
    {"system", Kind::string, [](const Host& one) { return MaybeValue(one.system); }},
    {"class", Kind::string, [](const Host& one) { return MaybeValue(one.host_class); }},
    {"root", Kind::dynamic, [](const Host& one) { return MaybeValue(root(one.root)); }},
    {"generation", Kind::string,
     [](const Host& one) { return MaybeValue(core::digest_of(one.generation).text()); }},
    {"files", Kind::list, [](const Host& one) { return each(one.generation.entries, file); }},
    {"units", Kind::list,
     [](const Host& one) {
         const bool is_home = one.host_class == "home";
         return each(one.generation.units,
                     [&](const core::GenerationUnit& item) { return unit(item, is_home); });
     }},
    {"users", Kind::list, [](const Host& one) { return each(one.generation.users, name); }},
    {"groups", Kind::list, [](const Host& one) { return each(one.generation.groups, name); }},
    {"packages", Kind::list,
     [](const Host& one) {
         return each(one.generation.path_packages,
                     [](const core::PathPackage& package) { return Value(package.output.text()); });
     }},
    {"secrets", Kind::list, [](const Host& one) { return each(one.generation.secrets, secret); }},
    {"protected", Kind::list,
     [](const Host& one) {
         return each(one.generation.agreed, [](const core::AgreedPath& agreed) {
             return Value(Map{{"path", agreed.path}, {"where", place(agreed.where)}});
         });
     }},
    {"provenance", Kind::map, [](const Host& one) { return MaybeValue(provenance(one)); }},
    {"depends_on", Kind::list, [](const Host& one) { return MaybeValue(texts(one.depends_on)); }},
    {"where", Kind::map, [](const Host& one) { return MaybeValue(place(one.where)); }},
});

}  // namespace

std::span<const PlanField<Host>> fields_of(const Host*) {
    return host_fields;
}

Value config_of(const Host& host, PlanReads* reads) {
    return Value(std::make_shared<const Config>(host, Path(), reads));
}

}  // namespace contract::evaluation
