// SPDX-License-Identifier: Apache-2.0
//
// What a place that means harm, or whose disk is failing, may put before a store.
#include "contract/copy/receive.hpp"

#include <catch2/catch.hpp>

#include "machines.hpp"

using namespace contract;
using namespace contract::test;

namespace {

// ── Directory messages with anything in them ──

std::string varint(std::uint64_t value) {
    std::string out;
    for (; value >= 0x80; value >>= 7) out += static_cast<char>(static_cast<unsigned char>(value | 0x80));
    return out + static_cast<char>(static_cast<unsigned char>(value));
}
std::string field(unsigned number, const std::string& bytes) {
    return varint((number << 3) | 2) + varint(bytes.size()) + bytes;
}
std::string digest_message(const Digest& digest, std::uint64_t size) {
    return field(1, digest.hex()) + (size == 0 ? "" : varint(2 << 3) + varint(size));
}
std::string file_node(const std::string& name, const Digest& digest, std::uint64_t size) {
    return field(1, field(1, name) + field(2, digest_message(digest, size)));
}
std::string folder_node(const std::string& name, const Digest& digest, std::uint64_t size) {
    return field(2, field(1, name) + field(2, digest_message(digest, size)));
}
std::string link_node(const std::string& name, const std::string& target) {
    return field(3, field(1, name) + field(2, target));
}

// A place in memory, which says whatever it was told to. Every tree is that of an input, for which no
// signature is asked.
class Hostile : public copy::Source {
public:
    Digest blob(const std::string& bytes) {
        blobs_[Digest::of(bytes)] = bytes;
        return Digest::of(bytes);
    }
    void replace(const Digest& digest, const std::string& bytes) { blobs_[digest] = bytes; }
    void remove(const Digest& digest) { blobs_.erase(digest); }

    copy::Wanted tree(const std::string& root, std::optional<std::uint64_t> size = {}) {
        const auto digest = blob(root);
        const auto path = core::input_path(digest, "texts");
        at_[path] = encode(copy::Statement(copy::TreeStatement{path, digest, size.value_or(root.size())}));
        return {path, std::nullopt};
    }
    void say_at(const core::StorePath& path, const std::string& text) { at_[path] = text; }
    void say_of(const Digest& action, const std::string& text) { of_[action] = text; }

    std::string name() const override { return "the place"; }
    Result<std::optional<std::string>> statement_of(const Digest& action) override {
        const auto found = of_.find(action);
        return found == of_.end() ? std::nullopt : std::optional(found->second);
    }
    Result<std::optional<std::string>> statement_at(const core::StorePath& path) override {
        const auto found = at_.find(path);
        return found == at_.end() ? std::nullopt : std::optional(found->second);
    }
    // As much of it as there is, byte by byte.
    Result<> read(const std::vector<copy::BlobName>& names, const Take& take) override {
        for (std::size_t index = 0; index < names.size(); ++index) {
            const auto found = blobs_.find(names[index].digest);
            if (found == blobs_.end())
                return Error{"copy-missing", "no such blob", Blame::environment, {}, {}, {}};
            if (found->second.empty()) {
                const auto done = take(index, "");
                if (!done) return done.error();
            }
            for (const char& byte : found->second) {
                const auto done = take(index, {&byte, 1});
                if (!done) return done.error();
            }
        }
        return {};
    }

private:
    std::map<Digest, std::string> blobs_;
    std::map<core::StorePath, std::string> at_;
    std::map<Digest, std::string> of_;
};

// One for all that is refused: it stays as it was.
Machine& taker() {
    static Machine machine;
    return machine;
}

// Refused with this code, in words with `part`, and nothing to be seen of it.
void check_refused(Hostile& place, const copy::Wanted& wanted, const std::string& code,
                   const std::string& part, const std::vector<PublicKey>& trusted = {}) {
    Machine& machine = taker();
    const auto taken = machine.take(place, {wanted}, trusted);
    INFO("expected: " << part);
    REQUIRE_FALSE(taken);
    INFO(taken.error().message);
    CHECK(taken.error().code == code);
    CHECK(taken.error().message.find(part) != std::string::npos);
    CHECK(machine.is_empty());
    CHECK_FALSE(machine.store.has_path(wanted.path));
    // And again, when some of it lies in the store already.
    CHECK(code_of(machine.take(place, {wanted}, trusted)) == code);
    CHECK(machine.is_empty());
}

std::string with_file(Hostile& place, const std::string& name) {
    return file_node(name, place.blob("x"), 1);
}

copy::Statement statement(const Machine& machine, const store::ResultRow& row) {
    return machine.exporter().result(row.action).value().value();
}

}  // namespace

