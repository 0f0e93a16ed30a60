// SPDX-License-Identifier: Apache-2.0
//
// One directory that generations are applied to, seen only through its descriptor: nothing is ever reached
// through a symlink below it, and nothing outside of it can be reached at all. This file looks; apply.cpp
// changes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "contract/base/digest.hpp"
#include "contract/os/fd.hpp"
#include "owners.hpp"

namespace contract::activation {

enum class Kind { absent, regular, directory, symlink, special };
std::string_view word(Kind kind);

// What lies at a path, or shall lie there.
struct Observed {
    Kind kind = Kind::absent;
    std::uint32_t mode = 0;  // permission bits; 0 for a symlink, which has none of its own
    std::uint64_t size = 0;
    Digest content;  // regular: of its bytes; symlink: of its target; directory: zero, or of what is in it
    std::string target;  // symlink
    Owner owner;         // empty names: not known
};

// Names, modes, sizes and owners; never content.
std::string describe(const Observed& observed);
bool same_content(const Observed& a, const Observed& b);
bool same_mode_and_owner(const Observed& a, const Observed& b);  // an unknown owner equals every owner
bool same(const Observed& a, const Observed& b);

// Whether owners are in the file system, or recorded beside the tree because this process may not change
// them.
enum class Ownership { applied, recorded };

// The directory that holds a path.
struct Parent {
    enum class State { open, absent, symlink, not_directory };
    State state = State::absent;
    os::Fd fd;            // open: O_PATH
    std::string name;     // open: of the path in it
    std::string culprit;  // otherwise: the ancestor that is missing, a symlink or no directory
};

class Tree {
public:
    // Errors: system; not-a-directory.
    static Result<Tree> open(const std::string& directory, Ownership ownership);

    const std::string& directory() const { return directory_; }
    Ownership ownership() const { return ownership_; }
    int fd() const { return root_.get(); }

    // "/bin/tool" → "usr/bin/tool" where /bin is such a link: the only symlinks that are ever resolved are
    // those directly under / and /var that distributions place there, owned by the owner of the tree.
    std::string place_of(const std::string& path) const;

    // `place` is relative, as place_of returns it. Errors: system.
    Result<Parent> parent_of(const std::string& place) const;
    // What lies at `place`; absent when an ancestor is missing. Errors: symlinked-parent, not-a-directory (an
    // ancestor), system.
    Result<Observed> observe(const std::string& place) const;
    // The same for a name in a directory that is open; owners by `place`.
    Result<Observed> observe_in(int parent, const std::string& name, const std::string& place) const;
    // The names in the directory at `place`, sorted.
    Result<std::vector<std::string>> list(const std::string& place) const;
    // Everything below the tree, by place, sorted: what "as before" is compared with.
    Result<std::vector<std::pair<std::string, Observed>>> snapshot() const;

    OwnerRecord& owners() { return owners_; }
    const OwnerRecord& owners() const { return owners_; }
    const Accounts& accounts() const { return accounts_; }

private:
    Tree() = default;
    void find_links();
    Result<> snapshot_below(const std::string& place,
                            std::vector<std::pair<std::string, Observed>>& found) const;

    std::string directory_;
    os::Fd root_;
    Ownership ownership_ = Ownership::recorded;
    std::vector<std::pair<std::string, std::string>> links_;  // "bin" → "usr/bin"
    OwnerRecord owners_;
    Accounts accounts_;
};

// openat2 with RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS and RESOLVE_NO_MAGICLINKS; -1 and errno on failure.
int open_beneath(int root, const std::string& place, int flags);
// The digest of everything below a directory: names, kinds, modes, bytes.
Result<Digest> digest_of_directory(int parent, const std::string& name);

}  // namespace contract::activation
