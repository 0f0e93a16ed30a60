// SPDX-License-Identifier: Apache-2.0
//
// What a person enters when a program of the contract is run: a root, the store paths that are there, and
// variables. Everything that it can refer to was built in the same run.
#pragma once

#include <signal.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "command.hpp"
#include "contract/pipeline/check.hpp"

namespace contract::cli {

// Says why the program was not started, and returns 125, which is no status of a program's own.
int not_started(std::string_view message);
int not_started(const Error& error);

struct Entrance {
    core::Root root;
    std::vector<core::StorePath> uses;               // and what these refer to
    std::map<std::string, std::string> environment;  // over the caller's
    std::vector<std::string> command;                // argv
};

// What this program does to signals is not the other program's to inherit: made before anything else is done.
class Signals {
public:
    Signals();
    void restore() const;

private:
    static constexpr std::array numbers{SIGINT, SIGTERM};
    std::array<struct sigaction, 2> before_{};
};

// The contract directory, when its programs may run as the caller; else says why not.
std::optional<std::string> trusted_directory(const Arguments& arguments);

// Whether everything that a target depends on is there.
bool is_ready(const pipeline::Checked& checked, const std::vector<std::string>& depends_on);
// Says what keeps the target from being there, and returns the status.
int not_built(const pipeline::Checked& checked, const std::string& target, const Arguments& arguments);

// Enters and becomes the program; returns only when that cannot be prepared. The home, the working directory
// and the contract directory of the caller are there too.
int become(const Entrance& entrance, const pipeline::Checked& checked, const pipeline::CheckRequest& request,
           const Signals& signals);

template <typename List>
const typename List::value_type* find_target(const List& list, const std::string& target) {
    const auto found =
        std::find_if(list.begin(), list.end(), [&](const auto& one) { return one.target == target; });
    return found == list.end() ? nullptr : &*found;
}

}  // namespace contract::cli
