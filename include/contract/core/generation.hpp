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
    std::string path;  // absolute on the host, normalised
    std::variant<FileText, FileInStore, FolderEntry, LinkEntry> content;
    std::uint32_t mode = 0644;
    std::string owner = "root";
    std::string group = "root";
    OnCollision on_collision = OnCollision::refuse;
    std::string option;  // files."/etc/motd", units.agent: where it comes from
    Span where;
    friend bool operator==(const GenerationEntry&, const GenerationEntry&) = default;
};

// A unit as declared; its rendered file is among the entries.
struct GenerationUnit {
    std::string name;     // "agent.service"
    std::string program;  // argv[0]: absolute
    std::string user;     // empty: root
    std::string path;     // of the unit file on the host
    Span where;
    friend bool operator==(const GenerationUnit&, const GenerationUnit&) = default;
};

struct Account {
    std::string name;
    Span where;
    friend bool operator==(const Account&, const Account&) = default;
};

struct Generation {
    std::vector<GenerationEntry> entries;  // sorted by path; a path may occur twice: a collision to report
    std::vector<GenerationUnit> units;     // sorted by name
    std::vector<Account> users;            // declared ones, sorted
    std::vector<Account> groups;
    friend bool operator==(const Generation&, const Generation&) = default;
};

// Of everything but positions.
Digest digest_of(const Generation& generation);

}  // namespace contract::core
