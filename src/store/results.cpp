// SPDX-License-Identifier: Apache-2.0
//
// Making a tree visible. add_tree.cpp says why the order of these steps is what it is.
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/stat.h>

#include <cerrno>

#include "contract/base/path.hpp"
#include "contract/os/file.hpp"
#include "place.hpp"
#include "state.hpp"

namespace contract::store {

namespace {

// A directory can be moved to another parent only by who may write to it, for its ".." changes.
Result<> allow_move(const std::string& path, mode_t mode) {
    if (::chmod(path.c_str(), mode) != 0) return os::system_error("change the mode of", path, errno);
    return {};
}

// The time of access says when a path was last used, to the day: more would be a write at every look.
void note_use(const std::string& path, const timespec& last) {
    constexpr std::int64_t day = 24 * 60 * 60;
    if (file_time_now().tv_sec - last.tv_sec < day) return;
    const timespec times[2] = {{0, UTIME_NOW}, {0, UTIME_OMIT}};
    (void)::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW);  // then it counts as older
}

// A tree that is being put together to be renamed, and the one that it was exchanged for. Whoever makes one
// holds the lock of its path, so that what lies there already was left by a run that was ended.
class Unplaced {
public:
    explicit Unplaced(std::string name) : tree_(std::move(name)) { remove(); }
    Unplaced(const Unplaced&) = delete;
    Unplaced& operator=(const Unplaced&) = delete;
    ~Unplaced() { remove(); }
    const std::string& tree() const { return tree_; }
    std::string former() const { return tree_ + ".old"; }

private:
    // What cannot be removed now is nobody's: the next collection finds it.
    void remove() const {
        (void)os::remove_tree(tree_);
        (void)os::remove_tree(former());
    }
    std::string tree_;
};

std::string lock_path(const std::string& home, const std::string& name) {
    return home + "/tmp/locks/" + name;
}

}  // namespace

Result<std::optional<ResultRow>> Store::find_result(const Digest& action) const {
    const Lease::Use use(*state_->lease);
    TRY_ASSIGN(auto row, state_->index->result(action));
    if (row && !has_path(row->output)) row.reset();
    return row;
}

bool Store::has_path(const core::StorePath& path) const {
    const Lease::Use use(*state_->lease);
    const std::string real = real_path(path);
    struct stat raw {};
    if (::lstat(real.c_str(), &raw) != 0) return false;
    state_->lease->pin(path);
    note_use(real, raw.st_atim);
    return true;
}

void Store::hand_on() const {
    state_->lease->hand_on();
}

Result<> Store::commit_result(const ResultRow& row, std::string_view record) {
    return state_->publish(row.output, row.tree, &row, record);
}

Result<std::vector<std::pair<core::StorePath, Digest>>> Store::paths() const {
    return state_->index->paths();
}

Result<std::vector<ResultRow>> Store::results() const {
    return state_->index->results();
}

Result<> Store::ensure_path(const core::StorePath& path, const Digest& tree) {
    return state_->publish(path, tree, nullptr, {});
}

// A lock file is never removed: whoever has it open would go on holding the lock of a file without a name
// while the next one takes that of a new file. An empty file per action is the price.
Result<os::FileLock> Store::lock_action(const Digest& action) const {
    return os::FileLock::take(lock_path(state_->home, action.hex()), os::FileLock::Wait::forever);
}

Result<> Store::State::publish(const core::StorePath& path, const Digest& tree, const ResultRow* row,
                               std::string_view record) {
    {
        const Lease::Use use(*lease);
        lease->pin(path);
    }
    const std::string final = home + "/store/" + path.base();
    // Two actions (or two processes without the action's lock) may make the same path.
    TRY_ASSIGN(const auto lock,
               os::FileLock::take(lock_path(home, path.base()), os::FileLock::Wait::forever));
    TRY_ASSIGN(const auto known, index->tree_at(path));
    TRY_ASSIGN(const auto there, os::status(final));
    if (there && known == tree) {
        if (row == nullptr) return {};
        return index->commit(path, tree, row, record);
    }

    // The lease's name keeps what a collection may remove apart from what it may not.
    const Unplaced fresh(home + "/tmp/" + path::name(lease->file()) + "-" + path.base());
    TRY(place_tree(blobs, tree, fresh.tree(), Placement::read_only, std::nullopt));
    TRY(disk.wait());
    TRY_ASSIGN(const auto placed, os::status(fresh.tree()));
    const bool is_directory = placed && placed->type == os::FileType::directory;
    if (is_directory) TRY(allow_move(fresh.tree(), 0755));
    if (there)
        TRY(exchange(path, fresh.tree(), fresh.former()));
    else
        TRY(os::rename(fresh.tree(), final));
    if (is_directory) TRY(allow_move(final, directory_mode));
    note_use(final, {});
    return index->commit(path, tree, row, record);
}

// Exchanges in one step, so that the path is never missing for whoever opens it. The row goes before and the
// new one comes after, each with the disk in between: no power failure leaves a row beside another's tree.
Result<> Store::State::exchange(const core::StorePath& path, const std::string& fresh,
                                const std::string& former) {
    const std::string final = home + "/store/" + path.base();
    TRY(index->forget_path(path));
    TRY(disk.wait());
    TRY_ASSIGN(const auto old, os::status(final));
    if (old && old->type == os::FileType::directory) TRY(allow_move(final, 0755));
    if (::renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, final.c_str(), RENAME_EXCHANGE) != 0) {
        // overlayfs and some FUSE file systems cannot exchange: there the path is missing for a moment.
        if (errno != EINVAL && errno != ENOSYS) return os::system_error("exchange", final, errno);
        TRY(os::rename(final, former));
        TRY(os::rename(fresh, final));
    }
    return disk.wait();
}

}  // namespace contract::store
