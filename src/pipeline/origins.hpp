// SPDX-License-Identifier: Apache-2.0
//
// Everything that a store knows of where its paths come from, read once: its results, the records of how they
// were made, and the contracts that were checked here.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "contract/core/origin.hpp"
#include "contract/store/store.hpp"

namespace contract::pipeline {

// What a command says that was asked about a path at which nothing lies: not-built.
Error not_built(const core::StorePath& path);

class Origins {
public:
    // Errors: those of the index. A record that cannot be read counts as absent.
    static Result<Origins> read(const store::Store& store);

    const std::map<core::StorePath, Digest>& trees() const { return trees_; }
    // None when nothing lies at the path. Of several results with its tree the one that was made last.
    std::optional<core::Origin> find(const core::StorePath& path) const;
    // The output of an action, by the key of its result.
    std::optional<core::StorePath> output_of(const Digest& action) const;

    // What the path was made with: its uses, then its root, where the record of its making tells.
    std::vector<core::StorePath> made_with(const core::StorePath& path) const;
    // The closure of that below `paths`, these left out: the nearest first, each once.
    std::vector<core::Origin> below(const std::vector<core::StorePath>& paths) const;

private:
    struct Made {
        store::ResultRow row;
        std::optional<core::BuildRecord> record;
    };
    // The contract that names a path.
    struct Named {
        std::string directory;
        std::string target;
    };

    const Made* best(const core::StorePath& path, const Digest& tree) const;
    void note_inputs(const core::BuildRecord& record);

    std::map<core::StorePath, Digest> trees_;
    std::multimap<core::StorePath, Made> made_;
    std::map<Digest, core::StorePath> by_action_;
    std::map<core::StorePath, core::RecordedInput> inputs_;
    std::map<core::StorePath, Named> named_;
};

}  // namespace contract::pipeline
