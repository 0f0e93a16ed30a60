// SPDX-License-Identifier: Apache-2.0
//
// The release file of a suite: what the archive signs. A Release exists only after its signature was checked
// by one of the place's keys and its name, age and date were compared with what was asked for.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive_place.hpp"

namespace contract::inputs::deb {

struct IndexFile {
    Digest sha256;
    std::uint64_t size = 0;  // bytes
    friend bool operator==(const IndexFile&, const IndexFile&) = default;
};

struct Release {
    std::string origin;  // "Debian"
    std::string suite;   // "oldstable"
    std::string codename;
    std::int64_t date = 0;  // seconds since 1970
    std::optional<std::int64_t> valid_until;
    bool by_hash = false;
    bool all_apart = true;  // packages of the architecture "all" may have an index of their own
    int priority = 500;     // as apt ranks it: 100 and 1 for suites from which nothing is taken unasked
    std::vector<std::string> architectures;  // none: it does not say
    std::vector<std::string> components;
    std::map<std::string, IndexFile, std::less<>> files;  // "main/binary-amd64/Packages.xz"

    std::vector<std::string> signed_by;  // as in Signed::keys
    std::vector<std::string> bases;      // where the suite's files are, in order: ".../dists/bookworm"
};

// Error release-mismatch: a field is missing or malformed.
Result<Release> parse_release(std::string_view text);

// What is asked of a release besides its signature.
struct ReleaseWish {
    std::string timestamp;  // of the snapshot to read; empty: the mirrors, as they are now
    std::int64_t now = 0;
};

// InRelease, else Release with Release.gpg, of the first mirror that has one. Errors: suite-missing (no
// mirror has the suite), release-unsigned, release-expired (Valid-Until is past; not asked of a snapshot),
// release-mismatch (another suite than asked for, or a snapshot that is younger than asked for), offline, and
// those of net::get.
Result<Release> fetch_release(const SuitePlace& place, const ReleaseWish& wish, const Context& context);

}  // namespace contract::inputs::deb
