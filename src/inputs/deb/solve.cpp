// SPDX-License-Identifier: Apache-2.0
//
// libsolv takes, of what can meet a dependency, the newest of the first name it meets. apt prefers the first
// alternative, a package to one that only provides its name, and what every machine has. All is said with
// favour jobs: for alternatives that a first solution passed over, for real packages whose name somebody else
// provides, and for the priorities required, important and standard. Without them awk becomes gawk and
// libsystemd0 becomes libelogind0.
#include "solve.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <set>
#include <unordered_set>

#include "contract/base/text.hpp"
#include "first_choices.hpp"
#include "offers.hpp"
#include "requests.hpp"
#include "solv_library.hpp"

namespace contract::inputs::deb {

namespace {

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

// Everything that stays the same from one solution to the next.
struct Problem {
    const SolvLibrary& solv;
    Pool* pool;
    const std::vector<PackageIndex>& indexes;
    const Offers& offers;
    const std::vector<Request>& requests;
    const SolveWish& wish;
};

void add_favour(const Problem& problem, std::string_view name, Jobs& jobs) {
    jobs.add(SOLVER_FAVOR | SOLVER_SOLVABLE_NAME, id_of(problem.solv, problem.pool, name));
}

void add_favours(const Problem& problem, Jobs& jobs) {
    std::unordered_set<std::string_view> names;
    for (const auto& index : problem.indexes)
        for (const auto& stanza : index.stanzas) {
            for (const auto name : provided_names(stanza.provides))
                if (name != stanza.name && problem.offers.contains(name)) names.insert(name);
            if (stanza.priority == "required" || stanza.priority == "important" ||
                stanza.priority == "standard")
                names.insert(stanza.name);
        }
    // Sorted, because a set of hashes has another order on another machine.
    for (const auto name : std::set<std::string_view>(names.begin(), names.end()))
        add_favour(problem, name, jobs);
}

void add_requests(const Problem& problem, Jobs& jobs) {
    const auto& solv = problem.solv;
    for (const auto& request : problem.requests) {
        Id what = id_of(solv, problem.pool, request.name);
        if (!request.version.empty())
            what =
                solv.pool_rel2id(problem.pool, what, id_of(solv, problem.pool, request.version), REL_EQ, 1);
        jobs.add(SOLVER_INSTALL | SOLVER_SOLVABLE_NAME, what);
    }
    if (!problem.wish.essential) return;
    std::set<std::string_view> names;
    for (const auto& index : problem.indexes)
        for (const auto& stanza : index.stanzas)
            if (stanza.essential) names.insert(stanza.name);
    for (const auto name : names)
        jobs.add(SOLVER_INSTALL | SOLVER_SOLVABLE_NAME, id_of(solv, problem.pool, name));
}

Error unsolvable(const Problem& problem, Solver* solver) {
    const auto& solv = problem.solv;
    const auto& wish = problem.wish;
    constexpr std::size_t most_reasons = 12;
    Error error{"packages-unsolvable",
                "the packages do not fit together",
                Blame::declaration,
                wish.packages.empty() ? std::nullopt : std::optional(wish.packages.front().where),
                {},
                {}};
    for (Id number = 1; number <= static_cast<Id>(solv.solver_problem_count(solver)); ++number) {
        Jobs rules(solv);
        solv.solver_findallproblemrules(solver, number, rules.get());
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

std::vector<const Stanza*> chosen_stanzas(const SolvLibrary& solv, Pool* pool, Solver* solver) {
    Jobs decisions(solv);
    solv.solver_get_decisionqueue(solver, decisions.get());
    std::vector<const Stanza*> out;
    for (int i = 0; i < decisions.get()->count; ++i) {
        const Id id = decisions.get()->elements[i];
        if (id <= SYSTEMSOLVABLE) continue;  // negative: must not be there
        const Repo* repo = pool->solvables[id].repo;
        const auto* index = static_cast<const PackageIndex*>(repo->appdata);
        out.push_back(&index->stanzas.at(static_cast<std::size_t>(id - repo->start)));
    }
    return out;
}

Result<std::vector<core::LockedPackage>> locked_packages(const std::vector<const Stanza*>& chosen,
                                                         const Offers& offers) {
    std::vector<core::LockedPackage> out;
    for (const auto* stanza : chosen) {
        TRY_ASSIGN(auto package, locked(first_of(offers, *stanza)));
        out.push_back(std::move(package));
    }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
        return std::tie(a.name, a.version, a.path) < std::tie(b.name, b.version, b.path);
    });
    return out;
}

Result<std::vector<const Stanza*>> solution(const Problem& problem, const std::set<std::string_view>& first) {
    const auto& solv = problem.solv;
    Jobs jobs(solv);
    add_requests(problem, jobs);
    // Of two favours the later one counts more.
    add_favours(problem, jobs);
    for (const auto name : first) add_favour(problem, name, jobs);
    // A root is merged when it is unpacked; usrmerge, which apt would take, brings perl to do that.
    if (problem.offers.contains("usr-is-merged")) add_favour(problem, "usr-is-merged", jobs);
    const OwnedSolver solver(solv.solver_create(problem.pool));
    solv.solver_set_flag(solver.get(), SOLVER_FLAG_IGNORE_RECOMMENDED, problem.wish.recommends ? 0 : 1);
    if (solv.solver_solve(solver.get(), jobs.get()) != 0) return unsolvable(problem, solver.get());
    return chosen_stanzas(solv, problem.pool, solver.get());
}

// A preferred alternative brings packages with alternatives of their own, so it takes some rounds, as many as
// dependencies are deep at most; each one prefers more than the last or is the last.
Result<std::vector<const Stanza*>> solution_of_apt(const Problem& problem) {
    constexpr int most_rounds = 24;
    std::set<std::string_view> first;
    for (int round = 0;; ++round) {
        TRY_ASSIGN(auto chosen, solution(problem, first));
        const auto before = first.size();
        first.merge(passed_over(chosen, problem.offers));
        if (first.size() == before || round == most_rounds) return chosen;
    }
}

}  // namespace

Result<std::vector<core::LockedPackage>> solve(const std::vector<PackageIndex>& indexes,
                                               const SolveWish& wish) {
    TRY_ASSIGN(const auto* library, solv_library());
    const auto& solv = *library;
    const auto offers = offers_of(indexes);
    TRY_ASSIGN(const auto requests, check_requests(wish.packages, offers, indexes));
    const OwnedPool pool(solv.pool_create());
    if (solv.pool_setdisttype(pool.get(), DISTTYPE_DEB) < 0)
        return Error{
            "system", "this libsolv was built without packages of Debian",       Blame::environment, {},
            {},       {"install Debian's: apt-get install libsolv1 libsolvext1"}};
    solv.pool_setarch(pool.get(), wish.architecture.c_str());
    for (const auto& index : indexes) TRY(add_index(solv, pool.get(), index));
    solv.pool_createwhatprovides(pool.get());
    TRY_ASSIGN(const auto chosen, solution_of_apt({solv, pool.get(), indexes, offers, requests, wish}));
    return locked_packages(chosen, offers);
}

}  // namespace contract::inputs::deb
