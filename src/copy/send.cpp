// SPDX-License-Identifier: Apache-2.0
#include "contract/copy/send.hpp"

#include <algorithm>

#include "contract/base/text.hpp"
#include "contract/core/input_path.hpp"

namespace contract::copy {

namespace {

constexpr std::size_t blobs_at_once = 1000;

Error interrupted_error() {
    return {"interrupted", "interrupted", Blame::environment, {}, {}, {}};
}

Error not_there(const std::string& what) {
    return {"not-built",
            what + " is not in the store, or the store does not know how it was made",
            Blame::environment,
            {},
            {},
            {"build it first: `contract build TARGET`"}};
}

Result<std::uint64_t> size_of(const store::Store& store, const Digest& tree) {
    TRY_ASSIGN(const auto bytes, store.blob(tree));
    return bytes.size();
}

// Statements in the order in which they may become visible, and the blobs of their trees.
class Closure {
public:
    Closure(const store::Store& store, const Exporter& exporter) : store_(store), exporter_(exporter) {}

    Result<> add(Statement first) {
        std::vector<Statement> open{std::move(first)};
        while (!open.empty()) {
            Statement next = std::move(open.back());
            open.pop_back();
            if (is_known(next)) continue;
            for (const auto& need : needs_of(next)) {
                if (!seen_.insert(need).second) continue;
                TRY_ASSIGN(auto below, exporter_.at(need));
                if (below.empty()) return not_there("'" + need.base() + "'");
                std::move(below.begin(), below.end(), std::back_inserter(open));
            }
            TRY(add_tree(next));
            statements_.push_back(std::move(next));
        }
        return {};
    }

    // A path is behind everything that it needs.
    std::vector<Statement> ordered() const {
        std::multimap<core::StorePath, const Statement*> by_path;
        for (const auto& statement : statements_) by_path.emplace(path_of(statement), &statement);
        std::vector<Statement> out;
        std::set<core::StorePath> done;
        for (const auto& statement : statements_) put(path_of(statement), by_path, done, out);
        return out;
    }

    std::vector<BlobName> blobs() const {
        std::vector<BlobName> out;
        for (const auto& [digest, name] : blobs_) out.push_back(name);
        return out;
    }

private:
    using ByPath = std::multimap<core::StorePath, const Statement*>;

    bool is_known(const Statement& statement) {
        const auto* result = std::get_if<ResultStatement>(&statement);
        if (result != nullptr) return !actions_.insert(result->row.action).second;
        return !trees_.insert(path_of(statement)).second;
    }

    // As deep as one output names another.
    static void put(const core::StorePath& path, const ByPath& by_path, std::set<core::StorePath>& done,
                    std::vector<Statement>& out) {
        if (!done.insert(path).second) return;
        const auto [begin, end] = by_path.equal_range(path);
        for (auto one = begin; one != end; ++one)
            for (const auto& need : needs_of(*one->second)) put(need, by_path, done, out);
        for (auto one = begin; one != end; ++one) out.push_back(*one->second);
    }

    Result<> add_tree(const Statement& statement) {
        std::vector<BlobName> open{{tree_of(statement), tree_size_of(statement), false}};
        while (!open.empty()) {
            const BlobName next = open.back();
            open.pop_back();
            if (!directories_.insert(next.digest).second) continue;
            note(next);
            TRY_ASSIGN(const auto directory, store_.directory(next.digest));
            for (const auto& child : directory.directories) open.push_back({child.digest, child.size, false});
            for (const auto& file : directory.files) note({file.digest, file.size, file.executable});
        }
        return {};
    }

    void note(const BlobName& name) {
        const auto [known, added] = blobs_.emplace(name.digest, name);
        known->second.executable = known->second.executable || name.executable;
    }

