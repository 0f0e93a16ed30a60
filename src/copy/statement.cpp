// SPDX-License-Identifier: Apache-2.0
#include "contract/copy/statement.hpp"

#include <algorithm>
#include <charconv>

#include "contract/base/text.hpp"
#include "contract/core/input_path.hpp"

namespace contract::copy {

namespace {

constexpr std::string_view result_line = "contract result 1";
constexpr std::string_view tree_line = "contract tree 1";

std::string line(std::string_view word, std::string_view value) {
    return std::string(word).append(" ").append(value).append("\n");
}

std::string tree_text(const Digest& tree, std::uint64_t size) {
    return line("tree", tree.hex() + " " + std::to_string(size));
}

// Takes lines off a text. The first that is not as it should be makes all the rest unreadable; whoever reads
// to the end asks once.
class Lines {
public:
    explicit Lines(std::string_view text) : rest_(text) {}

    // The value of the next line when it begins with the word, and takes it.
    std::optional<std::string_view> take(std::string_view word) {
        const auto end = rest_.find('\n');
        if (!sound_ || end == std::string_view::npos) return std::nullopt;
        const auto whole = rest_.substr(0, end);
        if (!whole.starts_with(word) || whole.size() <= word.size() || whole[word.size()] != ' ')
            return std::nullopt;
        rest_.remove_prefix(end + 1);
        return whole.substr(word.size() + 1);
    }
    std::string_view need(std::string_view word) {
        const auto value = take(word);
        if (!value) sound_ = false;
        return value.value_or("");
    }
    void need_line(std::string_view whole) {
        if (!rest_.starts_with(whole) || !rest_.substr(whole.size()).starts_with('\n')) {
            sound_ = false;
            return;
        }
        rest_.remove_prefix(whole.size() + 1);
    }

    Digest digest(std::string_view text) {
        const auto parsed = text.size() == 64 ? Digest::parse(text) : Result<Digest>(Error{});
        if (!parsed) sound_ = false;
        return parsed ? *parsed : Digest();
    }
    core::StorePath path(std::string_view text) {
        const auto parsed = core::StorePath::parse(text);
        if (!parsed) sound_ = false;
        return parsed ? *parsed : core::StorePath();
    }
    template <typename Number>
    Number number(std::string_view text) {
        Number out = 0;
        const auto result = std::from_chars(text.data(), text.data() + text.size(), out);
        if (result.ec != std::errc() || result.ptr != text.data() + text.size()) sound_ = false;
        return out;
    }
    void tree(Digest& tree, std::uint64_t& size) {
        const auto value = need("tree");
        const auto space = std::min(value.find(' '), value.size());
        tree = digest(value.substr(0, space));
        size = number<std::uint64_t>(value.substr(std::min(space + 1, value.size())));
    }

