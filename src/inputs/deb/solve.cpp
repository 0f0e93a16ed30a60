// SPDX-License-Identifier: Apache-2.0
//
// libsolv takes what a dependency lists first, then the newest. apt besides prefers a package to one that
// only provides its name, and what every machine has. Both are said with favour jobs: for real packages that
// somebody else provides, and for the priorities required, important and standard. Without them awk becomes
// gawk and libsystemd0 becomes libelogind0.
#include "solve.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "control.hpp"
#include "solv_library.hpp"

namespace contract::inputs::deb {

namespace {

struct Offer {
    const PackageIndex* index;
    const Stanza* stanza;
};
using Offers = std::unordered_map<std::string_view, std::vector<Offer>>;

Offers offers_of(const std::vector<PackageIndex>& indexes) {
    Offers out;
    std::size_t all = 0;
    for (const auto& index : indexes) all += index.stanzas.size();
    out.reserve(all);
    for (const auto& index : indexes)
        for (const auto& stanza : index.stanzas) out[stanza.name].push_back({&index, &stanza});
    return out;
}

// "make=4.3-4.1" → {"make", "4.3-4.1"}; the version is empty where none is asked for.
struct Request {
    std::string name;
    std::string version;
    const core::Text* text;
};

bool consists_of(std::string_view text, std::string_view others) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               others.find(c) != std::string_view::npos;
    });
}

Error package_missing(std::string message, const core::Text& text) {
    return Error{"package-missing", std::move(message), Blame::declaration, text.where, {}, {}};
}

Result<Request> parse_request(const core::Text& text) {
    const auto equals = text.value.find('=');
    Request request{text.value.substr(0, equals), {}, &text};
    if (equals != std::string::npos) request.version = text.value.substr(equals + 1);
    const bool fits = consists_of(request.name, "+-.") &&
                      (equals == std::string::npos || consists_of(request.version, ".+-~:"));
    if (fits) return request;
    return package_missing("'" + harmless(text.value) + "' is not how a package is named", text)
        .with_help("write NAME, or NAME=VERSION");
}

std::string suites_of(const std::vector<PackageIndex>& indexes) {
    std::vector<std::string> names;
    for (const auto& index : indexes)
        if (std::find(names.begin(), names.end(), index.suite) == names.end()) names.push_back(index.suite);
    return join(names, ", ");
}

// Names of what a stanza's Provides lists.
std::vector<std::string_view> provided_names(std::string_view provides) {
    std::vector<std::string_view> out;
    while (!provides.empty()) {
        const auto comma = std::min(provides.find(','), provides.size());
        const auto parts = words(provides.substr(0, comma));
        if (!parts.empty()) out.push_back(parts[0].substr(0, parts[0].find_first_of("(:")));
        provides.remove_prefix(std::min(comma + 1, provides.size()));
    }
    return out;
}

std::vector<std::string> providers_of(const std::vector<PackageIndex>& indexes, const std::string& name) {
    std::set<std::string> out;
    for (const auto& index : indexes)
        for (const auto& stanza : index.stanzas)
            for (const auto provided : provided_names(stanza.provides))
                if (provided == name) out.emplace(stanza.name);
    return {out.begin(), out.end()};
}

std::string help_for(const std::vector<PackageIndex>& indexes, const std::string& name) {
    const auto providers = providers_of(indexes, name);
    if (!providers.empty()) {
        const std::size_t shown = std::min<std::size_t>(providers.size(), 8);
        return "'" + harmless(name) +
               "' is no package but something that packages provide; take one of them: " +
               harmless(
                   join({providers.begin(), providers.begin() + static_cast<std::ptrdiff_t>(shown)}, ", "));
    }
    std::vector<std::string> names;
    for (const auto& index : indexes)
        for (const auto& stanza : index.stanzas) {
            const auto longer = std::max(stanza.name.size(), name.size());
            if (longer - std::min(stanza.name.size(), name.size()) <= 3) names.emplace_back(stanza.name);
        }
    const auto close = nearest(name, names);
    return close ? "did you mean '" + harmless(*close) + "'?" : "";
}

// Nothing when the request can be met by name and version.
std::optional<Error> missing(const Request& request, const Offers& offers,
                             const std::vector<PackageIndex>& indexes) {
    const auto found = offers.find(request.name);
    if (found == offers.end()) {
        auto error = package_missing("there is no package '" + harmless(request.name) + "'", *request.text)
                         .with_note("searched: " + harmless(suites_of(indexes)));
        const auto help = help_for(indexes, request.name);
        if (!help.empty()) error.help.push_back(help);
        return error;
    }
    if (request.version.empty()) return std::nullopt;
    Error error = package_missing("there is no version '" + harmless(request.version) + "' of the package '" +
                                      harmless(request.name) + "'",
                                  *request.text);
    for (const auto& offer : found->second) {
        if (offer.stanza->version == request.version) return std::nullopt;
        error.notes.push_back("in " + harmless(offer.index->suite) + ": " + harmless(offer.stanza->version));
    }
    error.help.push_back(
        "versions leave an archive when newer ones come: an earlier state of it is asked for with "
        "snapshot = \"…\"");
    return error;
}

