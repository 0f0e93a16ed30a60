// SPDX-License-Identifier: Apache-2.0
#include "contract/core/lock.hpp"

#include <algorithm>

#include "contract/base/text.hpp"

namespace contract::core {

namespace {

void add(Want& want, std::string key, const std::optional<Text>& text) {
    if (text) want.emplace(std::move(key), text->value);
}

void add(Want& want, std::string key, const Texts& texts) {
    if (texts.empty()) return;
    std::vector<std::string> values;
    for (const auto& text : texts) values.push_back(text.value);
    want.emplace(std::move(key), std::move(values));
}

// Only what differs from the default is said.
void add(Want& want, std::string key, bool value, bool usual) {
    if (value != usual) want.emplace(std::move(key), value);
}

void add(Want& want, std::string key, const std::vector<std::pair<Text, Text>>& pairs) {
    std::map<std::string, std::string> values;
    for (const auto& [name, value] : pairs) values[name.value] = value.value;
    if (!values.empty()) want.emplace(std::move(key), std::move(values));
}

void add_source(Want& want, const GitSource& git) {
    want.emplace("git", git.url.value);
    add(want, "ref", git.ref);
    add(want, "rev", git.rev);
    add(want, "subdir", git.subdir);
    add(want, "submodules", git.submodules, false);
}
void add_source(Want& want, const PathSource& path) {
    want.emplace("path", path.path.value);
}
void add_source(Want&, const HostSource&) {}
void add_source(Want& want, const UrlSource& url) {
    want.emplace("url", url.url.value);
    add(want, "sha256", url.sha256);
    add(want, "unpack", url.unpack, true);
    add(want, "executable", url.executable, false);
}
void add_source(Want& want, const DebSource& deb) {
    add(want, "deb", deb.packages);
    add(want, "archive", deb.archive);
    add(want, "mirror", deb.mirrors);
    add(want, "suites", deb.suites);
    add(want, "components", deb.components);
    add(want, "snapshot", deb.snapshot);
    add(want, "keys", deb.keys);
    add(want, "essential", deb.essential, true);
    add(want, "recommends", deb.recommends, false);
    add(want, "configure", deb.configure, false);
    add(want, "links", deb.links);
}
void add_source(Want& want, const OciSource& oci) {
    want.emplace("oci", oci.reference.value);
}

std::string text_of(const std::string& value) {
    return quoted(value);
}
std::string text_of(bool value) {
    return value ? "true" : "false";
}
std::string text_of(const std::vector<std::string>& values) {
    std::vector<std::string> out;
    for (const auto& value : values) out.push_back(quoted(value));
    return "[" + join(out, ", ") + "]";
}
std::string text_of(const std::map<std::string, std::string>& values) {
    std::vector<std::string> out;
    for (const auto& [name, value] : values)
        out.push_back((is_name(name) ? name : quoted(name)) + " = " + quoted(value));
    return "{ " + join(out, ", ") + " }";
}

}  // namespace

const LockedInput* Lock::find(std::string_view name) const {
    const auto found =
        std::find_if(inputs.begin(), inputs.end(), [&](const auto& input) { return input.name == name; });
    return found == inputs.end() ? nullptr : &*found;
}

std::optional<Digest> Pin::tree_for(const std::string& system) const {
    if (trees.empty()) return tree;
    const auto found = trees.find(system);
    return found == trees.end() ? std::nullopt : std::optional(found->second);
}

bool has_roots(std::string_view system) {
    return system.ends_with("-linux");
}

std::string toml_text(const WantValue& value) {
    return std::visit([](const auto& held) { return text_of(held); }, value);
}

std::optional<Want> want_of(const Input& input) {
    if (std::holds_alternative<HostSource>(input.source)) return std::nullopt;
    Want want;
    std::visit([&](const auto& source) { add_source(want, source); }, input.source);
    add(want, "contract", input.contract, false);
    add(want, "follows", input.follows);
    return want;
}

}  // namespace contract::core
