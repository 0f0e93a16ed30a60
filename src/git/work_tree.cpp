// SPDX-License-Identifier: Apache-2.0
//
// What git tracks and how it would store what lies in the work tree.
#include <algorithm>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "state.hpp"

namespace contract::git {

namespace {

constexpr std::int64_t nanoseconds = 1'000'000'000;

std::int64_t nanoseconds_of(const git_index_time& time) {
    // Seconds are 32 unsigned bits on disk.
    return static_cast<std::int64_t>(static_cast<std::uint32_t>(time.seconds)) * nanoseconds +
           static_cast<std::int64_t>(time.nanoseconds);
}

IndexEntry entry_from(const git_index_entry& raw, std::int64_t index_mtime_ns) {
    IndexEntry entry;
    entry.path = raw.path;
    entry.mode = raw.mode;
    entry.blob = text_of(raw.id);
    entry.conflicted = GIT_INDEX_ENTRY_STAGE(&raw) != 0;
    const bool promised = (raw.flags_extended & GIT_INDEX_ENTRY_INTENT_TO_ADD) != 0;
    const std::int64_t mtime_ns = nanoseconds_of(raw.mtime);
    // A file that changed in the same tick in which the index was written can look unchanged ("racy git").
    if (promised || mtime_ns >= index_mtime_ns) return entry;
    entry.size = raw.file_size;
    entry.mtime_ns = mtime_ns;
    entry.ctime_ns = nanoseconds_of(raw.ctime);
    entry.inode = raw.ino;
    return entry;
}

Error external_filter(const std::string& path, const std::string& filter) {
    return Error{"external-filter",
                 "'" + harmless(path) + "' is stored through the git filter '" + harmless(filter) +
                     "', a program that contract does not run",
                 Blame::declaration,
                 {},
                 {},
                 {"keep the file out of the contract, or pin what it holds as an input"}};
}

// The value of an attribute, when it is a string.
std::optional<std::string> attribute(git_repository* repository, const std::string& path, const char* name) {
    const char* value = nullptr;
    if (git().git_attr_get(&value, repository, GIT_ATTR_CHECK_FILE_THEN_INDEX, path.c_str(), name) != 0)
        return std::nullopt;
    if (git().git_attr_value(value) != GIT_ATTR_VALUE_STRING) return std::nullopt;
    return std::string(value);
}

// A directory that was replaced by a symlink must not lead out of the work tree.
Result<> check_parents(const std::string& work_tree, const std::string& path) {
    for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
        const std::string directory = path::join(work_tree, path.substr(0, slash));
        TRY_ASSIGN(const auto status, os::status(directory));
        if (status && status->type == os::FileType::directory) continue;
        return Error{
            "missing-file",
            "there is no file '" + harmless(path) + "': '" + harmless(directory) + "' is not a directory",
            Blame::declaration,
            {},
            {},
            {}};
    }
    return {};
}

Result<std::string> apply(git_filter_list* filters, const std::string& bytes, const std::string& path) {
    git_buf out = GIT_BUF_INIT;
    if (git().git_filter_list_apply_to_buffer(&out, filters, bytes.data(), bytes.size()) != 0)
        return Error{"system",
                     "cannot convert '" + harmless(path) + "' as git stores it: " + last_message(),
                     Blame::environment,
                     {},
                     {},
                     {}};
    std::string converted(out.ptr == nullptr ? "" : out.ptr, out.size);
    git().git_buf_dispose(&out);
    return converted;
}

}  // namespace

Result<std::vector<IndexEntry>> Repository::index() const {
    git_index* raw = nullptr;
    if (git().git_repository_index(&raw, state_->repository.get()) != 0)
        return damaged(state_->place, "the index");
    const OwnedIndex index(raw);
    // Before the read: an index replaced in between looks older than it is, never newer.
    TRY_ASSIGN(const auto status, os::status(index_file()));
    if (git().git_index_read(raw, 1) != 0) return damaged(state_->place, "the index");
    std::vector<IndexEntry> entries;
    const std::size_t size = git().git_index_entrycount(raw);
    entries.reserve(size);
    for (std::size_t i = 0; i < size; ++i) {
        auto entry = entry_from(*git().git_index_get_byindex(raw, i), status ? status->mtime_ns : 0);
        // The stages of a conflict are up to three entries of one path.
        if (!entries.empty() && entries.back().path == entry.path) continue;
        entries.push_back(std::move(entry));
    }
    std::sort(entries.begin(), entries.end(),
              [](const IndexEntry& a, const IndexEntry& b) { return a.path < b.path; });
    return entries;
}

Result<std::string> Repository::filtered(const std::string& path) const {
    if (state_->work_tree.empty()) throw InternalError("git::filtered: a bare repository has no files");
    TRY(check_parents(state_->work_tree, path));
    const std::string file = path::join(state_->work_tree, path);
    TRY_ASSIGN(const auto status, os::status(file));
    if (!status)
        return Error{
            "missing-file", "there is no file '" + harmless(path) + "'", Blame::declaration, {}, {}, {}};
    if (status->type == os::FileType::symlink) return os::read_link(file);
    auto* repository = state_->repository.get();
    for (const char* name : {"filter", "working-tree-encoding"})
        if (const auto value = attribute(repository, path, name)) return external_filter(path, *value);
    TRY_ASSIGN(auto bytes, os::read_file(file));
    git_filter_list* raw = nullptr;
    if (git().git_filter_list_load(&raw, repository, nullptr, path.c_str(), GIT_FILTER_TO_ODB,
                                   GIT_FILTER_ALLOW_UNSAFE) != 0)
        return damaged(state_->place, "the attributes of '" + harmless(path) + "'");
    if (raw == nullptr) return bytes;
    const OwnedFilters filters(raw);
    return apply(raw, bytes, path);
}

}  // namespace contract::git
