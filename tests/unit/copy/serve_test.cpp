// SPDX-License-Identifier: Apache-2.0
//
// The other side of a copy over ssh, and what may be said to it.
#include "contract/copy/serve.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <thread>

#include "frames.hpp"
#include "machines.hpp"

using namespace contract;
using namespace contract::copy;
using contract::test::Machine;

namespace {

// A machine that is served, and one end of the conversation.
class Served {
public:
    explicit Served(Machine& machine, std::vector<PublicKey> trusted = {}, bool has_key = true)
        : request_{machine.store,
                   std::move(trusted),
                   has_key ? &machine.key : nullptr,
                   {},
                   [](const std::string&) { return core::StorePath(); }} {
        int ends[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
        ours_ = os::Fd(ends[0]);
        theirs_ = os::Fd(ends[1]);
        thread_ = std::thread([this] {
            const auto served = serve(request_, theirs_.get(), theirs_.get());
            ended_ = served ? "" : served.error().code;
            theirs_.reset();
        });
        channel_.emplace(ours_.get(), ours_.get(), "the server", 20'000, nullptr);
    }
    ~Served() { end(); }

    Channel& channel() { return *channel_; }
    Frame ask(char kind, std::string_view payload) {
        channel_->write(kind, payload).value();
        return channel_->read().value();
    }
    void say(char kind, std::string_view payload) { channel_->write(kind, payload).value(); }
    Error sync_error() {
        const auto frame = ask('y', "");
        REQUIRE(frame.kind == 'e');
        return decode_error(frame.payload, "there");
    }
    void raw(std::string_view bytes) { os::write_all(ours_.get(), bytes, "socket").value(); }
    // How it ended: the code of its error.
    std::string end() {
        if (!thread_.joinable()) return ended_;
        (void)channel_->flush();
        ::shutdown(ours_.get(), SHUT_WR);
        thread_.join();
        return ended_;
    }

private:
    ServeRequest request_;
    os::Fd ours_, theirs_;
    std::optional<Channel> channel_;
    std::string ended_;
    std::thread thread_;
};

std::string raw_digest(const Digest& digest) {
    return {digest.bytes().begin(), digest.bytes().end()};
}

std::string name_of(const std::string& bytes, std::optional<std::uint64_t> size = {}) {
    return encode_names({{Digest::of(bytes), size.value_or(bytes.size()), false}});
}

}  // namespace

TEST_CASE("serve: it tells results, paths and blobs, and what it has none of") {
    Machine machine;
    const auto tool = machine.result("tool");
    Served served(machine);
    CHECK(served.ask('h', hello_line).payload == hello_line);
    const auto told = served.ask('r', raw_digest(tool.action));
    REQUIRE(told.kind == 's');
    const auto statement = parse_statement(told.payload, "test").value();
    CHECK(trust(statement, {machine.key.public_key()}));
    CHECK(path_of(statement) == tool.output);
    CHECK(served.ask('p', tool.output.base()).payload == told.payload);
    CHECK(served.ask('r', raw_digest(Digest::of("another"))).kind == 'n');
    CHECK(served.ask('p', core::StorePath(Digest::of("x"), "x").base()).kind == 'n');

    const std::string text = "text\n";
    const auto data = served.ask('g', name_of(text) + name_of(""));
    CHECK(data.kind == 'd');
    CHECK(data.payload == text);
    CHECK(served.channel().read().value().payload.empty());
    for (const auto& [bytes, size] : {std::pair(std::string("nobody has this"), 15), std::pair(text, 4)}) {
        const auto refused = served.ask('g', name_of(bytes, static_cast<std::uint64_t>(size)));
        CHECK(refused.kind == 'e');
    }
    CHECK(served.ask('m', name_of(text) + name_of("nobody has this")).payload == std::string("\0\1", 2));
    CHECK(served.end().empty());
}

TEST_CASE("serve: without a key no result is told") {
    Machine machine;
    const auto tool = machine.result("tool");
    Served served(machine, {}, false);
    const auto refused = served.ask('r', raw_digest(tool.action));
    REQUIRE(refused.kind == 'e');
    CHECK(decode_error(refused.payload, "there").code == "key-missing");
}

TEST_CASE("serve: it takes what a trusted key signed, once everything is there") {
    Machine sender, machine;
    const auto tool = sender.result("tool");
    const auto statement = sender.exporter().result(tool.action).value().value();
    Served served(machine, {sender.key.public_key()});
    // Nothing of it is there yet.
    served.say('c', encode(statement));
    CHECK(served.sync_error().code == "copy-damaged");
    CHECK(machine.is_empty());

    const auto give = [&](const std::string& bytes) {
        served.say('w', name_of(bytes));
        served.say('d', bytes);
    };
    std::vector<Digest> open{tool.tree};
    while (!open.empty()) {
        const auto bytes = sender.store.blob(open.back()).value();
        open.pop_back();
        give(bytes);
        const auto directory = core::decode_directory(bytes).value();
        for (const auto& child : directory.directories) open.push_back(child.digest);
        for (const auto& file : directory.files) give(sender.store.blob(file.digest).value());
    }
    served.say('c', encode(statement));
    CHECK(served.ask('y', "").kind == 'o');
    CHECK(machine.store.find_result(tool.action).value());
    served.say('c', encode(statement));
    CHECK(served.ask('y', "").kind == 'o');
    CHECK(served.end().empty());
}

TEST_CASE("serve: what nobody trusted signed is refused, and what comes behind it too until the next sync") {
    Machine sender, machine;
    const auto texts = sender.input("texts", "words\n");
    const auto tool = sender.result("tool");
    const auto exporter = sender.exporter();
    Served served(machine, {SecretKey::generate("builder").value().public_key()});
    for (const auto& name : {tool.tree, Digest::of("words\n")}) {
        const auto bytes = sender.store.blob(name).value();
        served.say('w', name_of(bytes));
        served.say('d', bytes);
    }
    const auto tree = exporter.at(texts).value().front();
    const auto directory = sender.store.blob(tree_of(tree)).value();
    served.say('w', name_of(directory));
    served.say('d', directory);
    served.say('c', encode(exporter.result(tool.action).value().value()));
    served.say('c', encode(tree));
    const auto refused = served.sync_error();
    CHECK(refused.code == "result-untrusted");
    CHECK(refused.message.starts_with("'there' refused: the result '"));
    CHECK(machine.is_empty());
    served.say('c', encode(tree));
    CHECK(served.ask('y', "").kind == 'o');
    CHECK(machine.store.has_path(texts));
}

TEST_CASE("serve: a blob with other bytes than its name is refused") {
    Machine machine;
    Served served(machine);
    served.say('w', name_of("right"));
    served.say('d', "wrong");
    CHECK(served.sync_error().code == "copy-damaged");
    CHECK_FALSE(machine.store.has_blob(Digest::of("right")));
    served.say('c', "nonsense");
    CHECK(served.sync_error().code == "copy-damaged");
    CHECK(served.end().empty());
}

TEST_CASE("serve: whoever does not keep to the protocol is left") {
    const std::string name = name_of("12345");
    const std::vector<std::vector<std::pair<char, std::string>>> conversations{
        {{'q', ""}},
        {{'r', "short"}},
        {{'p', "../../etc/passwd"}},
        {{'g', "x"}},
        {{'m', std::string(41 * (most_names + 1), 'x')}},
        {{'w', ""}},
        {{'w', name + name}},
        {{'w', name}, {'w', name}},
        {{'w', name}, {'d', "123456"}},
        {{'d', "12345"}},
        {{'w', name}, {'d', "12345"}, {'d', "6"}},
        {{'w', name.substr(0, 40) + "\2"}},
    };
    Machine machine;
    for (const auto& conversation : conversations) {
        Served served(machine);
        for (const auto& [kind, payload] : conversation) (void)served.channel().write(kind, payload);
        INFO(conversation.back().first << conversation.back().second.substr(0, 20));
        CHECK(served.end() == "copy-failed");
        CHECK(machine.is_empty());
    }
    for (const std::string& bytes :
         {std::string("GET / HTTP/1.1\r\n\r\n"), std::string("h\xFF\xFF\xFF\xFF", 5),
          std::string("\0\0\0\0\0", 5), std::string("h\0\0", 3), std::string("h\0\0\0\x09too", 8),
          std::string("d\0\x02\0\x01", 5)}) {
        Served served(machine);
        served.raw(bytes);
        CHECK(served.end() == "copy-failed");
    }
    Served served(machine);
    const auto refused = served.ask('h', "contract copy 2\n");
    CHECK(refused.kind == 'e');
    CHECK(served.end().empty());
}

TEST_CASE("an error from the other side has a code that is known here, and no control characters") {
    const Error evil{"evil\nfix", "a\x1b[2Jb", Blame::internal, {}, {"note: \x07"}, {"\x1b]0;x\x07"}};
    const auto decoded = decode_error(encode_error(evil), "there");
    CHECK(decoded.code == "copy-failed");
    CHECK(decoded.message == "'there' refused: a\\x1b[2Jb");
    CHECK(decoded.notes == std::vector<std::string>{"note: \\x07"});
    const auto whole = encode_error({"system", "full", Blame::environment, {}, {"a", "b"}, {"c"}});
    CHECK(decode_error(whole, "there").code == "system");
    for (std::size_t size = 0; size <= whole.size(); ++size)
        CHECK(decode_error(whole.substr(0, size), "there").message.starts_with("'there' refused: "));
    CHECK(decode_error(std::string(8, '\xFF'), "there").code == "copy-failed");
}
