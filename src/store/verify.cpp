// SPDX-License-Identifier: Apache-2.0
//
// Blobs first, since everything else is compared with them: a file of a store path that is the very inode of
// a sound blob needs no second look. A damaged blob is removed and never overwritten, so that whoever has it
// open keeps what it has.
#include "contract/store/verify.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "add_tree.hpp"
#include "compare.hpp"
#include "contract/os/file.hpp"
#include "place.hpp"
#include "state.hpp"

namespace contract::store {

namespace {

struct BadBlob {
    Digest digest;
    Kind kind = Kind::plain;
    std::string what;
};

// ── blobs ──

// Hashes every file of the blobs folders, on several threads.
class BlobCheck {
public:
    BlobCheck(const Blobs& blobs, const VerifyRequest& request, Verified& verified)
        : blobs_(blobs), request_(request), verified_(verified) {}

    Result<std::vector<BadBlob>> run() {
        TRY_ASSIGN(folders_, os::list_directory(blobs_.home() + "/blobs"));
        std::vector<std::thread> threads;
        for (unsigned index = 1; index < request_.jobs; ++index) threads.emplace_back([this] { work(); });
        work();
        for (auto& thread : threads) thread.join();
        if (error_) return *error_;
        return std::move(bad_);
    }

private:
    void work() {
        for (std::size_t index = next_++; index < folders_.size(); index = next_++) {
            if (request_.interrupted && request_.interrupted()) {
                const std::scoped_lock guard(mutex_);
                verified_.interrupted = true;
                return;
            }
            const auto done = check_folder(blobs_.home() + "/blobs/" + folders_[index]);
            if (done) continue;
            const std::scoped_lock guard(mutex_);
            if (!error_) error_ = done.error();
            return;
        }
    }

    Result<> check_folder(const std::string& folder) {
        TRY_ASSIGN(const auto names, os::list_directory(folder));
        for (const auto& name : names) {
            const Kind kind = name.ends_with(".x") ? Kind::executable : Kind::plain;
            const auto digest = Digest::parse(std::string_view(name).substr(0, 64));
            if (!digest || blobs_.path(*digest, kind) != folder + "/" + name) continue;
            TRY(check(*digest, kind));
        }
        return {};
    }

    Result<> check(const Digest& digest, Kind kind) {
        const auto found = blobs_.examine(digest, kind);
        if (!found) return found.error();
        const std::scoped_lock guard(mutex_);
        if (!found->there) return {};  // collected meanwhile
        ++verified_.blobs;
        verified_.bytes += found->size;
        if (!found->what.empty()) bad_.push_back({digest, kind, found->what});
        return {};
    }

    const Blobs& blobs_;
    const VerifyRequest& request_;
    Verified& verified_;
    std::vector<std::string> folders_;
    std::atomic<std::size_t> next_{0};
    std::mutex mutex_;
    std::vector<BadBlob> bad_;
    std::optional<Error> error_;
};

// ── mending ──

using Publish = std::function<Result<>(const core::StorePath& path, const Digest& tree)>;

class Mending {
public:
    Mending(const Blobs& blobs, Index& index, std::string own_lease, Publish publish,
            const VerifyRequest& request)
        : blobs_(blobs),
          index_(index),
          own_lease_(std::move(own_lease)),
          publish_(std::move(publish)),
          request_(request) {}

    Result<Verified> run() {
        if (request_.repair) make_folders();
        TRY_ASSIGN(bad_, BlobCheck(blobs_, request_, verified_).run());
        std::set<Digest> digests;
        for (const auto& blob : bad_) digests.insert(blob.digest);
        if (request_.repair) TRY(remove_bad_blobs());
        if (!verified_.interrupted) TRY(check_paths(digests));
        report_other_blobs();
        std::stable_sort(verified_.damages.begin(), verified_.damages.end(),
                         [](const auto& a, const auto& b) { return a.name < b.name; });
        return std::move(verified_);
    }

private:
    void make_folders() const {
        make_folder(blobs_.home() + "/store");
        constexpr std::string_view digits = "0123456789abcdef";
        for (const char high : digits)
            for (const char low : digits) make_folder(blobs_.home() + "/blobs/" + high + low);
    }

    // Where its other form is sound, that one serves from now on.
    Result<> remove_bad_blobs() {
        for (const auto& blob : bad_) {
            const std::string file = blobs_.path(blob.digest, blob.kind);
            if (::unlink(file.c_str()) != 0 && errno != ENOENT)
                return os::system_error("remove the damaged blob", file, errno);
        }
        // Trees that were complete may not be so any more, also because somebody has removed blobs; the next
        // look at each tells.
        return index_.forget_trees_except([](const Digest&) { return false; });
    }

