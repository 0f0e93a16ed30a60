// SPDX-License-Identifier: Apache-2.0
#include "contract/copy/key_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"

namespace contract::copy {

namespace {

constexpr std::uint64_t largest_key = 4096;

Error bad_key(const std::string& file, const std::string& what, std::string help) {
    return {"bad-key",        "the key '" + harmless(file) + "' " + what, Blame::environment, {}, {},
            {std::move(help)}};
}

}  // namespace

Result<PublicKey> create_key(const std::string& file, std::string_view name) {
    TRY_ASSIGN(const auto key, SecretKey::generate(name));
    TRY(os::make_directories(path::parent(file), 0700));
    // Aside first, and then under its name only when there is nothing: two programs make one key, and no
    // killed one leaves half of it.
    TRY_ASSIGN(const auto aside, os::TemporaryDirectory::create(path::parent(file), ".new"));
    const std::string written = aside.path() + "/key";
    {
        TRY_ASSIGN(const os::Fd fd, os::open_file(written, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600));
        TRY(os::write_all(fd.get(), key.file_text(), file));
        if (::fsync(fd.get()) != 0) return os::system_error("sync", file, errno);
    }
    if (::link(written.c_str(), file.c_str()) != 0) {
        if (errno == EEXIST)
            return bad_key(file, "is there already, and what it signed would have to be signed anew",
                           "give another name, or remove it when nothing relies on it");
        return os::system_error("create", file, errno);
    }
    return key.public_key();
}

Result<SecretKey> load_key(const std::string& file) {
    const os::Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd && errno == ENOENT)
        return bad_key(file, "is not there",
                       "make one with `contract key new NAME`, or correct [keys] signing");
    if (!fd) return os::system_error("open", file, errno);
    struct stat raw {};
    if (::fstat(fd.get(), &raw) != 0) return os::system_error("look at", file, errno);
    if (!S_ISREG(raw.st_mode)) return bad_key(file, "is no regular file", "correct [keys] signing");
    if (raw.st_uid != ::geteuid())
        return bad_key(file, "belongs to another user",
                       "sign with a key of your own: `contract key new NAME`");
    if ((raw.st_mode & 077) != 0)
        return bad_key(
            file, "can be read or written by others",
            "chmod 600 " + harmless(file) + ", and make a new key if somebody else may have read this one");
    TRY_ASSIGN(const auto text, os::read_all(fd.get(), largest_key, file));
    auto key = SecretKey::parse(text);
    if (!key)
        return bad_key(file, "cannot be used: " + key.error().message,
                       "make one with `contract key new NAME`");
    return key;
}

}  // namespace contract::copy
