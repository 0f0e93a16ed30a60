// SPDX-License-Identifier: Apache-2.0
#include "contract/pipeline/garbage.hpp"

#include <charconv>
#include <ctime>
#include <map>
#include <set>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "tracked_files.hpp"

namespace contract::pipeline {

namespace {

constexpr std::string_view roots_kind = "roots";  // "<directory>\n<system>" → "day N" and lines of words
constexpr std::string_view link_kind = "link";    // absolute path → base name
constexpr std::string_view day_word = "day ";
constexpr std::int64_t seconds_of_day = 24 * 60 * 60;

std::int64_t today() {
    return std::time(nullptr) / seconds_of_day;
}

std::string line(const std::string& target, std::string_view word, const std::string& name) {
    return target + " " + std::string(word) + " " + name + "\n";
}

void add(std::set<std::string>& lines, const core::PlannedAction& action) {
    lines.insert(line(action.target, "path", action.output.base()));
    if (action.recipe.source) lines.insert(line(action.target, "tree", action.recipe.source->hex()));
    for (const auto& patch : action.recipe.patches) lines.insert(line(action.target, "tree", patch.hex()));
}

std::set<std::string> lines_of(const core::Plan& plan) {
    std::set<std::string> lines;
    for (const auto* list : {&plan.packages, &plan.checks})
        for (const auto& action : *list) add(lines, action);
    for (const auto& formatter : plan.formatters)
        for (const auto& batch : formatter.batches) add(lines, batch);
    for (const auto& input : plan.inputs) {
        if (input.kind == core::InputKind::host) continue;
        lines.insert(line(input.target, "path", input.path.base()));
        lines.insert(line(input.target, "tree", input.tree.hex()));
    }
    return lines;
}

// ── reading them back ──

struct Known {
    std::string directory;
    std::int64_t day = 0;
    std::map<std::string, store::GarbageRoot> roots;  // by target
};

void read_line(std::string_view text, Known& known) {
    const auto words = split(text, ' ');
    if (words.size() == 2 && words[0] == "day") {
        std::from_chars(words[1].data(), words[1].data() + words[1].size(), known.day);
        return;
    }
    if (words.size() != 3) return;
    auto& root = known.roots[words[0]];
    if (words[1] == "path") {
        if (const auto path = core::StorePath::parse(words[2])) root.paths.push_back(*path);
    } else if (const auto tree = Digest::parse(words[2])) {
        root.trees.push_back(*tree);
    }
}

Known known_from(const std::string& key, const std::string& value) {
    Known known;
    known.directory = key.substr(0, key.rfind('\n'));  // a name may have line breaks, a system has none
    for (const auto& text : split(value, '\n')) read_line(text, known);
    for (auto& [target, root] : known.roots) root.name = known.directory + " " + target;
    return known;
}

// Why a repository keeps nothing any more; empty: it does.
std::string why_gone(const Known& known, const CollectRequest& request) {
    // A repository that cannot be looked at, on a disk that does not answer, keeps what it has.
    const auto contract = os::status(path::join(known.directory, "contract.toml"));
    if (contract && !contract->has_value()) return "there is no contract any more";
    if (request.unused_days && known.day < today() - *request.unused_days)
        return "not used for " + std::to_string(today() - known.day) + " days";
    return {};
}

Result<> add_repositories(store::Store& store, const CollectRequest& request, store::GarbageRequest& garbage,
                          Collected& collected) {
    TRY_ASSIGN(const auto facts, store.recall_all(roots_kind));
    for (const auto& [key, value] : facts) {
        auto known = known_from(key, value);
        if (const auto why = why_gone(known, request); !why.empty()) {
            collected.gone.push_back(known.directory + ": " + why);
            if (!request.dry_run) TRY(store.forget(roots_kind, key));
            continue;
        }
        for (auto& [target, root] : known.roots) garbage.roots.push_back(std::move(root));
    }
    return {};
}

Result<> add_links(store::Store& store, const CollectRequest& request, store::GarbageRequest& garbage,
                   Collected& collected) {
    TRY_ASSIGN(const auto facts, store.recall_all(link_kind));
    for (const auto& [link, base] : facts) {
        const auto path = core::StorePath::parse(base);
        const auto target = os::read_link(link);
        if (path && target && *target == store.real_path(*path)) {
            garbage.roots.push_back({link, {*path}, {}});
            continue;
        }
        collected.gone.push_back(link + ": the link is gone, or points somewhere else");
        if (!request.dry_run) TRY(store.forget(link_kind, link));
    }
    return {};
}

}  // namespace

Result<> remember_roots(store::Store& store, const std::string& directory, const core::Plan& plan,
                        bool whole) {
    const std::string key = directory + "\n" + plan.system;
    TRY_ASSIGN(const auto before, store.recall(roots_kind, key));
    auto lines = lines_of(plan);
    if (!whole && before)
        for (const auto& known : split(*before, '\n'))
            if (!known.empty() && !known.starts_with(day_word)) lines.insert(known + "\n");
    std::string value = std::string(day_word) + std::to_string(today()) + "\n";
    for (const auto& one : lines) value += one;
    if (before == value) return {};
    return store.remember(roots_kind, key, value);
}

Result<std::vector<RememberedRoot>> remembered_roots(const store::Store& store) {
    TRY_ASSIGN(const auto facts, store.recall_all(roots_kind));
    std::vector<RememberedRoot> out;
    for (const auto& [key, value] : facts) {
        auto known = known_from(key, value);
        for (auto& [target, root] : known.roots)
            out.push_back({known.directory, target, std::move(root.paths)});
    }
    return out;
}

Result<> keep_link(store::Store& store, const std::string& link, const core::StorePath& path) {
    TRY_ASSIGN(const auto there, os::status(link));
    if (there) {
        const auto target = os::read_link(link);
        if (!target || !path::is_within(*target, store.home() + "/store"))
            return Error{"not-a-link",
                         "'" + harmless(link) + "' is there already, and is no link into the store",
                         Blame::environment,
                         {},
                         {},
                         {"remove it, or give another name"}};
    }
    // Remembered first: a link that keeps nothing would be worse than a memory of one that is not there.
    TRY(store.remember(link_kind, link, path.base()));
    const std::string aside = link + ".new-" + std::string(path.hash());
    TRY(os::make_symlink(store.real_path(path), aside));
    return os::rename(aside, link);
}

Result<Collected> collect_garbage(store::Store& store, const CollectRequest& request) {
    Collected collected;
    store::GarbageRequest garbage;
    garbage.most_bytes = request.most_bytes;
    garbage.dry_run = request.dry_run;
    garbage.interrupted = request.interrupted;
    if (request.unused_days) garbage.used_before = std::time(nullptr) - *request.unused_days * seconds_of_day;
    TRY(add_repositories(store, request, garbage, collected));
    TRY(add_links(store, request, garbage, collected));
    if (!request.dry_run) TRY(forget_lost_work_trees(store));
    TRY_ASSIGN(collected.garbage, store.collect_garbage(garbage));
    return collected;
}

}  // namespace contract::pipeline
