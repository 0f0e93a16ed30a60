// SPDX-License-Identifier: Apache-2.0
//
// Evaluation's eyes. Inside git only tracked files exist: a clean one is its blob, a modified one what `git
// add` would store. Outside git every file counts. Symlinks are resolved before anything is opened, and what
// they resolve to must be inside and tracked like anything else.
#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <optional>

#include "contract/base/path.hpp"
#include "contract/base/pathspec.hpp"
#include "contract/base/text.hpp"
#include "contract/git/repository.hpp"
#include "contract/os/file.hpp"
#include "contract/pipeline/load.hpp"
#include "source_tree.hpp"
#include "tracked_files.hpp"

namespace contract::pipeline {

namespace {

constexpr int most_symlinks = 40;                  // on the way to one file, as Linux has it
constexpr std::uint64_t largest_read = 16u << 20;  // bytes of a file whose text goes into a plan

Error about(std::string code, std::string_view path, const std::string& what) {
    return {std::move(code), "'" + harmless(path) + "' " + what, Blame::declaration, {}, {}, {}};
}

// What is wrong with the repository that the contract lies in is one kind of finding, whatever git calls it.
Error of_repository(Error error) {
    if (error.code == "not-a-repository")
        error.help = {"repair it, for a linked work tree with `git worktree repair`; or remove `.git`"};
    if (error.code == "not-a-repository" || error.code == "unsafe-owner" ||
        error.code == "damaged-repository") {
        error.code = "bad-repository";
        error.blame = Blame::environment;
    }
    return error;
}

// Whether `given` leads out of `directory` (absolute, resolved), by ".." or by a symlink. Nothing outside is
// looked at: whether this machine has something there must not change what is found.
Result<bool> leads_out(const std::string& directory, std::string_view given) {
    const auto given_parts = path::parts(given);
    std::deque<std::string> open(given_parts.begin(), given_parts.end());
    std::string reached = ".";
    for (int symlinks = 0; !open.empty() && symlinks <= most_symlinks;) {
        reached = path::normalise(path::join(reached, open.front()));
        open.pop_front();
        if (!path::is_within(reached, ".")) return true;
        const std::string full = path::join(directory, reached);
        TRY_ASSIGN(const auto status, os::status(full));
        if (!status) return false;
        if (status->type != os::FileType::symlink) continue;
        ++symlinks;
        TRY_ASSIGN(auto target, os::read_link(full));
        reached = path::parent(reached);
        if (path::is_absolute(target)) {
            target = path::normalise(target);
            if (!path::is_within(target, directory)) return true;
            target.erase(0, directory.size());
            reached = ".";
        }
        const auto parts = path::parts(target);
        open.insert(open.begin(), parts.begin(), parts.end());
    }
    return false;
}

// Where `path` really is, relative to `directory`.
Result<std::string> resolve_inside(const std::string& directory, std::string_view given) {
    const std::string path = path::normalise(given);
    const auto outside = [&] {
        return about("path-outside", path, "leads out of the contract directory")
            .with_help("declare what is outside as an input: [inputs.NAME] with path or git");
    };
    TRY_ASSIGN(const bool leads_away, leads_out(directory, path));
    if (leads_away) return outside();
    const std::string full = path::join(directory, path);
    TRY_ASSIGN(const auto status, os::target_status(full));
    if (!status) {
        if (os::exists(full)) return about("missing-file", path, "is a symlink to nothing");
        return about("missing-file", path, "does not exist");
    }
    TRY_ASSIGN(const auto real, os::real_path(full));
    if (!path::is_within(real, directory)) return outside();
    return real == directory ? "." : real.substr(directory.size() + 1);
}

class GitFiles : public ContractFiles {
public:
    GitFiles(std::string directory, std::string work_tree, std::string prefix, TrackedFiles tracked,
             store::Store& store)
        : directory_(std::move(directory)),
          work_tree_(std::move(work_tree)),
          prefix_(std::move(prefix)),
          tracked_(std::move(tracked)),
          store_(store) {}

