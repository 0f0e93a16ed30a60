// SPDX-License-Identifier: Apache-2.0
//
// What a second build finds different from the first, though nothing that it may depend on differs: the
// moment, process numbers, the number of processors and jobs, the name of the host, where it is built, and
// the order in which folders list their files. Each has a word by which it is told apart in an output that
// shows it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "contract/base/result.hpp"

namespace contract::build {

struct Perturbation {
    std::string host_name = "contract";
    std::string build_target = "/build";  // where the build directory is inside
    unsigned jobs = 1;
    unsigned processors = 0;         // 0: all of this machine
    unsigned skipped_processes = 0;  // process numbers that are used up before the build's own
    // A folder of this machine for the build directory, on a file system that lists files in another order;
    // empty: the store's.
    std::string folder;
    bool reversed = false;  // the source's files are made in the opposite order
};

// The first build as `jobs` and this machine make it, and a second one that differs in everything.
Perturbation usual(unsigned jobs);
Perturbation perturbed(unsigned jobs);

// What of it can be read in an output: the text, and what it is ("the host name").
std::vector<std::pair<std::string, std::string>> traces_of(const Perturbation& perturbation);

// What this machine does not let differ, for people: "it has one processor".
std::vector<std::string> not_perturbed(const Perturbation& perturbation);

}  // namespace contract::build