    Result<> check_paths(const std::set<Digest>& bad) {
        TRY_ASSIGN(const auto names, os::list_directory(blobs_.home() + "/store"));
        TRY_ASSIGN(const auto paths, index_.paths());
        count_unknown(names, paths);
        for (const auto& [path, tree] : paths) {
            if (request_.interrupted && request_.interrupted()) {
                verified_.interrupted = true;
                return {};
            }
            ++verified_.paths;
            const auto difference = compare(blobs_, bad, tree, blobs_.home() + "/store/" + path.base());
            if (!difference) continue;
            Damage damage{path.base(), difference->file, difference->what, Damage::State::found, {}};
            note_told(tree);
            if (request_.repair && difference->lacking) take_back(path);
            if (request_.repair) TRY(mend_path(path, tree, damage));
            verified_.damages.push_back(std::move(damage));
        }
        return {};
    }

    using Paths = std::vector<std::pair<core::StorePath, Digest>>;

    // They are harmless: a path without a row is never read, and replaced by whoever makes it.
    void count_unknown(const std::vector<std::string>& names, const Paths& paths) {
        std::set<core::StorePath> known;
        for (const auto& [path, tree] : paths) known.insert(path);
        for (const auto& name : names) {
            const auto path = core::StorePath::parse(name);
            if (path && !known.contains(*path)) ++verified_.unknown_paths;
        }
    }

    // The blobs that the store lacks, from the path that has them still. Where the path is damaged too, it
    // adds some that nobody names.
    void take_back(const core::StorePath& path) const {
        (void)add_tree(blobs_, blobs_.home() + "/store/" + path.base(), Taking::copy);
    }

    bool is_whole(const Digest& tree) const {
        const auto directory = read_directory(blobs_, tree);
        if (!directory) return false;
        for (const auto& file : directory->files)
            if (!blobs_.has(file.digest)) return false;  // and sound, or it would be gone by now
        return std::all_of(directory->directories.begin(), directory->directories.end(),
                           [this](const auto& child) { return is_whole(child.digest); });
    }

    // Restored in one step beside the damaged one, or moved away: an input that is there is never looked
    // into.
    Result<> mend_path(const core::StorePath& path, const Digest& tree, Damage& damage) {
        if (is_whole(tree)) {
            TRY(index_.forget_path(path));
            TRY(publish_(path, tree));
            damage.state = Damage::State::restored;
            return {};
        }
        TRY_ASSIGN(const auto trash, os::TemporaryDirectory::create(blobs_.home() + "/tmp", "trash-"));
        TRY_ASSIGN(const auto alone, Alone::take(blobs_.home()));
        TRY_ASSIGN(const auto leases, read_leases(blobs_.home(), own_lease_, file_time_now(), alone));
        if (std::find(leases.paths.begin(), leases.paths.end(), path) != leases.paths.end()) {
            damage.why_not = "a command that runs now uses it; repair again when it has ended";
            return {};
        }
        TRY(index_.forget_paths({path}));
        const std::string from = blobs_.home() + "/store/" + path.base();
        struct stat raw {};
        if (::lstat(from.c_str(), &raw) == 0) {
            if (S_ISDIR(raw.st_mode) && ::chmod(from.c_str(), 0755) != 0)
                return os::system_error("change the mode of", from, errno);
            TRY(os::rename(from, trash.path() + "/" + path.base()));
        }
        damage.state = Damage::State::removed;
        return {};
    }

    void note_told(const Digest& tree) {
        if (!told_.insert(tree).second) return;
        const auto directory = read_directory(blobs_, tree);
        if (!directory) return;
        for (const auto& file : directory->files) told_.insert(file.digest);
        for (const auto& child : directory->directories) note_told(child.digest);
    }

    // Those of no damaged path.
    void report_other_blobs() {
        for (const auto& blob : bad_) {
            if (told_.contains(blob.digest)) continue;
            Damage damage{blob.digest.hex(), "", blob.what, Damage::State::found, {}};
            if (request_.repair) damage.state = Damage::State::removed;
            verified_.damages.push_back(std::move(damage));
        }
    }

    const Blobs& blobs_;
    Index& index_;
    std::string own_lease_;
    Publish publish_;
    const VerifyRequest& request_;
    Verified verified_;
    std::vector<BadBlob> bad_;
    std::set<Digest> told_;
};

}  // namespace

Result<Verified> Store::verify(const VerifyRequest& request) {
    const auto publish = [this](const core::StorePath& path, const Digest& tree) {
        return state_->publish(path, tree, nullptr, {});
    };
    if (request.repair) state_->lease->rely_on_nothing();
    return Mending(state_->blobs, *state_->index, state_->lease->file(), publish, request).run();
}

}  // namespace contract::store
