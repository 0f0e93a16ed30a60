// SPDX-License-Identifier: Apache-2.0
//
// lstat, then only what the expectation asks for: a user's name goes through the name service, content
// through an open that never waits for the other end of a FIFO.
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "contract/os/file.hpp"
#include "kinds.hpp"

namespace contract::runtime {

namespace {

constexpr std::uint64_t content_limit = 1 << 20;  // bytes

std::string type_of(const struct stat& status) {
    if (S_ISREG(status.st_mode)) return "regular";
    if (S_ISDIR(status.st_mode)) return "directory";
    if (S_ISLNK(status.st_mode)) return "symlink";
    return "other";
}

std::string owner_of(uid_t uid) {
    std::array<char, 16384> buffer{};
    struct passwd entry {};
    struct passwd* found = nullptr;
    if (::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
        return found->pw_name;
    return std::to_string(uid);
}

std::string group_of(gid_t gid) {
    std::array<char, 16384> buffer{};
    struct group entry {};
    struct group* found = nullptr;
    if (::getgrgid_r(gid, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
        return found->gr_name;
    return std::to_string(gid);
}

Fact target_of(const std::string& path, bool is_symlink) {
    if (!is_symlink) return Fact::known({std::string()});
    std::string target(4096, '\0');
    const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
    if (length < 0) return unknown_from(errno);
    target.resize(static_cast<std::size_t>(length));
    return text_fact(std::move(target));
}

// The text, or why there is none, in both facts that stand for it.
void read_content(const std::string& path, std::map<std::string, Fact>& facts) {
    const auto both = [&](const Fact& fact) { facts["content"] = facts["lines"] = fact; };
    const os::Fd fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!fd) {
        if (errno == ENOENT) return both(Fact::absent("the symlink points nowhere"));
        return both(unknown_from(errno));
    }
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0) return both(unknown_from(errno));
    if (!S_ISREG(status.st_mode)) return both(Fact::unknown("it is not a regular file"));
    if (static_cast<std::uint64_t>(status.st_size) > content_limit)
        return both(Fact::unknown("it is larger than 1 MiB"));
    auto bytes = os::read_all(fd.get(), content_limit, path);
    if (!bytes) return both(Fact::unknown(bytes.error().message));
    facts["lines"] = lines_fact(*bytes);
    facts["content"] = text_fact(std::move(*bytes));
}

Facts missing(const Observation& observation, const std::string& path) {
    Facts out = all_unknown(observation, "");
    for (auto& [name, fact] : out.facts) fact = Fact::absent("there is no '" + path + "'");
    out.facts["exists"] = Fact::known({false});
    out.facts["type"] = Fact::known({std::string("missing")});
    return out;
}

}  // namespace

Facts observe_file(const Observation& observation) {
    const std::string& path = text_parameter(observation, "path");
    struct stat status {};
    Facts out;
    if (::lstat(path.c_str(), &status) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) {
            out = missing(observation, path);
        } else {
            const Fact why = unknown_from(errno);
            out = all_unknown(observation, why.reason, why.help);
        }
        out.source = path;
        return out;
    }
    std::array<char, 8> mode{};
    std::snprintf(mode.data(), mode.size(), "%04o", static_cast<unsigned>(status.st_mode & 07777U));
    out.source = path;
    out.facts["exists"] = Fact::known({true});
    out.facts["type"] = Fact::known({type_of(status)});
    out.facts["size"] = Fact::known({static_cast<std::int64_t>(status.st_size)});
    out.facts["mode"] = Fact::known({std::string(mode.data())});
    out.facts["target"] = target_of(path, S_ISLNK(status.st_mode));
    const Fact unread = Fact::unknown("it was not read, because the expectation does not name it");
    out.facts["content"] = out.facts["lines"] = out.facts["owner"] = out.facts["group"] = unread;
    const auto wants = [&](const char* name) { return observation.wanted.count(name) > 0; };
    if (wants("owner")) out.facts["owner"] = Fact::known({owner_of(status.st_uid)});
    if (wants("group")) out.facts["group"] = Fact::known({group_of(status.st_gid)});
    if (wants("content") || wants("lines")) read_content(path, out.facts);
    return out;
}

}  // namespace contract::runtime
