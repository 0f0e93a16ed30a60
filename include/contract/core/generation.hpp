// SPDX-License-Identifier: Apache-2.0
//
// A generation: what a host shall look like, path by path, each with the option and the place it came from.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "contract/base/digest.hpp"
#include "contract/core/store_path.hpp"

namespace contract::core {

enum class OnCollision {
    refuse,
    save,  // what was there is saved, then replaced
};

// What happens to a file of ours that somebody edited since it was written.
enum class OnModified {
    refuse,
    save,  // the edited one is saved, then replaced
    keep,  // it stays as it is
};
std::string_view word(OnCollision what);
std::string_view word(OnModified what);

struct FileText {
    std::string bytes;
    friend bool operator==(const FileText&, const FileText&) = default;
};
// A regular file inside an output; its bytes are known after the build.
struct FileInStore {
    StorePath output;
    std::string relative;  // "share/fleet.conf"
    friend bool operator==(const FileInStore&, const FileInStore&) = default;
};
struct FolderEntry {
    friend bool operator==(const FolderEntry&, const FolderEntry&) = default;
};
struct LinkEntry {
    std::string target;
    friend bool operator==(const LinkEntry&, const LinkEntry&) = default;
};

struct GenerationEntry {
    std::string path;  // normalised; absolute, and of a home relative to the home directory
    std::variant<FileText, FileInStore, FolderEntry, LinkEntry> content;
    std::uint32_t mode = 0644;
    std::string owner = "root";  // empty for a home: whoever activates it
    std::string group = "root";
    OnCollision on_collision = OnCollision::refuse;
    OnModified on_modified = OnModified::refuse;
    std::vector<std::string> restart;  // units to restart when it changes: "agent.service"
    std::vector<std::string> reload;
    std::string option;  // files."/etc/motd", units.agent: where it comes from
    Span where;
    friend bool operator==(const GenerationEntry&, const GenerationEntry&) = default;
};

// A unit as declared; its rendered file is among the entries.
struct GenerationUnit {
    std::string name;     // "agent.service", "backup.timer"
    std::string program;  // argv[0]: absolute, or "~/…" below a home; empty for a timer
    std::string starts;   // of a timer: "backup.service"
    std::string user;     // empty: root, or whoever's home it is
    std::string path;     // of the unit file on the host
    Span where;
    friend bool operator==(const GenerationUnit&, const GenerationUnit&) = default;
};

struct Account {
    std::string name;
    Span where;
    friend bool operator==(const Account&, const Account&) = default;
};

// What others put on the host: it has to be there at run time, and is never in the store.
struct Secret {
    std::string name;
    std::string path;  // as that of an entry
    std::string owner;
    std::uint32_t mode = 0400;
    Span where;
    friend bool operator==(const Secret&, const Secret&) = default;
};

// A protected path that the host agrees to take over, with everything below it.
struct AgreedPath {
    std::string path;
    Span where;
    friend bool operator==(const AgreedPath&, const AgreedPath&) = default;
};

// Its bin goes on PATH, so it has to have one.
struct PathPackage {
    StorePath output;
    Span where;
    friend bool operator==(const PathPackage&, const PathPackage&) = default;
};

struct Generation {
    std::vector<GenerationEntry> entries;  // sorted by path; a path may occur twice: a collision to report
    std::vector<GenerationUnit> units;     // sorted by name
    std::vector<Account> users;            // declared ones, sorted
    std::vector<Account> groups;
    std::vector<Secret> secrets;             // sorted by name
    std::vector<AgreedPath> agreed;          // sorted by path
    std::vector<PathPackage> path_packages;  // in the order of PATH
    friend bool operator==(const Generation&, const Generation&) = default;
};

// Of everything but positions.
Digest digest_of(const Generation& generation);

}  // namespace contract::core
