// SPDX-License-Identifier: Apache-2.0
//
// Finding and reading a contract: contract.toml, contract.lock and the eyes of evaluation on the tracked
// files.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "contract/core/files.hpp"
#include "contract/core/finding.hpp"
#include "contract/core/lock.hpp"
#include "contract/core/manifest.hpp"
#include "contract/core/report.hpp"
#include "contract/evaluation/evaluate.hpp"
#include "contract/inputs/inputs.hpp"
#include "contract/store/store.hpp"

namespace contract::pipeline {

inline constexpr std::string_view manifest_name = "contract.toml";
inline constexpr std::string_view lock_name = "contract.lock";

// The nearest directory at or above `start` that has a contract.toml; absolute. None when there is none.
std::optional<std::string> find_contract_directory(const std::string& start);

struct Loaded {
    core::Manifest manifest;
    std::optional<core::Lock> lock;  // none: there is no contract.lock
    bool lock_usable = true;         // false: it cannot be read whole; `lock` has what could be
    std::vector<core::Finding> findings;
    bool usable = false;  // false: nothing can be planned
};

// Reads both files of `directory`; a file that cannot be read is a finding.
Loaded load(const std::string& directory);

// Evaluation's eyes on `directory`: git's index and working tree where it lies in a work tree, else every
// file.
class ContractFiles : public core::Files {
public:
    virtual std::optional<core::RevisionReport> revision() const = 0;  // none outside git
    virtual bool is_tracked(std::string_view path) const = 0;
};
Result<std::unique_ptr<ContractFiles>> open_files(const std::string& directory, store::Store& store);

struct Planned {
    Loaded loaded;
    evaluation::Evaluated evaluated;  // findings of loading and of evaluation together
    std::optional<core::RevisionReport> revision;
    std::vector<std::string> notes;
};

// Whether there is no mistake in anything that the contract declares.
bool is_whole(const Planned& planned);

// Loading and evaluation in one: all that `show` needs, and the first half of `check`. Inputs that are
// contracts are fetched first, when they are not in the store.
// `explain` as in evaluation::Request.
Planned plan(const inputs::Context& context, const std::string& system, std::string explain = {});

}  // namespace contract::pipeline
