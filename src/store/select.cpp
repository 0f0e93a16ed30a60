// SPDX-License-Identifier: Apache-2.0
#include "contract/store/select.hpp"

#include <algorithm>

namespace contract::store {

namespace {

struct Selected {
    Digest digest;
    std::uint64_t size = 0;
    std::size_t entries = 0;  // files and symlinks
};

// As deep as the tree, which the store has walked before.
Result<Selected> select_below(Store& store, const Digest& tree, const std::string& prefix,
                              const Wanted& wanted) {
    TRY_ASSIGN(const auto directory, store.directory(tree));
    core::Directory out;
    Selected selected;
    for (const auto& file : directory.files)
        if (wanted(prefix + file.name)) out.files.push_back(file);
    for (const auto& link : directory.symlinks)
        if (wanted(prefix + link.name)) out.symlinks.push_back(link);
    selected.entries = out.files.size() + out.symlinks.size();
    for (const auto& folder : directory.directories) {
        TRY_ASSIGN(const auto below, select_below(store, folder.digest, prefix + folder.name + "/", wanted));
        if (below.entries == 0) continue;
        out.directories.push_back({folder.name, below.digest, below.size});
        selected.entries += below.entries;
    }
    TRY_ASSIGN(selected.digest, store.add_directory(out));
    TRY_ASSIGN(const auto encoded, core::encode(out));
    selected.size = encoded.size();
    return selected;
}

Result<> add_names(const Store& store, const Digest& tree, const std::string& prefix,
                   std::vector<std::string>& names) {
    TRY_ASSIGN(const auto directory, store.directory(tree));
    for (const auto& file : directory.files) names.push_back(prefix + file.name);
    for (const auto& folder : directory.directories)
        TRY(add_names(store, folder.digest, prefix + folder.name + "/", names));
    return {};
}

}  // namespace

Result<Digest> select(Store& store, const Digest& tree, const Wanted& wanted) {
    TRY_ASSIGN(const auto selected, select_below(store, tree, "", wanted));
    if (selected.entries > 0) return selected.digest;
    return Error{"empty-source", "no file is selected", Blame::declaration, {}, {}, {}};
}

Result<std::vector<std::string>> list_files(const Store& store, const Digest& tree) {
    std::vector<std::string> names;
    TRY(add_names(store, tree, "", names));
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace contract::store
