// SPDX-License-Identifier: Apache-2.0
#include "lease.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>

#include "contract/base/text.hpp"
#include "contract/os/file.hpp"

namespace contract::store {

namespace {

constexpr std::string_view path_word = "path ";
constexpr std::string_view tree_word = "tree ";
// The time in the lease of a program that makes nothing in the store.
constexpr std::string_view after_all_files = "9999999999.0";

std::string lock_file(const std::string& home) {
    return home + "/tmp/locks/use";
}

std::string folder(const std::string& home) {
    return home + "/tmp/leases";
}

std::string marker(const std::string& home) {
    return home + "/tmp/collecting";
}

bool lock(int fd, int operation) {
    int status;
    do status = ::flock(fd, operation);
    while (status != 0 && errno == EINTR);
    return status == 0;
}

std::string text_of(const timespec& time) {
    return std::to_string(time.tv_sec) + "." + std::to_string(time.tv_nsec);
}

timespec time_from(std::string_view text) {
    timespec time{};
    const auto dot = text.find('.');
    if (dot == std::string_view::npos) return time;
    std::from_chars(text.data(), text.data() + dot, time.tv_sec);
    std::from_chars(text.data() + dot + 1, text.data() + text.size(), time.tv_nsec);
    return time;
}

bool is_earlier(const timespec& a, const timespec& b) {
    return a.tv_sec != b.tv_sec ? a.tv_sec < b.tv_sec : a.tv_nsec < b.tv_nsec;
}

// Whether no running process holds it. O_NONBLOCK: a FIFO that somebody put there would be waited for.
bool is_left_behind(const std::string& file) {
    const os::Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    return fd && lock(fd.get(), LOCK_SH | LOCK_NB);
}

// Whatever it is, no process of ours put it there.
bool is_no_file(const std::string& path) {
    struct stat raw {};
    return ::lstat(path.c_str(), &raw) == 0 && !S_ISREG(raw.st_mode);
}

Result<> forget_leases_left_behind(const std::string& home) {
    TRY_ASSIGN(const auto names, os::list_directory(folder(home)));
    for (const auto& name : names) {
        const std::string file = folder(home) + "/" + name;
        if (is_left_behind(file)) ::unlink(file.c_str());
    }
    return {};
}

// A last line without its end was not written whole, and so nothing relies on it yet.
void read_lease(std::string_view text, Leases& into) {
    const auto end = text.rfind('\n');
    if (end == std::string_view::npos) return;
    const auto lines = split(text.substr(0, end), '\n');
    const auto began = time_from(lines.front());
    if (is_earlier(began, into.oldest)) into.oldest = began;
    for (const std::string_view line : lines) {
        if (line.starts_with(path_word)) {
            if (const auto path = core::StorePath::parse(line.substr(path_word.size())))
                into.paths.push_back(*path);
        } else if (line.starts_with(tree_word)) {
            if (const auto tree = Digest::parse(line.substr(tree_word.size()))) into.trees.push_back(*tree);
        }
    }
}

}  // namespace

timespec file_time_now() {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
    return now;
}

Result<std::shared_ptr<Lease>> Lease::take(const std::string& home) {
    TRY_ASSIGN(os::Fd lock, os::open_file(lock_file(home), O_RDWR | O_CREAT | O_NOFOLLOW, 0600));
    std::shared_ptr<Lease> lease(new Lease(home, std::move(lock)));
    const Use use(*lease);
    if (!lease->create()) lease->hold_for_life();
    return lease;
}

os::Fd Lease::new_file(std::string& file) const {
    const std::string pattern = folder(home_) + "/XXXXXX";
    file = pattern;
    os::Fd made(::mkostemp(file.data(), O_CLOEXEC | O_APPEND));
    if (!made && errno == ENOENT) {
        // A store of an earlier version of the program.
        ::mkdir(folder(home_).c_str(), 0700);
        file = pattern;
        made = os::Fd(::mkostemp(file.data(), O_CLOEXEC | O_APPEND));
    }
    if (!made) file.clear();
    return made;
}

bool Lease::create() {
    fd_ = new_file(file_);
    return fd_ && lock(fd_.get(), LOCK_EX) &&
           os::write_all(fd_.get(), text_of(file_time_now()) + "\n", file_);
}

Lease::~Lease() {
    // A collection that goes on has to learn what this process relied on: its results may be in the index
    // now.
    if (!file_.empty() && !os::exists(marker(home_))) ::unlink(file_.c_str());
}

void Lease::enter() {
    const std::scoped_lock guard(mutex_);
    if (users_++ == 0) lock(lock_.get(), LOCK_SH);
}

void Lease::leave() {
    const std::scoped_lock guard(mutex_);
    if (--users_ == 0) unlock();
}

void Lease::unlock() {
    // Closing it unlocks too, if that is what is left.
    if (!lock(lock_.get(), LOCK_UN))
        lock_ = os::Fd(::open(lock_file(home_).c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
}

void Lease::hand_on() {
    const Use use(*this);
    const std::scoped_lock guard(mutex_);
    std::string file;
    const os::Fd made = new_file(file);
    if (!made) return;  // a full disk keeps nobody from running what is there
    std::string text = std::string(after_all_files) + "\n";
    for (const auto& line : written_) text += line;
    // Out of the way of what shells and scripts number themselves.
    constexpr int first_of_nobody = 100;
    os::Fd kept(::fcntl(made.get(), F_DUPFD, first_of_nobody));
    if (kept && lock(kept.get(), LOCK_EX) && os::write_all(kept.get(), text, file))
        kept.release();
    else
        ::unlink(file.c_str());
}

void Lease::rely_on_nothing() {
    const std::scoped_lock guard(mutex_);
    relies_ = false;
    users_ -= for_life_;
    if (for_life_ > 0 && users_ == 0) unlock();
    for_life_ = 0;
}

void Lease::keep_for_life() {
    if (!relies_) return;
    ++users_;
    ++for_life_;
}

void Lease::hold_for_life() {
    if (fd_) {
        ::unlink(file_.c_str());
        file_.clear();
        fd_ = os::Fd();
    }
    keep_for_life();
}

void Lease::write_line(const std::string& line) {
    const std::scoped_lock guard(mutex_);
    if (!fd_ || !written_.insert(line).second) return;
    // What the lease says already has to go on being said, so the file stays.
    if (!os::write_all(fd_.get(), line, file_)) keep_for_life();
}

void Lease::pin(const core::StorePath& path) {
    write_line(std::string(path_word) + path.base() + "\n");
}

void Lease::pin(const Digest& tree) {
    write_line(std::string(tree_word) + tree.hex() + "\n");
}

Result<Alone> Alone::take(const std::string& home) {
    TRY_ASSIGN(os::Fd fd, os::open_file(lock_file(home), O_RDWR | O_CREAT | O_NOFOLLOW, 0600));
    if (!lock(fd.get(), LOCK_EX)) return os::system_error("lock", lock_file(home), errno);
    return Alone(std::move(fd));
}

Result<Collecting> Collecting::begin(const std::string& home, const Alone&) {
    TRY(os::write_file(marker(home), "", 0600));
    // Not by the end of an object, which would wait for the lock that the caller has.
    if (const auto forgotten = forget_leases_left_behind(home); !forgotten) {
        ::unlink(marker(home).c_str());
        return forgotten.error();
    }
    return Collecting(home);
}

Collecting::~Collecting() {
    if (home_.empty()) return;
    // Under the lock no process begins or ends its lease half.
    const auto alone = Alone::take(home_);
    ::unlink(marker(home_).c_str());
    if (alone) (void)forget_leases_left_behind(home_);  // the next collection does it otherwise
}

Result<Leases> read_leases(const std::string& home, const std::string& own, const timespec& began,
                           const Alone&) {
    Leases leases;
    leases.oldest = began;
    TRY_ASSIGN(const auto names, os::list_directory(folder(home)));
    for (const auto& name : names) {
        const std::string file = folder(home) + "/" + name;
        if (file == own || is_no_file(file)) continue;
        const auto text = os::read_file(file);
        if (text) read_lease(*text, leases);
        // A process that has just ended may have removed it.
        else if (os::exists(file))
            return text.error();
    }
    return leases;
}

}  // namespace contract::store
