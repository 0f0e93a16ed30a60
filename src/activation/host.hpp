// SPDX-License-Identifier: Apache-2.0
//
// What the checks of one host look at, and how a finding about one of its entries is begun.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "contract/core/output.hpp"
#include "contract/core/plan.hpp"
#include "decide.hpp"
#include "machine.hpp"
#include "skeleton.hpp"

namespace contract::activation {

// The built outputs by their store path.
class BuiltOutputs {
public:
    explicit BuiltOutputs(const core::Outputs& outputs);
    const core::Output* find(const core::StorePath& path) const;
    // Where a path below the store directory lies on this machine; none when it is in no output we have.
    std::optional<std::string> real_path(const std::string& path) const;

private:
    std::map<std::string, const core::Output*> by_base_;
};

core::Finding finding_for(const core::PlannedHost& host, std::string code, std::string message);
// The same at an entry: its place, its option as evidence.
core::Finding finding_at(const core::PlannedHost& host, const core::GenerationEntry& entry, std::string code,
                         std::string message);

// The regular file that an entry takes from an output, every symlink on the way followed, none of them out of
// the output. Errors: missing-source, its note where the output lies; system.
Result<std::string> source_file(const core::FileInStore& file, const BuiltOutputs& outputs);

// Entries with their digests, for the engine; `source` is where the file lies on this machine. Only entries
// that are `sound`.
Result<std::vector<Wanted>> wanted_of(const core::Generation& generation, const std::vector<bool>& sound,
                                      const BuiltOutputs& outputs);

// A finding for each obstacle that the declaration can do something about; the rest (unreadable) is left out.
std::vector<core::Finding> findings_of(const core::PlannedHost& host, const std::vector<Problem>& problems,
                                       const std::vector<Wanted>& wanted, const std::string& where);

}  // namespace contract::activation
