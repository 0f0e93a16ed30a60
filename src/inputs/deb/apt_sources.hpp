// SPDX-License-Identifier: Apache-2.0
//
// What this machine's apt knows of archives: the one-line *.list and the deb822 *.sources files. Only binary
// archives over http, https and file: count; flat ones ("./") and disabled ones do not. A line that cannot be
// read is passed over, as it is apt's business to complain about it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace contract::inputs::deb {

struct AptSource {
    std::vector<std::string> urls;  // without a slash at the end
    std::vector<std::string> suites;
    std::vector<std::string> components;
    std::vector<std::string> keyrings;  // absolute paths
    std::string key;                    // a keyring that stands in the source itself, armored
    friend bool operator==(const AptSource&, const AptSource&) = default;
};

std::vector<AptSource> parse_list(std::string_view text);     // the one-line form
std::vector<AptSource> parse_sources(std::string_view text);  // deb822

// Of `directory`, usually /etc/apt: sources.list, then sources.list.d by name. What cannot be read is not
// there.
std::vector<AptSource> apt_sources(const std::string& directory);

}  // namespace contract::inputs::deb
