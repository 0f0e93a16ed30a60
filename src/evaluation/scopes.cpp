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

using expression::Kind;
using expression::Map;
using expression::Type;
using expression::TypePtr;
using expression::Value;

TypePtr object(std::initializer_list<const char*> fields) {
    Type::Fields types;
    for (const char* field : fields) types.emplace(field, Type::of(Kind::string));
    return Type::object(std::move(types));
}

// A folder without entries may have any: what names one of them gets its own finding.
TypePtr folder_type(Type::Fields fields) {
    return fields.empty() ? Type::of(Kind::map) : Type::object(std::move(fields));
}

TypePtr folder_type(const std::vector<std::string>& names, const TypePtr& entry) {
    Type::Fields fields;
    for (const auto& name : names) fields.emplace(name, entry);
    return folder_type(std::move(fields));
}

TypePtr input_type() {
    return object({"path", "rev", "ref", "url", "kind"});
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
    Scope& ours = scopes.emplace_back();
    ours.manifest = &request.manifest;
    ours.files = &request.files;
    if (request.contract_inputs == nullptr) return;
    const auto& given = *request.contract_inputs;
    for (const auto& input : given.flat.inputs)
        if (!input.contract.empty()) flat_.emplace(input.name, &input);
    for (const auto& contract : given.flat.contracts) {
        Scope scope;
        scope.input = contract.name;
        scope.manifest = contract.manifest;
        scope.files = given.contracts.at(contract.name).files;
        scope.flat = &contract;
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
    const core::Manifest& manifest_here = *scope.manifest;
    const auto folder = [&](const char* name, std::shared_ptr<Folder> content,
                            const std::vector<std::string>& entries, const TypePtr& entry) {
        scope.types.set(name, folder_type(entries, entry));
        scope.values.set(name, Value(content));
        return content;
    };
    // The names are all there is of toolchains and hosts.
    const auto named = [&](const char* name, const std::vector<std::string>& entries) {
        auto content = folder(name, std::make_shared<Folder>(), entries, object({"name"}));
        for (const auto& entry : entries) content->set(entry, Map{{"name", entry}});
        return content;
    };
    scope.inputs =
        folder("inputs", std::make_shared<Folder>(),
               declared_names(manifest_here, manifest_here.inputs, TargetKind::input), input_type());
    scope.packages = folder("packages", std::make_shared<Folder>(),
                            declared_names(manifest_here, manifest_here.packages, TargetKind::package),
                            object({"path", "name"}));
    scope.toolchains =
        named("toolchains", declared_names(manifest_here, manifest_here.toolchains, TargetKind::toolchain));
    auto host_names = declared_names(manifest_here, std::vector<core::Host>(), TargetKind::host);
    for (const auto& host : list_hosts(manifest_here)) host_names.push_back(host.name);
    named("hosts", host_names);
    scope.types.set("system", Type::of(Kind::string));
    scope.values.set("system", request.system);
    scope.types.set("contract", object({"name", "description"}));
    const auto& description = manifest_here.contract.description;
    scope.values.set("contract", Map{{"name", manifest_here.contract.name.value},
                                     {"description", description ? description->value : ""}});
    for (const auto* name : {"system", "contract", "inputs"})
        scope.early_types.set(name, scope.types.find(name));
}

// What contracts provide that are inputs of `scope`: after every scope has its own variables.
void State::declare_parts(Scope& scope) {
    Type::Fields inputs = scope.types.find("inputs")->fields;
    for (const auto& input : scope.manifest->inputs) {
        if (!input.contract) continue;
        Type::Fields fields = input_type()->fields;
        auto& part = scope.parts[input.name.value] = std::make_shared<Folder>();
        scope.inputs->set(input.name.value, Value(part));
        const auto inner = scope_by_input_.find(flat_name(scope, input.name.value).value_or(""));
        const Scope* there = inner == scope_by_input_.end() ? nullptr : &scopes[inner->second];
        for (const auto* folder : {"packages", "toolchains"}) {
            // Of a contract that could not be read its own finding says why.
            fields.emplace(folder, there ? there->types.find(folder) : Type::of(Kind::dynamic));
            if (there) part->set(folder, *there->values.find(folder));
        }
        inputs.insert_or_assign(input.name.value, Type::object(std::move(fields)));
    }
    scope.types.set("inputs", folder_type(std::move(inputs)));
}

void State::publish(std::size_t target, expression::Map fields) {
    const Target& found = targets[target];
    if (found.kind != TargetKind::input) {
        scopes[found.scope].packages->set(manifest_of(target).packages[found.index].name.value,
                                          Value(std::move(fields)));
        return;
    }
    const std::string flat = found.name.substr(input_folder.size());
    const auto set = [&](Scope& scope, const std::string& alias) {
        const auto part = scope.parts.find(alias);
        if (part == scope.parts.end()) return scope.inputs->set(alias, Value(fields));
        for (const auto& [key, value] : fields) part->second->set(*key.as<std::string>(), value);
    };
    if (flat.find('/') == std::string::npos) set(scopes[0], flat);
    if (const auto aliases = aliases_.find(flat); aliases != aliases_.end())
        for (const auto& [scope, alias] : aliases->second) set(scopes[scope], alias);
}

std::vector<std::string> State::names_of(std::size_t scope, std::initializer_list<TargetKind> kinds) const {
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

std::optional<std::vector<std::string>> State::parts_of(std::size_t scope, const std::string& input) {
    const auto found = resolve_in(scope, input);
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

std::optional<std::size_t> State::resolve(std::size_t target, const core::Text& name) {
    return resolve_in(scope_at(target, name.where), name.value);
}

std::optional<std::size_t> State::resolve_in(std::size_t scope, const std::string& name) {
    if (!name.starts_with(input_folder)) return scope == 0 ? find(name) : reach(scope, name);
    const std::size_t dot = name.find('.', input_folder.size());
    const std::string alias = name.substr(input_folder.size(), dot - input_folder.size());
    if (dot == std::string::npos) return resolve_input(scope, name.substr(input_folder.size()));
    return resolve_part(scope, alias, name.substr(dot + 1));
}

std::optional<std::size_t> State::scope_behind(std::size_t scope, const std::string& alias) const {
    const auto flat = flat_name(scopes[scope], alias);
    const auto found = scope_by_input_.find(flat.value_or(""));
    if (found == scope_by_input_.end()) return std::nullopt;
    return found->second;
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
