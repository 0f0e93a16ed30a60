// SPDX-License-Identifier: Apache-2.0
#include "contract/pipeline/trace.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <map>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "origins.hpp"

namespace contract::pipeline {

namespace {

constexpr std::size_t most_files = 100;

// What is looked for: a store path by its name, or whatever has the digest.
struct Wanted {
    std::optional<core::StorePath> path;
    Digest digest;
};

Result<Digest> hash_file(const std::string& path) {
    TRY_ASSIGN(const os::Fd fd, os::open_file(path, O_RDONLY | O_NONBLOCK));
    Sha256 hash;
    std::string buffer(1u << 17, '\0');
    for (;;) {
        const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return os::system_error("read", path, errno);
        if (got == 0) return hash.finish();
        hash.update(std::string_view(buffer).substr(0, static_cast<std::size_t>(got)));
    }
}

Error usage(const std::string& subject, const std::string& what) {
    return {"usage", "'" + harmless(subject) + "' " + what, Blame::declaration, {}, {}, {}};
}

// A path as a build saw it, where it lies on this machine.
std::string on_this_machine(const store::Store& store, const std::string& path) {
    const std::string seen(core::store_directory);
    if (os::exists(path) || !path::is_within(path, seen)) return path;
    return store.home() + "/store" + path.substr(seen.size());
}

Result<Wanted> wanted_file(const store::Store& store, const std::string& subject) {
    const auto place = on_this_machine(store, subject);
    TRY_ASSIGN(const auto status, os::target_status(place));
    if (!status) return usage(subject, "is no file, digest or store path");
    if (status->type == os::FileType::directory)
        return usage(subject, "is a directory, and no store path: name a file in it");
    if (status->type != os::FileType::regular) return usage(subject, "is no regular file");
    TRY_ASSIGN(const auto digest, hash_file(place));
    return Wanted{std::nullopt, digest};
}

Result<Wanted> wanted_of(const store::Store& store, const std::string& subject) {
    if (const auto path = store_path_of(store, subject)) return Wanted{path, {}};
    // A file whose name is a digest is asked for as ./NAME.
    if (const auto digest = Digest::parse(subject)) return Wanted{std::nullopt, *digest};
    return wanted_file(store, subject);
}

// Looks through trees; each directory is read once, however many trees have it.
class Search {
public:
    Search(const store::Store& store, const Digest& wanted) : store_(store), wanted_(wanted) {}

    // Error: store-damaged, when a directory of the tree cannot be read.
    Result<bool> holds(const Digest& tree) {
        if (tree == wanted_) return true;
        if (const auto known = known_.find(tree); known != known_.end()) return known->second;
        TRY_ASSIGN(const auto directory, store_.directory(tree));
        bool found = false;
        for (const auto& file : directory.files) found = found || file.digest == wanted_;
        for (const auto& child : directory.directories) {
            TRY_ASSIGN(const bool below, holds(child.digest));
            found = found || below;
        }
        known_.emplace(tree, found);
        return found;
    }

    // Where it lies in a tree that holds it.
    Result<> list(const Digest& tree, const std::string& prefix, core::TraceMatch& match) {
        TRY_ASSIGN(const auto directory, store_.directory(tree));
        for (const auto& file : directory.files)
            if (file.digest == wanted_) note(prefix + file.name, match);
        for (const auto& child : directory.directories) {
            TRY_ASSIGN(const bool below, holds(child.digest));
            if (!below) continue;
            if (child.digest == wanted_) note(prefix + child.name, match);
            // A tree cannot hold itself, so what it is found to be needs no further look.
            if (child.digest != wanted_) TRY(list(child.digest, prefix + child.name + "/", match));
        }
        return {};
    }

private:
    static void note(const std::string& path, core::TraceMatch& match) {
        if (path.empty()) return;  // the output is that file itself
        if (match.files.size() < most_files)
            match.files.push_back(path);
        else
            ++match.more_files;
    }

    const store::Store& store_;
    const Digest& wanted_;
    std::map<Digest, bool> known_;
};

// The digest names the recipe or the action that made the path.
bool is_named_by(const core::Origin& origin, const Digest& digest) {
    return origin.path.hash() == digest.short_name() || origin.action == digest;
}

Result<> match_digest(const store::Store& store, const Origins& origins, core::Traced& out) {
    Search search(store, out.digest);
    for (const auto& [path, tree] : origins.trees()) {
        const auto origin = origins.find(path);
        const auto held = search.holds(tree);
        if (!held && held.error().code != "store-damaged") return held.error();
        if (held)
            ++out.looked_through;
        else
            out.unreadable.push_back(path);
        if (!(held && *held) && !is_named_by(*origin, out.digest)) continue;
        core::TraceMatch match{*origin, {}, 0};
        if (held && *held && tree != out.digest) TRY(search.list(tree, "", match));
        std::sort(match.files.begin(), match.files.end());
        out.matches.push_back(std::move(match));
    }
    return {};
}

}  // namespace

std::optional<core::StorePath> store_path_of(const store::Store& store, const std::string& text) {
    if (const auto path = core::StorePath::parse(text)) return *path;
    const auto real = os::real_path(text);
    const auto folder = os::real_path(store.home() + "/store");
    if (!real || !folder || path::parent(*real) != *folder) return std::nullopt;
    const auto path = core::StorePath::parse(real->substr(folder->size() + 1));
    return path ? std::optional(*path) : std::nullopt;
}

Result<core::Traced> trace(const store::Store& store, const std::string& subject) {
    TRY_ASSIGN(const auto wanted, wanted_of(store, subject));
    TRY_ASSIGN(const auto origins, Origins::read(store));
    core::Traced out;
    out.subject = subject;
    out.digest = wanted.digest;
    if (!wanted.path) {
        TRY(match_digest(store, origins, out));
    } else if (auto origin = origins.find(*wanted.path)) {
        out.looked_through = 1;
        out.matches.push_back({std::move(*origin), {}, 0});
    } else {
        out.looked_through = origins.trees().size();
    }
    std::vector<core::StorePath> paths;
    for (const auto& match : out.matches) paths.push_back(match.origin.path);
    out.used = origins.below(paths);
    return out;
}

}  // namespace contract::pipeline
