// SPDX-License-Identifier: Apache-2.0
//
// From .deb files to the tree of a root file system, without root, without a file system and without running
// anything. The tree depends on the packages and the rules alone: not on their order, the user, the umask,
// the locale or the number of threads.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "contract/core/lock.hpp"
#include "contract/inputs/inputs.hpp"
#include "package_file.hpp"

namespace contract::inputs::deb {

// The newest set of rules; see layout.cpp for what each is. A lock names the one its digests were made by.
inline constexpr int newest_layout = 1;

struct UnpackRules {
    int layout = newest_layout;
    // Path in the root → what it points to. They win over everything that packages have there, but a folder.
    std::vector<std::pair<std::string, std::string>> links{};
    // For `dpkg --configure` to be run on: with a database of dpkg that says that every package is unpacked,
    // configuration files beside their place, as dpkg leaves them, and no alternatives.
    bool configure = false;
};

struct Unpacked {
    Digest tree;
    std::vector<std::string> notes;  // what was left out and may be missed, a sentence each
};

// `jobs` packages at a time. Errors: bad-archive, archive-too-large, unsupported-entry, package-conflict,
// layout-unknown, interrupted, and those of the store; the first in the order of the packages' names.
Result<Unpacked> unpack_packages(const std::vector<DebFile>& packages, const UnpackRules& rules,
                                 store::Store& store, unsigned jobs,
                                 const std::function<bool()>& interrupted);

// The same for packages of a lock, which the store has as blobs. Errors: also store-damaged.
Result<Unpacked> unpack_packages(const std::vector<core::LockedPackage>& packages,
                                 const core::DebSource& source, int layout, const Context& context);

}  // namespace contract::inputs::deb
