// SPDX-License-Identifier: Apache-2.0
//
// The tree of an input as evaluation's eyes: what a contract that comes from an input calls its files. There
// is no git here: every file of the tree counts. A path or a symlink that leads out of the tree is refused.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "contract/core/files.hpp"
#include "contract/store/store.hpp"

namespace contract::pipeline {

class StoredFiles : public core::Files {
public:
    // `what` names the tree in errors: "inputs.site". The tree is in the store.
    StoredFiles(std::string what, Digest tree, store::Store& store)
        : what_(std::move(what)), tree_(tree), store_(&store) {}

    // Errors: missing-file, path-outside, not-a-file, file-too-large, and those of the store.
    Result<std::string> read(std::string_view path) override;
    // Errors: as read; bad-pathspec, empty-source.
    Result<Digest> tree(std::string_view path, const std::vector<std::string>& include,
                        const std::vector<std::string>& exclude) override;
    Result<std::vector<std::string>> list(const std::vector<std::string>& pathspecs) override;
    // Errors: as read.
    Result<Digest> tree_of(const std::vector<std::string>& files) override;

private:
    struct Found;
    Result<Found> find(std::string_view path) const;
    Error about(std::string code, const std::string& path, const std::string& what) const;

    std::string what_;
    Digest tree_;
    store::Store* store_;
};

}  // namespace contract::pipeline
