// SPDX-License-Identifier: Apache-2.0
#include "contract/copy/statement.hpp"

#include <catch2/catch.hpp>
#include <functional>

#include "contract/core/input_path.hpp"

using namespace contract;
using namespace contract::copy;

namespace {

core::StorePath path(const std::string& name) {
    return {Digest::of("recipe of " + name), name};
}

ResultStatement sample() {
    ResultStatement out;
    out.row.action = Digest::of("action");
    out.row.output = path("tool");
    out.row.tree = Digest::of("tree");
    out.row.references = {path("library"), path("tool")};
    out.row.level = core::SandboxLevel::reduced;
    out.row.duration_ms = 1234;
    out.tree_size = 77;
    out.root = path("root");
    out.record = "a record\nof two lines";
    return out;
}

ResultStatement signed_by(const SecretKey& key, ResultStatement statement) {
    statement.signatures.push_back(key.sign(signed_text(statement)));
    return statement;
}

SecretKey key(const std::string& name = "builder") {
    return SecretKey::generate(name).value();
}

}  // namespace

TEST_CASE("a statement is read back with all that it says") {
    const auto made = signed_by(key(), sample());
    const auto text = encode(made);
    const auto read = parse_statement(text, "test").value();
    const auto& result = std::get<ResultStatement>(read);
    CHECK(encode(read) == text);
    CHECK(result.row.action == made.row.action);
    CHECK(result.row.output == made.row.output);
    CHECK(result.row.tree == made.row.tree);
    CHECK(result.row.level == made.row.level);
    CHECK(result.row.duration_ms == 1234);
    CHECK(result.tree_size == 77);
    CHECK(result.root == made.root);
    CHECK(result.record == made.record);
    CHECK(result.signatures == made.signatures);
    CHECK(needs_of(read).size() == 2);  // not itself
}

TEST_CASE("the text that is signed is this one, for good") {
    auto statement = sample();
    statement.row.references = {path("library")};
    CHECK(signed_text(statement) == "contract result 1\naction " + Digest::of("action").hex() + "\noutput " +
                                        path("tool").base() + "\ntree " + Digest::of("tree").hex() +
                                        " 77\nreference " + path("library").base() + "\nroot " +
                                        path("root").base() + "\nlevel reduced\nduration-ms 1234\nrecord " +
                                        Digest::of(statement.record).hex() + "\n");
}

TEST_CASE("a result is believed when one of its signatures is by a key that is trusted") {
    const auto ours = key("ours"), theirs = key("theirs"), other = key("ours");
    CHECK(trust(signed_by(ours, sample()), {ours.public_key()}));
    CHECK(trust(signed_by(ours, signed_by(theirs, sample())), {ours.public_key()}));
    // Two keys of one name: whoever renews a key has both for a while.
    CHECK(trust(signed_by(ours, sample()), {other.public_key(), ours.public_key()}));

    const auto refused = [](const ResultStatement& statement, const std::vector<PublicKey>& trusted) {
        const auto done = trust(statement, trusted);
        REQUIRE_FALSE(done);
        CHECK(done.error().code == "result-untrusted");
        return done.error().notes.front();
    };
    CHECK(refused(sample(), {ours.public_key()}) == "signatures: none");
    CHECK(refused(signed_by(theirs, sample()), {ours.public_key()}) ==
          "signature: by 'theirs', a key that is not trusted");
    CHECK(refused(signed_by(ours, sample()), {}) == "signature: by 'ours', a key that is not trusted");
    // Of the right name, and another key.
    CHECK(refused(signed_by(other, sample()), {ours.public_key()}) ==
          "signature: by 'ours', which is wrong: another key of that name, or something was changed");
}