Result<std::vector<Request>> check_requests(const SolveWish& wish, const Offers& offers,
                                            const std::vector<PackageIndex>& indexes) {
    std::vector<Request> out;
    std::optional<Error> first;
    for (const auto& text : wish.packages) {
        TRY_ASSIGN(auto request, parse_request(text));
        if (auto error = missing(request, offers, indexes)) {
            if (!first) {
                first = std::move(error);
                continue;
            }
            first->notes.push_back("also: " + error->message);
            first->help.insert(first->help.end(), error->help.begin(), error->help.end());
        }
        out.push_back(std::move(request));
    }
    if (first) return *std::move(first);
    return out;
}

template <auto SolvLibrary::*Free>
struct Freed {
    template <typename T>
    void operator()(T* object) const {
        ((*solv_library().value()).*Free)(object);
    }
};
using OwnedPool = std::unique_ptr<Pool, Freed<&SolvLibrary::pool_free>>;
using OwnedSolver = std::unique_ptr<Solver, Freed<&SolvLibrary::solver_free>>;

class Jobs {
public:
    explicit Jobs(const SolvLibrary& solv) : solv_(solv) { solv_.queue_init(&queue_); }
    ~Jobs() { solv_.queue_free(&queue_); }
    Jobs(const Jobs&) = delete;
    Jobs& operator=(const Jobs&) = delete;
    void add(int how, Id what) { solv_.queue_insert2(&queue_, queue_.count, how, what); }
    Queue* get() { return &queue_; }

private:
    const SolvLibrary& solv_;
    Queue queue_{};
};

Id id_of(const SolvLibrary& solv, Pool* pool, std::string_view text) {
    return solv.pool_str2id(pool, std::string(text).c_str(), 1);
}

Result<> add_index(const SolvLibrary& solv, Pool* pool, const PackageIndex& index) {
    if (index.stanzas.empty()) return {};
    Repo* repo = solv.repo_create(pool, index.suite.c_str());
    repo->priority = index.priority;
    repo->appdata = const_cast<PackageIndex*>(&index);
    auto* bytes = const_cast<char*>(index.relations.data());
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(::fmemopen(bytes, index.relations.size(), "r"),
                                                               &std::fclose);
    const bool read = file != nullptr && solv.repo_add_debpackages(repo, file.get(), 0) == 0 &&
                      static_cast<std::size_t>(repo->end - repo->start) == index.stanzas.size() &&
                      static_cast<std::size_t>(repo->nsolvables) == index.stanzas.size();
    if (read) return {};
    return Error{"release-mismatch",
                 "an index of '" + harmless(index.suite) + "' has a package that the solver cannot read",
                 Blame::environment,
                 {},
                 {},
                 {"take another mirror"}};
}

void add_favours(const SolvLibrary& solv, Pool* pool, const std::vector<PackageIndex>& indexes,
                 const Offers& offers, Jobs& jobs) {
    std::unordered_set<std::string_view> names;
    for (const auto& index : indexes)
        for (const auto& stanza : index.stanzas) {
            for (const auto name : provided_names(stanza.provides))
                if (name != stanza.name && offers.contains(name)) names.insert(name);
            if (stanza.priority == "required" || stanza.priority == "important" ||
                stanza.priority == "standard")
                names.insert(stanza.name);
        }
    // Sorted, because a set of hashes has another order on another machine.
    for (const auto name : std::set<std::string_view>(names.begin(), names.end()))
        jobs.add(SOLVER_FAVOR | SOLVER_SOLVABLE_NAME, id_of(solv, pool, name));
}

void add_requests(const SolvLibrary& solv, Pool* pool, const std::vector<Request>& requests,
                  const std::vector<PackageIndex>& indexes, bool essential, Jobs& jobs) {
    for (const auto& request : requests) {
        Id what = id_of(solv, pool, request.name);
        if (!request.version.empty())
            what = solv.pool_rel2id(pool, what, id_of(solv, pool, request.version), REL_EQ, 1);
        jobs.add(SOLVER_INSTALL | SOLVER_SOLVABLE_NAME, what);
    }
    if (!essential) return;
    std::set<std::string_view> names;
    for (const auto& index : indexes)
        for (const auto& stanza : index.stanzas)
            if (stanza.essential) names.insert(stanza.name);
    for (const auto name : names) jobs.add(SOLVER_INSTALL | SOLVER_SOLVABLE_NAME, id_of(solv, pool, name));
}

