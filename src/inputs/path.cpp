// SPDX-License-Identifier: Apache-2.0
//
// path inputs: a directory beside the repository, pinned by content. Every file counts, tracked or not, but
// whatever is named .git: that is git's bookkeeping, which differs between two equal clones. Symlinks are
// recorded and not followed, except when the input itself is one. Of the permissions only the owner's
// execute bit counts, as in git.
#include "contract/base/path.hpp"

#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "kinds.hpp"

namespace contract::inputs {

namespace {

Error unsupported(const std::string& message) {
    return Error{"unsupported-entry", message, Blame::declaration, {}, {}, {}};
}

// The digest and size of a file that other programs may be writing to at this moment.
Result<core::FileNode> add_file(store::Store& store, const std::string& path, const os::FileStatus& before) {
    TRY_ASSIGN(const auto digest, store.add_blob_file(path));
    TRY_ASSIGN(const auto after, os::status(path));
    const bool same = after && after->type == before.type && after->inode == before.inode &&
                      after->size == before.size && after->mtime_ns == before.mtime_ns &&
                      after->ctime_ns == before.ctime_ns;
    if (!same)
        return Error{"system", "'" + harmless(path) + "' changed while it was read", Blame::environment, {},
                     {},       {"run the command again when nothing writes to it"}};
    return core::FileNode{path::name(path), digest, before.size, (before.mode & 0100) != 0};
}

struct StoredDirectory {
    Digest digest;
    std::uint64_t size = 0;
};

// Recursion is bounded by the longest path the system takes.
Result<StoredDirectory> add_directory(store::Store& store, const std::string& directory) {
    core::Directory out;
    TRY_ASSIGN(const auto names, os::list_directory(directory));
    for (const auto& name : names) {
        if (name == ".git") continue;
        const std::string path = path::join(directory, name);
        if (!is_utf8(name)) return unsupported("the file name '" + harmless(path) + "' is not UTF-8");
        TRY_ASSIGN(const auto status, os::status(path));
        if (!status) continue;  // removed since it was listed
        switch (status->type) {
            case os::FileType::regular: {
                TRY_ASSIGN(auto file, add_file(store, path, *status));
                out.files.push_back(std::move(file));
                break;
            }
            case os::FileType::directory: {
                TRY_ASSIGN(const auto below, add_directory(store, path));
                out.directories.push_back(core::DirectoryNode{name, below.digest, below.size});
                break;
            }
            case os::FileType::symlink: {
                TRY_ASSIGN(auto target, os::read_link(path));
                out.symlinks.push_back(core::SymlinkNode{name, std::move(target)});
                break;
            }
            case os::FileType::other:
                return unsupported("'" + harmless(path) + "' is a device, socket or FIFO");
        }
    }
    TRY_ASSIGN(const auto bytes, core::encode(out));
    TRY_ASSIGN(const auto digest, store.add_directory(out));
    return StoredDirectory{digest, bytes.size()};
}

Result<Digest> import_path(const std::string& declared, const Context& context) {
    const std::string path = path::normalise(path::join(context.contract_directory, declared));
    TRY_ASSIGN(const auto status, os::target_status(path));
    if (!status || status->type != os::FileType::directory)
        return Error{"missing-input",
                     status ? "'" + harmless(path) + "' is not a directory"
                            : "there is no directory '" + harmless(path) + "'",
                     Blame::declaration,
                     {},
                     {},
                     {}};
    TRY_ASSIGN(const auto stored, add_directory(context.store, path));
    return stored.digest;
}

// A folder of another input's tree, which was brought into the store before evaluation.
Result<> find_in_tree(const core::PlannedInput& input, const Context& context) {
    if (context.store.has_tree(input.tree)) return {};
    return Error{
        "missing-input",
        "'" + harmless(input.url) + "' of '" + harmless(input.base) + "' is not in the store any more",
        Blame::environment,
        {},
        {"wanted: " + input.tree.text()},
        {"run the command again"}};
}

}  // namespace

Result<core::Pin> resolve_path(const core::PathSource& source, const Context& context) {
    TRY_ASSIGN(const auto tree, import_path(source.path.value, context));
    core::Pin pin;
    pin.tree = tree;
    return pin;
}

// The directory is read even when the store has the tree: a lock that no longer describes it must not pass
// only because an older state was once stored.
Result<> materialise_path(const core::PlannedInput& input, const Context& context) {
    if (!input.base.empty()) return find_in_tree(input, context);
    TRY_ASSIGN(const auto tree, import_path(input.url, context));
    if (tree != input.tree) return hash_mismatch(input, tree);
    return {};
}

}  // namespace contract::inputs
