// SPDX-License-Identifier: Apache-2.0
//
// What keeps the collector from taking away what a running process relies on. No process waits for another
// one to end, and no lock is held while anything is built. Three rules:
//
// 1. Whoever opens a store holds a lease: a locked file in tmp/leases that begins with the time it was made.
//    Nothing that was made or found again since the oldest lease of a running process began is removed.
// 2. Before a process relies on a store path or a tree that it found, it writes its name into its lease. The
//    collector reads what was added before each handful that it removes.
// 3. A blob that is made, or found again instead of made, gets the present as its time of access.
//
// Looking up and writing down happen under a shared lock (Use); the collector holds it alone while it looks
// at a handful once more and removes it, some milliseconds each. Where a lease cannot be written (a full
// disk), the process keeps the shared lock for its life instead, and the collector waits for it; the
// collector itself, which is what a full disk needs, keeps none.
#pragma once

#include <ctime>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "contract/base/digest.hpp"
#include "contract/base/result.hpp"
#include "contract/core/store_path.hpp"
#include "contract/os/fd.hpp"

namespace contract::store {

class Lease {
public:
    // Errors: system, when even the lock cannot be opened.
    static Result<std::shared_ptr<Lease>> take(const std::string& home);
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease();

    // The shared lock, for as long as it lives. May be nested and taken from several threads.
    class Use {
    public:
        explicit Use(Lease& lease) : lease_(lease) { lease_.enter(); }
        Use(const Use&) = delete;
        Use& operator=(const Use&) = delete;
        ~Use() { lease_.leave(); }

    private:
        Lease& lease_;
    };

    // Requires a Use.
    void pin(const core::StorePath& path);
    void pin(const Digest& tree);

    const std::string& file() const { return file_; }

    // For a process that becomes another program: what was written down is, until that program and all that
    // it has started end, without holding back anything else. The descriptor that tells is left open for
    // them.
    void hand_on();

    // For who collects: relies on nothing from now on, and would wait for itself.
    void rely_on_nothing();

private:
    Lease(std::string home, os::Fd lock) : home_(std::move(home)), lock_(std::move(lock)) {}
    bool create();
    os::Fd new_file(std::string& file) const;
    void enter();
    void leave();
    void write_line(const std::string& line);
    void hold_for_life();
    void keep_for_life();
    void unlock();

    std::string home_;
    os::Fd lock_;
    os::Fd fd_;
    std::string file_;  // empty: none could be written
    std::mutex mutex_;
    unsigned users_ = 0;
    unsigned for_life_ = 0;  // of the users
    bool relies_ = true;
    std::set<std::string> written_;
};

// ── the collector's side ──

// What the leases say, read again and again while a collection goes on.
struct Leases {
    timespec oldest{};  // nothing changed at or after this is removed
    std::vector<core::StorePath> paths;
    std::vector<Digest> trees;
};

// The collector alone: while one lives no process looks anything up. Waits for those that do.
class Alone {
public:
    static Result<Alone> take(const std::string& home);

private:
    explicit Alone(os::Fd lock) : lock_(std::move(lock)) {}
    os::Fd lock_;
};

// Says that a collection goes on. Until its end, processes that end leave their leases for it to read.
class Collecting {
public:
    // Forgets the leases of processes that have ended. Requires Alone.
    static Result<Collecting> begin(const std::string& home, const Alone& alone);
    Collecting(Collecting&& other) noexcept : home_(std::exchange(other.home_, {})) {}
    Collecting& operator=(Collecting&&) = delete;
    ~Collecting();

private:
    explicit Collecting(std::string home) : home_(std::move(home)) {}
    std::string home_;
};

// All but `own`. `began`: when this collection did; what was made since is nobody's to remove either.
Result<Leases> read_leases(const std::string& home, const std::string& own, const timespec& began,
                           const Alone& alone);

// By the clock that file times come from, so that both can be compared exactly.
timespec file_time_now();

}  // namespace contract::store
