// SPDX-License-Identifier: Apache-2.0
//
// The database that dpkg 1.21 expects where packages were unpacked and not yet configured, so that a real
// `dpkg --configure` can go on from there. Knows dpkg's file formats, runs nothing.
#pragma once

#include <string>
#include <vector>

#include "../archive/tree_builder.hpp"
#include "layout.hpp"
#include "package_file.hpp"

namespace contract::inputs::deb {

// Where dpkg leaves the entry `path` of an unpacked package: a configuration file gets ".dpkg-new" appended,
// and is moved to its place when the package is configured.
std::string conffile_aside(const PackageFile& package, const std::string& path);

// Adds var/lib/dpkg with status, available, info and what else dpkg looks for. `layout` knows which files a
// package no longer owns.
Result<> add_dpkg_database(TreeBuilder& tree, const std::vector<PackageFile>& packages, const Layout& layout,
                           store::Store& store);

}  // namespace contract::inputs::deb
