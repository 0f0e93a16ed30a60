// SPDX-License-Identifier: Apache-2.0
#include "rehearse.hpp"

#include "apply.hpp"
#include "capabilities.hpp"
#include "contract/activation/activation.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "encoding.hpp"

namespace contract::activation {

namespace {

using Snapshot = std::vector<std::pair<std::string, Observed>>;

std::string in_words(const Error& error) {
    std::string text = error.message;
    for (const auto& note : error.notes) text += "; " + note;
    return text;
}

void compare(const Snapshot& before, const Snapshot& after, Rehearsal& rehearsal) {
    std::map<std::string, Observed> left(after.begin(), after.end());
    for (const auto& [place, old] : before) {
        const auto now = left.find(place);
        if (now == left.end() || !same(old, now->second) || !(old.owner == now->second.owner)) {
            const std::string found = now == left.end() ? "nothing" : describe(now->second);
            rehearsal.failures.push_back("taking back left '/" + harmless(place) + "' as " + found +
                                         ", not " + describe(old));
        }
        if (now != left.end()) left.erase(now);
    }
    for (const auto& [place, extra] : left)
        rehearsal.failures.push_back("taking back left '/" + harmless(place) + "': " + describe(extra));
}

// The second time, from what the first one remembers and from nothing but the tree.
Result<> apply_again(Tree& tree, const RehearsalRequest& request, const LastWritten& last,
                     Rehearsal& rehearsal) {
    TRY(tree.owners().save(owner_record_file(tree.directory())));
    TRY_ASSIGN(const auto again, Tree::open(tree.directory(), Ownership::recorded));
    for (const auto& known : {last, LastWritten{}}) {
        const Change change = decide(again, request.wanted, known);
        const bool quiet = known.empty() ? !change.writes() : change.steps.empty();
        if (quiet && change.problems.empty()) continue;
        for (const auto& step : change.steps)
            rehearsal.failures.push_back("applied again it would " + std::string(word(step.action)) + " '/" +
                                         harmless(step.place) + "'");
        for (const auto& problem : change.problems)
            rehearsal.failures.push_back("applied again '/" + harmless(problem.place) +
                                         "' would be in the way");
        break;
    }
    return {};
}

Result<> rehearse_in(const std::string& directory, const RehearsalRequest& request, Rehearsal& rehearsal) {
    const std::string root = directory + "/root";
    TRY(make_base(root, request.base));
    TRY_ASSIGN(auto tree, Tree::open(root, Ownership::recorded));
    TRY_ASSIGN(const auto before, tree.snapshot());
    const Change change = decide(tree, request.wanted, {});
    rehearsal.problems = change.problems;
    if (!change.problems.empty()) return {};

    TRY_ASSIGN(auto saved, SavedOriginals::open(directory + "/saved"));
    TRY_ASSIGN(const auto applied, apply(tree, change, request.wanted, saved));
    if (const auto verified = verify(tree, request.wanted, applied); !verified)
        rehearsal.failures.push_back(in_words(verified.error()));
    TRY(apply_again(tree, request, last_written(tree, request.wanted, applied, {}), rehearsal));
    if (const auto undone = undo(tree, applied, saved); !undone)
        rehearsal.failures.push_back(in_words(undone.error()));
    TRY_ASSIGN(const auto after, tree.snapshot());
    compare(before, after, rehearsal);
    return {};
}

constexpr std::string_view hex_digits = "0123456789abcdef";

std::string hex(std::string_view bytes) {
    std::string text;
    for (const char byte : bytes) {
        const auto value = static_cast<unsigned char>(byte);
        text.push_back(hex_digits[value >> 4]);
        text.push_back(hex_digits[value & 15]);
    }
    return text;
}

std::string from_hex(std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        const auto high = hex_digits.find(text[i]);
        const auto low = hex_digits.find(text[i + 1]);
        if (high == std::string_view::npos || low == std::string_view::npos) return {};
        bytes.push_back(static_cast<char>(high * 16 + low));
    }
    return bytes;
}

// The sandbox's own memory, where file operations cost a hundredth, unless a host has too much for it.
constexpr std::string_view in_memory = "/tmp";
constexpr std::uint64_t memory_limit = 64u << 20;  // bytes of files

std::uint64_t bytes_of(const RehearsalRequest& request) {
    std::uint64_t bytes = 0;
    for (const auto& [place, node] : request.base) bytes += node.bytes.size();
    for (const auto& wanted : request.wanted) bytes += wanted.state.size;
    return bytes;
}

// In the sealed process: `directory` has the file "request"; every rehearsal gets a line.
int run_builtin(const std::string& directory) {
    if (!keep_only_file_access()) return 2;
    const auto bytes = os::read_file(directory + "/request");
    if (!bytes) return 2;
    const auto requests = decode_requests(*bytes);
    if (!requests) return 2;
    for (std::size_t i = 0; i < requests->size(); ++i) {
        const auto& request = (*requests)[i];
        const std::string home = bytes_of(request) <= memory_limit ? std::string(in_memory) : directory;
        const std::string scratch = home + "/" + std::to_string(i);
        const Rehearsal rehearsal = rehearse(scratch, request);
        if (!os::write_all(1, encode(rehearsal) + "\n", "the result")) return 2;
        static_cast<void>(os::remove_tree(scratch));  // only to save room; the caller removes everything
    }
    return 0;
}

}  // namespace

