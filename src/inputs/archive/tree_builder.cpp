// SPDX-License-Identifier: Apache-2.0
#include "tree_builder.hpp"

#include <algorithm>
#include <vector>

#include "contract/base/line.hpp"
#include "contract/base/text.hpp"
#include "contract/core/directory.hpp"

namespace contract::inputs {

namespace {

// What a Linux file system takes, and the depth that the store takes.
constexpr std::size_t longest_name = 255;
constexpr std::size_t longest_path = 4095;
constexpr std::size_t deepest = 256;

// A name costs some 200 bytes beside its text. An archive that needs more than this wants to fill memory.
constexpr std::size_t most_names = 4'000'000;
constexpr std::size_t most_name_bytes = std::size_t{1} << 29;

Error unsupported(std::string_view path, std::string_view why) {
    return {"unsupported-entry",
            "the entry '" + shown_name(path) + "' " + std::string(why),
            Blame::declaration,
            {},
            {},
            {}};
}

std::optional<std::string> reason_against_part(std::string_view part) {
    if (part.empty()) return "has an empty part";
    if (part == "." || part == "..") return "has a part '" + std::string(part) + "'";
    if (part.size() > longest_name) return "has a name of " + std::to_string(part.size()) + " bytes";
    return std::nullopt;
}

// The first part; `rest` loses it.
std::string_view next_part(std::string_view& rest) {
    const auto slash = rest.find('/');
    const auto part = rest.substr(0, slash);
    rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
    return part;
}

std::optional<std::string> reason_against_target(std::string_view target) {
    if (target.empty()) return "is a symlink to nothing";
    if (target.size() > longest_path) return "is a symlink whose target is too long for a file system";
    if (target.find('\0') != std::string_view::npos || !is_utf8(target))
        return "is a symlink whose target is not UTF-8";
    return std::nullopt;
}

struct Stored {
    Digest digest;
    std::uint64_t size = 0;
};

// Recursion is bounded: no path has more than `deepest` parts.
Result<Stored> store_folder(const TreeBuilder::Folder& folder, store::Store& store) {
    core::Directory out;
    for (const auto& [name, node] : folder.entries) {
        if (const auto* file = std::get_if<TreeBuilder::File>(&node)) {
            out.files.push_back({name, file->digest, file->size, file->executable});
        } else if (const auto* link = std::get_if<TreeBuilder::Link>(&node)) {
            out.symlinks.push_back({name, link->target});
        } else {
            TRY_ASSIGN(const auto child,
                       store_folder(*std::get<std::unique_ptr<TreeBuilder::Folder>>(node), store));
            out.directories.push_back({name, child.digest, child.size});
        }
    }
    TRY_ASSIGN(const auto bytes, core::encode(out));
    TRY_ASSIGN(const auto digest, store.add_blob(bytes));
    return Stored{digest, bytes.size()};
}

}  // namespace

std::string shown_name(std::string_view name) {
    constexpr std::size_t longest_shown = 200;
    const std::string out = harmless_line(name.substr(0, longest_shown));
    return name.size() > longest_shown ? out + "…" : out;
}

std::optional<std::string> reason_against(std::string_view path) {
    if (path.empty()) return "has no name";
    if (path.front() == '/') return "has an absolute path";
    if (path.size() > longest_path) return "has a path of " + std::to_string(path.size()) + " bytes";
    if (path.find('\0') != std::string_view::npos) return "has a NUL byte in its name";
    if (!is_utf8(path)) return "has a name that is not UTF-8";
    const auto slashes = static_cast<std::size_t>(std::count(path.begin(), path.end(), '/'));
    if (slashes >= deepest) return "lies deeper than 256 directories";
    std::string_view rest = path;
    do {
        if (auto reason = reason_against_part(next_part(rest))) return reason;
    } while (!rest.empty());
    return path.back() == '/' ? std::optional<std::string>("ends in a slash") : std::nullopt;
}

TreeBuilder::TreeBuilder() : top_(std::make_unique<Folder>()) {}

Result<> TreeBuilder::spend(std::size_t bytes) {
    name_bytes_ += bytes;
    if (++names_ <= most_names && name_bytes_ <= most_name_bytes) return {};
    return Error{"archive-too-large",
                 "there are more names than a tree may have",
                 Blame::declaration,
                 {},
                 {"wanted: at most " + std::to_string(most_names) + " names of " +
                      std::to_string(most_name_bytes) + " bytes together",
                  "got: " + std::to_string(names_) + " names of " + std::to_string(name_bytes_) + " bytes"},
                 {"unpack it where you can look at it, and declare a smaller input"}};
}

// The folder that `path` belongs into, made where it is missing.
Result<TreeBuilder::Place> TreeBuilder::make_place(std::string_view path) {
    if (const auto reason = reason_against(path)) return unsupported(path, *reason);
    Folder* folder = top_.get();
    std::string_view rest = path;
    for (std::string_view part = next_part(rest);; part = next_part(rest)) {
        if (rest.empty()) return Place{folder, part};
        auto found = folder->entries.find(part);
        if (found == folder->entries.end()) {
            TRY(spend(part.size()));
            found = folder->entries.emplace(std::string(part), std::make_unique<Folder>()).first;
        }
        const auto* child = std::get_if<std::unique_ptr<Folder>>(&found->second);
        if (child == nullptr) {
            const auto above = path.substr(0, path.size() - rest.size() - 1);
            const bool link = std::holds_alternative<Link>(found->second);
            return unsupported(path, (link ? "lies behind the symlink '" : "lies below the file '") +
                                         shown_name(above) + "'");
        }
        folder = child->get();
    }
}

Result<> TreeBuilder::put(std::string_view path, Node node) {
    TRY_ASSIGN(const auto place, make_place(path));
    TRY(spend(place.name.size()));
    place.folder->entries.insert_or_assign(std::string(place.name), std::move(node));
    return {};
}

Result<> TreeBuilder::add_file(std::string_view path, const File& file) {
    return put(path, file);
}

Result<> TreeBuilder::add_link(std::string_view path, std::string target) {
    if (const auto reason = reason_against_target(target)) return unsupported(path, *reason);
    TRY(spend(target.size()));
    return put(path, Link{std::move(target)});
}

Result<> TreeBuilder::add_folder(std::string_view path) {
    TRY_ASSIGN(const auto place, make_place(path));
    const auto found = place.folder->entries.find(place.name);
    const bool there = found != place.folder->entries.end() &&
                       std::holds_alternative<std::unique_ptr<Folder>>(found->second);
    if (there) return {};
    TRY(spend(place.name.size()));
    place.folder->entries.insert_or_assign(std::string(place.name), std::make_unique<Folder>());
    return {};
}

Result<> TreeBuilder::add_hard_link(std::string_view path, std::string_view existing) {
    const Node* node = find(existing);
    if (node == nullptr)
        return unsupported(path, "is a hard link to '" + shown_name(existing) + "', which is not there");
    if (const auto* file = std::get_if<File>(node)) return add_file(path, File(*file));
    if (const auto* link = std::get_if<Link>(node)) return add_link(path, link->target);
    return unsupported(path, "is a hard link to the folder '" + shown_name(existing) + "'");
}

const TreeBuilder::Node* TreeBuilder::find(std::string_view path) const {
    const Folder* folder = top_.get();
    for (std::string_view rest = path;;) {
        const auto found = folder->entries.find(next_part(rest));
        if (found == folder->entries.end()) return nullptr;
        if (rest.empty()) return &found->second;
        const auto* child = std::get_if<std::unique_ptr<Folder>>(&found->second);
        if (child == nullptr) return nullptr;
        folder = child->get();
    }
}

void TreeBuilder::remove(std::string_view path) {
    const auto slash = path.rfind('/');
    Folder* folder = top_.get();
    if (slash != std::string_view::npos) {
        const Node* above = find(path.substr(0, slash));
        const auto* child = above == nullptr ? nullptr : std::get_if<std::unique_ptr<Folder>>(above);
        if (child == nullptr) return;
        folder = child->get();
        path.remove_prefix(slash + 1);
    }
    const auto found = folder->entries.find(path);
    if (found != folder->entries.end()) folder->entries.erase(found);
}

void TreeBuilder::clear(std::string_view path) {
    if (path.empty()) {
        top_->entries.clear();
        return;
    }
    const Node* node = find(path);
    const auto* folder = node == nullptr ? nullptr : std::get_if<std::unique_ptr<Folder>>(node);
    if (folder != nullptr) (*folder)->entries.clear();
}

void TreeBuilder::lift_only_folder() {
    if (top_->entries.size() != 1) return;
    auto* only = std::get_if<std::unique_ptr<Folder>>(&top_->entries.begin()->second);
    if (only == nullptr) return;
    auto lifted = std::move(*only);
    top_ = std::move(lifted);
}

Result<Digest> TreeBuilder::finish(store::Store& store) const {
    TRY_ASSIGN(const auto top, store_folder(*top_, store));
    return top.digest;
}

}  // namespace contract::inputs
