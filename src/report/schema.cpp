// SPDX-License-Identifier: Apache-2.0
//
// One definition for each shape, under the first word of its name. Kinds of input and kinds of probe are
// alternatives that each have all their keys, because that is what every editor understands.
#include "contract/report/schema.hpp"

#include <algorithm>

#include "contract/base/text.hpp"
#include "contract/core/keys.hpp"
#include "contract/core/probe_kinds.hpp"
#include "contract/json/json.hpp"

namespace contract::report {

namespace {

using core::Key;
using core::KeyKind;
using core::Relation;
using core::Shape;

json::Value texts(const std::vector<std::string>& list) {
    json::Array out;
    for (const auto& text : list) out.emplace_back(text);
    return {std::move(out)};
}

template <typename List>
json::Value words(const List& list) {
    json::Array out;
    for (const auto& text : list) out.emplace_back(text);
    return {std::move(out)};
}

// "packages" of "packages.NAME"
std::string definition_name(std::string_view shape) {
    return std::string(shape.substr(0, shape.find('.')));
}

json::Object reference_to(std::string_view shape) {
    return {{"$ref", "#/$defs/" + definition_name(shape)}};
}

json::Object string_of(core::Form form) {
    json::Object out{{"type", "string"}};
    if (form == core::Form::system) out.emplace_back("enum", words(core::known_systems()));
    if (const auto pattern = core::pattern_of(form); !pattern.empty()) out.emplace_back("pattern", pattern);
    return out;
}

json::Object strings_of(core::Form form, std::int64_t least) {
    json::Object out{{"type", "array"}, {"items", string_of(form)}};
    if (least > 0) out.emplace_back("minItems", least);
    return out;
}

json::Object names_of(core::Form form) {
    json::Object out;
    if (const auto pattern = core::pattern_of(form); !pattern.empty()) out.emplace_back("pattern", pattern);
    if (const auto exceptions = core::exceptions_of(form); !exceptions.empty())
        out.emplace_back("not", json::Object{{"enum", words(exceptions)}});
    return out;
}

json::Object table_of(core::Form names, json::Object member) {
    return {
        {"type", "object"}, {"propertyNames", names_of(names)}, {"additionalProperties", std::move(member)}};
}

json::Object either(json::Object one, json::Object other) {
    return {{"oneOf", json::Array{std::move(one), std::move(other)}}};
}

json::Object value_of(const Key& key) {
    switch (key.kind) {
        case KeyKind::string: return string_of(key.form);
        case KeyKind::strings: return strings_of(key.form, key.least);
        case KeyKind::word: return {{"type", "string"}, {"enum", words(key.words)}};
        case KeyKind::flag: return {{"type", "boolean"}};
        case KeyKind::integer: return {{"type", "integer"}, {"minimum", key.least}, {"maximum", key.most}};
        case KeyKind::number: return {{"type", "number"}};
        case KeyKind::command: return either(string_of(key.form), strings_of(core::Form::any, 1));
        case KeyKind::table: return reference_to(key.shape);
        case KeyKind::tables: return {{"type", "array"}, {"items", reference_to(key.shape)}};
        case KeyKind::source: return either(string_of(key.form), reference_to(key.shape));
        case KeyKind::members: return table_of(key.key_form, reference_to(key.shape));
        case KeyKind::pairs: return table_of(key.key_form, string_of(key.form));
        case KeyKind::values: return {{"type", "object"}};
        case KeyKind::value: return {};
    }
    return {};
}

json::Object property_of(const Key& key) {
    json::Object out = value_of(key);
    std::string description(key.meaning);
    const auto standard = json::read(key.standard);
    if (!key.standard.empty() && !standard) description += " Default: " + std::string(key.standard) + ".";
    out.emplace_back("description", description);
    if (!key.standard.empty() && standard) out.emplace_back("default", *standard);
    return out;
}

bool counts_for(std::string_view beside, std::string_view variant) {
    const auto list = split(beside, ' ');
    return beside.empty() || std::find(list.begin(), list.end(), variant) != list.end();
}

json::Object required(const std::vector<std::string>& keys) {
    return {{"required", texts(keys)}};
}

json::Object relation_of(const Relation& relation) {
    const auto keys = split(relation.keys, ' ');
    switch (relation.kind) {
        case Relation::Kind::one_of:
        case Relation::Kind::any_of: {
            json::Array choices;
            for (const auto& key : keys) choices.push_back(required({key}));
            return {{relation.kind == Relation::Kind::one_of ? "oneOf" : "anyOf", std::move(choices)}};
        }
        case Relation::Kind::not_both: return {{"not", required(keys)}};
        case Relation::Kind::needs: return {{"dependentRequired", json::Object{{keys[0], texts({keys[1]})}}}};
        case Relation::Kind::forced: {
            json::Object forced = required({keys[0]});
            forced.emplace_back("properties", json::Object{{keys[0], json::Object{{"const", "force"}}}});
            return {{"if", std::move(forced)}, {"then", required({keys[1]})}};
        }
    }
    return {};
}

// The object that a shape is; `variant` is the source key of an input, or empty.
struct Draft {
    json::Object properties;
    std::vector<std::string> needed;
    json::Array rules;
};

Draft draft_of(const Shape& shape, std::string_view variant) {
    Draft draft;
    for (const Key* key : core::keys_of(shape)) {
        if (!counts_for(key->beside, variant)) continue;
        draft.properties.emplace_back(std::string(key->name), property_of(*key));
        if (key->required) draft.needed.emplace_back(key->name);
    }
    for (const auto& relation : shape.relations)
        if (relation.among == variant && (variant.empty() || !relation.among.empty()))
            draft.rules.push_back(relation_of(relation));
    return draft;
}

json::Object finished(Draft draft, std::string_view description) {
    json::Object out{{"type", "object"}};
    if (!description.empty()) out.emplace_back("description", description);
    out.emplace_back("properties", std::move(draft.properties));
    if (!draft.needed.empty()) out.emplace_back("required", texts(draft.needed));
    if (!draft.rules.empty()) out.emplace_back("allOf", std::move(draft.rules));
    out.emplace_back("additionalProperties", false);
    return out;
}

json::Object variants_of(const Shape& shape, const Relation& sources) {
    json::Array variants;
    for (const auto& variant : split(sources.keys, ' '))
        variants.push_back(finished(draft_of(shape, variant), {}));
    return {{"description", shape.meaning}, {"oneOf", std::move(variants)}};
}

// A parameter that is exactly one interpolation keeps the type of its value.
json::Object parameter_of(const core::Field& field) {
    const json::Object interpolation{{"type", "string"}, {"pattern", "^\\$\\{\\{[\\s\\S]*\\}\\}$"}};
    json::Object out;
    switch (field.type) {
        case core::FieldType::boolean: out = either({{"type", "boolean"}}, interpolation); break;
        case core::FieldType::integer: out = either({{"type", "integer"}}, interpolation); break;
        case core::FieldType::string: out = {{"type", "string"}}; break;
        case core::FieldType::strings: out = either(strings_of(core::Form::any, 0), interpolation); break;
        case core::FieldType::dynamic: break;
    }
    out.emplace_back("description", field.meaning);
    return out;
}

json::Object probes_of(const Shape& shape) {
    json::Array variants;
    for (const auto& kind : core::probe_kinds()) {
        Draft draft = draft_of(shape, {});
        for (auto& [name, property] : draft.properties)
            if (name == "kind") std::get<json::Object>(property.data).emplace_back("const", kind.name);
        for (const auto& field : kind.parameters) {
            draft.properties.emplace_back(std::string(field.name), parameter_of(field));
            if (field.required) draft.needed.emplace_back(field.name);
        }
        variants.push_back(finished(std::move(draft), {}));
    }
    return {{"description", shape.meaning}, {"oneOf", std::move(variants)}};
}

json::Object definition_of(const Shape& shape) {
    if (shape.open) return probes_of(shape);
    for (const auto& relation : shape.relations)
        if (relation.kind == Relation::Kind::one_of) return variants_of(shape, relation);
    return finished(draft_of(shape, {}), shape.meaning);
}

// A host's table has the shapes of a module's, so both documents define what they refer to.
std::string document(std::span<const Shape> shapes, std::string_view file) {
    json::Object definitions;
    for (const auto& shape : shapes.subspan(1))
        definitions.emplace_back(definition_name(shape.name), definition_of(shape));
    json::Object out{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", file}};
    for (auto& member : definition_of(shapes[0])) out.push_back(std::move(member));
    out.emplace_back("$defs", std::move(definitions));
    return json::write(out, json::Layout::indented) + "\n";
}

}  // namespace

std::string manifest_schema() {
    return document(core::manifest_shapes(), "contract.toml, format 1");
}

std::string module_schema() {
    return document(core::module_shapes(), "a module file of contract, format 1");
}

}  // namespace contract::report
