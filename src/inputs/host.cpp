// SPDX-License-Identifier: Apache-2.0
//
// What stands for "this machine's tools" in the key of a local result. Reading every file of /usr would take
// seconds, so it is the package database and the folders by stat: their directories, whose times change when
// an entry comes, goes or is replaced by renaming, as package managers do; one level more in those that hold
// programs and headers. Below `local`, and everywhere on a machine without a package database, each file
// counts by stat as well, since people copy over those in place. What it misses is a packaged file changed in
// place, or anything deeper down, by something that is no package manager; such results are reported as not
// hermetic for this reason.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <set>
#include <utility>

#include "contract/inputs/inputs.hpp"
#include "contract/os/fd.hpp"
#include "contract/os/file.hpp"

namespace contract::inputs {

namespace {

constexpr std::array<std::string_view, 7> deeper = {"bin",   "sbin",    "lib",    "lib64",
                                                    "local", "include", "libexec"};
// dpkg and rpm write their database anew and rename it into place whenever a package changes.
constexpr std::array<const char*, 2> package_databases = {"/var/lib/dpkg/status",
                                                          "/usr/lib/sysimage/rpm/rpmdb.sqlite"};
constexpr const char* release_file = "/usr/lib/os-release";

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};

class Fingerprint {
public:
    // A file that is not there is a fact too.
    Result<> add_file(const std::string& path) {
        add_text(path);
        TRY_ASSIGN(const auto status, os::target_status(path));
        if (!status) {
            add_text("none");
            return {};
        }
        TRY_ASSIGN(const auto bytes, os::read_file(path));
        add_text(bytes);
        return {};
    }

    void add_database(const char* path) {
        struct stat raw {};
        const bool found = ::stat(path, &raw) == 0;
        add_number(found ? 1 : 0);
        if (!found) return;
        has_database_ = true;
        add_status(raw);
    }

    Result<> add_folder(const std::string& path) {
        add_text(path);
        struct stat raw {};
        if (::fstatat(AT_FDCWD, path.c_str(), &raw, AT_SYMLINK_NOFOLLOW) != 0) {
            if (errno != ENOENT && errno != ENOTDIR) return os::system_error("look at", path, errno);
            add_text("none");
            return {};
        }
        add_status(raw);
        // /bin is a symlink to usr/bin on a current system: what counts is what it leads to.
        if (::fstatat(AT_FDCWD, path.c_str(), &raw, 0) != 0 || !S_ISDIR(raw.st_mode)) return {};
        return add_children(path, 2, !has_database_ || !is_packaged(path));
    }

    Digest finish() const { return Digest::of(bytes_); }

private:
    // Where distributions put packages, and people do not put files by hand.
    static bool is_packaged(std::string_view path) {
        const auto top = path.substr(0, path.find('/', 1));
        return (top == "/usr" && !path.starts_with("/usr/local")) || top == "/bin" || top == "/sbin" ||
               top.starts_with("/lib");
    }

    static bool is_deeper(std::string_view name) {
        return std::find(deeper.begin(), deeper.end(), name) != deeper.end();
    }

    // The directories below `path`, or all that is there, and `levels` - 1 more below those named in
    // `deeper`.
    Result<> add_children(const std::string& path, int levels, bool every_file) {
        DIR* raw = ::opendir(path.c_str());
        if (raw == nullptr) {
            // A directory that may not be read holds no tools for us either.
            add_text("unreadable");
            return {};
        }
        const std::unique_ptr<DIR, CloseDirectory> directory(raw);
        struct stat own {};
        if (::fstat(::dirfd(raw), &own) != 0) return os::system_error("look at", path, errno);
        // /bin, /lib and /usr lead to the same directories on a current system: each is looked at once.
        add_number(own.st_ino);
        if (!seen_.emplace(own.st_dev, own.st_ino).second) return {};
        std::vector<std::string> names;
        while (const dirent* entry = ::readdir(raw)) {
            const std::string_view name = entry->d_name;
            const bool counts = every_file || entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN;
            if (counts && name != "." && name != "..") names.emplace_back(name);
        }
        std::sort(names.begin(), names.end());
        for (const auto& name : names) {
            struct stat status {};
            if (::fstatat(::dirfd(raw), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
            add_text(name);
            add_status(status);
            if (levels > 1 && S_ISDIR(status.st_mode) && is_deeper(name))
                TRY(add_children(path + "/" + name, name == "local" ? levels : levels - 1,
                                 every_file || name == "local"));
        }
        return {};
    }

    void add_text(std::string_view text) {
        add_number(text.size());
        bytes_ += text;
    }
    void add_number(std::uint64_t number) {
        bytes_.append(reinterpret_cast<const char*>(&number), sizeof number);
    }
    void add_status(const struct stat& raw) {
        add_number(raw.st_mode);
        add_number(static_cast<std::uint64_t>(raw.st_size));
        add_number(static_cast<std::uint64_t>(raw.st_mtim.tv_sec) * 1'000'000'000 +
                   static_cast<std::uint64_t>(raw.st_mtim.tv_nsec));
        add_number(raw.st_ino);
    }

    bool has_database_ = false;
    std::string bytes_;  // hashed at once: thousands of small updates cost more than the hash
    std::set<std::pair<dev_t, ino_t>> seen_;
};

}  // namespace

Result<Digest> host_fingerprint(const std::vector<std::string>& folders) {
    Fingerprint fingerprint;
    for (const char* database : package_databases) fingerprint.add_database(database);
    TRY(fingerprint.add_file(release_file));
    auto sorted = folders;
    std::sort(sorted.begin(), sorted.end());
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    for (const auto& folder : sorted) TRY(fingerprint.add_folder(folder));
    return fingerprint.finish();
}

}  // namespace contract::inputs
