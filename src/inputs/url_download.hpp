// SPDX-License-Identifier: Apache-2.0
//
// A file fetched by its URL into <home>/downloads, held alone by a lock beside it, so that what a killed run
// left is continued by the next. Nothing of it is in the store: a file that is not what was wanted never
// comes further than <home>/downloads/rejected.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "contract/inputs/inputs.hpp"
#include "contract/os/lock.hpp"

namespace contract::inputs {

struct Download {
    std::string path;
    os::FileLock lock;  // held as long as somebody reads the file
    Digest sha256;
    std::uint64_t size = 0;                // bytes
    std::optional<std::int64_t> modified;  // as the server says; seconds since 1970
    std::string fetched_from;              // the mirror's URL, as it may be printed; "" for none
};

enum class Says { manifest, lock };  // who says what is wanted

struct WantedFile {
    Says says = Says::lock;
    std::optional<Digest> sha256;
    std::optional<std::uint64_t> size;
    std::string name;  // of the input, for `contract update NAME`; may be empty for the manifest
};

// Asks the mirror of `url` where the configuration has one. Errors: offline, hash-mismatch with "wanted:",
// "got:" and "kept:", those of net::download, system.
Result<Download> download_url(const std::string& url, const WantedFile& wanted, const Context& context);

// Once the content is in the store, or of no use.
Result<> remove_download(const Download& download);

// Of a file. Errors: interrupted, system.
Result<Digest> hash_file(const std::string& path, const Context& context);

}  // namespace contract::inputs
