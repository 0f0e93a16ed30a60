// SPDX-License-Identifier: Apache-2.0
//
// What the user's own configuration says: where archives are, and what is fetched from elsewhere. It decides
// where bytes come from, never which bytes.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace contract::core {

struct ArchivePlace {
    std::vector<std::string> mirrors;     // "https://archive.example.org/debian", tried in this order
    std::optional<std::string> snapshot;  // the same with "{timestamp}" in it: where old versions are
    friend bool operator==(const ArchivePlace&, const ArchivePlace&) = default;
};

struct Archive {
    ArchivePlace place;
    std::map<std::string, ArchivePlace> suites;  // suites that lie elsewhere, as Debian's security updates do
    std::optional<std::string> keys;             // absolute path of a keyring
    friend bool operator==(const Archive&, const Archive&) = default;
};

struct Configuration {
    std::map<std::string, Archive> archives;                   // by the name that contracts use
    std::vector<std::pair<std::string, std::string>> mirrors;  // prefix of a URL → what it becomes
    friend bool operator==(const Configuration&, const Configuration&) = default;
};

// `url` with its longest configured prefix replaced; as it is where none fits.
std::string mirrored(const Configuration& configuration, const std::string& url);

}  // namespace contract::core