    Result<std::string> read(std::string_view given) override {
        TRY_ASSIGN(const auto path, resolve_inside(directory_, given));
        const auto* found = tracked_.find(path);
        if (found == nullptr) {
            TRY_ASSIGN(const auto status, os::target_status(path::join(directory_, path)));
            if (status && status->type == os::FileType::directory)
                return about("not-a-file", path, "is a directory");
            return missing(path);
        }
        TRY(check_entry(*found));
        TRY_ASSIGN(const auto status, os::status(path::join(directory_, path)));
        touch(*found, status);
        TRY_ASSIGN(auto bytes, content(path::join(directory_, path)));
        if (bytes.size() > largest_read)
            return about("file-too-large", path, "is larger than " + std::to_string(largest_read) + " bytes");
        return bytes;
    }

    Result<Digest> tree(std::string_view given, const std::vector<std::string>& include,
                        const std::vector<std::string>& exclude) override {
        for (const auto* list : {&include, &exclude})
            for (const auto& pathspec : *list) TRY(check_pathspec(pathspec));
        TRY_ASSIGN(const auto path, resolve_inside(directory_, given));
        Selected selected;
        if (const auto* single = tracked_.find(path)) {
            TRY(check_entry(*single));
            selected.files.root = path::parent(path::join(directory_, path));
            selected.add(single->name.substr(single->name.rfind('/') + 1), single);
        } else {
            TRY_ASSIGN(selected, below(path, include, exclude));
        }
        return stored(selected);
    }

    Result<std::vector<std::string>> list(const std::vector<std::string>& pathspecs) override {
        for (const auto& pathspec : pathspecs) TRY(check_pathspec(pathspec));
        std::vector<std::string> names;
        for (const auto& file : tracked_.files) {
            const bool regular = (file.mode & 0170000) == 0100000;
            if (regular && is_selected(file.name, pathspecs, {}) &&
                os::exists(path::join(directory_, file.name)))
                names.emplace_back(file.name);
        }
        return names;
    }

    Result<Digest> tree_of(const std::vector<std::string>& names) override {
        Selected selected;
        selected.files.root = directory_;
        for (const auto& name : names) {
            const auto* found = tracked_.find(name);
            if (found == nullptr) return missing(name);
            TRY(check_entry(*found));
            selected.add(found->name, found);
        }
        return stored(selected);
    }

    bool is_tracked(std::string_view path) const override { return tracked_.find(path) != nullptr; }

    // What is staged is known from the index; of the working tree only the contract itself and the files that
    // evaluation has looked at are compared, since no other can change the plan: by stat, as git does, and by
    // content where git's racy rule does not trust the stat.
    std::optional<core::RevisionReport> revision() const override {
        core::RevisionReport report{tracked_.commit, {tracked_.deleted.begin(), tracked_.deleted.end()}};
        for (const auto& file : tracked_.files)
            if (file.staged) report.dirty.emplace_back(file.name);
        auto suspects = suspects_;
        for (const auto name : {manifest_name, lock_name})
            if (const auto* file = tracked_.find(name))
                if (const auto status = os::status(path::join(directory_, name)))
                    suspects.emplace(file, *status);
        for (const auto& [file, status] : suspects)
            if (!file->staged && (!status || differs(*file, *status))) report.dirty.emplace_back(file->name);
        std::sort(report.dirty.begin(), report.dirty.end());
        return report;
    }

private:
    struct Selected {
        SourceFiles files;
        std::vector<const TrackedFile*> entries;  // of each file

        void add(std::string_view name, const TrackedFile* entry) {
            files.names.push_back(name);
            entries.push_back(entry);
        }
    };

