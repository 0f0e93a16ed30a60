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

Error about(std::string code, const std::string& path, const std::string& what) {
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
        const auto found = tracked_.files.find(path);
        if (found == tracked_.files.end()) {
            TRY_ASSIGN(const auto status, os::target_status(path::join(directory_, path)));
            if (status && status->type == os::FileType::directory)
                return about("not-a-file", path, "is a directory");
            return missing(path);
        }
        TRY(check_entry(path, found->second));
        TRY_ASSIGN(const auto status, os::status(path::join(directory_, path)));
        touch(found->first, found->second, status);
        TRY_ASSIGN(auto bytes, content({path, path::join(directory_, path)}));
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
        if (const auto single = tracked_.files.find(path); single != tracked_.files.end()) {
            TRY(check_entry(path, single->second));
            selected.add(path::name(path), path::join(directory_, path), &*single);
        } else {
            TRY_ASSIGN(selected, below(path, include, exclude));
        }
        return stored(selected);
    }

    Result<std::vector<std::string>> list(const std::vector<std::string>& pathspecs) override {
        for (const auto& pathspec : pathspecs) TRY(check_pathspec(pathspec));
        std::vector<std::string> names;
        for (const auto& [name, file] : tracked_.files) {
            const bool regular = (file.mode & 0170000) == 0100000;
            if (regular && is_selected(name, pathspecs, {}) && os::exists(path::join(directory_, name)))
                names.push_back(name);
        }
        return names;
    }

    Result<Digest> tree_of(const std::vector<std::string>& names) override {
        Selected selected;
        for (const auto& name : names) {
            const auto found = tracked_.files.find(name);
            if (found == tracked_.files.end()) return missing(name);
            TRY(check_entry(name, found->second));
            selected.add(name, path::join(directory_, name), &*found);
        }
        return stored(selected);
    }

    bool is_tracked(std::string_view path) const override { return tracked_.files.contains(path); }

    // What is staged is known from the index; of the working tree only the files that evaluation has looked
    // at are compared, since no other can change the plan: by stat, as git does, and by content where git's
    // racy rule does not trust the stat.
    std::optional<core::RevisionReport> revision() const override {
        core::RevisionReport report{tracked_.commit, tracked_.deleted};
        for (const auto& [name, file] : tracked_.files)
            if (file.staged) report.dirty.push_back(name);
        for (const auto& [name, status] : suspects_) {
            const auto& file = tracked_.files.find(name)->second;
            if (!file.staged && (!status || differs(name, file, *status))) report.dirty.push_back(name);
        }
        std::sort(report.dirty.begin(), report.dirty.end());
        return report;
    }

