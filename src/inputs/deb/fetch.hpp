// SPDX-License-Identifier: Apache-2.0
//
// Bytes of an archive: small files in memory, large ones in <home>/downloads, verified before anybody sees
// them. The user's [mirrors] are applied to every URL, and with --offline nothing is asked for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "contract/inputs/inputs.hpp"

namespace contract::inputs::deb {

// Errors: offline, interrupted and those of net::get, of which not-found is one.
Result<std::string> fetch_text(const std::string& url, std::uint64_t most_bytes, const Context& context);

struct WantedFile {
    std::string shown;  // "make 4.3-4.1", for messages
    Digest sha256;
    std::uint64_t size = 0;  // bytes
};

// <home>/downloads/<hex>, where a file with that digest is put and looked for.
std::string download_path(const Digest& sha256, const Context& context);

// The file is at download_path() afterwards, whole and verified; no mirror is asked when it is there already.
// The URLs are tried in order, until one serves the right bytes. Errors: not-found when none has the file;
// else what the last other one said: hash-mismatch (what was got is kept beside, and the note "kept:" says
// where), offline, interrupted, and those of net::download.
Result<> fetch_file(const std::vector<std::string>& urls, const WantedFile& wanted, const Context& context);

Result<Digest> digest_of_file(const std::string& path);

}  // namespace contract::inputs::deb
