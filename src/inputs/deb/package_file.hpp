// SPDX-License-Identifier: Apache-2.0
//
// One .deb file, read: its content in the store, its control files in memory. Nothing of it is executed, and
// nothing depends on the order of packages, so any number of them may be read at once.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "../archive/archive.hpp"
#include "contract/store/store.hpp"

namespace contract::inputs::deb {

struct DebFile {
    std::string path;   // of the file on this machine
    std::string shown;  // its name in messages: "make_4.3-4.1_amd64.deb"
};

struct PackageEntry {
    EntryKind kind = EntryKind::file;  // never hard_link: those have become the file they name
    std::string path;                  // as in the package, cleaned: "bin/dash"
    std::string target;                // of a symlink
    TreeBuilder::File file;
};

struct ControlFile {
    std::string bytes;
    bool executable = false;
};

struct PackageFile {
    std::string shown;
    std::string name;          // "libc6"; letters, digits and "+-." as Debian has them
    std::string version;       // not empty, without white space
    std::string architecture;  // "amd64", "all"
    bool multi_arch_same = false;
    std::string replaces;                        // the field's value
    std::map<std::string, ControlFile> control;  // "control", "postinst", "conffiles", …
    std::vector<PackageEntry> entries;           // in the package's order
    bool is(const PackageFile& other) const {
        return name == other.name && architecture == other.architecture;
    }
};

// Set-id bits and devices are left out. Errors: bad-archive (no Debian package, or damaged), those of
// read_archive, with the package named.
Result<PackageFile> read_package(const DebFile& file, store::Store& store,
                                 const std::function<bool()>& interrupted);

}  // namespace contract::inputs::deb
