// SPDX-License-Identifier: Apache-2.0
//
// A recipe is everything that decides an output, canonical and complete; its digest names the output before
// it is built. Not in it: `out`, `jobs`, TMPDIR, limits of time and memory, and anything of this machine.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "contract/core/store_path.hpp"

namespace contract::core {

// Changes whenever the sandbox shows a build something else than before.
inline constexpr int sandbox_format = 2;

enum class RootKind {
    none,  // nothing but the declared store paths: static programs only
    host,  // folders of this machine, read-only; not hermetic, and reported so
    tree,  // a file system from an input, by content: the same on every machine
};

std::string_view word(RootKind kind);

struct Root {
    RootKind kind = RootKind::none;
    std::string input;                   // "machine": the input it comes from
    std::vector<std::string> folders{};  // host: absolute paths, sorted
    StorePath path{};                    // tree: where it lies in the store
    friend bool operator==(const Root&, const Root&) = default;
};

// How strictly a process was sealed from the host, best first.
enum class SandboxLevel { sealed, reduced, off };
std::string_view word(SandboxLevel level);

struct Recipe {
    std::string name;                                // of the output
    std::vector<std::string> command;                // argv; the store paths in it are final
    std::map<std::string, std::string> environment;  // declared variables only
    std::optional<Digest> source;                    // the tree copied to the working directory
    std::vector<std::string> include;                // pathspecs: only these files of the source; none: all
    std::vector<std::string> exclude;                // all but these
    std::vector<Digest> patches;                     // trees of one file each, applied to it in this order
    std::vector<StorePath> uses;                     // direct dependencies, in declared order
    Root root;
    std::string system;  // "x86_64-linux"
    SandboxLevel least_level = SandboxLevel::sealed;
    friend bool operator==(const Recipe&, const Recipe&) = default;
};

std::string encode(const Recipe& recipe);
Digest digest_of(const Recipe& recipe);
StorePath output_path(const Recipe& recipe);

}  // namespace contract::core
