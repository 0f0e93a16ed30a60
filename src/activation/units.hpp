// SPDX-License-Identifier: Apache-2.0
//
// The rendered units of a host, as `systemd-analyze verify` judges them: sealed, in a directory of their
// own, so that they see each other and systemd's own units. The host's root has the word if it is a tree with
// systemd, else this machine. What they start is check_program's business.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host.hpp"

namespace contract::activation {

// One systemd-analyze, and the root it runs in.
struct Analyser {
    core::Root root;
    std::string root_tree;  // on this machine; empty for this machine's own
    std::string program;    // inside
    // Part of every key under which a result is kept: another program may judge otherwise.
    std::string identity;
};

class UnitVerifier {
public:
    // In /usr/bin and /bin. None: neither the root nor this machine has it.
    std::optional<Analyser> analyser_for(const core::Root& root, const BuiltOutputs& outputs) const;

    // One finding per unit that is bad. Errors: those of sandbox::run; unit-check-failed (it did not answer
    // in time, or failed without a word).
    Result<std::vector<core::Finding>> verify(const core::PlannedHost& host, const Analyser& analyser,
                                              const std::string& temporary);

private:
    using Complaints = std::map<std::string, std::vector<std::string>>;  // by unit
    Result<Complaints> complaints_of(const std::map<std::string, std::string>& units, bool is_home,
                                     const Analyser& analyser, const std::string& temporary);

    std::map<Digest, Complaints> known_;  // hosts of a fleet often have the same units
};

// The lines of verify's output that are about the named units: "name: text" or "directory/name:12: text".
// Without those that say that a program is not there: that is not for this machine to say.
std::map<std::string, std::vector<std::string>> complaints_in(
    std::string_view output, const std::string& directory, const std::map<std::string, std::string>& units);

}  // namespace contract::activation
