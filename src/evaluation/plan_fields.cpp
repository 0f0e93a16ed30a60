// SPDX-License-Identifier: Apache-2.0
#include "plan_fields.hpp"

#include <array>
#include <map>

namespace contract::evaluation {

using expression::Kind;
using expression::List;
using expression::Map;
using expression::Value;

MaybeValue text_or_none(const std::string& text) {
    return text.empty() ? std::nullopt : MaybeValue(text);
}

Value texts(const std::vector<std::string>& texts) {
    return Value(List(texts.begin(), texts.end()));
}

Value variables(const std::map<std::string, std::string>& variables) {
    Map map;
    for (const auto& [name, value] : variables) map.set(name, value);
    return Value(std::move(map));
}

Value place(const Span& where) {
    if (where.line == 0) return {};
    return Value(Map{{"file", where.file.text()},
                     {"line", where.line},
                     {"column", where.column},
                     {"end_line", where.end_line},
                     {"end_column", where.end_column}});
}

Value paths(const std::vector<core::StorePath>& paths) {
    List list;
    for (const auto& path : paths) list.emplace_back(path.text());
    return Value(std::move(list));
}

Value root(const core::Root& root) {
    if (root.kind == core::RootKind::none) return "none";
    Map map{{"kind", core::word(root.kind)}, {"input", root.input}};
    if (root.kind == core::RootKind::tree)
        map.set("path", root.path.text());
    else
        map.set("folders", texts(root.folders));
    return Value(std::move(map));
}

std::string octal_mode(std::uint32_t mode) {
    std::string out = "0000";
    for (std::size_t digit = 4; digit-- > 0; mode >>= 3) out[digit] = static_cast<char>('0' + (mode & 7U));
    return out;
}

void note(PlanReads* reads, std::string path, const Value& value, const Span& where, std::string by) {
    constexpr std::size_t most_kept = 10'000;
    if (reads == nullptr) return;
    if (reads->size() >= most_kept) reads->erase(reads->begin(), reads->begin() + most_kept / 2);
    reads->push_back({std::move(path), value, where, std::move(by)});
}

namespace {

Value patches(const core::PlannedAction& action) {
    List list;
    for (std::size_t i = 0; i < action.patches.size(); ++i)
        list.emplace_back(Map{{"path", action.patches[i].path},
                              {"tree", action.recipe.patches[i].text()},
                              {"where", place(action.patches[i].where)}});
    return Value(std::move(list));
}

Value changed(const std::vector<core::ChangedKey>& keys) {
    List list;
    for (const auto& key : keys) list.emplace_back(Map{{"key", key.key}, {"where", place(key.where)}});
    return Value(std::move(list));
}

Value parameter(const core::Parameter& parameter) {
    if (const auto* truth = std::get_if<bool>(&parameter)) return *truth;
    if (const auto* number = std::get_if<std::int64_t>(&parameter)) return *number;
    if (const auto* text = std::get_if<std::string>(&parameter)) return *text;
    return texts(std::get<std::vector<std::string>>(parameter));
}

// An input that is not of this machine has what was fetched.
template <typename Make>
MaybeValue fetched(const core::PlannedInput& input, const Make& make) {
    return input.kind == core::InputKind::host ? std::nullopt : MaybeValue(make());
}

template <typename Planned>
constexpr PlanField<Planned> where_field{"where", Kind::map,
                                         [](const Planned& one) { return MaybeValue(place(one.where)); }};
template <typename Planned>
constexpr PlanField<Planned> description_field{
    "description", Kind::string, [](const Planned& one) { return text_or_none(one.description); }};
template <typename Planned>
constexpr PlanField<Planned> depends_on_field{
    "depends_on", Kind::list, [](const Planned& one) { return MaybeValue(texts(one.depends_on)); }};

using Input = core::PlannedInput;
constexpr auto input_fields = std::to_array<PlanField<Input>>({
    {"kind", Kind::string, [](const Input& one) { return MaybeValue(core::word(one.kind)); }},
    {"folders", Kind::list,
     [](const Input& one) {
         return one.kind == core::InputKind::host ? MaybeValue(texts(one.folders)) : std::nullopt;
     }},
    {"url", Kind::string, [](const Input& one) { return text_or_none(one.url); }},
    {"in", Kind::string, [](const Input& one) { return text_or_none(one.base); }},
    {"ref", Kind::string, [](const Input& one) { return text_or_none(one.ref); }},
    {"subdir", Kind::string, [](const Input& one) { return text_or_none(one.subdir); }},
    {"rev", Kind::string, [](const Input& one) { return text_or_none(one.pin.rev); }},
    {"date", Kind::string, [](const Input& one) { return text_or_none(one.pin.date); }},
    {"tree", Kind::string, [](const Input& one) { return fetched(one, [&] { return one.tree.text(); }); }},
    {"path", Kind::string,
     [](const Input& one) { return one.path.base().empty() ? std::nullopt : MaybeValue(one.path.text()); }},
    where_field<Input>,
});

using Toolchain = core::PlannedToolchain;
constexpr auto toolchain_fields = std::to_array<PlanField<Toolchain>>({
    {"root", Kind::dynamic, [](const Toolchain& one) { return MaybeValue(root(one.root)); }},
    {"uses", Kind::list, [](const Toolchain& one) { return MaybeValue(paths(one.uses)); }},
    {"environment", Kind::map, [](const Toolchain& one) { return MaybeValue(variables(one.environment)); }},
    depends_on_field<Toolchain>,
    where_field<Toolchain>,
});

MaybeValue memory(const core::Limits& limits) {
    return limits.memory_bytes ? MaybeValue(*limits.memory_bytes) : std::nullopt;
}

using Action = core::PlannedAction;
constexpr auto action_fields = std::to_array<PlanField<Action>>({
    description_field<Action>,
    {"recipe", Kind::string,
     [](const Action& one) { return MaybeValue(core::digest_of(one.recipe).text()); }},
    {"path", Kind::string,
     [](const Action& one) {
         return core::is_package(one.target) ? MaybeValue(one.output.text()) : std::nullopt;
     }},
    {"main", Kind::string, [](const Action& one) { return text_or_none(one.main); }},
    {"command", Kind::list, [](const Action& one) { return MaybeValue(texts(one.recipe.command)); }},
    {"environment", Kind::map,
     [](const Action& one) { return MaybeValue(variables(one.recipe.environment)); }},
    {"source", Kind::string,
     [](const Action& one) {
         return one.recipe.source ? MaybeValue(one.recipe.source->text()) : std::nullopt;
     }},
    {"include", Kind::list,
     [](const Action& one) {
         return one.recipe.include.empty() ? std::nullopt : MaybeValue(texts(one.recipe.include));
     }},
    {"exclude", Kind::list,
     [](const Action& one) {
         return one.recipe.exclude.empty() ? std::nullopt : MaybeValue(texts(one.recipe.exclude));
     }},
    {"patches", Kind::list,
     [](const Action& one) { return one.patches.empty() ? std::nullopt : MaybeValue(patches(one)); }},
    {"overridden", Kind::list,
     [](const Action& one) { return one.changed.empty() ? std::nullopt : MaybeValue(changed(one.changed)); }},
    {"uses", Kind::list, [](const Action& one) { return MaybeValue(paths(one.recipe.uses)); }},
    {"root", Kind::dynamic, [](const Action& one) { return MaybeValue(root(one.recipe.root)); }},
    {"system", Kind::string, [](const Action& one) { return MaybeValue(one.recipe.system); }},
    {"sandbox", Kind::string,
     [](const Action& one) { return MaybeValue(core::word(one.recipe.least_level)); }},
    {"timeout_seconds", Kind::integer,
     [](const Action& one) { return MaybeValue(one.limits.timeout_seconds); }},
    {"silence_seconds", Kind::integer,
     [](const Action& one) { return MaybeValue(one.limits.silence_seconds); }},
    {"memory_bytes", Kind::integer, [](const Action& one) { return memory(one.limits); }},
    depends_on_field<Action>,
    where_field<Action>,
});

// A batch of a formatter: an action without an output, and its files.
Value batch(const core::PlannedAction& action) {
    Map map{{"files", texts(action.files)}};
    for (const auto& field : action_fields)
        if (auto value = field.make(action)) map.set(field.name, std::move(*value));
    return Value(std::move(map));
}

using Formatter = core::PlannedFormatter;
constexpr auto formatter_fields = std::to_array<PlanField<Formatter>>({
    description_field<Formatter>,
    {"batches", Kind::list,
     [](const Formatter& one) {
         List list;
         for (const auto& action : one.batches) list.push_back(batch(action));
         return MaybeValue(std::move(list));
     }},
    {"after", Kind::list, [](const Formatter& one) { return MaybeValue(texts(one.after)); }},
    depends_on_field<Formatter>,
    where_field<Formatter>,
});

using Shell = core::PlannedShell;
constexpr auto shell_fields = std::to_array<PlanField<Shell>>({
    description_field<Shell>,
    {"root", Kind::dynamic, [](const Shell& one) { return MaybeValue(root(one.root)); }},
    {"uses", Kind::list, [](const Shell& one) { return MaybeValue(paths(one.uses)); }},
    {"environment", Kind::map, [](const Shell& one) { return MaybeValue(variables(one.environment)); }},
    {"enter", Kind::string, [](const Shell& one) { return text_or_none(one.enter); }},
    depends_on_field<Shell>,
    where_field<Shell>,
});

using Command = core::PlannedCommand;
constexpr auto command_fields = std::to_array<PlanField<Command>>({
    description_field<Command>,
    {"root", Kind::dynamic, [](const Command& one) { return MaybeValue(root(one.root)); }},
    {"uses", Kind::list, [](const Command& one) { return MaybeValue(paths(one.uses)); }},
    {"environment", Kind::map, [](const Command& one) { return MaybeValue(variables(one.environment)); }},
    {"command", Kind::list, [](const Command& one) { return MaybeValue(texts(one.command)); }},
    {"needs", Kind::list, [](const Command& one) { return MaybeValue(texts(one.needs)); }},
    depends_on_field<Command>,
    where_field<Command>,
});

using Module = core::PlannedModule;
constexpr auto module_fields = std::to_array<PlanField<Module>>({
    {"path", Kind::string, [](const Module& one) { return MaybeValue(one.path); }},
    where_field<Module>,
});

using Policy = core::PlannedPolicy;
constexpr auto policy_fields = std::to_array<PlanField<Policy>>({
    {"assert", Kind::string, [](const Policy& one) { return MaybeValue(one.assertion); }},
    {"when", Kind::string, [](const Policy& one) { return text_or_none(one.condition); }},
    {"message", Kind::string, [](const Policy& one) { return text_or_none(one.message); }},
    {"severity", Kind::string, [](const Policy& one) { return MaybeValue(core::word(one.severity)); }},
    {"holds", Kind::boolean, [](const Policy& one) { return MaybeValue(one.holds); }},
    where_field<Policy>,
});

using Probe = core::PlannedProbe;
constexpr auto probe_fields = std::to_array<PlanField<Probe>>({
    description_field<Probe>,
    {"kind", Kind::string, [](const Probe& one) { return MaybeValue(one.kind); }},
    {"parameters", Kind::map,
     [](const Probe& one) {
         Map map;
         for (const auto& [name, value] : one.parameters) map.set(name, parameter(value));
         return MaybeValue(std::move(map));
     }},
    {"expect", Kind::string, [](const Probe& one) { return MaybeValue(one.expect); }},
    {"uses", Kind::list, [](const Probe& one) { return MaybeValue(paths(one.uses)); }},
    {"hosts", Kind::list, [](const Probe& one) { return MaybeValue(texts(one.hosts)); }},
    {"option", Kind::string, [](const Probe& one) { return text_or_none(one.option); }},
    {"hint", Kind::string, [](const Probe& one) { return text_or_none(one.hint); }},
    {"severity", Kind::string, [](const Probe& one) { return MaybeValue(core::word(one.severity)); }},
    {"show", Kind::boolean, [](const Probe& one) { return MaybeValue(one.show); }},
    {"timeout_ms", Kind::integer, [](const Probe& one) { return MaybeValue(one.timeout_ms); }},
    {"attempts", Kind::integer, [](const Probe& one) { return MaybeValue(one.attempts); }},
    {"interval_ms", Kind::integer, [](const Probe& one) { return MaybeValue(one.interval_ms); }},
    depends_on_field<Probe>,
    where_field<Probe>,
});

using Unplanned = core::Unplanned;
constexpr auto unplanned_fields = std::to_array<PlanField<Unplanned>>({
    {"outcome", Kind::string, [](const Unplanned& one) { return MaybeValue(core::word(one.outcome)); }},
    {"blocked_by", Kind::list,
     [](const Unplanned& one) {
         return one.blocked_by.empty() ? std::nullopt : MaybeValue(texts(one.blocked_by));
     }},
    {"reason", Kind::string, [](const Unplanned& one) { return text_or_none(one.reason); }},
    where_field<Unplanned>,
});

}  // namespace

std::span<const PlanField<Input>> fields_of(const Input*) {
    return input_fields;
}
std::span<const PlanField<Toolchain>> fields_of(const Toolchain*) {
    return toolchain_fields;
}
std::span<const PlanField<Action>> fields_of(const Action*) {
    return action_fields;
}
std::span<const PlanField<Formatter>> fields_of(const Formatter*) {
    return formatter_fields;
}
std::span<const PlanField<Shell>> fields_of(const Shell*) {
    return shell_fields;
}
std::span<const PlanField<Command>> fields_of(const Command*) {
    return command_fields;
}
std::span<const PlanField<Module>> fields_of(const Module*) {
    return module_fields;
}
std::span<const PlanField<Policy>> fields_of(const Policy*) {
    return policy_fields;
}
std::span<const PlanField<Probe>> fields_of(const Probe*) {
    return probe_fields;
}
std::span<const PlanField<Unplanned>> fields_of(const Unplanned*) {
    return unplanned_fields;
}

}  // namespace contract::evaluation
