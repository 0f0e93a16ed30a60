// SPDX-License-Identifier: Apache-2.0
#include "contract_inputs.hpp"

#include <algorithm>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/manifest/lock_file.hpp"
#include "contract/pipeline/load.hpp"

namespace contract::pipeline {

namespace {

const core::Input& declaration(const core::Manifest& ours, const std::string& name) {
    for (const auto& input : ours.inputs)
        if (input.name.value == name) return input;
    throw InternalError("contract inputs: no input '" + name + "'");
}

Result<std::string> read_small(StoredFiles& files, std::string_view name) {
    TRY_ASSIGN(auto text, files.read(name));
    if (text.size() > manifest::largest_file)
        return Error{"too-large",
                     "'" + std::string(name) + "' has more than the " +
                         std::to_string(manifest::largest_file) + " bytes that are read",
                     Blame::declaration,
                     {},
                     {},
                     {}};
    return text;
}

}  // namespace

bool has_contract_inputs(const core::Manifest& manifest) {
    return std::any_of(manifest.inputs.begin(), manifest.inputs.end(),
                       [](const auto& input) { return input.contract; });
}

const core::Lock* ContractReader::lock_of(const std::string& contract) const {
    const auto found = contracts_.find(contract);
    return found == contracts_.end() || !found->second.lock ? nullptr : &*found->second.lock;
}

core::Finding& ContractReader::refuse(const evaluation::FlatInput& input, const Error& error) {
    const std::string top = evaluation::top_of(input.name);
    auto finding = core::finding_from(core::Stage::evaluation, "inputs." + top, error);
    finding.code = "evaluation.contract-input";
    finding.message =
        "the contract of 'inputs." + harmless(input.name) + "' cannot be read: " + error.message;
    finding.where = declaration(ours_, top).where;
    findings_.push_back(std::move(finding));
    return findings_.back();
}

// One finding for their file, whatever is wrong in it: it is theirs to put right.
void ContractReader::refuse_file(const evaluation::FlatInput& input,
                                 const std::vector<core::Finding>& mistakes) {
    auto& finding = refuse(
        input,
        {"", mistakes.empty() ? "it is no contract" : mistakes[0].message, Blame::declaration, {}, {}, {}});
    for (const auto& mistake : mistakes)
        if (mistake.where && finding.related.size() < 4)
            finding.related.push_back(
                {*mistake.where, mistake.label.empty() ? mistake.message : mistake.label});
    finding.help.push_back("pin a state of it that is right, with `contract update " +
                           evaluation::top_of(input.name) + "` once there is one");
}

// The content of an input, in the store afterwards. A path of ours is read again each time, so that what is
// evaluated is what is there.
Result<Digest> ContractReader::tree_of(const evaluation::FlatInput& input, const core::Pin& pin) {
    const auto* folder = std::get_if<core::PathSource>(&input.input->source);
    if (folder != nullptr && !input.contract.empty())
        return contracts_.at(input.contract).files.tree(folder->path.value, {}, {});
    auto planned = evaluation::planned_input(*input.input, "inputs." + input.name, pin, system_);
    if (folder != nullptr || !context_.store.has_tree(planned.tree))
        TRY(inputs::materialise(planned, context_));
    return planned.tree;
}

Result<ContractReader::Contract> ContractReader::open(const std::string& name, const Digest& tree) {
    const std::string place = "inputs." + name;
    Contract contract{StoredFiles(place, tree, context_.store), {}, std::nullopt};
    auto text = read_small(contract.files, manifest_name);
    if (!text && text.error().code == "missing-file")
        return Error{"",
                     "it has no " + std::string(manifest_name),
                     Blame::declaration,
                     {},
                     {},
                     {"remove `contract = true`, or name the folder of the contract with `subdir`"}};
    if (!text) return text.error();
    const std::string file = path::join(place, manifest_name);
    sources_[file] = *text;
    contract.parsed = manifest::parse_manifest(file, std::move(*text));
    if (auto lock = read_small(contract.files, lock_name)) {
        auto parsed = manifest::parse_lock(path::join(place, lock_name), *lock);
        if (parsed.findings.empty()) contract.lock = std::move(parsed.lock);
    }
    return contract;
}

const core::Manifest* ContractReader::read(const evaluation::FlatInput& input, const core::Pin& pin) {
    const auto tree = tree_of(input, pin);
    if (!tree) {
        refuse(input, tree.error());
        return nullptr;
    }
    auto contract = open(input.name, *tree);
    if (!contract) {
        refuse(input, contract.error());
        return nullptr;
    }
    if (!contract->parsed.usable) {
        refuse_file(input, contract->parsed.findings);
        return nullptr;
    }
    return &contracts_.emplace(input.name, std::move(*contract)).first->second.parsed.manifest;
}

evaluation::ContractInputs ContractReader::contract_inputs(evaluation::Flattened flat) {
    evaluation::ContractInputs out;
    for (auto& [name, contract] : contracts_)
        out.contracts[name] = {&contract.files, contract.parsed.findings};
    out.findings = findings_;
    out.findings.insert(out.findings.end(), flat.findings.begin(), flat.findings.end());
    out.flat = std::move(flat);
    return out;
}

evaluation::ContractInputs read_contract_inputs(ContractReader& reader, const core::Manifest& ours,
                                                const std::optional<core::Lock>& lock) {
    auto flat = evaluation::flatten(ours, [&](const evaluation::FlatInput& input) -> const core::Manifest* {
        const auto want = evaluation::want_of(input);
        if (!want) return evaluation::lies_beside(input) ? nullptr : reader.read(input, {});
        const auto* locked = lock ? lock->find(input.name) : nullptr;
        return locked == nullptr || locked->want != *want ? nullptr : reader.read(input, locked->pin);
    });
    return reader.contract_inputs(std::move(flat));
}

}  // namespace contract::pipeline
