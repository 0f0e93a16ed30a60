// SPDX-License-Identifier: Apache-2.0
#include "home.hpp"

#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/os/machine.hpp"

namespace contract::store {

namespace {

// Whatever the umask says: other users of a machine run what root built.
Result<> make(const std::string& path, mode_t mode) {
    if (::mkdir(path.c_str(), mode) == 0) {
        if (::chmod(path.c_str(), mode) != 0) return os::system_error("change the mode of", path, errno);
        return {};
    }
    const int reason = errno;
    struct stat raw {};
    if (reason == EEXIST && ::stat(path.c_str(), &raw) == 0 && S_ISDIR(raw.st_mode)) return {};
    return os::system_error("create the directory", path, reason);
}

Result<> refuse_network(const std::string& home) {
    struct statfs raw {};
    if (::statfs(home.c_str(), &raw) != 0) return os::system_error("look at the file system of", home, errno);
    const auto name = network_name(static_cast<unsigned long>(raw.f_type));
    if (name.empty()) return {};
    return Error{"network-file-system",
                 "the store '" + harmless(home) + "' lies on a network file system (" + std::string(name) +
                     "), where neither locks nor the index can be relied on",
                 Blame::environment,
                 {},
                 {},
                 {"set CONTRACT_HOME to a directory on a local disk"}};
}

// Whoever can write to a store decides what its users run. Root's may be used by nobody else, and has modes
// that say so.
Result<> refuse_other_owners(const std::string& home) {
    for (const char* part : {"", "/store", "/blobs", "/index.sqlite"}) {
        const std::string path = home + part;
        struct stat raw {};
        if (::stat(path.c_str(), &raw) != 0) continue;
        const bool is_own = raw.st_uid == ::geteuid() || raw.st_uid == 0;
        if (is_own && (raw.st_mode & (S_IWGRP | S_IWOTH)) == 0) continue;
        return Error{"unsafe-owner",
                     "the store '" + harmless(home) + "' is not used: '" + harmless(path) +
                         (is_own ? "' can be written to by others" : "' belongs to another user"),
                     Blame::environment,
                     {},
                     {},
                     {is_own ? "chmod go-w it, when all in the store is what you mean; or set CONTRACT_HOME "
                               "to a folder in it"
                             : "set CONTRACT_HOME to a directory of your own"}};
    }
    return {};
}

}  // namespace

std::string_view network_name(unsigned long type) {
    // From statfs(2). f_type is signed on some systems, so only the low 32 bits are compared.
    constexpr std::array<std::pair<unsigned long, std::string_view>, 7> names{{{0x6969, "NFS"},
                                                                               {0xFF534D42, "CIFS"},
                                                                               {0xFE534D42, "SMB2"},
                                                                               {0x517B, "SMB"},
                                                                               {0x00C36400, "Ceph"},
                                                                               {0x5346414F, "AFS"},
                                                                               {0x73757245, "Coda"}}};
    for (const auto& [number, name] : names)
        if (number == (type & 0xFFFFFFFF)) return name;
    return {};
}

Result<> prepare_home(const std::string& home) {
    // The directory made last tells that all are there.
    const bool complete = os::exists(home + "/tmp/locks");
    if (!complete) {
        TRY(os::make_directories(path::parent(home)));
        TRY(make(home, os::is_root() ? 0755 : 0700));
    }
    TRY(refuse_network(home));
    TRY(refuse_other_owners(home));
    if (complete) return {};
    TRY(make(home + "/store", 0755));
    TRY(make(home + "/blobs", 0755));
    for (const char high : std::string_view("0123456789abcdef"))
        for (const char low : std::string_view("0123456789abcdef"))
            TRY(make(home + "/blobs/" + high + low, 0755));
    TRY(make(home + "/log", 0700));
    TRY(make(home + "/tmp", 0700));
    TRY(make(home + "/tmp/leases", 0700));
    return make(home + "/tmp/locks", 0700);
}

}  // namespace contract::store
