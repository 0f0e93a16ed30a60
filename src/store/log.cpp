// SPDX-License-Identifier: Apache-2.0
//
// Below 16 KiB nothing is compressed. A disk gives whole blocks of 4 KiB: of a log of 4 KiB nothing is saved,
// of 8 KiB one block, of 16 KiB three, of 64 KiB fifteen. It takes 40 microseconds for 8 KiB, 0.3 ms for 64
// KiB, and 0.4 s for the 64 MiB that a log can have; most logs have a few lines, and one more file to make,
// rename and remove costs more than they do.
#include "contract/store/log.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "contract/base/text.hpp"
#include "contract/os/file.hpp"

namespace contract::store {

namespace {

constexpr std::string_view ending = ".gz";
constexpr std::int64_t smallest = 16 << 10;  // bytes
constexpr std::size_t piece = std::size_t{1} << 17;

struct CloseGzip {
    void operator()(gzFile file) const { gzclose(file); }
};
using Gzip = std::unique_ptr<gzFile_s, CloseGzip>;

// Takes the descriptor over.
Result<Gzip> open_gzip(os::Fd fd, const char* mode, const std::string& name) {
    Gzip file(gzdopen(fd.get(), mode));
    if (!file) return os::system_error("open", name, ENOMEM);
    (void)fd.release();
    gzbuffer(file.get(), piece);
    return file;
}

Error damaged(const std::string& name) {
    return {"store-damaged",
            "the log '" + harmless(name) + "' of the store is damaged",
            Blame::environment,
            {},
            {},
            {"build the target again for a new one; if it comes back, suspect the disk"}};
}

Result<std::string> read_compressed(const std::string& name) {
    TRY_ASSIGN(os::Fd fd, os::open_file(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
    TRY_ASSIGN(const auto file, open_gzip(std::move(fd), "rb", name));
    std::string text;
    std::string buffer(piece, '\0');
    for (;;) {
        const int got = gzread(file.get(), buffer.data(), static_cast<unsigned>(buffer.size()));
        if (got < 0) return damaged(name);
        text.append(buffer, 0, static_cast<std::size_t>(got));
        if (text.size() > largest_log)
            return Error{"file-too-large",
                         "'" + harmless(name) + "' has more than " + std::to_string(largest_log) + " bytes",
                         Blame::environment,
                         {},
                         {},
                         {}};
        if (static_cast<std::size_t>(got) < buffer.size()) break;
    }
    // Plain bytes and a file that is cut off are read without a word.
    int status = Z_OK;
    gzerror(file.get(), &status);
    if (status != Z_OK || gzdirect(file.get()) != 0) return damaged(name);
    return text;
}

Result<> write_compressed(int from, const std::string& to) {
    TRY_ASSIGN(os::Fd fd, os::open_file(to, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0644));
    TRY_ASSIGN(auto file, open_gzip(std::move(fd), "wb6", to));
    std::string buffer(piece, '\0');
    for (;;) {
        const ssize_t got = ::read(from, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return os::system_error("read for", to, errno);
        if (got == 0) break;
        errno = ENOSPC;
        if (gzwrite(file.get(), buffer.data(), static_cast<unsigned>(got)) != got)
            return os::system_error("write", to, errno);
    }
    errno = ENOSPC;
    if (gzclose(file.release()) != Z_OK) return os::system_error("write", to, errno);
    return {};
}

}  // namespace

std::string action_of_log(const std::string& name) {
    return name.ends_with(ending) ? name.substr(0, name.size() - ending.size()) : name;
}

Result<std::string> read_log(const std::string& file) {
    const std::string compressed = file + std::string(ending);
    auto text = os::read_file(file, largest_log);
    // The plain one goes after the other has come: who does not find it finds that one.
    if (text || os::exists(file) || !os::exists(compressed)) return text;
    return read_compressed(compressed);
}

Result<> compress_log(const std::string& file) {
    TRY_ASSIGN(const os::Fd from, os::open_file(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
    struct stat raw {};
    if (::fstat(from.get(), &raw) != 0) return os::system_error("look at", file, errno);
    if (!S_ISREG(raw.st_mode) || raw.st_size < smallest) return {};
    const std::string compressed = file + std::string(ending), aside = compressed + ".new";
    if (auto written = write_compressed(from.get(), aside); !written) {
        ::unlink(aside.c_str());
        return written;
    }
    TRY(os::rename(aside, compressed));
    if (::unlink(file.c_str()) != 0) return os::system_error("remove", file, errno);
    return {};
}

Result<> forget_compressed_log(const std::string& file) {
    const std::string compressed = file + std::string(ending);
    if (::unlink(compressed.c_str()) != 0 && errno != ENOENT)
        return os::system_error("remove", compressed, errno);
    return {};
}

}  // namespace contract::store
