// SPDX-License-Identifier: Apache-2.0
//
// Is a whole tree here? One row answers for a tree that was looked through before; only what has no row, or
// one of another boot that was never synced, is walked.
#include <set>

#include "contract/os/file.hpp"
#include "place.hpp"
#include "state.hpp"

namespace contract::store {

namespace {

enum class Care {
    sizes,    // every blob is there and has the right size
    content,  // every blob is hashed: the machine may have stopped after writing it
};

class Walk {
public:
    Walk(const Blobs& blobs, Care care) : blobs_(blobs), care_(care) {}

    bool whole(const Digest& tree) {
        if (!seen_directories_.insert(tree).second) return true;
        // A damaged directory is removed where content is checked, so that it can be added again.
        const auto directory = read_directory(blobs_, tree);
        if (!directory) {
            if (care_ == Care::content) (void)blobs_.verify(tree);
            return false;
        }
        bool whole_so_far = true;
        for (const auto& file : directory->files) whole_so_far &= here(file);
        for (const auto& child : directory->directories) whole_so_far &= whole(child.digest);
        return whole_so_far;
    }

private:
    bool here(const core::FileNode& file) {
        if (!seen_files_.insert(file.digest).second) return true;
        if (care_ == Care::sizes) return blobs_.has(file.digest, file.size);
        const auto verified = blobs_.verify(file.digest);
        return verified && *verified;
    }

    const Blobs& blobs_;
    Care care_;
    // Apart, because a file may well have the bytes of a Directory.
    std::set<Digest> seen_directories_;
    std::set<Digest> seen_files_;
};

}  // namespace

bool Store::has_tree(const Digest& tree) const {
    using Completeness = Index::Completeness;
    const Lease::Use use(*state_->lease);
    state_->lease->pin(tree);
    const auto known = state_->index->completeness(tree, state_->boot);
    const auto state = known ? *known : Completeness::unknown;
    if (state == Completeness::safe || state == Completeness::written_now) return state_->blobs.has(tree);
    Walk walk(state_->blobs, state == Completeness::written_before ? Care::content : Care::sizes);
    if (!walk.whole(tree)) return false;
    // Without the row the next question walks again, which is all that can be lost.
    (void)state_->index->mark_written(tree, state_->boot);
    return true;
}

}  // namespace contract::store
