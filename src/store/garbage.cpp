// SPDX-License-Identifier: Apache-2.0
//
// A collection in the order of its steps. Whatever is removed goes in the opposite order of how it came:
// first the row that says it is there, then the path or blob itself; a process killed in between leaves
// something that nobody names, which is what the next collection is for. The disk is synchronised between
// rows and blobs, so that no power failure brings back a row whose blobs are gone.
#include "contract/store/garbage.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "contract/os/file.hpp"
#include "contract/store/log.hpp"
#include "reach.hpp"
#include "state.hpp"

namespace contract::store {

namespace {

// Removed at once while everybody else waits: some milliseconds.
constexpr std::size_t paths_at_once = 16;
constexpr std::size_t blobs_at_once = 256;

bool is_before(const timespec& time, const timespec& moment) {
    return time.tv_sec != moment.tv_sec ? time.tv_sec < moment.tv_sec : time.tv_nsec < moment.tv_nsec;
}

class Collection {
public:
    Collection(const std::string& home, const Blobs& blobs, Index& index, std::string own_lease,
               const GarbageRequest& request)
        : home_(home),
          index_(index),
          own_lease_(std::move(own_lease)),
          request_(request),
          reach_(index, blobs),
          sizes_(blobs) {}

    Result<Garbage> run();

private:
    Result<> mark_roots();
    Result<> list_paths();
    Result<> choose();
    Result<Alone> alone();
    Result<> remove_paths();
    Result<> remove_handful(std::vector<GarbageItem*>& handful);
    Result<> forget_trees();
    Result<> remove_blobs();
    Result<> remove_blobs_of(const std::string& folder);
    Result<> remove_logs();
    Result<> remove_below(const std::string& folder);
    bool is_kept(const std::string& name) const;
    bool is_of_a_lost_index(std::int64_t used) const;
    bool stop();