TEST_CASE("a tree that is as it should be is taken") {
    Hostile place;
    const std::string inner = with_file(place, "inner");
    const auto wanted =
        place.tree(with_file(place, "a") + file_node("empty", place.blob(""), 0) +
                   folder_node("folder", place.blob(inner), inner.size()) + link_node("link", "a"));
    Machine machine;
    const auto taken = machine.take(place, {wanted}, {}).value();
    CHECK(taken.taken == std::vector{wanted.path});
    CHECK(os::read_file(machine.store.real_path(wanted.path) + "/folder/inner").value() == "x");
    CHECK(machine.take(place, {wanted}, {}).value().taken.empty());
}

TEST_CASE("names that lead out of a tree, or that no directory can have, are refused") {
    const std::vector<std::string> names{"..",  ".", "", "a/b", "/etc/passwd", "../x", std::string("a\0b", 3),
                                         "\xFF"};
    for (const auto& name : names) {
        Hostile place;
        // Not alone, for a lone entry may have no name.
        check_refused(place, place.tree(with_file(place, name) + link_node("zz", "x")), "copy-damaged",
                      "is no directory");
        check_refused(place, place.tree(folder_node(name, place.blob(""), 0)), "copy-damaged",
                      "is no directory");
        check_refused(place, place.tree(link_node(name, "x") + link_node("zz", "x")), "copy-damaged",
                      "is no directory");
    }
    Hostile place;
    const std::string longest(255, 'n'), longer(256, 'n');
    check_refused(place, place.tree(with_file(place, longer)), "copy-damaged", "more than 255 bytes");
    check_refused(place, place.tree(link_node("a", std::string(4096, 't'))), "copy-damaged", "symlink");
    check_refused(place, place.tree(link_node("a", std::string("x\0y", 3))), "copy-damaged", "symlink");
    check_refused(place, place.tree(link_node("a", "")), "copy-damaged", "is no directory");
    Machine machine;
    CHECK(machine.take(place, {place.tree(with_file(place, longest))}, {}));
}

TEST_CASE("entries that occur twice, in the wrong order, or that are none are refused") {
    Hostile place;
    const auto a = with_file(place, "a"), b = with_file(place, "b");
    for (const auto& root : {a + a, b + a, a + link_node("a", "x"), a + folder_node("a", place.blob(""), 0),
                             a + "x", a.substr(0, a.size() - 1), std::string("\xFF\xFF\xFF\xFF\xFF\xFF"),
                             file_node("a", place.blob("x"), 1) + field(9, "x"),
                             field(1, field(1, "a") + field(2, field(1, "no digest")))})
        check_refused(place, place.tree(root), "copy-damaged", "is no directory");
}

TEST_CASE("a lone file is a tree, and never a directory in one") {
    Hostile place;
    const std::string lone = field(1, field(2, digest_message(place.blob("x"), 1)));
    check_refused(place, place.tree(folder_node("folder", place.blob(lone), lone.size())), "copy-damaged",
                  "lone file");
    Machine machine;
    const auto wanted = place.tree(lone);
    REQUIRE(machine.take(place, {wanted}, {}));
    CHECK(os::read_file(machine.store.real_path(wanted.path)).value() == "x");
}

TEST_CASE("a blob of other bytes, of another size, cut off or missing is refused") {
    const std::string text = "the bytes of a file";
    const auto refused = [&](const std::string& code, const std::string& part, auto change) {
        Hostile place;
        const auto wanted = place.tree(file_node("file", place.blob(text), text.size()));
        change(place);
        check_refused(place, wanted, code, part);
    };
    const auto digest = Digest::of(text);
    refused("copy-damaged", "other bytes", [&](Hostile& place) {
        auto changed = text;
        changed[3] = static_cast<char>(changed[3] ^ 1);
        place.replace(digest, changed);
    });
    refused("copy-damaged", "other bytes", [&](Hostile& place) { place.replace(digest, "!" + text); });
    refused("copy-damaged", "cut off", [&](Hostile& place) { place.replace(digest, text.substr(1)); });
    refused("copy-damaged", "cut off", [&](Hostile& place) { place.replace(digest, ""); });
    refused("copy-missing", "no such blob", [&](Hostile& place) { place.remove(digest); });
    // What comes behind the right bytes is not read on.
    Hostile place;
    const auto wanted = place.tree(file_node("file", place.blob(text), text.size()));
    place.replace(digest, text + "!");
    Machine machine;
    const auto taken = machine.take(place, {wanted}, {});
    REQUIRE_FALSE(taken);
    CHECK(taken.error().message.find("larger") != std::string::npos);
    CHECK(machine.is_empty());
}

