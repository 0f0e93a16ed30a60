// SPDX-License-Identifier: Apache-2.0
#include "reach.hpp"

#include <cstring>
#include <vector>

#include "place.hpp"

namespace contract::store {

// The bytes are those of a cryptographic hash already.
std::size_t Reach::Hash::operator()(const Digest& digest) const {
    std::size_t out;
    std::memcpy(&out, digest.bytes().data(), sizeof out);
    return out;
}

Result<> Reach::add(const core::StorePath& path, const std::string& why) {
    std::vector<core::StorePath> open{path};
    while (!open.empty()) {
        const core::StorePath next = std::move(open.back());
        open.pop_back();
        if (!paths_.emplace(next.base(), why).second) continue;
        TRY_ASSIGN(const auto tree, index_.tree_at(next));
        if (tree) TRY(add(*tree));
        TRY_ASSIGN(auto references, index_.references_of(next));
        for (auto& reference : references) open.push_back(std::move(reference));
    }
    return {};
}

Result<std::uint64_t> Reach::cost_of(const core::StorePath& path) const {
    // A copy of the roots' reach would be large; what is new is small.
    Reach alone(index_, files_);
    TRY(alone.add(path, ""));
    std::uint64_t cost = 0;
    for (const auto& [digest, size] : alone.blobs_)
        if (!has(digest)) cost += size;
    return cost;
}

Result<> Reach::add(const Digest& tree) {
    std::vector<Digest> open{tree};
    while (!open.empty()) {
        const Digest next = open.back();
        open.pop_back();
        if (!directories_.insert(next).second) continue;
        const auto directory = read_directory(files_, next);
        // What is damaged or not there keeps nothing; what the disk does not give now may keep much.
        if (!directory && directory.error().code != "store-damaged") return directory.error();
        if (!directory) continue;
        if (next == tree) add_blob(next, 0);
        for (const auto& file : directory->files) add_blob(file.digest, file.size);
        for (const auto& child : directory->directories) {
            add_blob(child.digest, child.size);
            open.push_back(child.digest);
        }
    }
    return {};
}

void Reach::add_blob(const Digest& digest, std::uint64_t size) {
    if (blobs_.emplace(digest, size).second) bytes_ += size;
}

std::uint64_t TreeSize::of(const Digest& tree) {
    const auto known = known_.find(tree);
    if (known != known_.end()) return known->second;
    std::uint64_t bytes = 0;
    if (const auto directory = read_directory(files_, tree)) {
        for (const auto& file : directory->files) bytes += file.size;
        for (const auto& child : directory->directories) bytes += of(child.digest);
    }
    known_[tree] = bytes;
    return bytes;
}

}  // namespace contract::store