Error unsolvable(const SolvLibrary& solv, Solver* solver, const SolveWish& wish) {
    constexpr std::size_t most_reasons = 12;
    Error error{"packages-unsolvable",
                "the packages do not fit together",
                Blame::declaration,
                wish.packages.empty() ? std::nullopt : std::optional(wish.packages.front().where),
                {},
                {}};
    for (Id problem = 1; problem <= static_cast<Id>(solv.solver_problem_count(solver)); ++problem) {
        Jobs rules(solv);
        solv.solver_findallproblemrules(solver, problem, rules.get());
        for (int i = 0; i < rules.get()->count && error.notes.size() < most_reasons; ++i) {
            Id source = 0, target = 0, dependency = 0;
            const auto type =
                solv.solver_ruleinfo(solver, rules.get()->elements[i], &source, &target, &dependency);
            const char* text = solv.solver_problemruleinfo2str(solver, type, source, target, dependency);
            std::string note = "reason: " + harmless(text == nullptr ? "unknown" : text);
            if (std::find(error.notes.begin(), error.notes.end(), note) == error.notes.end())
                error.notes.push_back(std::move(note));
        }
    }
    return std::move(error).with_help(
        "leave out or exchange one of the packages; a dependency in another suite needs that suite in "
        "suites, and "
        "one in another component needs components");
}

// Relative, nowhere upwards, and with nothing in it that a URL or a terminal could take for something else.
bool is_safe_path(std::string_view path) {
    return !path.empty() && path.size() < 1024 && path::normalise(path) == path && !path::is_absolute(path) &&
           path != ".." && !path.starts_with("../") && harmless(path) == path &&
           path.find_first_of("\\ \t\n?#") == std::string_view::npos;
}

Result<core::LockedPackage> locked(const Offer& offer) {
    const auto& stanza = *offer.stanza;
    core::LockedPackage package;
    package.name = stanza.name;
    package.version = stanza.version;
    package.path = stanza.filename;
    package.suite = offer.index->suite;
    const auto digest = Digest::parse(stanza.sha256);
    const auto* end = stanza.size.data() + stanza.size.size();
    const auto size = std::from_chars(stanza.size.data(), end, package.size);
    if (!digest || size.ec != std::errc() || size.ptr != end || !is_safe_path(stanza.filename))
        return Error{
            "release-mismatch",
            "the index says of the package '" + harmless(stanza.name) + "' no usable file, size or SHA-256",
            Blame::environment,
            {},
            {},
            {"take another mirror"}};
    package.sha256 = *digest;
    return package;
}

// The first suite that has the same package: which of two equal ones the solver took must not matter.
const Offer& first_of(const Offers& offers, const Stanza& chosen) {
    const auto& same_names = offers.at(chosen.name);
    return *std::find_if(same_names.begin(), same_names.end(), [&](const Offer& offer) {
        return offer.stanza->version == chosen.version && offer.stanza->architecture == chosen.architecture;
    });
}

Result<std::vector<core::LockedPackage>> chosen_packages(const SolvLibrary& solv, Pool* pool, Solver* solver,
                                                         const Offers& offers) {
    Jobs decisions(solv);
    solv.solver_get_decisionqueue(solver, decisions.get());
    std::vector<core::LockedPackage> out;
    for (int i = 0; i < decisions.get()->count; ++i) {
        const Id id = decisions.get()->elements[i];
        if (id <= SYSTEMSOLVABLE) continue;  // negative: must not be there
        const Repo* repo = pool->solvables[id].repo;
        const auto* index = static_cast<const PackageIndex*>(repo->appdata);
        const auto& stanza = index->stanzas.at(static_cast<std::size_t>(id - repo->start));
        TRY_ASSIGN(auto package, locked(first_of(offers, stanza)));
        out.push_back(std::move(package));
    }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
        return std::tie(a.name, a.version, a.path) < std::tie(b.name, b.version, b.path);
    });
    return out;
}

}  // namespace

Result<std::vector<core::LockedPackage>> solve(const std::vector<PackageIndex>& indexes,
                                               const SolveWish& wish) {
    TRY_ASSIGN(const auto* library, solv_library());
    const auto& solv = *library;
    const auto offers = offers_of(indexes);
    TRY_ASSIGN(const auto requests, check_requests(wish, offers, indexes));
    const OwnedPool pool(solv.pool_create());
    if (solv.pool_setdisttype(pool.get(), DISTTYPE_DEB) < 0)
        return Error{
            "system", "this libsolv was built without packages of Debian",       Blame::environment, {},
            {},       {"install Debian's: apt-get install libsolv1 libsolvext1"}};
    solv.pool_setarch(pool.get(), wish.architecture.c_str());
    for (const auto& index : indexes) TRY(add_index(solv, pool.get(), index));
    solv.pool_createwhatprovides(pool.get());
    Jobs jobs(solv);
    add_requests(solv, pool.get(), requests, indexes, wish.essential, jobs);
    add_favours(solv, pool.get(), indexes, offers, jobs);
    const OwnedSolver solver(solv.solver_create(pool.get()));
    solv.solver_set_flag(solver.get(), SOLVER_FLAG_IGNORE_RECOMMENDED, wish.recommends ? 0 : 1);
    if (solv.solver_solve(solver.get(), jobs.get()) != 0) return unsolvable(solv, solver.get(), wish);
    return chosen_packages(solv, pool.get(), solver.get(), offers);
}

}  // namespace contract::inputs::deb