    void fail() { sound_ = false; }
    bool sound() const { return sound_; }
    std::string_view rest() const { return rest_; }

private:
    std::string_view rest_;
    bool sound_ = true;
};

core::SandboxLevel level_from(std::string_view word, Lines& lines) {
    for (const auto level :
         {core::SandboxLevel::sealed, core::SandboxLevel::reduced, core::SandboxLevel::off})
        if (core::word(level) == word) return level;
    lines.fail();
    return core::SandboxLevel::off;
}

ResultStatement result_from(Lines& lines) {
    ResultStatement out;
    lines.need_line(result_line);
    out.row.action = lines.digest(lines.need("action"));
    out.row.output = lines.path(lines.need("output"));
    lines.tree(out.row.tree, out.tree_size);
    while (const auto reference = lines.take("reference"))
        out.row.references.push_back(lines.path(*reference));
    if (const auto root = lines.take("root")) out.root = lines.path(*root);
    out.row.level = level_from(lines.need("level"), lines);
    out.row.duration_ms = lines.number<std::int64_t>(lines.need("duration-ms"));
    if (out.row.duration_ms < 0) lines.fail();
    const auto record = lines.take("record");
    while (const auto text = lines.take("signature")) {
        auto signature = Signature::parse(*text);
        if (!signature) lines.fail();
        if (signature) out.signatures.push_back(std::move(*signature));
    }
    lines.need_line("");
    out.record = lines.rest();
    // Of no record there is no digest: an empty one and none would be two texts of one statement.
    if (record.has_value() == out.record.empty()) lines.fail();
    if (record && lines.sound() && Digest::of(out.record) != lines.digest(*record)) lines.fail();
    return out;
}

TreeStatement tree_from(Lines& lines) {
    TreeStatement out;
    lines.need_line(tree_line);
    out.path = lines.path(lines.need("path"));
    lines.tree(out.tree, out.tree_size);
    return out;
}

bool follows(const TreeStatement& statement) {
    return core::input_path(statement.tree, statement.path.name()) == statement.path;
}

Error untrusted(const ResultStatement& statement, const std::vector<PublicKey>& trusted) {
    Error error{"result-untrusted",
                "the result '" + statement.row.output.base() + "' is not signed by a key that you trust",
                Blame::environment,
                {},
                {},
                {"if you trust who built it, add their public key to `trusted` of [keys] in config.toml, on "
                 "the machine that takes it in; "
                 "else build it yourself"}};
    if (statement.signatures.empty()) error.notes.emplace_back("signatures: none");
    for (const auto& signature : statement.signatures) {
        const bool known = std::any_of(trusted.begin(), trusted.end(),
                                       [&](const auto& key) { return key.name() == signature.key; });
        error.notes.push_back("signature: by '" + signature.key + "', " +
                              (known ? "which is wrong: another key of that name, or something was changed"
                                     : "a key that is not trusted"));
    }
    return error;
}

}  // namespace

Error copy_damaged(std::string_view where, std::string_view what) {
    return {"copy-damaged",
            "'" + harmless(where) + "' is damaged: " + std::string(what),
            Blame::environment,
            {},
            {},
            {"nothing of it was taken; copy it there anew from a store that is sound"}};
}

const core::StorePath& path_of(const Statement& statement) {
    const auto* result = std::get_if<ResultStatement>(&statement);
    return result != nullptr ? result->row.output : std::get<TreeStatement>(statement).path;
}

const Digest& tree_of(const Statement& statement) {
    const auto* result = std::get_if<ResultStatement>(&statement);
    return result != nullptr ? result->row.tree : std::get<TreeStatement>(statement).tree;
}

std::uint64_t tree_size_of(const Statement& statement) {
    const auto* result = std::get_if<ResultStatement>(&statement);
    return result != nullptr ? result->tree_size : std::get<TreeStatement>(statement).tree_size;
}

std::vector<core::StorePath> needs_of(const Statement& statement) {
    const auto* result = std::get_if<ResultStatement>(&statement);
    if (result == nullptr) return {};
    auto needs = result->row.references;
    if (result->root != core::StorePath()) needs.push_back(result->root);
    std::erase(needs, result->row.output);
    return needs;
}

std::string signed_text(const ResultStatement& statement) {
    const auto& row = statement.row;
    std::string out = std::string(result_line) + "\n";
    out += line("action", row.action.hex());
    out += line("output", row.output.base());
    out += tree_text(row.tree, statement.tree_size);
    auto references = row.references;
    std::sort(references.begin(), references.end());
    references.erase(std::unique(references.begin(), references.end()), references.end());
    for (const auto& reference : references) out += line("reference", reference.base());
    if (statement.root != core::StorePath()) out += line("root", statement.root.base());
    out += line("level", core::word(row.level));
    out += line("duration-ms", std::to_string(row.duration_ms));
    if (!statement.record.empty()) out += line("record", Digest::of(statement.record).hex());
    return out;
}

std::string encode(const Statement& statement) {
    if (const auto* tree = std::get_if<TreeStatement>(&statement))
        return std::string(tree_line) + "\n" + line("path", tree->path.base()) +
               tree_text(tree->tree, tree->tree_size);
    const auto& result = std::get<ResultStatement>(statement);
    std::string out = signed_text(result);
    for (const auto& signature : result.signatures) out += line("signature", signature.text());
    return out + "\n" + result.record;
}

Result<Statement> parse_statement(std::string_view text, std::string_view where) {
    const auto unreadable = [&](std::string_view what) { return copy_damaged(where, what); };
    if (text.size() > largest_statement) return unreadable("it is larger than any that is written");
    Lines lines(text);
    const bool is_tree = text.starts_with(tree_line);
    if (!is_tree && !text.starts_with(result_line))
        return unreadable("it is none, or a newer contract wrote it");
    Statement statement = is_tree ? Statement(tree_from(lines)) : Statement(result_from(lines));
    if (!lines.sound() || encode(statement) != text) return unreadable("it is not what contract writes");
    return statement;
}

Result<> trust(const Statement& statement, const std::vector<PublicKey>& trusted) {
    if (const auto* tree = std::get_if<TreeStatement>(&statement)) {
        if (follows(*tree)) return {};
        return copy_damaged(tree->path.base(), "it does not follow from the tree that is said to be there");
    }
    const auto& result = std::get<ResultStatement>(statement);
    const std::string text = signed_text(result);
    for (const auto& signature : result.signatures)
        for (const auto& key : trusted)
            if (key.name() == signature.key && verify(key, text, signature)) return {};
    return untrusted(result, trusted);
}

}  // namespace contract::copy
