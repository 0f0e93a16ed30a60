// SPDX-License-Identifier: Apache-2.0
//
// Layout 1: the rules by which packages become one root file system. Pure but for the tree it fills: the same
// packages give the same tree in whatever order they come. A change to any rule is another layout, because
// locks hold the digest of what these rules make.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "../archive/tree_builder.hpp"
#include "package_file.hpp"

namespace contract::inputs::deb {

// "bin/ls" → "usr/bin/ls": on a merged system bin, sbin and the lib folders lie below usr alone.
std::string merged_path(std::string_view path);

// `path` with every symlink in front of its last part followed inside the tree; ".." ends at the top. Empty
// when there are too many, or it leads nowhere a path can.
std::string behind_links(const TreeBuilder& tree, std::string_view path);

// Whether something is at `path` once all symlinks, the last one too, are followed. `path` may begin with a
// slash.
bool leads_somewhere(const TreeBuilder& tree, std::string_view path);

class Layout {
public:
    // Sorted by name, architecture and version; kept by reference.
    explicit Layout(const std::vector<PackageFile>& packages) : packages_(packages) {}

    // The content of all packages. Errors: package-conflict with both packages named, and those of the
    // builder.
    Result<> build(TreeBuilder& tree);

    // Afterwards: paths as in the package that lost to another package which replaces them.
    bool is_replaced(std::size_t package, const std::string& path) const;
    // Whether `path`, of a package, is to be put somewhere else than where it says. For conffiles that dpkg
    // has yet to put in place.
    std::function<std::string(const PackageFile&, const std::string&)> rename{};

private:
    struct Item {
        std::string path;  // merged
        std::size_t package = 0;
        const PackageEntry* entry = nullptr;
    };
    Result<std::string> place_of(const TreeBuilder& tree, const Item& item);
    Result<> add(TreeBuilder& tree, const Item& item);
    Result<bool> decide(const TreeBuilder::Node& there, const std::string& path, const Item& item);
    bool replaces(std::size_t winner, std::size_t loser) const;
    Error conflict(const std::string& path, std::size_t one, std::size_t other) const;

    struct Owner {
        std::size_t package = 0;
        const PackageEntry* entry = nullptr;
    };
    const std::vector<PackageFile>& packages_;
    std::map<std::string, Owner> owners_;  // by where it lies in the tree
    // Folders with links followed, by what they are called; filled when all links are there.
    std::unordered_map<std::string, std::string> folders_;
    std::map<std::string, std::vector<std::size_t>> replaced_;
};

}  // namespace contract::inputs::deb
