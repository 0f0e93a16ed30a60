// SPDX-License-Identifier: Apache-2.0
#include "contract/copy/receive.hpp"

#include <algorithm>
#include <set>

#include "contract/base/text.hpp"

namespace contract::copy {

namespace {

constexpr std::size_t blobs_at_once = 1000;

Error interrupted() {
    return {"interrupted", "interrupted", Blame::environment, {}, {}, {}};
}

bool is_interrupted(const Receiver& receiver) {
    return receiver.interrupted && receiver.interrupted();
}

Error absent(const std::string& place, const std::string& what) {
    return {"copy-missing",
            "'" + harmless(place) + "' does not have " + what,
            Blame::environment,
            {},
            {},
            {"copy it there with `contract copy --to`, or build it here"}};
}

// Brings the blobs of trees into the store.
class Fetch {
public:
    Fetch(const Receiver& receiver, Source& source, Received& received)
        : receiver_(receiver), store_(receiver.store), source_(source), received_(received) {}

    Result<> tree(const Statement& statement) {
        const Digest& top = tree_of(statement);
        const std::string where = path_of(statement).base();
        if (store_.has_blob(top) && check_tree(store_, top, where) && store_.has_tree(top)) return {};
        std::vector<BlobName> directories{{top, tree_size_of(statement), false}};
        std::vector<BlobName> files;
        std::set<Digest> seen_directories{top}, seen_files;
        for (unsigned depth = 0; !directories.empty(); ++depth) {
            if (depth == deepest_tree) return copy_damaged(where, "its tree is too deep");
            TRY(blobs(directories));
            std::vector<BlobName> below;
            for (const auto& directory : directories) {
                TRY_ASSIGN(const auto read, directory_of(directory, statement));
                for (const auto& child : read.directories)
                    if (seen_directories.insert(child.digest).second)
                        below.push_back({child.digest, child.size, false});
                for (const auto& file : read.files)
                    if (seen_files.insert(file.digest).second)
                        files.push_back({file.digest, file.size, file.executable});
            }
            directories = std::move(below);
        }
        return blobs(files);
    }

private:
    Result<core::Directory> directory_of(const BlobName& name, const Statement& statement) const {
        TRY_ASSIGN(const auto bytes, store_.blob(name.digest));
        const auto where = path_of(statement).base();
        if (bytes.size() != name.size)
            return copy_damaged(where, "a directory in its tree has another size than is said");
        auto directory = core::decode_directory(bytes);
        if (!directory) return copy_damaged(where, "'" + name.digest.hex() + "' in its tree is no directory");
        return directory;
    }

    // Those that the store does not have.
    Result<> blobs(const std::vector<BlobName>& names) {
        std::vector<BlobName> lacking;
        for (const auto& name : names)
            if (!store_.has_blob(name.digest)) lacking.push_back(name);
        for (std::size_t next = 0; next < lacking.size(); next += blobs_at_once) {
            if (is_interrupted(receiver_)) return interrupted();
            const auto begin = lacking.begin() + static_cast<std::ptrdiff_t>(next);
            const auto end =
                lacking.begin() + static_cast<std::ptrdiff_t>(std::min(next + blobs_at_once, lacking.size()));
            TRY(take({begin, end}));
        }
        return {};
    }

    Result<> take(const std::vector<BlobName>& names) {
        std::optional<store::BlobWriter> writer;
        std::uint64_t written = 0;
        std::size_t current = 0, finished = 0;
        const auto done = source_.read(names, [&](std::size_t index, std::string_view piece) -> Result<> {
            if (is_interrupted(receiver_)) return interrupted();
            const BlobName& name = names.at(index);
            if (writer && index != current) return wrong(names[current], "is cut off");
            if (index < finished) return wrong(name, "is larger than is said");
            current = index;
            if (!writer) {
                TRY_ASSIGN(auto begun, store_.write_blob(name.executable));
                writer.emplace(std::move(begun));
                written = 0;
            }
            written += piece.size();
            if (written > name.size) return wrong(name, "is larger than is said");
            TRY(writer->write(piece));
            if (written < name.size) return {};
            TRY_ASSIGN(const auto blob, writer->finish());
            writer.reset();
            finished = index + 1;
            if (blob.digest != name.digest) return wrong(name, "has other bytes than its name says");
            ++received_.blobs;
            received_.bytes += name.size;
            return {};
        });
        if (!done) return done.error();
        if (writer) return wrong(names[current], "is cut off");
        for (const auto& name : names)
            if (!store_.has_blob(name.digest)) return wrong(name, "did not come");
        return {};
    }

    Error wrong(const BlobName& name, const std::string& what) const {
        const auto file = source_.file_of(name.digest);
        if (file.empty()) return copy_damaged(source_.name(), "its blob '" + name.digest.hex() + "' " + what);
        auto error = copy_damaged(file, "it " + what);
        error.help = {
            "nothing of it was taken; remove that file, because one that is there is not written again, and "
            "copy it there anew from a store that is sound"};
        return error;
    }

    const Receiver& receiver_;
    store::Store& store_;
    Source& source_;
    Received& received_;
};

// What is wanted and all it needs, needs first.
class Plan {
public:
    Plan(const Receiver& receiver, Source& source, Received& received)
        : receiver_(receiver), source_(source), received_(received) {}

