// SPDX-License-Identifier: Apache-2.0
//
// The table of keys against the readers. For every row the readers must refuse a value of another type at its
// place, so that no row is one that nobody reads, and miss the key where the row says that it is required.
#include "contract/core/keys.hpp"

#include <map>

#include "contract/base/text.hpp"
#include "contract/manifest/module_file.hpp"
#include "reading.hpp"

using namespace contract;
using namespace contract::test;
using core::Key;
using core::KeyKind;

namespace {

// What a row says of a value: "packages.NAME", "build".
using Row = std::pair<std::string, std::string>;

// A good value for the keys that have to be there.
const std::map<Row, std::string> samples{
    {{"contract", "format"}, "1"},
    {{"contract", "name"}, "'x'"},
    {{"inputs.NAME", "git"}, "'https://example.org/x.git'"},
    {{"inputs.NAME", "url"}, "'https://example.org/x'"},
    {{"inputs.NAME", "deb"}, "['gcc']"},
    {{"inputs.NAME", "suites"}, "['bookworm']"},
    {{"inputs.NAME", "oci"}, "'registry.example.org/x:1'"},
    {{"inputs.NAME", "path"}, "'../x'"},
    {{"inputs.NAME", "host"}, "['/usr']"},
    {{"packages.NAME", "build"}, "'make'"},
    {{"checks.NAME", "run"}, "'make'"},
    {{"formatters.NAME", "files"}, "['*']"},
    {{"formatters.NAME", "command"}, "['f']"},
    {{"commands.NAME", "run"}, "'c'"},
    {{"source", "path"}, "'./x'"},
    {{"assert", "that"}, "'true'"},
    {{"warn", "when"}, "'true'"},
    {{"warn", "message"}, "'x'"},
    {{"probes.NAME", "kind"}, "'env'"},
    {{"retry", "attempts"}, "3"},
    {{"policies.NAME", "assert"}, "'true'"},
    {{"options.\"OPTION\"", "type"}, "'int'"},
    {{"renamed", "from"}, "'a'"},
    {{"renamed", "to"}, "'b'"},
    {{"removed", "option"}, "'a'"},
    {{"removed", "reason"}, "'x'"},
};

// What stands in front of the lines of a shape, and how the lines are joined.
struct Frame {
    std::string before, between, after;
};
const std::map<std::string, Frame> frames{
    {"contract.toml", {"", "\n", "\n"}},
    {"contract", {"[contract]\n", "\n", "\n"}},
    {"inputs.NAME", {"[inputs.x]\n", "\n", "\n"}},
    {"TARGET", {"[toolchains.x]\n", "\n", "\n"}},
    {"toolchains.NAME", {"[toolchains.x]\n", "\n", "\n"}},
    {"packages.NAME", {"[packages.x]\n", "\n", "\n"}},
    {"checks.NAME", {"[checks.x]\n", "\n", "\n"}},
    {"formatters.NAME", {"[formatters.x]\n", "\n", "\n"}},
    {"shells.NAME", {"[shells.x]\n", "\n", "\n"}},
    {"commands.NAME", {"[commands.x]\n", "\n", "\n"}},
    {"source", {"[checks.x]\nrun = 'x'\nsource = { ", ", ", " }\n"}},
    {"hosts.NAME", {"[hosts.x]\n", "\n", "\n"}},
    {"set", {"[[hosts.x.set]]\n", "\n", "\n"}},
    {"assert", {"[[hosts.x.assert]]\n", "\n", "\n"}},
    {"warn", {"[[hosts.x.warn]]\n", "\n", "\n"}},
    {"probes.NAME", {"[probes.x]\n", "\n", "\n"}},
    {"retry", {"[probes.x]\nkind = 'env'\nname = 'X'\nretry = { ", ", ", " }\n"}},
    {"policies.NAME", {"[policies.x]\n", "\n", "\n"}},
    {"overrides.\"PACKAGE\"", {"[overrides.'inputs.x.packages.y']\n", "\n", "\n"}},
};
const std::map<std::string, Frame> module_frames{
    {"module file", {"", "\n", "\n"}},
    {"module", {"[module]\n", "\n", "\n"}},
    {"options.\"OPTION\"", {"[options.'a.b']\n", "\n", "\n"}},
    {"set", {"[[set]]\n", "\n", "\n"}},
    {"assert", {"[[assert]]\n", "\n", "\n"}},
    {"warn", {"[[warn]]\n", "\n", "\n"}},
    {"renamed", {"[[renamed]]\n", "\n", "\n"}},
    {"removed", {"[[removed]]\n", "\n", "\n"}},
};

bool is_beside(const Key& key, const std::string& source) {
    const auto list = split(key.beside, ' ');
    return key.beside.empty() || std::find(list.begin(), list.end(), source) != list.end();
}

// A table of the shape in which `key` has `value`; empty: it is left out.
std::string table(const core::Shape& shape, const Frame& frame, const Key& key, const std::string& value) {
    const std::string source = split(key.beside, ' ')[0];
    std::vector<std::string> lines;
    if (!value.empty()) lines.push_back(std::string(key.name) + " = " + value);
    for (const Key* other : core::keys_of(shape))
        if (other->required && other->name != key.name && is_beside(*other, source) &&
            shape.name != "contract.toml")
            lines.push_back(std::string(other->name) + " = " +
                            samples.at({std::string(shape.name), std::string(other->name)}));
    return frame.before + join(lines, frame.between) + frame.after;
}

struct Read {
    std::string text;
    std::vector<core::Finding> findings;
};

Read read_manifest(const std::string& shape, const std::string& table) {
    const bool bare = shape == "contract.toml" && trim(table).empty();
    const bool header = shape != "contract" && !table.starts_with("contract =") && !bare;
    const std::string text =
        shape == "contract.toml" ? table + (header ? good_header : "") : (header ? good_header : "") + table;
    return {text, parse(text).findings};
}

Read read_module(const std::string&, const std::string& table) {
    return {table, manifest::parse_module({"m.toml", "", "modules.m", table}).findings};
}

using Reader = Read (*)(const std::string&, const std::string&);

bool has(const Read& read, const std::string& code, const std::string& place) {
    return std::any_of(read.findings.begin(), read.findings.end(), [&](const auto& finding) {
        return finding.code == "evaluation." + code &&
               (place.empty() || slice(read.text, *finding.where) == place);
    });
}

void check_row(const core::Shape& shape, const Key& key, const Frame& frame, Reader reader) {
    INFO(shape.name << " " << key.name);
    const std::string name(shape.name);
    const std::string date = "1979-05-27";
    if (key.kind != KeyKind::value)
        CHECK(has(reader(name, table(shape, frame, key, date)), "wrong-type", date));
    if (key.kind == KeyKind::word)
        CHECK(has(reader(name, table(shape, frame, key, "'nonsense'")), "bad-value", "'nonsense'"));
    if (key.kind == KeyKind::strings)
        CHECK(has(reader(name, table(shape, frame, key, "[" + date + "]")), "wrong-type", date));
    if (key.kind == KeyKind::strings && key.least > 0)
        CHECK(has(reader(name, table(shape, frame, key, "[]")), "bad-value", "[]"));
    if (key.kind == KeyKind::integer && key.name != "format") {
        const std::string most = std::to_string(key.most + 1);
        CHECK(has(reader(name, table(shape, frame, key, most)), "bad-value", most));
    }
    if (key.required) CHECK(has(reader(name, table(shape, frame, key, "")), "missing-key", ""));
    if (!key.required && shape.name != "contract.toml" && shape.relations.empty())
        CHECK_FALSE(has(reader(name, table(shape, frame, key, "")), "missing-key", ""));
}

}  // namespace

