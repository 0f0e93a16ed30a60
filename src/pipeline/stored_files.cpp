// SPDX-License-Identifier: Apache-2.0
#include "stored_files.hpp"

#include <deque>
#include <optional>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/core/directory.hpp"
#include "pathspec.hpp"

namespace contract::pipeline {

namespace {

constexpr std::uint64_t largest_read = 16u << 20;  // bytes of a file whose text goes into a plan
constexpr int most_symlinks = 40;                  // as the kernel allows

template <typename List>
auto find_in(const List& list, const std::string& name) {
    const typename List::value_type* found = nullptr;
    for (const auto& node : list)
        if (node.name == name) found = &node;
    return found;
}

Digest empty_tree() {
    return Digest::of(*core::encode(core::Directory{}));
}

struct Selected {
    Digest digest;
    std::uint64_t size = 0;
    std::size_t entries = 0;  // files and symlinks
};

// What of a directory is selected, without the folders that become empty by it. As deep as the tree, which
// the store has walked before.
class Selection {
public:
    Selection(store::Store& store, const std::vector<std::string>& include,
              const std::vector<std::string>& exclude)
        : store_(store), include_(include), exclude_(exclude) {}

    Result<Selected> of(const Digest& tree, const std::string& prefix) {
        TRY_ASSIGN(const auto directory, store_.directory(tree));
        core::Directory out;
        Selected selected;
        for (const auto& file : directory.files)
            if (is_selected(prefix + file.name, include_, exclude_)) out.files.push_back(file);
        for (const auto& link : directory.symlinks)
            if (is_selected(prefix + link.name, include_, exclude_)) out.symlinks.push_back(link);
        selected.entries = out.files.size() + out.symlinks.size();
        for (const auto& folder : directory.directories) {
            TRY_ASSIGN(const auto below, of(folder.digest, prefix + folder.name + "/"));
            if (below.entries == 0) continue;
            out.directories.push_back({folder.name, below.digest, below.size});
            selected.entries += below.entries;
        }
        TRY_ASSIGN(selected.digest, store_.add_directory(out));
        TRY_ASSIGN(const auto encoded, core::encode(out));
        selected.size = encoded.size();
        return selected;
    }

private:
    store::Store& store_;
    const std::vector<std::string>& include_;
    const std::vector<std::string>& exclude_;
};

}  // namespace

struct StoredFiles::Found {
    Digest directory;                    // that it is, or that it lies in
    std::optional<core::FileNode> file;  // none: a directory
};

Error StoredFiles::about(std::string code, const std::string& path, const std::string& what) const {
    return {std::move(code),
            "'" + harmless(path) + "' " + what + " of '" + harmless(what_) + "'",
            Blame::declaration,
            {},
            {},
            {}};
}

// Part by part from the top, symlinks put in place of themselves.
Result<StoredFiles::Found> StoredFiles::find(std::string_view given) const {
    const std::string path(given);
    std::deque<std::string> open;
    for (auto& part : path::parts(path::normalise(given))) open.push_back(std::move(part));
    std::vector<Digest> above{tree_};  // the directories on the way, the current one last
    int symlinks = 0;
    if (path::is_absolute(given)) return about("path-outside", path, "leads out of the tree");
    while (!open.empty()) {
        const std::string part = std::move(open.front());
        open.pop_front();
        if (part == ".") continue;
        if (part == "..") {
            if (above.size() == 1) return about("path-outside", path, "leads out of the tree");
            above.pop_back();
            continue;
        }
        TRY_ASSIGN(const auto directory, store_->directory(above.back()));
        if (const auto* folder = find_in(directory.directories, part)) {
            above.push_back(folder->digest);
        } else if (const auto* file = find_in(directory.files, part)) {
            if (!open.empty()) return about("missing-file", path, "is no file");
            return Found{above.back(), *file};
        } else if (const auto* link = find_in(directory.symlinks, part)) {
            if (++symlinks > most_symlinks)
                return about("missing-file", path, "is a symlink to itself in the tree");
            if (path::is_absolute(link->target)) return about("path-outside", path, "leads out of the tree");
            auto parts = split(link->target, '/');
            for (auto next = parts.rbegin(); next != parts.rend(); ++next)
                if (!next->empty()) open.push_front(std::move(*next));
        } else {
            return about("missing-file", path, "is no file");
        }
    }
    return Found{above.back(), std::nullopt};
}

Result<std::string> StoredFiles::read(std::string_view path) {
    TRY_ASSIGN(const auto found, find(path));
    if (!found.file) return about("not-a-file", std::string(path), "is a directory");
    if (found.file->size > largest_read)
        return about("file-too-large", std::string(path),
                     "is larger than " + std::to_string(largest_read) + " bytes in the tree");
    return store_->blob(found.file->digest);
}

Result<Digest> StoredFiles::tree(std::string_view path, const std::vector<std::string>& include,
                                 const std::vector<std::string>& exclude) {
    for (const auto* list : {&include, &exclude})
        for (const auto& pathspec : *list) TRY(check_pathspec(pathspec));
    TRY_ASSIGN(const auto found, find(path));
    if (found.file) {
        core::Directory single;
        single.files.push_back(*found.file);
        return store_->add_directory(single);
    }
    // What a folder holds, as it is: git keeps none that is empty.
    if (include.empty() && exclude.empty() && found.directory != empty_tree()) return found.directory;
    TRY_ASSIGN(const auto selected, Selection(*store_, include, exclude).of(found.directory, ""));
    if (selected.entries == 0)
        return Error{"empty-source",
                     "no file of '" + harmless(what_) + "' is selected",
                     Blame::declaration,
                     {},
                     {},
                     {}};
    return selected.digest;
}

}  // namespace contract::pipeline
