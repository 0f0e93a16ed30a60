// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <unordered_map>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "kinds.hpp"

namespace contract::inputs {

namespace {

constexpr std::size_t longest_target = 4095;  // bytes

Error unsupported(const std::string& message) {
    return Error{"unsupported-entry", message, Blame::declaration, {}, {}, {}};
}

struct StoredBlob {
    Digest digest;
    std::uint64_t size = 0;
};

class Import {
public:
    Import(const git::Repository& repository, store::Store& store, const Submodules& submodules)
        : repository_(repository), store_(store), submodules_(submodules) {}

    // Entries come sorted, a directory before what is in it; taken from the end, each directory is complete
    // when it is reached.
    Result<Digest> run(const std::vector<git::TreeEntry>& entries) {
        for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) TRY(add(*entry));
        return store_.add_directory(open_[""]);
    }

private:
    Result<> add(const git::TreeEntry& entry) {
        const std::string name = path::name(entry.path);
        const auto slash = entry.path.rfind('/');
        const std::string parent = slash == std::string::npos ? "" : entry.path.substr(0, slash);
        if (!is_utf8(name)) return unsupported("the file name '" + harmless(entry.path) + "' is not UTF-8");
        switch (entry.kind) {
            case git::NodeKind::submodule: {
                const auto tree = submodules_.find(entry.path);
                if (tree == submodules_.end()) return unknown_submodule(entry.path);
                return add_submodule(tree->second, name, parent);
            }
            case git::NodeKind::directory: return add_directory(entry.path, name, parent);
            case git::NodeKind::symlink: {
                TRY_ASSIGN(auto target, repository_.blob(entry.id));
                if (target.empty() || target.size() > longest_target ||
                    target.find('\0') != std::string::npos)
                    return unsupported("the symlink '" + harmless(entry.path) +
                                       "' has no target a file system takes");
                open_[parent].symlinks.push_back(core::SymlinkNode{name, std::move(target)});
                return {};
            }
            case git::NodeKind::file:
            case git::NodeKind::executable: break;
        }
        TRY_ASSIGN(const auto blob, stored(entry.id));
        const bool executable = entry.kind == git::NodeKind::executable;
        open_[parent].files.push_back(core::FileNode{name, blob.digest, blob.size, executable});
        return {};
    }

    Result<> add_directory(const std::string& path, const std::string& name, const std::string& parent) {
        auto complete = open_.extract(path);
        const core::Directory directory = complete.empty() ? core::Directory{} : std::move(complete.mapped());
        TRY_ASSIGN(const auto bytes, core::encode(directory));
        TRY_ASSIGN(const auto digest, store_.add_directory(directory));
        open_[parent].directories.push_back(core::DirectoryNode{name, digest, bytes.size()});
        return {};
    }

    Result<> add_submodule(const Digest& tree, const std::string& name, const std::string& parent) {
        TRY_ASSIGN(const auto directory, store_.directory(tree));
        TRY_ASSIGN(const auto bytes, core::encode(directory));
        open_[parent].directories.push_back(core::DirectoryNode{name, tree, bytes.size()});
        return {};
    }

    Error unknown_submodule(const std::string& path) const {
        Error error =
            unsupported("'" + harmless(path) + "' is a submodule, and its content was not asked for");
        return std::move(error).with_help(
            "add `submodules = true` to the input, choose a subdir without it, or declare the repository it "
            "comes from as an input of its own");
    }

    Result<StoredBlob> stored(const std::string& id) {
        if (const auto known = blobs_.find(id); known != blobs_.end()) return known->second;
        TRY_ASSIGN(const auto bytes, repository_.blob(id));
        TRY_ASSIGN(const auto digest, store_.add_blob(bytes));
        return blobs_.emplace(id, StoredBlob{digest, bytes.size()}).first->second;
    }

    const git::Repository& repository_;
    store::Store& store_;
    const Submodules& submodules_;
    std::map<std::string, core::Directory> open_;        // by path; "" is the top
    std::unordered_map<std::string, StoredBlob> blobs_;  // by git's id
};

}  // namespace

Result<Digest> import_commit(const git::Repository& repository, const std::string& commit,
                             const std::string& subdir, store::Store& store, const Submodules& submodules) {
    TRY_ASSIGN(const auto entries, repository.walk(commit, subdir));
    auto tree = Import(repository, store, submodules).run(entries);
    // Objects made by hand can hold a name twice, which no directory can.
    if (!tree && tree.error().code == "bad-name") return unsupported(tree.error().message);
    return tree;
}

}  // namespace contract::inputs
