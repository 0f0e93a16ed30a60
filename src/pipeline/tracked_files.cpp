// SPDX-License-Identifier: Apache-2.0
#include "tracked_files.hpp"

#include <algorithm>
#include <charconv>
#include <map>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"

namespace contract::pipeline {

namespace {

constexpr std::string_view remembered_kind = "tracked-files";  // "<prefix>\n<work tree>" → state and list

// Where git keeps things: `private_directory` has HEAD and the index, `common_directory` the branches. They
// differ in a linked work tree, whose .git is a file.
struct GitDirectories {
    std::string private_directory;
    std::string common_directory;
};

Result<GitDirectories> git_directories(const std::string& work_tree) {
    const std::string dot_git = path::join(work_tree, ".git");
    TRY_ASSIGN(const auto found, os::target_status(dot_git));
    GitDirectories out{dot_git, dot_git};
    if (found && found->type == os::FileType::regular) {
        TRY_ASSIGN(const auto text, os::read_file(dot_git, 1 << 16));
        auto line = trim(text);
        if (line.starts_with("gitdir:")) line = trim(line.substr(7));
        out.private_directory = path::normalise(path::join(work_tree, line));
        out.common_directory = out.private_directory;
        if (const auto common = os::read_file(path::join(out.private_directory, "commondir"), 1 << 16))
            out.common_directory = path::normalise(path::join(out.private_directory, trim(*common)));
    }
    return out;
}

// The commit HEAD names, read as git lays it out; empty when it is not told that simply, which costs only
// speed.
std::string read_head(const GitDirectories& directories) {
    const auto head = os::read_file(path::join(directories.private_directory, "HEAD"), 1 << 16);
    if (!head) return "";
    const auto text = trim(*head);
    if (!text.starts_with("ref: ")) return std::string(text);
    const std::string ref(trim(text.substr(5)));
    if (const auto loose = os::read_file(path::join(directories.common_directory, ref), 1 << 16))
        return std::string(trim(*loose));
    const auto packed = os::read_file(path::join(directories.common_directory, "packed-refs"), 64 << 20);
    if (!packed) return "";
    for (const auto& line : split(*packed, '\n'))
        if (line.ends_with(" " + ref)) return line.substr(0, line.find(' '));
    return "";
}

std::string stat_key(const os::FileStatus& status) {
    return std::to_string(status.mtime_ns) + " " + std::to_string(status.ctime_ns) + " " +
           std::to_string(status.size) + " " + std::to_string(status.inode);
}

// The paths and blobs of the last commit, to tell what is staged.
Result<std::map<std::string, std::string>> committed_blobs(const git::Repository& repository,
                                                           const std::string& commit,
                                                           const std::string& prefix) {
    std::map<std::string, std::string> blobs;
    if (commit.empty()) return blobs;
    TRY_ASSIGN(const auto entries, repository.walk(commit, ""));
    for (const auto& entry : entries)
        if (entry.kind != git::NodeKind::directory && entry.path.starts_with(prefix))
            blobs.emplace(entry.path.substr(prefix.size()), entry.id);
    return blobs;
}

// The encoded list.
Result<std::string> read_index(const std::string& work_tree, const std::string& prefix,
                               std::int64_t index_mtime_ns) {
    TRY_ASSIGN(const auto repository, git::Repository::open(work_tree));
    TrackedFiles out;
    out.index_mtime_ns = index_mtime_ns;
    TRY_ASSIGN(const auto head, repository.head());
    if (head) out.commit = head->id;
    TRY_ASSIGN(auto committed, committed_blobs(repository, out.commit, prefix));
    TRY_ASSIGN(const auto entries, repository.index());
    std::map<std::string_view, TrackedFile> files;  // the sides of a conflict are entries of one name
    for (const auto& entry : entries) {
        if (!entry.path.starts_with(prefix)) continue;
        const auto name = std::string_view(entry.path).substr(prefix.size());
        const auto found = committed.find(std::string(name));
        const bool staged = found == committed.end() || found->second != entry.blob;
        if (found != committed.end()) committed.erase(found);
        files[name] = {name,       entry.mode,     entry.conflicted, staged,
                       entry.size, entry.mtime_ns, entry.inode,      entry.blob};
    }
    for (const auto& [name, file] : files) out.files.push_back(file);
    for (const auto& [name, blob] : committed) out.deleted.push_back(name);
    return encode(out);
}

}  // namespace

Result<TrackedFiles> tracked_files(const std::string& work_tree, const std::string& prefix,
                                   store::Store& store) {
    TRY_ASSIGN(const auto directories, git_directories(work_tree));
    TRY_ASSIGN(const auto index, os::status(path::join(directories.private_directory, "index")));
    const std::string head = read_head(directories);
    const bool can_remember = index && !head.empty();
    // One row for each work tree, which the next state of it takes the place of: a list is long, and nobody
    // asks for an older one.
    const std::string key = prefix + "\n" + work_tree;
    const std::string state = can_remember ? stat_key(*index) + " " + head + "\n" : "";
    if (can_remember) {
        TRY_ASSIGN(auto remembered, store.recall(remembered_kind, key));
        if (remembered && remembered->starts_with(state))
            if (auto decoded = decode_tracked_files(
                    std::make_shared<const std::string>(std::move(*remembered)), state.size()))
                return std::move(*decoded);
    }
    TRY_ASSIGN(auto text, read_index(work_tree, prefix, index ? index->mtime_ns : 0));
    // The index may have been replaced while it was read: then the state belongs to neither.
    TRY_ASSIGN(const auto after, os::status(path::join(directories.private_directory, "index")));
    if (can_remember && after && stat_key(*after) == stat_key(*index))
        TRY(store.remember(remembered_kind, key, state + text));
    return *decode_tracked_files(std::make_shared<const std::string>(std::move(text)), 0);
}

Result<> forget_lost_work_trees(store::Store& store) {
    TRY_ASSIGN(const auto facts, store.recall_all(remembered_kind));
    for (const auto& [key, value] : facts)
        if (!os::exists(key.substr(key.find("\n/") + 1))) TRY(store.forget(remembered_kind, key));
    return {};
}

// One line per file: numbers, blob and the path last, NUL-terminated, since a path may contain anything else.
std::string encode(const TrackedFiles& files) {
    std::string out = files.commit + " " + std::to_string(files.index_mtime_ns) + " " +
                      std::to_string(files.deleted.size());
    for (const auto& name : files.deleted) (out += '\0') += name;
    out += '\0';
    for (const auto& file : files.files) {
        out += std::to_string(file.mode) + " " + (file.conflicted ? "1" : "0") + " " +
               (file.staged ? "1" : "0") + " " + std::to_string(file.size) + " " +
               std::to_string(file.mtime_ns) + " " + std::to_string(file.inode) + " ";
        (((out += file.blob) += ' ') += file.name) += '\0';
    }
    return out;
}

namespace {

// Takes the text up to `separator` off the front; false when there is none.
bool take(std::string_view& bytes, char separator, std::string_view& field) {
    const auto end = bytes.find(separator);
    if (end == std::string_view::npos) return false;
    field = bytes.substr(0, end);
    bytes.remove_prefix(end + 1);
    return true;
}

template <typename Number>
bool take_number(std::string_view& bytes, char separator, Number& number) {
    std::string_view field;
    if (!take(bytes, separator, field)) return false;
    const auto result = std::from_chars(field.data(), field.data() + field.size(), number);
    return result.ec == std::errc() && result.ptr == field.data() + field.size();
}

bool take_file(std::string_view& bytes, TrackedFiles& out) {
    TrackedFile file;
    int conflicted = 0;
    int staged = 0;
    if (!take_number(bytes, ' ', file.mode) || !take_number(bytes, ' ', conflicted) ||
        !take_number(bytes, ' ', staged) || !take_number(bytes, ' ', file.size) ||
        !take_number(bytes, ' ', file.mtime_ns) || !take_number(bytes, ' ', file.inode) ||
        !take(bytes, ' ', file.blob) || !take(bytes, '\0', file.name))
        return false;
    file.conflicted = conflicted == 1;
    file.staged = staged == 1;
    if (!out.files.empty() && out.files.back().name >= file.name) return false;
    out.files.push_back(file);
    return true;
}

}  // namespace

std::optional<TrackedFiles> decode_tracked_files(std::shared_ptr<const std::string> text, std::size_t start) {
    TrackedFiles out;
    out.text = std::move(text);
    auto bytes = std::string_view(*out.text).substr(start);
    std::string_view commit;
    std::size_t deleted = 0;
    if (!take(bytes, ' ', commit) || !take_number(bytes, ' ', out.index_mtime_ns) ||
        !take_number(bytes, '\0', deleted))
        return std::nullopt;
    out.commit = commit;
    for (std::string_view name; deleted > 0; --deleted) {
        if (!take(bytes, '\0', name)) return std::nullopt;
        out.deleted.push_back(name);
    }
    while (!bytes.empty())
        if (!take_file(bytes, out)) return std::nullopt;
    return out;
}

const TrackedFile* TrackedFiles::find(std::string_view name) const {
    const auto found = lower_bound(name);
    return found != files.end() && found->name == name ? &*found : nullptr;
}

std::vector<TrackedFile>::const_iterator TrackedFiles::lower_bound(std::string_view name) const {
    return std::lower_bound(
        files.begin(), files.end(), name,
        [](const TrackedFile& file, std::string_view wanted) { return file.name < wanted; });
}

}  // namespace contract::pipeline
