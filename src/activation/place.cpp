// SPDX-License-Identifier: Apache-2.0
#include "place.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <optional>

#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "node_copy.hpp"

namespace contract::activation {

namespace {

// Beside its place, so that it is on the same file system; short, so that the longest name still fits.
constexpr const char* staged_name = ".contract-staged";

std::string shown(const std::string& place) {
    return "/" + place;
}

// What was observed with a number that no account has goes back to that number.
std::optional<std::uint32_t> number_of(const std::map<std::string, std::uint32_t, std::less<>>& accounts,
                                       const std::string& name) {
    if (const auto found = accounts.find(name); found != accounts.end()) return found->second;
    std::uint32_t number = 0;
    const char* end = name.data() + name.size();
    const auto parsed = std::from_chars(name.data(), end, number);
    if (name.empty() || parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
    return number;
}

Result<std::pair<uid_t, gid_t>> numbers_of(const Tree& tree, const Owner& owner) {
    const auto user = number_of(tree.accounts().users, owner.user);
    const auto group = number_of(tree.accounts().groups, owner.group);
    if (user && group) return std::pair<uid_t, gid_t>{*user, *group};
    return Error{"unknown-owner",
                 "'" + harmless(owner.user) + ":" + harmless(owner.group) + "' is no account of '" +
                     harmless(tree.directory()) + "'",
                 Blame::environment,
                 {},
                 {},
                 {}};
}

}  // namespace

Result<Place> Place::open(Tree& tree, const std::string& place) {
    TRY_ASSIGN(auto parent, tree.parent_of(place));
    if (parent.state != Parent::State::open)
        return Error{"changed-meanwhile",
                     "'" + harmless(shown(parent.culprit)) + "' is no directory (any more)",
                     Blame::environment,
                     {},
                     {},
                     {}};
    Place opened(tree);
    opened.place_ = place;
    opened.parent_ = std::move(parent.fd);
    opened.name_ = std::move(parent.name);
    return opened;
}

Error Place::changed(const Observed& expected, const Observed& actual) const {
    return Error{"changed-meanwhile",
                 "'" + harmless(shown(place_)) + "' changed since it was looked at",
                 Blame::environment,
                 {},
                 {"expected: " + describe(expected), "found: " + describe(actual)},
                 {}};
}

Result<Observed> Place::observe() const {
    return tree_->observe_in(parent_.get(), name_, place_);
}

Result<Observed> Place::observe_deep(const std::string& name, const Observed& expected) const {
    TRY_ASSIGN(auto actual, tree_->observe_in(parent_.get(), name, place_));
    if (actual.kind == Kind::directory && !expected.content.is_zero()) {
        TRY_ASSIGN(actual.content, digest_of_directory(parent_.get(), name));
    }
    return actual;
}

Result<> Place::check(const Observed& expected) const {
    TRY_ASSIGN(const auto actual, observe_deep(name_, expected));
    if (!same(actual, expected)) return changed(expected, actual);
    return {};
}

Result<> Place::give(int fd, const Observed& state) const {
    if (tree_->ownership() == Ownership::applied) {
        TRY_ASSIGN(const auto numbers, numbers_of(*tree_, state.owner));
        if (::fchown(fd, numbers.first, numbers.second) != 0)
            return os::system_error("change the owner of", shown(place_), errno);
    }
    if (::fchmod(fd, state.mode) != 0) return os::system_error("change the mode of", shown(place_), errno);
    return {};
}

Result<> Place::make_directory(const Observed& state) {
    if (::mkdirat(parent_.get(), staged_name, 0700) != 0)
        return os::system_error("create the directory", shown(place_), errno);
    staged_ = staged_name;
    const os::Fd fd(::openat(parent_.get(), staged_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd) return os::system_error("open", shown(place_), errno);
    return give(fd.get(), state);
}

Result<> Place::stage(const Wanted& wanted) {
    const Observed& state = wanted.state;
    if (state.kind == Kind::directory) return make_directory(state);
    if (state.kind == Kind::symlink) {
        if (::symlinkat(wanted.bytes.c_str(), parent_.get(), staged_name) != 0)
            return os::system_error("create the link", shown(place_), errno);
        staged_ = staged_name;
        if (tree_->ownership() == Ownership::recorded) return {};
        TRY_ASSIGN(const auto numbers, numbers_of(*tree_, state.owner));
        if (::fchownat(parent_.get(), staged_name, numbers.first, numbers.second, AT_SYMLINK_NOFOLLOW) != 0)
            return os::system_error("change the owner of", shown(place_), errno);
        return {};
    }
    // 0600 until everything is in it: no moment with a wider mode than the final one.
    const os::Fd fd(
        ::openat(parent_.get(), staged_name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd) return os::system_error("create", shown(place_), errno);
    staged_ = staged_name;
    if (wanted.source.empty()) {
        TRY(os::write_all(fd.get(), wanted.bytes, shown(place_)));
    } else {
        TRY_ASSIGN(const auto source, os::open_file(wanted.source, O_RDONLY));
        TRY(copy_bytes(source.get(), fd.get(), wanted.source));
    }
    return give(fd.get(), state);
}

Result<> Place::stage_original(const SavedOriginals& saved, const std::string& id) {
    TRY(saved.bring_back(id, parent_.get(), staged_name));
    staged_ = staged_name;
    return {};
}

Result<> Place::publish() {
    if (::renameat2(parent_.get(), staged_name, parent_.get(), name_.c_str(), RENAME_NOREPLACE) != 0) {
        if (errno != EEXIST) return os::system_error("create", shown(place_), errno);
        TRY_ASSIGN(const auto actual, observe());
        return changed(Observed{}, actual);
    }
    staged_.clear();
    return {};
}

Result<> Place::exchange(const Observed& expected) {
    const auto swap = [&] {
        return ::renameat2(parent_.get(), staged_name, parent_.get(), name_.c_str(), RENAME_EXCHANGE);
    };
    if (swap() != 0) return os::system_error("replace", shown(place_), errno);
    // An exchange is no compare-and-swap; looking at what came out makes it one.
    const auto displaced = observe_deep(staged_name, expected);
    if (!displaced || !same(*displaced, expected)) {
        if (swap() != 0) {
            staged_.clear();  // never delete what is not ours
            return os::system_error("put back", shown(place_), errno);
        }
        return displaced ? changed(expected, *displaced) : displaced.error();
    }
    staged_.clear();
    return remove_node(parent_.get(), staged_name);
}

Result<> Place::take_away(const Observed& expected) {
    if (expected.kind == Kind::directory) {  // rmdir is its own comparison: only an empty one goes
        TRY(check(expected));
        if (::unlinkat(parent_.get(), name_.c_str(), AT_REMOVEDIR) != 0)
            return os::system_error("remove the directory", shown(place_), errno);
        return {};
    }
    if (::renameat2(parent_.get(), name_.c_str(), parent_.get(), staged_name, RENAME_NOREPLACE) != 0)
        return os::system_error("remove", shown(place_), errno);
    const auto taken = observe_deep(staged_name, expected);
    if (!taken || !same(*taken, expected)) {
        if (::renameat2(parent_.get(), staged_name, parent_.get(), name_.c_str(), RENAME_NOREPLACE) != 0)
            return os::system_error("put back", shown(place_), errno);
        return taken ? changed(expected, *taken) : taken.error();
    }
    return remove_node(parent_.get(), staged_name);
}

Result<> Place::change_directory(const Observed& to) {
    const os::Fd fd(::openat(parent_.get(), name_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd) return os::system_error("open", shown(place_), errno);
    return give(fd.get(), to);
}

Result<std::string> Place::save(SavedOriginals& saved, const Observed& expected) const {
    TRY(check(expected));
    return saved.save(parent_.get(), name_);
}

void Place::drop_staged() {
    if (staged_.empty()) return;
    // What is staged is ours alone; a leftover is seen by the next run, which refuses to create over it.
    static_cast<void>(remove_node(parent_.get(), staged_));
    staged_.clear();
}

void Place::record(const Observed& state) {
    if (tree_->ownership() != Ownership::recorded) return;
    if (state.kind == Kind::absent)
        tree_->owners().forget(place_);
    else
        tree_->owners().set(place_, state.owner);
}

}  // namespace contract::activation
