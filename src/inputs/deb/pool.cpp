// SPDX-License-Identifier: Apache-2.0
#include "pool.hpp"

#include <unistd.h>
#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/os/lock.hpp"
#include "fetch.hpp"

namespace contract::inputs::deb {

namespace {

constexpr unsigned most_connections = 8;
constexpr std::size_t most_listed = 20;

std::string shown(const core::LockedPackage& package) {
    return package.name + " " + package.version;
}

void list(Error& error, const std::vector<core::LockedPackage>& packages) {
    for (std::size_t i = 0; i < std::min(packages.size(), most_listed); ++i)
        error.notes.push_back("package: " + harmless(shown(packages[i])));
    if (packages.size() > most_listed)
        error.notes.push_back("and " + std::to_string(packages.size() - most_listed) + " more");
}

Error offline(const std::vector<core::LockedPackage>& packages) {
    Error error{"offline",
                count(packages.size(), "package") + " would have to be fetched, and --offline forbids it",
                Blame::environment,
                {},
                {},
                {"run once without --offline; what was fetched stays in the store"}};
    list(error, packages);
    return error;
}

Error vanished(const std::vector<core::LockedPackage>& packages, const std::vector<PoolSource>& sources) {
    Error error{
        "package-vanished",
        count(packages.size(), "package") + " of the lock can be had nowhere any more",
        Blame::environment,
        {},
        {},
        {"archives keep only the newest versions: name a place of old ones with snapshot in [archives] of "
         "config.toml, or pin what is there now with contract update"}};
    list(error, packages);
    for (const auto& source : sources)
        for (const auto& base : source.bases) error.notes.push_back("looked in: " + harmless(base));
    return error;
}

std::vector<std::string> urls_of(const core::LockedPackage& package, const std::vector<PoolSource>& sources) {
    std::vector<std::string> out;
    const bool known = std::any_of(sources.begin(), sources.end(),
                                   [&](const auto& source) { return source.suite == package.suite; });
    for (const auto& source : sources)
        if (!known || source.suite == package.suite)
            for (const auto& base : source.bases) out.push_back(url_below(base, package.path));
    return out;
}

Result<> fetch_one(const core::LockedPackage& package, const std::vector<PoolSource>& sources,
                   const Context& context) {
    const WantedFile wanted{shown(package), package.sha256, package.size};
    const auto file = download_path(package.sha256, context);
    // Another input, or another process, may be at the same package: whoever comes second finds the blob, and
    // not the file that the first one is about to remove.
    TRY(os::make_directories(path::parent(file), 0700));
    const auto guard = path::join(path::parent(file), package.sha256.hex().substr(0, 2) + ".storing.lock");
    TRY_ASSIGN(const auto held, os::FileLock::take(guard, os::FileLock::Wait::forever));
    if (context.store.has_blob(package.sha256)) return {};
    TRY(fetch_file(urls_of(package, sources), wanted, context));
    TRY_ASSIGN(const auto digest, context.store.add_blob_file(file));
    if (digest != package.sha256)
        return Error{"system", "'" + harmless(file) + "' changed while it was read", Blame::environment, {},
                     {},       {"run the command again when nothing writes to it"}};
    ::unlink(file.c_str());  // when it stays, it only takes room
    return {};
}

// What several threads found out.
struct Findings {
    std::mutex mutex;
    std::optional<Error> failure;  // the first that is not "not-found"
    std::vector<core::LockedPackage> vanished;
    std::atomic<bool> stop = false;

    void add(const core::LockedPackage& package, Error error) {
        const std::lock_guard guard(mutex);
        if (error.code == "not-found") {
            vanished.push_back(package);
            return;
        }
        if (!failure) failure = std::move(error);
        stop = true;
    }
};

}  // namespace

std::vector<core::LockedPackage> missing_packages(const std::vector<core::LockedPackage>& packages,
                                                  const Context& context) {
    std::vector<core::LockedPackage> out;
    for (const auto& package : packages)
        if (!context.store.has_blob(package.sha256)) out.push_back(package);
    return out;
}

Result<> fetch_packages(const std::vector<core::LockedPackage>& packages,
                        const std::vector<PoolSource>& sources, const Context& context) {
    const auto missing = missing_packages(packages, context);
    if (missing.empty()) return {};
    if (context.offline) return offline(missing);
    Findings findings;
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
        for (std::size_t i = next++; i < missing.size() && !findings.stop; i = next++) {
            auto done = fetch_one(missing[i], sources, context);
            if (!done) findings.add(missing[i], std::move(done).error());
        }
    };
    const auto wanted = std::min<std::size_t>(std::clamp(context.jobs, 1U, most_connections), missing.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 1; i < wanted; ++i) threads.emplace_back(work);
    work();
    for (auto& thread : threads) thread.join();
    if (findings.failure) return *findings.failure;
    if (findings.vanished.empty()) return {};
    std::sort(findings.vanished.begin(), findings.vanished.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return vanished(findings.vanished, sources);
}

}  // namespace contract::inputs::deb
