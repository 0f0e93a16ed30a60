// SPDX-License-Identifier: Apache-2.0
//
// A tree under construction, held in memory: files are blobs of the store already, so that nothing an archive
// says is ever done to a file system. Paths are relative, "usr/bin/make", with "/" between the parts.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "contract/base/digest.hpp"
#include "contract/store/store.hpp"

namespace contract::inputs {

class TreeBuilder {
public:
    struct File {
        Digest digest;
        std::uint64_t size = 0;  // bytes
        bool executable = false;
    };
    struct Link {
        std::string target;
    };
    struct Folder;
    using Node = std::variant<File, Link, std::unique_ptr<Folder>>;
    struct Folder {
        std::map<std::string, Node, std::less<>> entries;  // sorted by bytes
    };

    TreeBuilder();

    // Each makes the folders above and replaces what is there; a folder that is there stays with what is in
    // it. Never through a symlink: one on the way is error unsupported-entry, and so is a file. Also refused
    // so: "", ".", "..", absolute paths, names that are not UTF-8 or hold NUL, parts of more than 255 bytes,
    // more than 256 parts or 4095 bytes in all, a symlink target no file system takes. Error
    // archive-too-large: more names than memory should be spent on.
    Result<> add_file(std::string_view path, const File& file);
    Result<> add_link(std::string_view path, std::string target);
    Result<> add_folder(std::string_view path);
    // A hard link: `path` becomes another name of the file or symlink at `existing`. Error
    // unsupported-entry: nothing there, or a folder.
    Result<> add_hard_link(std::string_view path, std::string_view existing);

    const Node* find(std::string_view path) const;  // null: nothing there; never through a symlink
    void remove(std::string_view path);             // nothing there is fine
    void clear(std::string_view path);              // everything in a folder, not the folder
    void lift_only_folder();  // when there is one folder at the top and nothing else, it becomes the top
    Folder& top() { return *top_; }
    const Folder& top() const { return *top_; }

    // Stores every directory; the digest of the top.
    Result<Digest> finish(store::Store& store) const;

private:
    struct Place {
        Folder* folder;
        std::string_view name;
    };
    Result<Place> make_place(std::string_view path);
    Result<> put(std::string_view path, Node node);
    Result<> spend(std::size_t bytes);

    std::unique_ptr<Folder> top_;
    std::size_t names_ = 0;       // ever added
    std::size_t name_bytes_ = 0;  // of names and targets
};

// Why no tree can hold an entry at `path`, as the end of a sentence: "has a part '..'"; none when one can.
std::optional<std::string> reason_against(std::string_view path);

// For messages: as harmless(), and line breaks and tabs are escapes too; shortened when it is very long.
std::string shown_name(std::string_view name);

}  // namespace contract::inputs
