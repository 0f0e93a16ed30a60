// SPDX-License-Identifier: Apache-2.0
//
// Remote Execution API `Directory` messages in canonical encoding: fields in tag order, each list sorted by
// name as UTF-8 bytes, false and zero left out. The SHA-256 of the encoding names the tree; a cache that
// speaks the protocol needs no other digest.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "contract/base/digest.hpp"

namespace contract::core {

struct FileNode {
    std::string name;
    Digest digest;
    std::uint64_t size = 0;  // bytes
    bool executable = false;
    friend bool operator==(const FileNode&, const FileNode&) = default;
};
struct DirectoryNode {
    std::string name;
    Digest digest;
    std::uint64_t size = 0;  // of the encoded Directory
    friend bool operator==(const DirectoryNode&, const DirectoryNode&) = default;
};
struct SymlinkNode {
    std::string name;
    std::string target;
    friend bool operator==(const SymlinkNode&, const SymlinkNode&) = default;
};

struct Directory {
    std::vector<FileNode> files;
    std::vector<DirectoryNode> directories;
    std::vector<SymlinkNode> symlinks;
    friend bool operator==(const Directory&, const Directory&) = default;
};

// Sorts a copy; the order of the lists in `directory` does not matter. Error bad-name: a name that is empty,
// ".", "..", has a '/' or NUL, is not UTF-8, or occurs twice. One empty name is allowed: the only entry of a
// Directory, a file or symlink named "", stands for that file itself.
Result<std::string> encode(const Directory& directory);
// Accepts exactly what encode() writes. Error: bad-directory.
Result<Directory> decode_directory(std::string_view bytes);

}  // namespace contract::core