    Result<> want(const Wanted& wanted) {
        if (wanted.action) {
            TRY_ASSIGN(const auto row, receiver_.store.find_result(*wanted.action));
            if (row) return complete(*row);
            TRY_ASSIGN(auto statement, by_action(*wanted.action, wanted.path));
            if (!statement) {
                received_.absent.push_back(wanted.path);
                return {};
            }
            return add(std::move(*statement));
        }
        if (receiver_.store.has_path(wanted.path)) return {};
        TRY_ASSIGN(auto statement, at(wanted.path));
        if (!statement) {
            received_.absent.push_back(wanted.path);
            return {};
        }
        return add(std::move(*statement));
    }

    const std::vector<Statement>& statements() const { return statements_; }

private:
    // What a result that is here names may have been lost.
    Result<> complete(const store::ResultRow& row) {
        for (const auto& reference : row.references) {
            if (reference == row.output || done_.contains(reference) || receiver_.store.has_path(reference))
                continue;
            TRY_ASSIGN(auto statement, needed(reference));
            if (!statement) return absent(source_.name(), "'" + reference.base() + "', which is needed");
            TRY(add(std::move(*statement)));
        }
        return {};
    }

    Result<> add(Statement first) {
        // By hand and not by recursion: how long a chain is, is up to the place.
        struct Open {
            Statement statement;
            std::vector<core::StorePath> needs;
        };
        std::vector<Open> open;
        const auto begin = [&](Statement statement) {
            on_the_way_.insert(path_of(statement));
            auto needs = needs_of(statement);
            open.push_back({std::move(statement), std::move(needs)});
        };
        if (done_.contains(path_of(first))) return {};
        begin(std::move(first));
        while (!open.empty()) {
            if (is_interrupted(receiver_)) return interrupted();
            if (open.back().needs.empty()) {
                const auto path = path_of(open.back().statement);
                on_the_way_.erase(path);
                done_.insert(path);
                statements_.push_back(std::move(open.back().statement));
                open.pop_back();
                continue;
            }
            const auto need = std::move(open.back().needs.back());
            open.back().needs.pop_back();
            if (on_the_way_.contains(need)) return copy_damaged(need.base(), "what it needs needs it itself");
            if (done_.contains(need) || receiver_.store.has_path(need)) continue;
            TRY_ASSIGN(auto statement, needed(need));
            if (!statement) return absent(source_.name(), "'" + need.base() + "', which is needed");
            begin(std::move(*statement));
        }
        return {};
    }

    Result<std::optional<Statement>> needed(const core::StorePath& path) {
        const auto action = receiver_.actions.find(path);
        if (action != receiver_.actions.end()) {
            TRY_ASSIGN(auto statement, by_action(action->second, path));
            if (statement) return statement;
        }
        return at(path);
    }

    // Somebody who is believed may have signed it, and yet it is the answer to another question.
    Result<std::optional<Statement>> by_action(const Digest& action, const core::StorePath& path) {
        TRY_ASSIGN(const auto text, source_.statement_of(action));
        TRY_ASSIGN(auto statement, looked_at(text, action.hex()));
        if (!statement) return statement;
        const auto* result = std::get_if<ResultStatement>(&*statement);
        if (result == nullptr || result->row.action != action || result->row.output != path)
            return copy_damaged(source_.name(),
                                "'" + action.hex() + "' in it is the result of another action");
        return statement;
    }

    Result<std::optional<Statement>> at(const core::StorePath& path) {
        TRY_ASSIGN(const auto text, source_.statement_at(path));
        TRY_ASSIGN(auto statement, looked_at(text, path.base()));
        if (statement && path_of(*statement) != path)
            return copy_damaged(source_.name(), "'" + path.base() + "' in it is another path");
        return statement;
    }

    Result<std::optional<Statement>> looked_at(const std::optional<std::string>& text,
                                               const std::string& where) const {
        if (!text) return std::optional<Statement>();
        TRY_ASSIGN(auto statement, parse_statement(*text, source_.name() + ": " + where));
        TRY(trust(statement, receiver_.trusted));
        return std::optional(std::move(statement));
    }

    const Receiver& receiver_;
    Source& source_;
    Received& received_;
    std::vector<Statement> statements_;
    std::set<core::StorePath> on_the_way_;
    std::set<core::StorePath> done_;
};

}  // namespace

Result<> accept(const Receiver& receiver, const Statement& statement) {
    store::Store& store = receiver.store;
    const auto where = path_of(statement).base();
    TRY(trust(statement, receiver.trusted));
    for (const auto& need : needs_of(statement))
        if (!store.has_path(need)) return absent(store.home(), "'" + need.base() + "', which is needed");
    TRY(check_tree(store, tree_of(statement), where));
    // Every file of the size that its directory says.
    if (!store.has_tree(tree_of(statement)))
        return copy_damaged(where, "something of its tree is missing, or has another size than is said");
    if (const auto* tree = std::get_if<TreeStatement>(&statement))
        return store.ensure_path(tree->path, tree->tree);
    const auto& result = std::get<ResultStatement>(statement);
    return store.commit_result(result.row, result.record);
}

Result<Received> receive(const Receiver& receiver, Source& source, const std::vector<Wanted>& wanted) {
    Received received;
    Plan plan(receiver, source, received);
    for (const auto& one : wanted) TRY(plan.want(one));
    Fetch fetch(receiver, source, received);
    for (const auto& statement : plan.statements()) {
        TRY(fetch.tree(statement));
        TRY(accept(receiver, statement));
        received.taken.push_back(path_of(statement));
    }
    return received;
}

}  // namespace contract::copy