TEST_CASE("whatever is changed after signing is noticed") {
    const auto signer = key();
    const std::vector<std::pair<std::string, std::function<void(ResultStatement&)>>> changes{
        {"action", [](auto& s) { s.row.action = Digest::of("another"); }},
        {"output", [](auto& s) { s.row.output = path("other"); }},
        {"tree", [](auto& s) { s.row.tree = Digest::of("another"); }},
        {"tree size", [](auto& s) { s.tree_size = 78; }},
        {"one reference less", [](auto& s) { s.row.references.pop_back(); }},
        {"one reference more", [](auto& s) { s.row.references.push_back(path("more")); }},
        {"another reference", [](auto& s) { s.row.references.front() = path("more"); }},
        {"no root", [](auto& s) { s.root = {}; }},
        {"another root", [](auto& s) { s.root = path("more"); }},
        {"level", [](auto& s) { s.row.level = core::SandboxLevel::sealed; }},
        {"duration", [](auto& s) { s.row.duration_ms = 1; }},
        {"record", [](auto& s) { s.record += "."; }},
        {"no record", [](auto& s) { s.record.clear(); }},
    };
    for (const auto& [what, change] : changes) {
        INFO(what);
        auto statement = signed_by(signer, sample());
        REQUIRE(trust(statement, {signer.public_key()}));
        change(statement);
        CHECK_FALSE(trust(statement, {signer.public_key()}));
        // On its way through text too.
        const auto read = parse_statement(encode(statement), "test");
        REQUIRE(read);
        CHECK_FALSE(trust(*read, {signer.public_key()}));
    }
}

TEST_CASE("a flipped bit anywhere in the text is never believed") {
    const auto signer = key();
    const auto text = encode(signed_by(signer, sample()));
    for (std::size_t at = 0; at < text.size(); ++at) {
        auto changed = text;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        const auto read = parse_statement(changed, "test");
        INFO("byte " << at);
        CHECK_FALSE((read && trust(*read, {signer.public_key()})));
    }
}

TEST_CASE("what contract would not write is refused, and so is every beginning of a statement") {
    const auto text = encode(signed_by(key(), sample()));
    const auto refused = [](const std::string& changed) {
        const auto read = parse_statement(changed, "the place");
        INFO(changed.substr(0, 200));
        REQUIRE_FALSE(read);
        CHECK(read.error().code == "copy-damaged");
        CHECK(read.error().message.starts_with("'the place' is damaged: "));
    };
    for (std::size_t size = 0; size < text.size(); ++size) refused(text.substr(0, size));
    const auto replaced = [&](const std::string& what, const std::string& with) {
        auto changed = text;
        const auto at = changed.find(what);
        REQUIRE(at != std::string::npos);
        return changed.replace(at, what.size(), with);
    };
    refused("");
    refused(text + "more");
    refused(replaced("contract result 1", "contract result 2"));
    refused(replaced("level reduced", "level none"));
    refused(replaced("level reduced", "level reduced "));
    refused(replaced("duration-ms 1234", "duration-ms 01234"));
    refused(replaced("duration-ms 1234", "duration-ms -1"));
    refused(replaced("duration-ms 1234", "duration-ms 99999999999999999999"));
    refused(replaced(" 77\n", " 077\n"));
    refused(replaced(" 77\n", "\n"));
    refused(replaced(" 77\n", " 99999999999999999999999\n"));
    refused(replaced("level reduced\n", "level reduced\nlevel reduced\n"));
    const auto line = "reference " + path("library").base() + "\n";
    refused(replaced(line, line + line));
    refused(replaced(line,
                     ""  // unsorted
                     "reference " +
                         path("zzz").base() + "\nreference " + path("aaa").base() + "\n" + line));
    refused(replaced("output ", "output /var/lib/contract/store/"));
    refused(replaced("output " + path("tool").base(), "output ../../../etc/passwd"));
    refused(replaced("signature builder:", "signature builder/../x:"));
    const std::string upper = "action " + std::string(64, 'A');
    refused(replaced("action " + Digest::of("action").hex(), upper));
    refused(std::string(largest_statement + 1, 'x'));
}

TEST_CASE("the tree of an input needs nobody's word, for its path follows from it") {
    const auto tree = Digest::of("tree");
    const TreeStatement right{core::input_path(tree, "texts"), tree, 12};
    CHECK(trust(right, {}));
    const auto read = parse_statement(encode(right), "test").value();
    CHECK(std::get<TreeStatement>(read).tree == tree);
    CHECK(needs_of(read).empty());
    const auto other = trust(TreeStatement{right.path, Digest::of("another"), 12}, {});
    REQUIRE_FALSE(other);
    CHECK(other.error().code == "copy-damaged");
    CHECK_FALSE(trust(TreeStatement{path("texts"), tree, 12}, {}));
}