    const std::string& home_;
    Index& index_;
    std::string own_lease_;
    const GarbageRequest& request_;
    Reach reach_;
    TreeSize sizes_;
    timespec began_{};
    Leases leases_;
    Garbage garbage_;
    std::vector<GarbageItem*> chosen_;
};

bool Collection::stop() {
    if (!garbage_.interrupted) garbage_.interrupted = request_.interrupted && request_.interrupted();
    return garbage_.interrupted;
}

// Takes the lock and everything that was written down since the last time.
Result<Alone> Collection::alone() {
    TRY_ASSIGN(auto lock, Alone::take(home_));
    TRY_ASSIGN(leases_, read_leases(home_, own_lease_, began_, lock));
    for (const auto& path : leases_.paths) TRY(reach_.add(path, "used by a command that runs now"));
    for (const auto& tree : leases_.trees) TRY(reach_.add(tree));
    return lock;
}

Result<> Collection::mark_roots() {
    for (const auto& root : request_.roots) {
        for (const auto& path : root.paths) TRY(reach_.add(path, root.name));
        for (const auto& tree : root.trees) TRY(reach_.add(tree));
    }
    return {};
}

Result<> Collection::list_paths() {
    TRY_ASSIGN(const auto names, os::list_directory(home_ + "/store"));
    for (const auto& name : names) {
        const auto path = core::StorePath::parse(name);
        if (!path) continue;  // put there by somebody else, who has to remove it
        struct stat raw {};
        if (::lstat((home_ + "/store/" + name).c_str(), &raw) != 0) continue;
        GarbageItem item;
        item.path = *path;
        item.used = raw.st_atim.tv_sec;
        TRY_ASSIGN(const auto tree, index_.tree_at(*path));
        if (tree) item.bytes = sizes_.of(*tree);
        garbage_.items.push_back(std::move(item));
    }
    return {};
}

// What nothing refers to, less what the request lets stay.
Result<> Collection::choose() {
    for (auto& item : garbage_.items)
        if (!reach_.has(item.path)) chosen_.push_back(&item);
    std::stable_sort(chosen_.begin(), chosen_.end(),
                     [](const auto* a, const auto* b) { return a->used > b->used; });
    std::vector<GarbageItem*> going;
    for (auto* item : chosen_) {
        if (reach_.has(item->path)) continue;  // a reference of one that stays
        if (is_of_a_lost_index(item->used)) {
            ++garbage_.unknown;
            TRY(reach_.add(item->path, "the index was made anew, and who needs it is not known"));
            continue;
        }
        if (request_.used_before && item->used >= *request_.used_before) {
            TRY(reach_.add(item->path, "used recently"));
            continue;
        }
        // The latest used come first; one that is too large does not keep a smaller one from staying.
        if (request_.most_bytes) {
            TRY_ASSIGN(const auto cost, reach_.cost_of(item->path));
            if (reach_.bytes() + cost <= *request_.most_bytes) {
                TRY(reach_.add(item->path, "within the size that was asked for"));
                continue;
            }
        }
        going.push_back(item);
    }
    chosen_ = std::move(going);
    return {};
}

Result<> Collection::remove_paths() {
    for (std::size_t next = 0; next < chosen_.size() && !stop(); next += paths_at_once) {
        const auto end =
            chosen_.begin() + static_cast<std::ptrdiff_t>(std::min(next + paths_at_once, chosen_.size()));
        std::vector<GarbageItem*> handful(chosen_.begin() + static_cast<std::ptrdiff_t>(next), end);
        TRY(remove_handful(handful));
    }
    return {};
}

// Moved out of sight while nobody looks, removed afterwards.
Result<> Collection::remove_handful(std::vector<GarbageItem*>& handful) {
    TRY_ASSIGN(const auto trash, os::TemporaryDirectory::create(home_ + "/tmp", "trash-"));
    TRY_ASSIGN(const auto lock, alone());
    std::erase_if(handful, [&](const auto* item) { return reach_.has(item->path); });
    std::vector<core::StorePath> paths;
    for (const auto* item : handful) paths.push_back(item->path);
    if (!request_.dry_run) TRY(index_.forget_paths(paths));
    for (auto* item : handful) {
        item->removed = true;
        if (request_.dry_run) continue;
        const std::string from = home_ + "/store/" + item->path.base();
        // A directory can be moved only by who may write to it, for its ".." changes.
        struct stat raw {};
        if (::lstat(from.c_str(), &raw) != 0) continue;
        if (S_ISDIR(raw.st_mode) && ::chmod(from.c_str(), 0755) != 0)
            return os::system_error("change the mode of", from, errno);
        TRY(os::rename(from, trash.path() + "/" + item->path.base()));
    }
    return {};
}

Result<> Collection::forget_trees() {
    if (request_.dry_run) return {};
    {
        TRY_ASSIGN(const auto lock, alone());
        TRY(index_.forget_trees_except([this](const Digest& tree) { return reach_.has(tree); }));
    }
    return os::sync_file_system(home_);
}

// What was there when the index was made anew stays until somebody says how old it has to be to go.
bool Collection::is_of_a_lost_index(std::int64_t used) const {
    return !request_.used_before && used < garbage_.made_anew;
}

bool Collection::is_kept(const std::string& name) const {
    const auto digest = Digest::parse(name.ends_with(".x") ? name.substr(0, name.size() - 2) : name);
    return !digest || reach_.has(*digest);
}

Result<> Collection::remove_blobs() {
    TRY_ASSIGN(const auto folders, os::list_directory(home_ + "/blobs"));
    for (const auto& folder : folders) {
        if (stop()) return {};
        TRY(remove_blobs_of(home_ + "/blobs/" + folder));
    }
    return {};
}

// By the time of access, which only its maker and who finds it again set: every link that goes changes the
// time of change.
Result<> Collection::remove_blobs_of(const std::string& folder) {
    TRY_ASSIGN(auto names, os::list_directory(folder));
    std::erase_if(names, [this](const auto& name) { return is_kept(name); });
    for (std::size_t next = 0; next < names.size(); next += blobs_at_once) {
        TRY_ASSIGN(const auto lock, alone());
        for (std::size_t index = next; index < std::min(next + blobs_at_once, names.size()); ++index) {
            const std::string file = folder + "/" + names[index];
            struct stat raw {};
            if (::lstat(file.c_str(), &raw) != 0 || is_kept(names[index]) ||
                !is_before(raw.st_atim, leases_.oldest))
                continue;
            if (request_.used_before && raw.st_atim.tv_sec >= *request_.used_before) continue;
            if (raw.st_nlink > 1 && is_of_a_lost_index(raw.st_atim.tv_sec)) continue;
            if (!request_.dry_run && ::unlink(file.c_str()) != 0 && errno != ENOENT)
                return os::system_error("remove", file, errno);
            ++garbage_.blobs_removed;
            garbage_.bytes_removed += static_cast<std::uint64_t>(raw.st_size);
        }
    }
    return {};
}

// Of actions whose result is gone and that are nobody's last one.
Result<> Collection::remove_logs() {
    TRY_ASSIGN(const auto kept, index_.actions());
    TRY_ASSIGN(const auto names, os::list_directory(home_ + "/log"));
    TRY_ASSIGN(const auto lock, alone());
    for (const auto& name : names) {
        if (kept.contains(action_of_log(name))) continue;
        const std::string file = home_ + "/log/" + name;
        struct stat raw {};
        if (::lstat(file.c_str(), &raw) != 0 || !is_before(raw.st_ctim, leases_.oldest)) continue;
        if (request_.used_before && raw.st_mtim.tv_sec >= *request_.used_before) continue;
        if (!request_.dry_run) TRY(os::remove_tree(file));
        garbage_.bytes_removed += static_cast<std::uint64_t>(raw.st_size);
    }
    return {};
}

std::uint64_t bytes_below(const std::string& path) {
    struct stat raw {};
    if (::lstat(path.c_str(), &raw) != 0) return 0;
    if (!S_ISDIR(raw.st_mode))
        return S_ISREG(raw.st_mode) && raw.st_nlink == 1 ? static_cast<std::uint64_t>(raw.st_size) : 0;
    std::uint64_t bytes = 0;
    if (const auto names = os::list_directory(path))
        for (const auto& name : *names) bytes += bytes_below(path + "/" + name);
    return bytes;
}

// Downloads, and what runs that were ended left in tmp/. Whoever made one after the oldest lease still needs
// it.
Result<> Collection::remove_below(const std::string& folder) {
    if (!os::exists(folder)) return {};
    TRY_ASSIGN(const auto names, os::list_directory(folder));
    for (const auto& name : names) {
        if (name == "locks" || name == "leases" || name == "collecting") continue;
        if (stop()) return {};
        TRY_ASSIGN(const auto lock, alone());
        const std::string path = folder + "/" + name;
        struct stat raw {};
        if (::lstat(path.c_str(), &raw) != 0 || !is_before(raw.st_ctim, leases_.oldest)) continue;
        if (request_.used_before && raw.st_ctim.tv_sec >= *request_.used_before) continue;
        garbage_.bytes_removed += bytes_below(path);
        if (!request_.dry_run) TRY(os::remove_tree(path));
    }
    return {};
}

Result<Garbage> Collection::run() {
    began_ = file_time_now();
    TRY_ASSIGN(const auto only, os::FileLock::take(home_ + "/tmp/locks/collection", os::FileLock::Wait::no));
    std::optional<Collecting> collecting;
    {
        TRY_ASSIGN(const auto lock, Alone::take(home_));
        TRY_ASSIGN(auto begun, Collecting::begin(home_, lock));
        collecting.emplace(std::move(begun));
    }
    TRY(index_.speed_up_by_path());
    TRY_ASSIGN(const auto anew, index_.fact(made_anew_kind, ""));
    if (anew) std::from_chars(anew->data(), anew->data() + anew->size(), garbage_.made_anew);
    TRY(mark_roots());
    { TRY_ASSIGN(const auto lock, alone()); }
    TRY(list_paths());
    TRY(choose());
    TRY(remove_paths());
    // What stays although it was chosen is in use now.
    for (auto& item : garbage_.items)
        if (!item.removed)
            item.kept_by =
                reach_.has(item.path) ? reach_.why(item.path) : "nothing; the collection was interrupted";
    // Blobs of what was not removed for the interruption have to stay.
    if (garbage_.interrupted) return garbage_;
    TRY(forget_trees());
    TRY(remove_blobs());
    TRY(remove_logs());
    for (const auto* folder : {"/downloads", "/tmp"}) TRY(remove_below(home_ + folder));
    garbage_.bytes_kept = reach_.bytes();
    return garbage_;
}

}  // namespace

Result<Garbage> Store::collect_garbage(const GarbageRequest& request) {
    state_->lease->rely_on_nothing();
    return Collection(state_->home, state_->blobs, *state_->index, state_->lease->file(), request).run();
}

}  // namespace contract::store
