// SPDX-License-Identifier: Apache-2.0
//
// deb inputs: a root file system from Debian packages. `resolve` reads the signed release files of the
// suites, asks libsolv which packages belong together, for each system, and unpacks them; `materialise` gets
// the same packages by their SHA-256, from wherever they still are. Nothing of a package is ever run, so a
// lock made on one architecture covers the others.
#include <algorithm>

#include "../kinds.hpp"
#include "archive_place.hpp"
#include "contract/base/text.hpp"
#include "index.hpp"
#include "pool.hpp"
#include "release.hpp"
#include "solve.hpp"
#include "systems.hpp"
#include "timestamp.hpp"
#include "unpack.hpp"

namespace contract::inputs {

namespace {

using deb::Release;
using deb::SuitePlace;

// A suite with the release file that was found for it.
struct OpenSuite {
    SuitePlace place;
    Release release;
};

// The time whose snapshot is to be read; empty: the archive as it is now.
Result<std::string> wanted_snapshot(const core::DebSource& source, const Wish& wish,
                                    const std::vector<SuitePlace>& places) {
    if (!source.snapshot && wish.min_age_seconds.value_or(0) == 0) return std::string();
    const bool known =
        std::all_of(places.begin(), places.end(), [](const auto& place) { return place.snapshot; });
    if (source.snapshot) {
        if (known) return source.snapshot->value;
        return Error{"archive-unknown",
                     "nothing says where earlier states of the archive are",
                     Blame::environment,
                     source.snapshot->where,
                     {},
                     {"add to [archives.NAME] of config.toml: snapshot = "
                      "\"https://snapshot.example.org/archive/debian/{timestamp}\""}};
    }
    if (known) return deb::timestamp(deb::now() - *wish.min_age_seconds);
    return Error{
        "too-young",
        "packages of an archive carry no date, so that their age is known only by snapshots of it",
        Blame::environment,
        {},
        {"wanted: nothing younger than " + count(static_cast<std::size_t>(*wish.min_age_seconds), "second")},
        {"add to [archives.NAME] of config.toml: snapshot = "
         "\"https://snapshot.example.org/archive/debian/{timestamp}\", or give the input min_age = \"0s\""}};
}

// Of several archives with a suite of that name, the one whose release file names the archive.
Result<OpenSuite> open_suite(const core::DebSource& source, const std::vector<SuitePlace>& places,
                             const deb::ReleaseWish& wish, const Context& context) {
    std::optional<Error> last;
    std::vector<std::string> origins;
    for (const auto& place : places) {
        auto release = deb::fetch_release(place, wish, context);
        if (!release) {
            last = std::move(release).error();
            if (last->code == "offline" || last->code == "interrupted") return *last;
            continue;
        }
        const bool only = places.size() == 1 || !source.archive;
        if (only || deb::same_origin(release->origin, source.archive->value))
            return OpenSuite{place, std::move(*release)};
        origins.push_back(release->origin);
    }
    if (origins.empty()) return *last;
    return Error{"archive-unknown",
                 "this machine's apt has the suite '" + harmless(places.front().suite) + "', but not of '" +
                     harmless(source.archive->value) + "'",
                 Blame::environment,
                 source.archive->where,
                 {"found: " + harmless(join(origins, ", "))},
                 {"say in [archives." + harmless(source.archive->value) + "] of config.toml where it is"}};
}

Result<std::vector<OpenSuite>> open_suites(const core::DebSource& source, const Wish& wish,
                                           const Context& context, std::string& snapshot) {
    std::vector<std::vector<SuitePlace>> places;
    std::vector<SuitePlace> all;
    for (const auto& suite : source.suites) {
        TRY_ASSIGN(auto found, deb::places_of(source, suite, context));
        all.insert(all.end(), found.begin(), found.end());
        places.push_back(std::move(found));
    }
    TRY_ASSIGN(snapshot, wanted_snapshot(source, wish, all));
    const deb::ReleaseWish release{snapshot, deb::now()};
    std::vector<OpenSuite> out;
    for (const auto& candidates : places) {
        TRY_ASSIGN(auto suite, open_suite(source, candidates, release, context));
        out.push_back(std::move(suite));
    }
    return out;
}

Result<std::vector<core::LockedPackage>> closure(const core::DebSource& source,
                                                 const std::string& architecture,
                                                 const std::vector<OpenSuite>& suites,
                                                 const Context& context) {
    std::vector<std::string> components;
    for (const auto& component : source.components) components.push_back(component.value);
    if (components.empty()) components.emplace_back("main");
    std::vector<deb::PackageIndex> indexes;
    for (const auto& suite : suites) {
        TRY_ASSIGN(auto more,
                   deb::fetch_indexes(suite.release, suite.place, components, architecture, context));
        std::move(more.begin(), more.end(), std::back_inserter(indexes));
    }
    return deb::solve(indexes, {architecture, source.packages, source.essential, source.recommends});
}

// For locking: what was read is where the packages are.
std::vector<deb::PoolSource> sources_of(const std::vector<OpenSuite>& suites, const std::string& snapshot) {
    std::vector<deb::PoolSource> out;
    for (const auto& [place, release] : suites) {
        const auto base = deb::snapshot_base(place, snapshot);
        out.push_back({place.suite, !snapshot.empty() && base ? std::vector{*base} : place.mirrors});
    }
    return out;
}

std::int64_t newest_date(const std::vector<OpenSuite>& suites) {
    std::int64_t newest = 0;
    for (const auto& suite : suites) newest = std::max(newest, suite.release.date);
    return newest;
}

// The newest date of all suites may not go back: each alone does not say how old a lock was.
Result<> refuse_rollback(const core::DebSource& source, const std::vector<OpenSuite>& suites,
                         const Wish& wish, const std::string& snapshot) {
    const auto before = wish.before == nullptr ? std::nullopt : deb::parse_timestamp(wish.before->snapshot);
    // A time that the contract names, or a pin that is younger than min_age allows, means the earlier state.
    const auto asked = deb::parse_timestamp(snapshot);
    if (!before || source.snapshot || (asked && *before > *asked)) return {};
    const auto date = newest_date(suites);
    if (date >= *before) return {};
    return Error{
        "release-older",
        "the archive serves an older state than contract.lock has seen",
        Blame::environment,
        {},
        {"wanted: not before " + wish.before->snapshot + ", the date in contract.lock",
         "got: " + deb::timestamp(date)},
        {"an outdated mirror, or somebody who holds back security updates: take another mirror; if an "
         "earlier state is meant, say which with snapshot = \"…\", and if a suite was taken out, remove the "
         "input from contract.lock first"}};
}

core::Pin pin_of(const std::vector<OpenSuite>& suites, const core::DebSource& source) {
    core::Pin pin;
    for (const auto& suite : suites) {
        const auto& keys = suite.release.signed_by;
        pin.signed_by.insert(pin.signed_by.end(), keys.begin(), keys.end());
    }
    std::sort(pin.signed_by.begin(), pin.signed_by.end());
    pin.signed_by.erase(std::unique(pin.signed_by.begin(), pin.signed_by.end()), pin.signed_by.end());
    pin.snapshot = source.snapshot ? source.snapshot->value : deb::timestamp(newest_date(suites));
    pin.layout = deb::newest_layout;
    return pin;
}

// A release that is dated D becomes part of the snapshot that is taken next, which may be hours later.
std::vector<std::string> snapshot_bases(const SuitePlace& place, const core::Pin& pin) {
    constexpr std::int64_t hour = 3600;
    const auto date = deb::parse_timestamp(pin.snapshot);
    std::vector<std::string> out;
    if (!place.snapshot || !date) return out;
    for (const auto later : {std::int64_t{0}, 6 * hour, 24 * hour})
        out.push_back(*deb::snapshot_base(place, deb::timestamp(*date + later)));
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

Result<std::vector<deb::PoolSource>> sources_of(const core::DebSource& source, const core::Pin& pin,
                                                const Context& context) {
    std::vector<deb::PoolSource> out;
    for (const auto& suite : source.suites) {
        TRY_ASSIGN(const auto places, deb::places_of(source, suite, context));
        deb::PoolSource pool{suite.value, {}};
        for (const auto& place : places)
            pool.bases.insert(pool.bases.end(), place.mirrors.begin(), place.mirrors.end());
        for (const auto& place : places)
            for (auto& base : snapshot_bases(place, pin)) pool.bases.push_back(std::move(base));
        out.push_back(std::move(pool));
    }
    return out;
}

Error deb_mismatch(const core::PlannedInput& input, const Digest& got) {
    return Error{
        "hash-mismatch",
        "the packages of '" + harmless(input.target) + "' do not unpack to what contract.lock pins",
        Blame::declaration,
        {},
        {"wanted: " + input.tree.text(), "got: " + got.text()},
        {"the lock was changed by hand, or contract unpacks in another way than it did: find out which "
         "before you run contract update"}};
}

Result<> check_layout(const core::PlannedInput& input) {
    if (input.pin.layout >= 1 && input.pin.layout <= deb::newest_layout) return {};
    return Error{
        "layout-unknown",
        "'" + harmless(input.target) + "' was locked by a contract that unpacks packages in a newer way",
        Blame::declaration,
        {},
        {"wanted: layout 1 to " + std::to_string(deb::newest_layout),
         "got: layout " + std::to_string(input.pin.layout)},
        {"use the newer contract, or pin anew with this one: contract update " +
         harmless(input.target.substr(input.target.find('.') + 1))}};
}

Context with_base(const core::PlannedInput& input, const Context& context) {
    Context out = context;
    if (!input.base.empty()) out.contract_directory = input.base;
    return out;
}

}  // namespace

Result<core::Pin> resolve_deb(const core::Input& input, const Wish& wish, const Context& context) {
    const auto& source = std::get<core::DebSource>(input.source);
    std::string snapshot;
    TRY_ASSIGN(const auto suites, open_suites(source, wish, context, snapshot));
    TRY(refuse_rollback(source, suites, wish, snapshot));
    core::Pin pin = pin_of(suites, source);
    for (const auto& system : wish.systems) {
        const auto architecture = deb::architecture_of(system);
        if (!architecture) continue;
        TRY_ASSIGN(pin.packages[system], closure(source, *architecture, suites, context));
    }
    for (const auto& [system, packages] : pin.packages) {
        TRY(deb::fetch_packages(packages, sources_of(suites, snapshot), context));
        TRY_ASSIGN(const auto unpacked, deb::unpack_packages(packages, source, pin.layout, context));
        pin.trees[system] = unpacked.tree;
    }
    return pin;
}

Result<> materialise_deb(const core::PlannedInput& input, const Context& given) {
    if (given.store.has_tree(input.tree)) return {};
    const auto context = with_base(input, given);
    TRY(check_layout(input));
    const auto& source = std::get<core::DebSource>(input.source);
    const auto& trees = input.pin.trees;
    const auto system =
        std::find_if(trees.begin(), trees.end(), [&](const auto& tree) { return tree.second == input.tree; });
    const auto packages =
        system == trees.end() ? input.pin.packages.end() : input.pin.packages.find(system->first);
    if (packages == input.pin.packages.end())
        throw InternalError("materialise_deb: a tree that no system of the pin has");
    std::vector<deb::PoolSource> sources;
    if (!context.offline && !deb::missing_packages(packages->second, context).empty()) {
        TRY_ASSIGN(sources, sources_of(source, input.pin, context));
    }
    TRY(deb::fetch_packages(packages->second, sources, context));
    TRY_ASSIGN(const auto unpacked,
               deb::unpack_packages(packages->second, source, input.pin.layout, context));
    if (unpacked.tree != input.tree) return deb_mismatch(input, unpacked.tree);
    return {};
}

Result<> hold_deb(const core::PlannedInput& input, const Context& given) {
    const auto context = with_base(input, given);
    const auto& source = std::get<core::DebSource>(input.source);
    for (const auto& [system, packages] : input.pin.packages) {
        std::vector<deb::PoolSource> sources;
        if (!context.offline && !deb::missing_packages(packages, context).empty()) {
            TRY_ASSIGN(sources, sources_of(source, input.pin, context));
        }
        TRY(deb::fetch_packages(packages, sources, context));
    }
    return {};
}

}  // namespace contract::inputs
