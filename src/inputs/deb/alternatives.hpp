// SPDX-License-Identifier: Apache-2.0
//
// What update-alternatives would have set up, had the packages' scripts run: awk, cc, which, pager. Read from
// the scripts as text; what cannot be read so is told, not guessed.
#pragma once

#include <string>
#include <vector>

#include "../archive/tree_builder.hpp"
#include "package_file.hpp"

namespace contract::inputs::deb {

struct AlternativeLink {
    std::string link;  // "/usr/bin/cc"
    std::string name;  // "cc", in /etc/alternatives
    std::string path;  // "/usr/bin/gcc"
    friend bool operator==(const AlternativeLink&, const AlternativeLink&) = default;
};

struct Alternative {
    AlternativeLink master;
    long priority = 0;
    std::vector<AlternativeLink> slaves;
    friend bool operator==(const Alternative&, const Alternative&) = default;
};

// The `--install` commands of one script. Each that names what only the running script would know is left
// out, and its text goes to `unclear`.
std::vector<Alternative> alternatives_of(std::string_view script, std::vector<std::string>& unclear);

// Makes LINK → /etc/alternatives/NAME → PATH for the best of every name: the highest priority, then the first
// path in order. Left out is what update-alternatives refuses too: a path that is not there, a link where a
// package has a file. `notes` get a sentence for each that somebody may miss.
Result<> add_alternatives(TreeBuilder& tree, const std::vector<PackageFile>& packages,
                          std::vector<std::string>& notes);

}  // namespace contract::inputs::deb