Rehearsal rehearse(const std::string& directory, const RehearsalRequest& request) {
    Rehearsal rehearsal;
    if (const auto made = os::make_directories(directory); !made) {
        rehearsal.failures.push_back(in_words(made.error()));
    } else if (const auto done = rehearse_in(directory, request, rehearsal); !done) {
        rehearsal.failures.push_back(in_words(done.error()));
    }
    return rehearsal;
}

std::string encode(const Rehearsal& rehearsal) {
    Writer out;
    out.number(rehearsal.problems.size());
    for (const auto& problem : rehearsal.problems)
        out.number(static_cast<std::uint64_t>(problem.obstacle))
            .number(problem.wanted)
            .text(problem.place)
            .number(static_cast<std::uint64_t>(problem.actual.kind))
            .number(problem.actual.mode)
            .number(problem.actual.size)
            .text(problem.actual.target)
            .text(problem.actual.owner.user)
            .text(problem.actual.owner.group)
            .text(problem.detail);
    out.number(rehearsal.failures.size());
    for (const auto& failure : rehearsal.failures) out.text(failure);
    return "rehearsal:" + hex(out.bytes());
}

Result<Rehearsal> decode_rehearsal(std::string_view line) {
    constexpr std::string_view prefix = "rehearsal:";
    const std::string bytes = line.starts_with(prefix) ? from_hex(line.substr(prefix.size())) : std::string{};
    Reader in(bytes);
    Rehearsal rehearsal;
    for (std::size_t left = in.count(); left > 0; --left) {
        Problem problem;
        problem.obstacle = static_cast<Obstacle>(
            std::min<std::uint64_t>(in.number(), static_cast<std::uint64_t>(Obstacle::unreadable)));
        problem.wanted = static_cast<std::size_t>(in.number());
        problem.place = in.text();
        problem.actual.kind = static_cast<Kind>(
            std::min<std::uint64_t>(in.number(), static_cast<std::uint64_t>(Kind::special)));
        problem.actual.mode = static_cast<std::uint32_t>(in.number());
        problem.actual.size = in.number();
        problem.actual.target = in.text();
        problem.actual.owner.user = in.text();
        problem.actual.owner.group = in.text();
        problem.detail = in.text();
        rehearsal.problems.push_back(std::move(problem));
    }
    for (std::size_t left = in.count(); left > 0; --left) rehearsal.failures.push_back(in.text());
    if (!in.at_end())
        return Error{"damaged-result", "the result of a rehearsal is damaged", Blame::internal, {}, {}, {}};
    return rehearsal;
}

sandbox::Builtin rehearsal_builtin() {
    return {"rehearse", run_builtin};
}

}  // namespace contract::activation
