// SPDX-License-Identifier: Apache-2.0
//
// The packages that a suite offers for an architecture, as its Packages files list them. A file is used only
// when its size and SHA-256 are those of the signed release file.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "release.hpp"

namespace contract::inputs::deb {

// One package that can be had; views into the text of its index.
struct Stanza {
    std::string_view name;
    std::string_view version;
    std::string_view architecture;
    std::string_view filename;
    std::string_view size;
    std::string_view sha256;
    std::string_view depends;
    std::string_view pre_depends;
    std::string_view provides;
    std::string_view priority;
    bool essential = false;
};

struct PackageIndex {
    std::string suite;
    int priority = 500;                       // of the suite, as in Release
    std::shared_ptr<const std::string> text;  // what the views look into
    std::vector<Stanza> stanzas;
    std::string relations;  // the same stanzas with nothing but names and relations, for the solver
};

// Error release-mismatch: a stanza without a name or a version, a NUL byte.
Result<PackageIndex> parse_packages(std::string suite, std::shared_ptr<const std::string> text);

// All components of one suite for `architecture`. Errors: suite-missing (no such component or architecture),
// release-mismatch (an index that is not the one that was signed), offline, and those of net::download.
Result<std::vector<PackageIndex>> fetch_indexes(const Release& release, const SuitePlace& place,
                                                const std::vector<std::string>& components,
                                                const std::string& architecture, const Context& context);

}  // namespace contract::inputs::deb
