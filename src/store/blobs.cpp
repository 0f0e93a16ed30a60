// SPDX-License-Identifier: Apache-2.0
#include "blobs.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <optional>

#include "aside.hpp"
#include "contract/base/path.hpp"
#include "contract/os/file.hpp"

namespace contract::store {

namespace {

// Smaller pieces cost a tenth of the speed of hashing in system calls alone.
constexpr std::size_t piece = std::size_t{1} << 19;

// Memory of `piece` bytes, for one reading at a time on this thread. It is kept, and never filled before it
// is read into: most files are small.
char* piece_buffer() {
    thread_local const std::unique_ptr<char[]> buffer(new char[piece]);
    return buffer.get();
}

// Full, or all that is left: it ends where the file does.
Result<std::string_view> next_piece(int fd, const std::string& name) {
    char* const buffer = piece_buffer();
    std::size_t size = 0;
    while (size < piece) {
        const ssize_t got = ::read(fd, buffer + size, piece - size);
        if (got == 0) break;
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return os::system_error("read", name, errno);
        size += static_cast<std::size_t>(got);
    }
    return std::string_view(buffer, size);
}

Result<SizedDigest> hash(int fd, const std::string& name) {
    Sha256 state;
    SizedDigest out;
    for (bool ended = false; !ended;) {
        TRY_ASSIGN(const auto bytes, next_piece(fd, name));
        state.update(bytes);
        out.size += bytes.size();
        ended = bytes.size() < piece;
    }
    out.digest = state.finish();
    return out;
}

bool is_file_of(std::uint64_t size, const struct stat& raw) {
    return S_ISREG(raw.st_mode) && static_cast<std::uint64_t>(raw.st_size) == size;
}

bool has_size(const std::string& path, std::uint64_t size) {
    struct stat raw {};
    return ::lstat(path.c_str(), &raw) == 0 && is_file_of(size, raw);
}

Kind twin_of(Kind kind) {
    return kind == Kind::plain ? Kind::executable : Kind::plain;
}

enum class Form { absent, as_made, changed };

// As far as can be seen from outside: whoever writes to a file sets its time. To hash it would cost too much
// here.
Form form_of(const std::string& path, std::uint64_t size, Kind kind) {
    struct stat raw {};
    if (::lstat(path.c_str(), &raw) != 0) return Form::absent;
    const bool untouched = is_file_of(size, raw) && (raw.st_mode & 07777) == mode_of(kind) &&
                           raw.st_mtim.tv_sec == canonical_mtime && raw.st_mtim.tv_nsec == 0;
    return untouched ? Form::as_made : Form::changed;
}

// renameat(2) to `to`, which is made possible where only its folder is missing; 0, or the errno.
int move_to(int directory, const std::string& name, const std::string& to) {
    if (::renameat(directory, name.c_str(), AT_FDCWD, to.c_str()) == 0) return 0;
    if (errno != ENOENT) return errno;
    make_folder(path::parent(to));
    return ::renameat(directory, name.c_str(), AT_FDCWD, to.c_str()) == 0 ? 0 : errno;
}

Result<> move_to(const std::string& from, const std::string& to) {
    if (const int reason = move_to(AT_FDCWD, from, to); reason != 0)
        return os::system_error("move into the store", to, reason);
    return {};
}

// Whoever collects sees that it was used. False: it is not there.
bool renew(const std::string& path) {
    const timespec times[2] = {{0, UTIME_NOW}, {0, UTIME_OMIT}};
    return ::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) == 0;
}

}  // namespace

void make_folder(const std::string& folder) {
    for (const auto& path : {path::parent(folder), folder})
        if (::mkdir(path.c_str(), 0755) == 0) (void)::chmod(path.c_str(), 0755);
}

