// SPDX-License-Identifier: Apache-2.0
//
// A Directory names its children by digest, so no tree has a cycle; but one directory may stand in it many
// times, and a chain of fifty that each name the next one twice is a tree of 2^50.
#include <map>

#include "contract/copy/receive.hpp"

namespace contract::copy {

namespace {

constexpr std::uint64_t most_entries = 1u << 24;
constexpr std::size_t longest_name = 255;
constexpr std::size_t longest_target = 4095;

class Check {
public:
    Check(const store::Store& store, std::string_view where) : store_(store), where_(where) {}

    // How many entries it stands for, itself included.
    Result<std::uint64_t> count(const Digest& digest, unsigned depth) {
        if (depth > deepest_tree) return damaged("its tree is deeper than 256 directories");
        const auto known = known_.find(digest);
        if (known != known_.end() && known->second.depth >= depth) return known->second.entries;
        TRY_ASSIGN(const auto directory, read(digest));
        TRY(check_entries(directory, depth));
        std::uint64_t entries = 1 + directory.files.size() + directory.symlinks.size();
        for (const auto& child : directory.directories) {
            TRY_ASSIGN(const auto below, count(child.digest, depth + 1));
            entries += below;
            if (entries > most_entries) return damaged("its tree has more than 16 million entries");
        }
        known_[digest] = {entries, depth};
        return entries;
    }

private:
    struct Counted {
        std::uint64_t entries = 0;
        unsigned depth = 0;  // the deepest at which it was looked at
    };

    Error damaged(std::string_view what) const { return copy_damaged(where_, what); }

    Result<core::Directory> read(const Digest& digest) const {
        if (!store_.has_blob(digest)) return damaged("a directory of its tree is missing");
        TRY_ASSIGN(const auto bytes, store_.blob(digest));
        auto directory = core::decode_directory(bytes);
        if (!directory) return damaged("'" + digest.hex() + "' in its tree is no directory");
        return directory;
    }

    template <typename Node>
    Result<> check_names(const std::vector<Node>& nodes, unsigned depth) const {
        for (const auto& node : nodes) {
            if (node.name.size() > longest_name) return damaged("a name in its tree has more than 255 bytes");
            if (node.name.empty() && depth > 1) return damaged("a directory in its tree is a lone file");
        }
        return {};
    }

    Result<> check_entries(const core::Directory& directory, unsigned depth) const {
        TRY(check_names(directory.files, depth));
        TRY(check_names(directory.directories, depth));
        TRY(check_names(directory.symlinks, depth));
        for (const auto& link : directory.symlinks)
            if (link.target.size() > longest_target || link.target.find('\0') != std::string::npos)
                return damaged("the target of a symlink in its tree is none");
        return {};
    }

    const store::Store& store_;
    std::string_view where_;
    std::map<Digest, Counted> known_;
};

}  // namespace

Result<> check_tree(const store::Store& store, const Digest& tree, std::string_view where) {
    Check check(store, where);
    TRY(check.count(tree, 1));
    return {};
}

}  // namespace contract::copy
