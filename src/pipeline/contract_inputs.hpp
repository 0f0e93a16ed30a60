// SPDX-License-Identifier: Apache-2.0
//
// Contracts that come from inputs, read from the store: the step before evaluation, and what `contract lock`
// flattens. An input is fetched for it, into the store, when it is not there yet; a contract without contract
// inputs costs nothing.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "contract/evaluation/evaluate.hpp"
#include "contract/inputs/inputs.hpp"
#include "contract/manifest/manifest_file.hpp"
#include "stored_files.hpp"

namespace contract::pipeline {

bool has_contract_inputs(const core::Manifest& manifest);

// Reads contracts one after the other and keeps what was read. A contract that cannot be read is a finding
// `contract-input` of the input of ours that it comes from.
class ContractReader {
public:
    ContractReader(const core::Manifest& ours, const inputs::Context& context, std::string system)
        : ours_(ours), context_(context), system_(std::move(system)) {}

    // Null when it cannot be read. A folder of another contract's tree needs no pin.
    const core::Manifest* read(const evaluation::FlatInput& input, const core::Pin& pin);
    // The lock beside that contract; null when it has none or one that cannot be used.
    const core::Lock* lock_of(const std::string& contract) const;
    const std::vector<core::Finding>& findings() const { return findings_; }
    // By the names that positions carry: "inputs.site/contract.toml".
    const Sources& sources() const { return sources_; }

    // What was read, as evaluation takes it; the reader has to outlive its use.
    evaluation::ContractInputs contract_inputs(evaluation::Flattened flat);

private:
    struct Contract {
        StoredFiles files;
        manifest::ParsedManifest parsed;
        std::optional<core::Lock> lock;
    };

    Result<Digest> tree_of(const evaluation::FlatInput& input, const core::Pin& pin);
    Result<Contract> open(const std::string& name, const Digest& tree);
    core::Finding& refuse(const evaluation::FlatInput& input, const Error& error);
    void refuse_file(const evaluation::FlatInput& input, const std::vector<core::Finding>& mistakes);

    const core::Manifest& ours_;
    const inputs::Context& context_;
    std::string system_;
    std::map<std::string, Contract> contracts_;
    std::vector<core::Finding> findings_;
    Sources sources_;
};

// All contract inputs as the lock pins them. One without a pin that fits is left out: evaluation reports it.
evaluation::ContractInputs read_contract_inputs(ContractReader& reader, const core::Manifest& ours,
                                                const std::optional<core::Lock>& lock);

}  // namespace contract::pipeline
