// SPDX-License-Identifier: Apache-2.0
#include "contract/pipeline/provenance.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "contract/store/log.hpp"
#include "origins.hpp"

namespace contract::pipeline {

namespace {

using Files = std::vector<std::pair<std::string, Digest>>;

Result<> collect(const store::Store& store, const Digest& tree, const std::string& prefix, Files& files) {
    TRY_ASSIGN(const auto directory, store.directory(tree));
    for (const auto& file : directory.files) files.emplace_back(prefix + file.name, file.digest);
    for (const auto& child : directory.directories)
        TRY(collect(store, child.digest, prefix + child.name + "/", files));
    return {};
}

// The dirHash1 of in-toto, which anybody can compute with sha256sum: a line for each regular file, sorted by
// the bytes of its name. sha256sum writes names with a backslash or a line break otherwise than Go, so that
// with one of these there is no such digest.
Result<std::optional<Digest>> files_digest(const store::Store& store, const Digest& tree) {
    Files files;
    TRY(collect(store, tree, "", files));
    std::sort(files.begin(), files.end());
    Sha256 hash;
    for (const auto& [name, digest] : files) {
        if (name.find_first_of("\\\n\r") != std::string::npos) return std::optional<Digest>();
        hash.update(digest.hex() + "  " + name + "\n");
    }
    return std::optional(hash.finish());
}

Error without_record(const core::StorePath& path) {
    return {"origin-unknown",
            "the store has no record of how '" + path.base() + "' was made",
            Blame::environment,
            {},
            {},
            {"an older contract built it, or it came from elsewhere; build it in an empty store: set "
             "CONTRACT_HOME to a new directory and run `contract build`"}};
}

}  // namespace

Result<core::Provenance> provenance(const store::Store& store, const core::StorePath& path) {
    TRY_ASSIGN(const auto origins, Origins::read(store));
    auto origin = origins.find(path);
    if (!origin || !store.has_path(path)) return not_built(path);
    if (!origin->action || !origin->record) return without_record(path);
    core::Provenance out;
    out.origin = std::move(*origin);
    TRY_ASSIGN(out.files, files_digest(store, out.origin.tree));
    for (const auto& use : out.origin.record->uses)
        if (auto used = origins.find(use); used && !used->input) out.used.push_back(std::move(*used));
    if (const auto log = store::read_log(store.log_file(*out.origin.action))) out.log = Digest::of(*log);
    return out;
}

}  // namespace contract::pipeline