private:
    using Entry = std::pair<const std::string, TrackedFile>;
    struct Selected {
        std::vector<SourceFile> files;
        std::vector<const Entry*> entries;  // of each file

        void add(std::string name, std::string path, const Entry* entry) {
            files.push_back({std::move(name), std::move(path)});
            entries.push_back(entry);
        }
    };

    Result<Digest> stored(const Selected& selected) {
        auto tree =
            source_tree(selected.files, store_, [this](const SourceFile& file) { return content(file); });
        if (!tree) {
            // Which files were looked at before the one that cannot be read is not known: all of them count.
            for (std::size_t i = 0; i < selected.entries.size(); ++i)
                if (const auto status = os::status(selected.files[i].path))
                    touch(selected.entries[i]->first, selected.entries[i]->second, *status);
            return tree.error();
        }
        for (std::size_t i = 0; i < selected.entries.size(); ++i)
            touch(selected.entries[i]->first, selected.entries[i]->second, tree->statuses[i]);
        return tree->digest;
    }

    // What git would not have to read to know that it is unchanged need not be remembered.
    void touch(const std::string& name, const TrackedFile& file, const std::optional<os::FileStatus>& now) {
        if (!now || !is_clean_by_stat(file, *now)) suspects_[name] = now;
    }

    bool is_clean_by_stat(const TrackedFile& file, const os::FileStatus& now) const {
        return now.mtime_ns == file.mtime_ns && now.size == file.size && now.inode == file.inode &&
               now.type != os::FileType::directory && file.mtime_ns < tracked_.index_mtime_ns;
    }

    Result<Selected> below(const std::string& path, const std::vector<std::string>& include,
                           const std::vector<std::string>& exclude) const {
        const std::string start = path == "." ? "" : path + "/";
        Selected selected;
        selected.files.reserve(tracked_.files.size());
        selected.entries.reserve(tracked_.files.size());
        bool any = false;
        for (auto entry = tracked_.files.lower_bound(start); entry != tracked_.files.end(); ++entry) {
            const auto& [name, file] = *entry;
            if (!name.starts_with(start)) break;
            any = true;
            std::string inner = name.substr(start.size());
            if (!is_selected(inner, include, exclude)) continue;
            TRY(check_entry(name, file));
            selected.add(std::move(inner), path::join(directory_, name), &*entry);
        }
        if (!any) return missing(path);
        return selected;
    }

    static Result<> check_entry(const std::string& path, const TrackedFile& file) {
        if (file.conflicted)
            return about("untracked-file", path, "has an unresolved merge conflict")
                .with_help("resolve it and run git add");
        if ((file.mode & 0170000) == 0160000)
            return about("not-a-file", path, "is a submodule; declare it as a git input instead");
        return {};
    }

    Error missing(const std::string& path) const {
        return about("untracked-file", path, "is not tracked by git, so no other clone has it")
            .with_help("git add " + harmless(path::join(prefix_, path)));
    }

    Result<std::string> content(const SourceFile& file) const {
        TRY_ASSIGN(const auto status, os::status(file.path));
        if (status && status->type == os::FileType::symlink) return os::read_link(file.path);
        if (!repository_) {
            auto opened = git::Repository::open(work_tree_);
            if (!opened) return of_repository(opened.error());
            repository_ = std::make_unique<git::Repository>(std::move(*opened));
        }
        auto bytes = repository_->filtered(file.path.substr(work_tree_.size() + 1));
        if (!bytes) return of_repository(bytes.error());
        return bytes;
    }

    bool differs(const std::string& name, const TrackedFile& file, const os::FileStatus& now) const {
        if (now.type == os::FileType::directory) return (file.mode & 0170000) != 0160000;
        if (is_clean_by_stat(file, now)) return false;
        if (now.type == os::FileType::regular && ((now.mode & 0100) != 0) != (file.mode == 0100755))
            return true;
        const auto bytes = content({name, path::join(directory_, name)});
        if (!bytes || !repository_) return true;
        const auto blob = repository_->blob(file.blob);
        return !blob || *blob != *bytes;
    }

    std::string directory_;  // absolute, resolved
    std::string work_tree_;
    std::string prefix_;
    TrackedFiles tracked_;
    store::Store& store_;
    // Of what evaluation has looked at, what may differ from the index, as it was found; nothing: it is gone.
    std::map<std::string, std::optional<os::FileStatus>> suspects_;
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
        std::vector<SourceFile> files;
        TRY(collect(path::normalise(path::join(directory_, path)), "", include, exclude, files));
        std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
        TRY_ASSIGN(const auto tree, source_tree(files, store_, content));
        return tree.digest;
    }

    Result<std::vector<std::string>> list(const std::vector<std::string>& pathspecs) override {
        for (const auto& pathspec : pathspecs) TRY(check_pathspec(pathspec));
        std::vector<SourceFile> files;
        TRY(collect(directory_, "", pathspecs, {}, files));
        std::vector<std::string> names;
        for (auto& file : files) {
            TRY_ASSIGN(const auto status, os::status(file.path));
            if (status && status->type == os::FileType::regular) names.push_back(std::move(file.name));
        }
        std::sort(names.begin(), names.end());
        return names;
    }

    Result<Digest> tree_of(const std::vector<std::string>& names) override {
        std::vector<SourceFile> files;
        for (const auto& name : names) files.push_back({name, path::join(directory_, name)});
        TRY_ASSIGN(const auto tree, source_tree(files, store_, content));
        return tree.digest;
    }

    std::optional<core::RevisionReport> revision() const override { return std::nullopt; }
    bool is_tracked(std::string_view) const override { return true; }

private:
    static Result<std::string> content(const SourceFile& file) {
        TRY_ASSIGN(const auto status, os::status(file.path));
        if (status && status->type == os::FileType::symlink) return os::read_link(file.path);
        return os::read_file(file.path);
    }

    Result<> collect(const std::string& full, const std::string& inner,
                     const std::vector<std::string>& include, const std::vector<std::string>& exclude,
                     std::vector<SourceFile>& files) const {
        TRY_ASSIGN(const auto status, os::status(full));
        if (!status) return {};
        if (status->type != os::FileType::directory) {
            const std::string name = inner.empty() ? path::name(full) : inner;
            if (inner.empty() || is_selected(name, include, exclude)) files.push_back({name, full});
            return {};
        }
        TRY_ASSIGN(const auto names, os::list_directory(full));
        for (const auto& name : names)
            TRY(collect(path::join(full, name), inner.empty() ? name : inner + "/" + name, include, exclude,
                        files));
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
