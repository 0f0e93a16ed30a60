// SPDX-License-Identifier: Apache-2.0
#include "contract/build/record.hpp"
#include "contract/json/json.hpp"

namespace contract::build {

namespace {

json::Array texts(const std::vector<std::string>& list) {
    return {list.begin(), list.end()};
}

// What is empty is left out.
void add(json::Object& object, const char* name, const std::string& text) {
    if (!text.empty()) object.emplace_back(name, text);
}

void add(json::Object& object, const char* name, const std::vector<std::string>& list) {
    if (!list.empty()) object.emplace_back(name, texts(list));
}

void add(json::Object& object, const char* name, const Digest& digest) {
    if (!digest.is_zero()) object.emplace_back(name, digest.text());
}

json::Value input_member(const core::RecordedInput& input) {
    json::Object out{{"target", input.target}, {"kind", core::word(input.kind)}};
    add(out, "url", input.url);
    add(out, "ref", input.ref);
    add(out, "subdir", input.subdir);
    add(out, "rev", input.rev);
    add(out, "snapshot", input.snapshot);
    add(out, "download", input.download);
    add(out, "tree", input.tree);
    add(out, "path", input.path.base());
    add(out, "folders", input.folders);
    return {std::move(out)};
}

json::Value root_member(const core::Root& root) {
    json::Object out{{"kind", core::word(root.kind)}};
    add(out, "input", root.input);
    add(out, "folders", root.folders);
    add(out, "path", root.path.base());
    return {std::move(out)};
}

}  // namespace

std::string encode(const core::BuildRecord& record) {
    json::Object out{{"format", 1},
                     {"contract", record.contract},
                     {"target", record.target},
                     {"repository", record.repository}};
    add(out, "commit", record.commit);
    add(out, "dirty", record.dirty);
    out.emplace_back("dirty_files", record.dirty_files);
    out.emplace_back("system", record.system);
    out.emplace_back("recipe", record.recipe);
    add(out, "source", record.source.value_or(Digest()));
    std::vector<std::string> uses;
    for (const auto& path : record.uses) uses.push_back(path.base());
    add(out, "uses", uses);
    out.emplace_back("root", root_member(record.root));
    json::Array inputs;
    for (const auto& input : record.inputs) inputs.push_back(input_member(input));
    out.emplace_back("inputs", std::move(inputs));
    out.emplace_back("level", core::word(record.level));
    out.emplace_back("started", record.started);
    out.emplace_back("duration_ms", record.duration_ms);
    out.emplace_back("program", record.program);
    return json::write(out, json::Layout::compact);
}

}  // namespace contract::build