Result<SizedDigest> hash_file(const std::string& path) {
    TRY_ASSIGN(const os::Fd fd, os::open_file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
    return hash(fd.get(), path);
}

Error damaged(const Digest& digest, std::string_view what) {
    return {
        "store-damaged",
        "the blob '" + digest.hex() + "' of the store " + std::string(what),
        Blame::environment,
        {},
        {},
        {"run `contract store verify --repair`, then the command again: what is missing is fetched or built "
         "anew; if it comes back, suspect the disk"}};
}

std::string Blobs::path(const Digest& digest, Kind kind) const {
    const std::string hex = digest.hex();
    std::string out = home_;
    out.append("/blobs/").append(hex, 0, 2).append("/").append(hex);
    return kind == Kind::executable ? out + ".x" : out;
}

bool Blobs::has(const Digest& digest) const {
    return os::exists(path(digest, Kind::plain)) || os::exists(path(digest, Kind::executable));
}

bool Blobs::has(const Digest& digest, std::uint64_t size) const {
    return has_size(path(digest, Kind::plain), size) || has_size(path(digest, Kind::executable), size);
}

bool Blobs::find_again(const Digest& digest, std::uint64_t size, Kind kind) const {
    const Lease::Use use(*lease_);
    const std::string file = path(digest, kind);
    return form_of(file, size, kind) == Form::as_made && renew(file);
}

bool Blobs::find_again(const Digest& digest) const {
    const Lease::Use use(*lease_);
    const bool plain = renew(path(digest, Kind::plain));
    return renew(path(digest, Kind::executable)) || plain;
}

bool Blobs::find_again(const Digest& digest, std::uint64_t size) const {
    bool found = false;
    for (const Kind kind : {Kind::plain, Kind::executable}) {
        if (form_of(path(digest, kind), size, kind) == Form::changed) return false;
        found = find_again(digest, size, kind) || found;
    }
    return found;
}

// The form that nobody brings again; it is made from the other one when it is needed.
void Blobs::drop_changed(const Digest& digest, std::uint64_t size, Kind kind) const {
    const std::string file = path(digest, kind);
    if (form_of(file, size, kind) == Form::changed) (void)::unlink(file.c_str());
}

// Whoever comes first wins; the content is the same. Only what somebody has changed since is replaced.
Result<> Blobs::publish(const std::string& aside, const Digest& digest, std::uint64_t size, Kind kind) const {
    if (!find_again(digest, size, kind)) TRY(move_to(aside, path(digest, kind)));
    drop_changed(digest, size, twin_of(kind));
    return {};
}

Result<Digest> Blobs::add(std::string_view bytes) const {
    const Digest digest = Digest::of(bytes);
    if (find_again(digest, bytes.size())) return digest;
    TRY_ASSIGN(const Aside aside, Aside::create(home_));
    TRY(os::write_all(aside.fd(), bytes, aside.path()));
    TRY(make_canonical(aside.fd(), Kind::plain, aside.path()));
    TRY(publish(aside.path(), digest, bytes.size(), Kind::plain));
    return digest;
}

// Hashed on the way, so that the digest is that of the copy even when somebody writes to the original. What
// fits into one piece, as most files do, is not written at all where the store has it.
Result<SizedDigest> Blobs::add_copy(int fd, Kind kind, const std::string& name) const {
    Sha256 state;
    SizedDigest out;
    std::optional<Aside> aside;
    for (bool ended = false; !ended;) {
        TRY_ASSIGN(const auto bytes, next_piece(fd, name));
        state.update(bytes);
        out.size += bytes.size();
        ended = bytes.size() < piece;
        if (ended) out.digest = state.finish();
        if (ended && !aside && find_again(out.digest, out.size)) return out;
        if (!aside) {
            TRY_ASSIGN(auto created, Aside::create(home_));
            aside.emplace(std::move(created));
        }
        TRY(os::write_all(aside->fd(), bytes, aside->path()));
    }
    TRY(make_canonical(aside->fd(), kind, aside->path()));
    TRY(publish(aside->path(), out.digest, out.size, kind));
    return out;
}

Result<SizedDigest> Blobs::take(int directory, const std::string& name, int fd, Kind kind,
                                const std::string& shown) const {
    struct stat raw {};
    if (::fstat(fd, &raw) != 0) return os::system_error("look at", shown, errno);
    // Another name would go on reaching the blob, and attributes would come along.
    const ssize_t attributes = ::flistxattr(fd, nullptr, 0);
    if (raw.st_nlink != 1 || attributes > 0) return add_copy(fd, kind, shown);
    TRY_ASSIGN(const auto out, hash(fd, shown));
    drop_changed(out.digest, out.size, twin_of(kind));
    if (find_again(out.digest, out.size, kind)) return out;
    TRY(make_canonical(fd, kind, shown));
    const std::string to = path(out.digest, kind);
    const int reason = move_to(directory, name, to);
    if (reason == 0) return out;
    if (reason != EXDEV) return os::system_error("move into the store", to, reason);
    if (::lseek(fd, 0, SEEK_SET) < 0) return os::system_error("rewind", shown, errno);
    return add_copy(fd, kind, shown);
}

Result<os::Fd> Blobs::open(const Digest& digest, Kind first) const {
    for (const Kind kind : {first, twin_of(first)}) {
        const std::string file = path(digest, kind);
        os::Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
        if (fd) return fd;
        if (errno != ENOENT) return os::system_error("open", file, errno);
    }
    return damaged(digest, "is missing");
}

Result<std::string> Blobs::read(const Digest& digest) const {
    TRY_ASSIGN(const os::Fd fd, open(digest, Kind::plain));
    TRY_ASSIGN(auto bytes, os::read_all(fd.get(), ~std::uint64_t{0}, path(digest, Kind::plain)));
    if (Digest::of(bytes) == digest) return bytes;
    // Removed, because what is there is never written again: the next run then makes it anew.
    TRY(verify(digest));
    return damaged(digest, "is damaged: its bytes have another digest");
}

Result<Blobs::Examined> Blobs::examine(const Digest& digest, Kind kind) const {
    Examined out;
    const std::string file = path(digest, kind);
    struct stat raw {};
    if (::lstat(file.c_str(), &raw) != 0) {
        if (errno == ENOENT) return out;
        return os::system_error("look at", file, errno);
    }
    out.there = true;
    out.size = static_cast<std::uint64_t>(raw.st_size);
    if (!S_ISREG(raw.st_mode)) {
        out.what = "is no regular file";
        return out;
    }
    TRY_ASSIGN(const auto found, hash_file(file));
    if (found.digest != digest)
        out.what = "has other bytes than its digest says";
    else if ((raw.st_mode & 07777) != mode_of(kind))
        out.what = "has another mode than the store gives it";
    return out;
}

Result<bool> Blobs::verify(const Digest& digest) const {
    for (const Kind kind : {Kind::plain, Kind::executable}) {
        const std::string file = path(digest, kind);
        const os::Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
        if (!fd && errno == ENOENT) continue;
        if (!fd) return os::system_error("open", file, errno);
        TRY_ASSIGN(const auto found, hash(fd.get(), file));
        if (found.digest != digest && ::unlink(file.c_str()) != 0 && errno != ENOENT)
            return os::system_error("remove the damaged blob", file, errno);
    }
    return has(digest);
}

// Makes path(digest, kind) a new inode, from itself or from its twin.
Result<> Blobs::remake(const Digest& digest, Kind kind) const {
    TRY_ASSIGN(const os::Fd from, open(digest, kind));
    TRY_ASSIGN(const Aside aside, Aside::create(home_));
    TRY(copy_content(from.get(), aside.fd(), aside.path()));
    TRY(make_canonical(aside.fd(), kind, aside.path()));
    return move_to(aside.path(), path(digest, kind));
}

Result<> Blobs::link(const Digest& digest, Kind kind, int directory, const std::string& name) const {
    const std::string from = path(digest, kind);
    // Twice more at most: the kind may be missing, and another process may use up the names of a new inode.
    for (int attempt = 0;; ++attempt) {
        if (::linkat(AT_FDCWD, from.c_str(), directory, name.c_str(), 0) == 0) return {};
        const bool remakeable = errno == ENOENT || errno == EMLINK;
        if (!remakeable || attempt == 2) return os::system_error("link from the store", name, errno);
        TRY(remake(digest, kind));
    }
}

Result<os::Fd> Blobs::copy(const Digest& digest, int directory, const std::string& name) const {
    TRY_ASSIGN(const os::Fd from, open(digest, Kind::plain));
    os::Fd to(::openat(directory, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!to) return os::system_error("create", name, errno);
    TRY(copy_content(from.get(), to.get(), name));
    return to;
}

}  // namespace contract::store