TEST_CASE("sizes that are said wrongly are refused") {
    Hostile place;
    const auto blob = place.blob("12345");
    check_refused(place, place.tree(file_node("file", blob, 4)), "copy-damaged", "other bytes");
    check_refused(place, place.tree(file_node("file", blob, 6)), "copy-damaged", "cut off");
    check_refused(place, place.tree(file_node("file", blob, ~std::uint64_t{0})), "copy-damaged", "cut off");
    const std::string root = file_node("file", blob, 5);
    check_refused(place, place.tree(root, root.size() + 1), "copy-damaged", "cut off");
    check_refused(place, place.tree(root, root.size() - 1), "copy-damaged", "other bytes");
    // Where the store has the blob already nothing comes, and its size is compared all the same.
    Machine machine;
    machine.store.add_blob("12345").value();
    CHECK(code_of(machine.take(place, {place.tree(file_node("file", blob, 4))}, {})) == "copy-damaged");
    CHECK(machine.is_empty());
}

TEST_CASE("a few directories that stand for very many, and very deep ones, are refused in a moment") {
    Hostile place;
    std::string below = with_file(place, "file");
    for (int depth = 0; depth < 50; ++depth)
        below = folder_node("a", place.blob(below), below.size()) +
                folder_node("b", place.blob(below), below.size());
    check_refused(place, place.tree(below), "copy-damaged", "million entries");

    std::string deep = with_file(place, "file");
    for (int depth = 0; depth < 5000; ++depth) deep = folder_node("d", place.blob(deep), deep.size());
    check_refused(place, place.tree(deep), "copy-damaged", "deep");
}

TEST_CASE("a statement is the answer to the question that was asked") {
    Machine builder;
    const auto tool = builder.result("tool"), other = builder.result("other");
    const std::vector trusted{builder.key.public_key()};
    const auto tool_text = encode(statement(builder, tool)), other_text = encode(statement(builder, other));
    Hostile place;
    place.say_of(tool.action, other_text);
    check_refused(place, {tool.output, tool.action}, "copy-damaged", "another action", trusted);
    place.say_of(tool.action, tool_text);
    check_refused(place, {other.output, tool.action}, "copy-damaged", "another action", trusted);
    place.say_at(tool.output, other_text);
    check_refused(place, {tool.output, std::nullopt}, "copy-damaged", "another path", trusted);
    place.say_at(tool.output, "nonsense");
    check_refused(place, {tool.output, std::nullopt}, "copy-damaged", "newer contract", trusted);
    // Before anything of it is fetched.
    place.say_at(tool.output, tool_text);
    check_refused(place, {tool.output, std::nullopt}, "result-untrusted", "not signed by a key");
    check_refused(place, {tool.output, std::nullopt}, "copy-missing", "no such blob", trusted);
}

TEST_CASE("a tree that is at a path which does not follow from it is refused without a signature") {
    Hostile place;
    const auto tree = place.blob(with_file(place, "file"));
    const core::StorePath path(Digest::of("recipe"), "tool");
    place.say_at(path, encode(copy::Statement(copy::TreeStatement{path, tree, 1})));
    check_refused(place, {path, std::nullopt}, "copy-damaged", "does not follow");
}

TEST_CASE("what is needed and is not there, or needs itself, is refused whole") {
    Machine builder;
    const core::StorePath nowhere(Digest::of("nowhere"), "nowhere");
    const std::vector trusted{builder.key.public_key()};
    Hostile place;
    const auto tool = builder.result("tool", {nowhere});
    place.say_of(tool.action, encode(statement(builder, tool)));
    check_refused(place, {tool.output, tool.action}, "copy-missing", nowhere.base(), trusted);

    const core::StorePath first(Digest::of("recipe of first"), "first");
    const auto second = builder.result("second", {first});
    const auto made = builder.result("first", {second.output});
    REQUIRE(made.output == first);
    place.say_at(first, encode(statement(builder, made)));
    place.say_at(second.output, encode(statement(builder, second)));
    check_refused(place, {first, std::nullopt}, "copy-damaged", "needs it itself", trusted);
}

TEST_CASE("what nobody has is said to be absent, and is no failure") {
    Hostile place;
    Machine machine;
    const core::StorePath path(Digest::of("recipe"), "tool");
    const auto received =
        machine.take(place, {{path, Digest::of("action")}, {path, std::nullopt}}, {}).value();
    CHECK(received.absent == std::vector{path, path});
    CHECK(received.taken.empty());
}

TEST_CASE("an interruption ends a copy and leaves nothing to be seen") {
    Hostile place;
    const auto wanted = place.tree(with_file(place, "file"));
    Machine machine;
    int asked = 0;
    copy::Receiver receiver{machine.store, {}, [&] { return ++asked > 2; }};
    CHECK(code_of(copy::receive(receiver, place, {wanted})) == "interrupted");
    CHECK(machine.is_empty());
    receiver.interrupted = {};
    CHECK(copy::receive(receiver, place, {wanted}));
}
