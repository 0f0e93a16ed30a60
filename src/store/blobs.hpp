// SPDX-License-Identifier: Apache-2.0
//
// Files by content: blobs/aa/<hex> of mode 0444, and blobs/aa/<hex>.x of mode 0555 for what is executable
// somewhere. Either of the two is the blob; the other is made from it when first needed. A name appears only
// when its content is complete. Knows nothing of trees and rows.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "aside.hpp"
#include "contract/base/digest.hpp"
#include "contract/os/fd.hpp"
#include "lease.hpp"

namespace contract::store {

struct SizedDigest {
    Digest digest;
    std::uint64_t size = 0;  // bytes
};

class Blobs {
public:
    Blobs(std::string home, std::shared_ptr<Lease> lease)
        : home_(std::move(home)), lease_(std::move(lease)) {}

    const std::string& home() const { return home_; }
    std::string path(const Digest& digest, Kind kind) const;
    bool has(const Digest& digest) const;
    // As has(), and of the right size: what a power failure leaves of an unsynced file is too short.
    bool has(const Digest& digest, std::uint64_t size) const;
    // As has(), for somebody who goes on to rely on it: no collection that goes on removes it (lease.hpp).
    bool find_again(const Digest& digest) const;
    // As find_again(), and of the size, mode and time that the store has given it: what was edited in place
    // does not count, so that whoever has the right bytes puts them there.
    bool find_again(const Digest& digest, std::uint64_t size) const;

    Result<Digest> add(std::string_view bytes) const;
    // Copies the rest of `fd`; `name` is for messages.
    Result<SizedDigest> add_copy(int fd, Kind kind, const std::string& name) const;
    // Takes the file `name` in `directory` itself, which `fd` has open: no byte is copied where it lies on
    // the same file system and has no other name, owner that cannot be changed, or extended attribute.
    Result<SizedDigest> take(int directory, const std::string& name, int fd, Kind kind,
                             const std::string& shown) const;

    // Verified. Errors: store-damaged, system.
    Result<std::string> read(const Digest& digest) const;
    // What is wrong with one form of a blob, looked at whole; nothing is changed. Error: system.
    struct Examined {
        bool there = false;
        std::uint64_t size = 0;
        std::string what;  // empty: it is sound
    };
    Result<Examined> examine(const Digest& digest, Kind kind) const;
    // True when the bytes on disk have this digest; one that has not is removed.
    Result<bool> verify(const Digest& digest) const;

    // Gives the finished file `aside`, below tmp/, the name of its content. Whoever comes first wins,
    // unless it was changed since.
    Result<> publish(const std::string& aside, const Digest& digest, std::uint64_t size, Kind kind) const;
    // A further name for the blob; past the file system's limit of names, a second inode takes its place.
    Result<> link(const Digest& digest, Kind kind, int directory, const std::string& name) const;
    // A new, writable file (mode 0600) with the content of the blob.
    Result<os::Fd> copy(const Digest& digest, int directory, const std::string& name) const;

private:
    Result<os::Fd> open(const Digest& digest, Kind first) const;
    Result<> remake(const Digest& digest, Kind kind) const;

    bool find_again(const Digest& digest, std::uint64_t size, Kind kind) const;
    void drop_changed(const Digest& digest, std::uint64_t size, Kind kind) const;

    std::string home_;
    std::shared_ptr<Lease> lease_;
};

// Makes a folder of the store that somebody has removed, and the one above it, whatever the umask says. Where
// it cannot, whoever uses it next tells why.
void make_folder(const std::string& folder);
Result<SizedDigest> hash_file(const std::string& path);
Error damaged(const Digest& digest, std::string_view what);
// Copies by reflink, else in the kernel, else through memory.
Result<> copy_content(int from, int to, const std::string& name);

}  // namespace contract::store