    Result<Digest> stored(const Selected& selected) {
        auto tree =
            source_tree(selected.files, store_, [this](const std::string& path) { return content(path); });
        if (!tree) {
            // Which files were looked at before the one that cannot be read is not known: all of them count.
            for (const auto* entry : selected.entries)
                if (const auto status = os::status(path::join(directory_, entry->name)))
                    touch(*entry, *status);
            return tree.error();
        }
        for (std::size_t i = 0; i < selected.entries.size(); ++i)
            touch(*selected.entries[i], tree->statuses[i]);
        return tree->digest;
    }

    // What git would not have to read to know that it is unchanged need not be remembered.
    void touch(const TrackedFile& file, const std::optional<os::FileStatus>& now) {
        if (!now || !is_clean_by_stat(file, *now)) suspects_[&file] = now;
    }

    bool is_clean_by_stat(const TrackedFile& file, const os::FileStatus& now) const {
        return now.mtime_ns == file.mtime_ns && now.size == file.size && now.inode == file.inode &&
               now.type != os::FileType::directory && file.mtime_ns < tracked_.index_mtime_ns;
    }

    Result<Selected> below(const std::string& path, const std::vector<std::string>& include,
                           const std::vector<std::string>& exclude) const {
        const std::string start = path == "." ? "" : path + "/";
        Selected selected;
        selected.files.root = path == "." ? directory_ : path::join(directory_, path);
        selected.files.names.reserve(tracked_.files.size());
        selected.entries.reserve(tracked_.files.size());
        bool any = false;
        for (auto file = tracked_.lower_bound(start); file != tracked_.files.end(); ++file) {
            if (!file->name.starts_with(start)) break;
            any = true;
            const auto inner = file->name.substr(start.size());
            if (!is_selected(inner, include, exclude)) continue;
            TRY(check_entry(*file));
            selected.add(inner, &*file);
        }
        if (!any) return missing(path);
        return selected;
    }

    static Result<> check_entry(const TrackedFile& file) {
        if (file.conflicted)
            return about("untracked-file", file.name, "has an unresolved merge conflict")
                .with_help("resolve it and run git add");
        if ((file.mode & 0170000) == 0160000)
            return about("not-a-file", file.name, "is a submodule; declare it as a git input instead");
        return {};
    }

    Error missing(const std::string& path) const {
        return about("untracked-file", path, "is not tracked by git, so no other clone has it")
            .with_help("git add " + harmless(path::join(prefix_, path)));
    }

    Result<std::string> content(const std::string& path) const {
        TRY_ASSIGN(const auto status, os::status(path));
        if (status && status->type == os::FileType::symlink) return os::read_link(path);
        if (!repository_) {
            auto opened = git::Repository::open(work_tree_);
            if (!opened) return of_repository(opened.error());
            repository_ = std::make_unique<git::Repository>(std::move(*opened));
        }
        auto bytes = repository_->filtered(path.substr(work_tree_.size() + 1));
        if (!bytes) return of_repository(bytes.error());
        return bytes;
    }

    bool differs(const TrackedFile& file, const os::FileStatus& now) const {
        if (now.type == os::FileType::directory) return (file.mode & 0170000) != 0160000;
        if (is_clean_by_stat(file, now)) return false;
        if (now.type == os::FileType::regular && ((now.mode & 0100) != 0) != (file.mode == 0100755))
            return true;
        const auto bytes = content(path::join(directory_, file.name));
        if (!bytes || !repository_) return true;
        const auto blob = repository_->blob(std::string(file.blob));
        return !blob || *blob != *bytes;
    }

    std::string directory_;  // absolute, resolved
    std::string work_tree_;
    std::string prefix_;
    TrackedFiles tracked_;
    store::Store& store_;
    // Of what evaluation has looked at, what may differ from the index, as it was found; nothing: it is gone.
    std::map<const TrackedFile*, std::optional<os::FileStatus>> suspects_;
    mutable std::unique_ptr<git::Repository> repository_;  // opened when a file has to be read
};

class PlainFiles : public ContractFiles {
public:
    PlainFiles(std::string directory, store::Store& store)
        : directory_(std::move(directory)), store_(store) {}