    const store::Store& store_;
    const Exporter& exporter_;
    std::set<core::StorePath> seen_;
    std::set<core::StorePath> trees_;
    std::set<Digest> actions_;
    std::set<Digest> directories_;
    std::map<Digest, BlobName> blobs_;
    std::vector<Statement> statements_;
};

}  // namespace

Result<Exporter> Exporter::of(const store::Store& store, const SecretKey* key, RootOf root_of) {
    Exporter out(store, key, std::move(root_of));
    TRY_ASSIGN(const auto paths, store.paths());
    for (const auto& [path, tree] : paths) out.trees_.emplace(path, tree);
    TRY_ASSIGN(auto rows, store.results());
    for (auto& row : rows) {
        const auto tree = out.trees_.find(row.output);
        // A row of what another build has replaced since tells of nothing that is here.
        if (tree == out.trees_.end() || tree->second != row.tree) continue;
        const auto path = row.output;
        out.results_.emplace(path, std::move(row));
    }
    return out;
}

Result<Statement> Exporter::statement(const store::ResultRow& row) const {
    if (key_ == nullptr)
        return Error{"key-missing",
                     "there is no key to sign results with",
                     Blame::environment,
                     {},
                     {},
                     {"make one with `contract key new NAME`; it says what to write into config.toml"}};
    ResultStatement out;
    out.row = row;
    TRY_ASSIGN(out.tree_size, size_of(*store_, row.tree));
    TRY_ASSIGN(const auto record, store_->recall(store::made_kind, row.action.hex()));
    if (record) out.record = *record;
    if (record) out.root = root_of_(*record);
    out.signatures.push_back(key_->sign(signed_text(out)));
    return Statement(std::move(out));
}

Result<std::optional<Statement>> Exporter::result(const Digest& action) const {
    TRY_ASSIGN(const auto row, store_->find_result(action));
    if (!row) return std::optional<Statement>();
    TRY_ASSIGN(auto made, statement(*row));
    return std::optional(std::move(made));
}

Result<std::vector<Statement>> Exporter::at(const core::StorePath& path) const {
    std::vector<Statement> out;
    const auto tree = trees_.find(path);
    if (tree == trees_.end() || !store_->has_path(path)) return out;
    const auto [begin, end] = results_.equal_range(path);
    for (auto one = begin; one != end; ++one) {
        TRY_ASSIGN(auto made, statement(one->second));
        out.push_back(std::move(made));
    }
    if (!out.empty() || core::input_path(tree->second, path.name()) != path) return out;
    TRY_ASSIGN(const auto size, size_of(*store_, tree->second));
    out.emplace_back(TreeStatement{path, tree->second, size});
    return out;
}

Result<Sent> send(const store::Store& store, const Exporter& exporter, Destination& destination,
                  const std::vector<Digest>& actions, const std::vector<core::StorePath>& paths,
                  const std::function<bool()>& interrupted) {
    Closure closure(store, exporter);
    for (const auto& action : actions) {
        TRY_ASSIGN(auto statement, exporter.result(action));
        if (!statement) return not_there("the result of the action '" + action.hex() + "'");
        TRY(closure.add(std::move(*statement)));
    }
    for (const auto& path : paths) {
        TRY_ASSIGN(auto statements, exporter.at(path));
        if (statements.empty()) return not_there("'" + path.base() + "'");
        for (auto& statement : statements) TRY(closure.add(std::move(statement)));
    }
    Sent sent;
    const auto blobs = closure.blobs();
    for (std::size_t next = 0; next < blobs.size(); next += blobs_at_once) {
        if (interrupted && interrupted()) return interrupted_error();
        const auto begin = blobs.begin() + static_cast<std::ptrdiff_t>(next);
        const auto end =
            blobs.begin() + static_cast<std::ptrdiff_t>(std::min(next + blobs_at_once, blobs.size()));
        TRY_ASSIGN(const auto missing, destination.missing({begin, end}));
        TRY(destination.write(missing, store));
        sent.blobs += missing.size();
        for (const auto& blob : missing) sent.bytes += blob.size;
    }
    const auto statements = closure.ordered();
    TRY(destination.publish(statements));
    for (const auto& statement : statements) sent.paths.push_back(path_of(statement));
    return sent;
}

}  // namespace contract::copy
