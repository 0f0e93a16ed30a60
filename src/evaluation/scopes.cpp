// SPDX-License-Identifier: Apache-2.0
//
// Names are lexical: in what comes from `inputs.site`, `packages` are the site's. Every contract is a scope;
// ours has all its targets from the start, and those of the others join when something reachable needs them,
// so that nothing else of theirs is planned, built or judged.
#include <algorithm>
#include <tuple>

#include "state.hpp"

namespace contract::evaluation {

namespace {

constexpr std::string_view input_folder = "inputs.";

expression::Type type_of(expression::TypeKind kind) {
    expression::Type type;
    type.kind = kind;
    return type;
}

expression::Type object(std::initializer_list<const char*> fields) {
    expression::Type type = type_of(expression::TypeKind::map);
    for (const char* field : fields) type.fields[field] = type_of(expression::TypeKind::string);
    return type;
}

expression::Value named_value(const std::string& name) {
    expression::Value value;
    value.data = expression::Map{{"name", text_value(name)}};
    return value;
}

expression::Map& map_of(expression::Value& value) {
    if (!std::holds_alternative<expression::Map>(value.data)) value.data = expression::Map();
    return std::get<expression::Map>(value.data);
}

// The names of a section, those of tables with mistakes too.
template <typename List>
std::vector<std::string> declared_names(const core::Manifest& manifest, const List& list, TargetKind kind) {
    std::vector<std::string> names;
    for (const auto& item : list) names.push_back(item.name.value);
    const std::string prefix = std::string(folder_of(kind)) + ".";
    for (const auto& broken : manifest.broken)
        if (broken.starts_with(prefix)) names.push_back(broken.substr(prefix.size()));
    return names;
}

}  // namespace

std::optional<std::string> flat_name(const Scope& scope, const std::string& alias) {
    if (scope.flat == nullptr) return alias;
    const auto found = scope.flat->inputs.find(alias);
    return found == scope.flat->inputs.end() ? std::nullopt : std::optional(found->second);
}

void State::open_scopes() {
    scopes.push_back({"", &request.manifest, &request.files, nullptr, {}, {}, {}, {}});
    if (request.contract_inputs == nullptr) return;
    const auto& given = *request.contract_inputs;
    for (const auto& input : given.flat.inputs)
        if (!input.contract.empty()) flat_.emplace(input.name, &input);
    for (const auto& contract : given.flat.contracts) {
        Scope scope{contract.name,
                    contract.manifest,
                    given.contracts.at(contract.name).files,
                    &contract,
                    {},
                    {},
                    {},
                    {}};
        const auto declare_all = [&](TargetKind kind, const auto& list) {
            for (std::size_t i = 0; i < list.size(); ++i)
                scope.declared.emplace(std::string(folder_of(kind)) + "." + list[i].name.value,
                                       std::pair(kind, i));
        };
        declare_all(TargetKind::toolchain, contract.manifest->toolchains);
        declare_all(TargetKind::package, contract.manifest->packages);
        scope_by_input_.emplace(contract.name, scopes.size());
        for (const auto& [alias, name] : contract.inputs) aliases_[name].emplace_back(scopes.size(), alias);
        scopes.push_back(std::move(scope));
    }
}

void State::declare_variables(Scope& scope) {
    using expression::TypeKind;
    auto& types = scope.types;
    auto& values = scope.values;
    const core::Manifest& manifest_here = *scope.manifest;
    types["system"] = type_of(TypeKind::string);
    types["contract"] = object({"name", "description"});
    for (const auto* folder : {"inputs", "packages", "toolchains", "hosts"}) {
        types[folder] = type_of(TypeKind::map);
        values[folder].data = expression::Map();
    }
    const auto input = object({"path", "rev", "ref", "url", "kind"});
    const auto package = object({"path", "name"});
    const auto named = object({"name"});
    for (const auto& name : declared_names(manifest_here, manifest_here.inputs, TargetKind::input))
        types["inputs"].fields[name] = input;
    for (const auto& name : declared_names(manifest_here, manifest_here.packages, TargetKind::package))
        types["packages"].fields[name] = package;
    const auto declare_named = [&](const char* folder, const std::vector<std::string>& names) {
        for (const auto& name : names) {
            types[folder].fields[name] = named;
            map_of(values[folder])[name] = named_value(name);
        }
    };
    declare_named("toolchains",
                  declared_names(manifest_here, manifest_here.toolchains, TargetKind::toolchain));
    declare_named("hosts", declared_names(manifest_here, manifest_here.hosts, TargetKind::host));
    values["system"] = text_value(request.system);
    const auto& description = manifest_here.contract.description;
    values["contract"].data =
        expression::Map{{"name", text_value(manifest_here.contract.name.value)},
                        {"description", text_value(description ? description->value : "")}};
    for (const auto* name : {"system", "contract", "inputs"}) scope.early_types[name] = types[name];
}

// What contracts provide that are inputs of `scope`: after every scope has its own variables.
void State::declare_parts(Scope& scope) {
    for (const auto& input : scope.manifest->inputs) {
        if (!input.contract) continue;
        auto& type = scope.types["inputs"].fields[input.name.value];
        auto& value = map_of(map_of(scope.values["inputs"])[input.name.value]);
        const auto flat = flat_name(scope, input.name.value);
        const auto inner = scope_by_input_.find(flat.value_or(""));
        for (const auto* folder : {"packages", "toolchains"}) {
            if (inner == scope_by_input_.end()) {
                type.fields[folder] = type_of(expression::TypeKind::dynamic);  // its own finding says why
                continue;
            }
            type.fields[folder] = scopes[inner->second].types[folder];
            value[folder] = scopes[inner->second].values[folder];
        }
    }
}

void State::publish(std::size_t target, expression::Map fields) {
    const Target& found = targets[target];
    const bool is_input = found.kind == TargetKind::input;
    const std::string flat = is_input ? found.name.substr(input_folder.size()) : scopes[found.scope].input;
    const std::string name = is_input ? "" : manifest_of(target).packages[found.index].name.value;
    const auto set = [&](std::size_t scope, const std::string& alias) {
        auto& seen = map_of(map_of(scopes[scope].values["inputs"])[alias]);
        if (!is_input)
            map_of(map_of(seen["packages"])[name]) = fields;
        else
            for (const auto& [key, value] : fields) seen[key] = value;
    };
    if (!is_input) map_of(map_of(scopes[found.scope].values["packages"])[name]) = fields;
    if (!flat.empty() && flat.find('/') == std::string::npos) set(0, flat);
    if (const auto aliases = aliases_.find(flat); aliases != aliases_.end())
        for (const auto& [scope, alias] : aliases->second) set(scope, alias);
}

std::vector<std::string> State::names_of(std::size_t target, std::initializer_list<TargetKind> kinds) const {
    const std::size_t scope = targets[target].scope;
    std::vector<std::string> names;
    for (const TargetKind kind : kinds) {
        if (scope == 0) {
            for (const Target& other : targets)
                if (other.scope == 0 && other.kind == kind) names.push_back(other.name);
            continue;
        }
        for (const auto& [name, declared] : scopes[scope].declared)
            if (declared.first == kind) names.push_back(name);
        if (kind != TargetKind::input) continue;
        for (const auto& entry : scopes[scope].flat->inputs)
            names.push_back(std::string(input_folder) + entry.first);
    }
    return names;
}

std::optional<std::vector<std::string>> State::parts_of(std::size_t target, const std::string& input) {
    const auto found = resolve(target, input);
    if (!found) return std::nullopt;
    std::vector<std::string> names;
    const auto inner = scope_by_input_.find(targets[*found].name.substr(input_folder.size()));
    if (inner != scope_by_input_.end())
        for (const auto& entry : scopes[inner->second].declared) names.push_back(entry.first);
    return names;
}

const FlatInput* State::flat_input(const std::string& name) const {
    const auto found = flat_.find(name);
    return found == flat_.end() ? nullptr : found->second;
}

std::optional<std::size_t> State::resolve(std::size_t target, const std::string& name) {
    return resolve_in(targets[target].scope, name);
}

std::optional<std::size_t> State::resolve_in(std::size_t scope, const std::string& name) {
    if (!name.starts_with(input_folder)) return scope == 0 ? find(name) : reach(scope, name);
    const std::size_t dot = name.find('.', input_folder.size());
    const std::string alias = name.substr(input_folder.size(), dot - input_folder.size());
    if (dot == std::string::npos) return resolve_input(scope, name.substr(input_folder.size()));
    return resolve_part(scope, alias, name.substr(dot + 1));
}

std::optional<std::size_t> State::resolve_input(std::size_t scope, const std::string& alias) {
    const auto flat = flat_name(scopes[scope], alias);
    if (!flat) return reach(scope, std::string(input_folder) + alias);
    const auto declared = flat_.find(*flat);
    if (declared == flat_.end()) return find(std::string(input_folder) + *flat);
    if (const auto known = find(std::string(input_folder) + *flat)) return known;
    Target target;
    target.name = std::string(input_folder) + *flat;
    target.where = declared->second->input->where;
    target.scope = scope_by_input_.at(declared->second->contract);
    target.index =
        static_cast<std::size_t>(declared->second->input - scopes[target.scope].manifest->inputs.data());
    const std::size_t joined = join(std::move(target));
    plan_input(*this, joined);
    return joined;
}

std::optional<std::size_t> State::resolve_part(std::size_t scope, const std::string& alias,
                                               const std::string& part) {
    const auto input = resolve_input(scope, alias);
    if (!input) return std::nullopt;
    const Target& found = targets[*input];
    if (found.failed) return input;  // what stands behind it is not looked at
    const auto inner = scope_by_input_.find(found.name.substr(input_folder.size()));
    if (inner != scope_by_input_.end()) return reach(inner->second, part);
    return input_of(*input).contract ? input : std::nullopt;
}

// A target that another contract declares under `name`.
std::optional<std::size_t> State::reach(std::size_t scope, const std::string& name) {
    const Scope& there = scopes[scope];
    const std::string full = std::string(input_folder) + there.input + "." + name;
    if (const auto known = find(full)) return known;
    const auto declared = there.declared.find(name);
    Target target;
    target.name = full;
    target.scope = scope;
    if (declared == there.declared.end()) {
        const auto& broken = there.manifest->broken;
        if (name.find_first_of("\n\t") != std::string::npos) return std::nullopt;  // no name at all
        if (std::find(broken.begin(), broken.end(), name) == broken.end()) return std::nullopt;
        target.kind = name.starts_with("toolchains.") ? TargetKind::toolchain
                      : name.starts_with("inputs.")   ? TargetKind::input
                                                      : TargetKind::package;
        target.declared_well = false;
        target.failed = true;
        for (core::Finding finding : request.contract_inputs->contracts.at(there.input).findings) {
            if (finding.target != name) continue;
            finding.target = full;
            finding.fix.reset();  // it is not our file
            add(std::move(finding));
        }
        return join(std::move(target));
    }
    std::tie(target.kind, target.index) = declared->second;
    target.where = target.kind == TargetKind::package ? there.manifest->packages[target.index].where
                                                      : there.manifest->toolchains[target.index].where;
    return join(std::move(target));
}

std::size_t State::join(Target target) {
    const std::size_t index = targets.size();
    // Whatever comes from an input cannot be had without it.
    const auto& scope = scopes[target.scope];
    by_name_.emplace(target.name, index);
    targets.push_back(std::move(target));
    std::string from = std::string(input_folder) + scope.input;
    auto needed = find(from);
    if (!needed && flat_.count(scope.input) != 0) {
        const FlatInput& declared = *flat_.at(scope.input);
        needed =
            resolve_in(scope_by_input_.count(declared.contract) ? scope_by_input_.at(declared.contract) : 0,
                       std::string(input_folder) + declared.input->name.value);
    }
    if (needed) targets[index].needs.push_back({*needed, nullptr, 0, 0});
    return index;
}

}  // namespace contract::evaluation