    Result<std::string> read(std::string_view given) override {
        TRY_ASSIGN(const auto path, resolve_inside(directory_, given));
        return os::read_file(path::join(directory_, path), largest_read);
    }

    Result<Digest> tree(std::string_view given, const std::vector<std::string>& include,
                        const std::vector<std::string>& exclude) override {
        for (const auto* list : {&include, &exclude})
            for (const auto& pathspec : *list) TRY(check_pathspec(pathspec));
        TRY_ASSIGN(const auto path, resolve_inside(directory_, given));
        const std::string full = path::normalise(path::join(directory_, path));
        std::vector<std::string> names;
        TRY(collect(full, "", include, exclude, names));
        TRY_ASSIGN(const auto status, os::status(full));
        const bool is_folder = status && status->type == os::FileType::directory;
        return stored(is_folder ? full : path::parent(full), std::move(names));
    }

    Result<std::vector<std::string>> list(const std::vector<std::string>& pathspecs) override {
        for (const auto& pathspec : pathspecs) TRY(check_pathspec(pathspec));
        std::vector<std::string> found;
        TRY(collect(directory_, "", pathspecs, {}, found));
        std::vector<std::string> names;
        for (auto& name : found) {
            TRY_ASSIGN(const auto status, os::status(path::join(directory_, name)));
            if (status && status->type == os::FileType::regular) names.push_back(std::move(name));
        }
        std::sort(names.begin(), names.end());
        return names;
    }

    Result<Digest> tree_of(const std::vector<std::string>& names) override {
        return stored(directory_, names);
    }

    std::optional<core::RevisionReport> revision() const override { return std::nullopt; }
    bool is_tracked(std::string_view) const override { return true; }

private:
    Result<Digest> stored(std::string root, std::vector<std::string> names) {
        std::sort(names.begin(), names.end());
        TRY_ASSIGN(const auto tree,
                   source_tree({std::move(root), {names.begin(), names.end()}}, store_, content));
        return tree.digest;
    }

    static Result<std::string> content(const std::string& path) {
        TRY_ASSIGN(const auto status, os::status(path));
        if (status && status->type == os::FileType::symlink) return os::read_link(path);
        return os::read_file(path);
    }

    Result<> collect(const std::string& full, const std::string& inner,
                     const std::vector<std::string>& include, const std::vector<std::string>& exclude,
                     std::vector<std::string>& names) const {
        TRY_ASSIGN(const auto status, os::status(full));
        if (!status) return {};
        if (status->type != os::FileType::directory) {
            std::string name = inner.empty() ? path::name(full) : inner;
            if (inner.empty() || is_selected(name, include, exclude)) names.push_back(std::move(name));
            return {};
        }
        TRY_ASSIGN(const auto entries, os::list_directory(full));
        for (const auto& name : entries)
            TRY(collect(path::join(full, name), inner.empty() ? name : inner + "/" + name, include, exclude,
                        names));
        return {};
    }

    std::string directory_;
    store::Store& store_;
};

}  // namespace

Result<std::unique_ptr<ContractFiles>> open_files(const std::string& directory, store::Store& store) {
    TRY_ASSIGN(const auto real, os::real_path(directory));
    const auto work_tree = git::find_work_tree(real);
    if (!work_tree) return std::unique_ptr<ContractFiles>(std::make_unique<PlainFiles>(real, store));
    const std::string prefix = real == *work_tree ? "" : real.substr(work_tree->size() + 1) + "/";
    auto tracked = tracked_files(*work_tree, prefix, store);
    if (!tracked) return of_repository(tracked.error());
    return std::unique_ptr<ContractFiles>(
        std::make_unique<GitFiles>(real, *work_tree, prefix, std::move(*tracked), store));
}

}  // namespace contract::pipeline
