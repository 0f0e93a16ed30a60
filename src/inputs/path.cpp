// SPDX-License-Identifier: Apache-2.0
//
// path inputs: a directory beside the repository, pinned by content. Every file counts, tracked or not, but
// whatever is named .git: that is git's bookkeeping, which differs between two equal clones. Symlinks are
// recorded and not followed, except when the input itself is one. Of the permissions only the owner's
// execute bit counts, as in git.
#include "contract/base/path.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/os/machine.hpp"
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

// A directory as it was found; its files are read later.
struct Folder {
    std::string name;
    core::Directory directory;       // without files and directories
    std::vector<std::size_t> files;  // in the list of all files
    std::vector<Folder> children;
};

struct FoundFile {
    std::string path;
    os::FileStatus status;
    core::FileNode node;
};

// Recursion is bounded by the longest path the system takes.
Result<Folder> find_all(const std::string& directory, std::vector<FoundFile>& files) {
    Folder folder;
    TRY_ASSIGN(const auto names, os::list_directory(directory));
    for (const auto& name : names) {
        if (name == ".git") continue;
        const std::string path = path::join(directory, name);
        if (!is_utf8(name)) return unsupported("the file name '" + harmless(path) + "' is not UTF-8");
        TRY_ASSIGN(const auto status, os::status(path));
        if (!status) continue;  // removed since it was listed
        switch (status->type) {
            case os::FileType::regular:
                folder.files.push_back(files.size());
                files.push_back({path, *status, {}});
                break;
            case os::FileType::directory: {
                TRY_ASSIGN(auto child, find_all(path, files));
                child.name = name;
                folder.children.push_back(std::move(child));
                break;
            }
            case os::FileType::symlink: {
                TRY_ASSIGN(auto target, os::read_link(path));
                folder.directory.symlinks.push_back(core::SymlinkNode{name, std::move(target)});
                break;
            }
            case os::FileType::other:
                return unsupported("'" + harmless(path) + "' is a device, socket or FIFO");
        }
    }
    return folder;
}

// On several threads. Of several errors the one of the first file is told, as it would be by one thread.
Result<> add_files(store::Store& store, std::vector<FoundFile>& files) {
    constexpr std::size_t worth_a_thread = 50;
    std::mutex mutex;
    std::map<std::size_t, Error> errors;
    std::atomic<std::size_t> next{0};
    const auto take_turns = [&] {
        for (std::size_t index = next++; index < files.size(); index = next++) {
            auto added = add_file(store, files[index].path, files[index].status);
            if (added) {
                files[index].node = std::move(*added);
                continue;
            }
            const std::lock_guard lock(mutex);
            errors.emplace(index, std::move(added).error());
            next = files.size();
        }
    };
    std::vector<std::thread> threads;
    const auto wanted = std::min<std::size_t>(os::processor_count(), files.size() / worth_a_thread);
    for (std::size_t i = 1; i < wanted; ++i) threads.emplace_back(take_turns);
    take_turns();
    for (auto& thread : threads) thread.join();
    if (!errors.empty()) return errors.begin()->second;
    return {};
}

Result<StoredDirectory> add_directory(store::Store& store, Folder& folder, std::vector<FoundFile>& files) {
    core::Directory& out = folder.directory;
    for (const auto index : folder.files) out.files.push_back(std::move(files[index].node));
    for (auto& child : folder.children) {
        TRY_ASSIGN(const auto below, add_directory(store, child, files));
        out.directories.push_back(core::DirectoryNode{child.name, below.digest, below.size});
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
    std::vector<FoundFile> files;
    TRY_ASSIGN(auto folder, find_all(path, files));
    TRY(add_files(context.store, files));
    TRY_ASSIGN(const auto stored, add_directory(context.store, folder, files));
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