TEST_CASE("every key of contract.toml is read, and as its row says") {
    std::size_t rows = 0;
    for (const auto& shape : core::manifest_shapes())
        for (const Key* key : core::keys_of(shape)) {
            check_row(shape, *key, frames.at(std::string(shape.name)), read_manifest);
            ++rows;
        }
    CHECK(rows > 150);
}

TEST_CASE("every key of module files is read, and as its row says") {
    for (const auto& shape : core::module_shapes())
        for (const Key* key : core::keys_of(shape))
            check_row(shape, *key, module_frames.at(std::string(shape.name)), read_module);
}

TEST_CASE("keys have a meaning in whole sentences and one row each") {
    for (const auto shapes : {core::manifest_shapes(), core::module_shapes()})
        for (const auto& shape : shapes) {
            CHECK_FALSE(shape.heading.empty());
            CHECK(shape.meaning.ends_with('.'));
            std::map<std::string_view, int> seen;
            for (const Key* key : core::keys_of(shape)) {
                INFO(shape.name << " " << key->name);
                CHECK(key->meaning.ends_with('.'));
                CHECK(++seen[key->name] == 1);
                CHECK((key->kind == KeyKind::word) == !key->words.empty());
                if (!key->shape.empty()) CHECK(core::shape_named(key->shape).name == key->shape);
            }
        }
    CHECK_THROWS_AS(core::shape_named("nonsense"), InternalError);
}
