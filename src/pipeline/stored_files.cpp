// SPDX-License-Identifier: Apache-2.0
#include "stored_files.hpp"

#include <deque>
#include <optional>
#include <set>

#include "contract/base/path.hpp"
#include "contract/base/pathspec.hpp"
#include "contract/base/text.hpp"
#include "contract/core/directory.hpp"
#include "contract/store/select.hpp"

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
    auto selected = store::select(*store_, found.directory, [&](const std::string& name) {
        return is_selected(name, include, exclude);
    });
    if (!selected && selected.error().code == "empty-source")
        return Error{"empty-source",
                     "no file of '" + harmless(what_) + "' is selected",
                     Blame::declaration,
                     {},
                     {},
                     {}};
    return selected;
}

Result<std::vector<std::string>> StoredFiles::list(const std::vector<std::string>& pathspecs) {
    for (const auto& pathspec : pathspecs) TRY(check_pathspec(pathspec));
    TRY_ASSIGN(auto names, store::list_files(*store_, tree_));
    std::erase_if(names, [&](const std::string& name) { return !is_selected(name, pathspecs, {}); });
    return names;
}

Result<Digest> StoredFiles::tree_of(const std::vector<std::string>& files) {
    const std::set<std::string> wanted(files.begin(), files.end());
    for (const auto& file : files) TRY(find(file));
    return store::select(*store_, tree_, [&](const std::string& name) { return wanted.contains(name); });
}

}  // namespace contract::pipeline
