// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "contract/inputs/inputs.hpp"
#include "fault_server.hpp"

using namespace contract;
using inputs::Context;
using inputs::Wish;
using test::FaultServer;

namespace {

core::Input url_input(const std::string& url, const std::string& sha256 = "") {
    core::UrlSource source;
    source.url = core::Text{url, {}};
    if (!sha256.empty()) source.sha256 = core::Text{sha256, Span{"contract.toml", 3, 10, 3, 20}};
    source.unpack = false;
    core::Input input;
    input.name = core::Text{"data", {}};
    input.source = source;
    return input;
}

core::PlannedInput planned(const core::Input& input, const core::Pin& pin) {
    core::PlannedInput out;
    out.target = "inputs.data";
    out.kind = core::InputKind::url;
    const auto& source = std::get<core::UrlSource>(input.source);
    out.url = source.url.value;
    out.source = source;
    out.pin = pin;
    out.tree = pin.tree;
    return out;
}

struct World {
    test::TempDir temporary;
    test::Variable netrc{"NETRC", temporary / "netrc"};
    test::Variable http{"http_proxy", std::nullopt};
    test::Variable all{"all_proxy", std::nullopt};
    FaultServer server;
    store::Store store = store::Store::open(temporary / "home").value();
    Context context{store, temporary.path()};

    core::Pin pin(const core::Input& input, const Wish& wish = {}) const {
        return inputs::resolve(input, context, wish).value();
    }
    Error refused(const core::Input& input, const Wish& wish = {}) const {
        const auto pin = inputs::resolve(input, context, wish);
        REQUIRE_FALSE(pin);
        CHECK_FALSE(pin.error().help.empty());
        return pin.error();
    }
    Error refused(const core::PlannedInput& input) const {
        const auto done = inputs::materialise(input, context);
        REQUIRE_FALSE(done);
        CHECK_FALSE(done.error().help.empty());
        return done.error();
    }
    // Besides locks.
    std::vector<std::string> left(const std::string& folder = "downloads") const {
        auto names = os::list_directory(store.home() + "/" + folder).value();
        std::erase_if(names, [](const std::string& name) { return name.ends_with(".lock"); });
        return names;
    }
    std::string download_of(const std::string& url) const {
        return store.home() + "/downloads/" + Digest::of(url).hex();
    }
};

bool has_note(const Error& error, const std::string& note) {
    for (const auto& one : error.notes)
        if (one == note) return true;
    return false;
}

}  // namespace

TEST_CASE("a URL is pinned to digest, size and a tree with the one file") {
    const World world;
    auto input = url_input(world.server.url("/bytes/3000/a%20b.bin?token=hunter2"));
    const auto content = FaultServer::body(3000);
    const auto pin = world.pin(input);
    CHECK(pin.sha256 == Digest::of(content));
    CHECK(pin.size == 3000);
    CHECK(world.store.has_blob(pin.sha256));
    const auto tree = world.store.directory(pin.tree).value();
    CHECK(tree == core::Directory{{{"a b.bin", pin.sha256, 3000, false}}, {}, {}});
    CHECK(world.left().empty());

    std::get<core::UrlSource>(input.source).executable = true;
    CHECK(world.store.directory(world.pin(input).tree).value().files.at(0).executable);
    CHECK(world.pin(url_input(world.server.url("/bytes/0"))).size == 0);
}

TEST_CASE("a name that no file can have is refused before anything is fetched") {
    const World world;
    for (const char* path :
         {"", "/", "/bytes/1/", "/bytes/1/..", "/bytes/1/%2e", "/bytes/1/a%2Fb", "/bytes/1/%00",
          "/bytes/1/%FF", "/bytes/1/a%0Ab", "/bytes/1/%1b", "?/bytes/1/a"}) {
        CAPTURE(path);
        CHECK(world.refused(url_input(world.server.url(path))).code == "bad-url");
    }
    CHECK(world.refused(url_input(world.server.url("/bytes/1/" + std::string(256, 'a')))).code == "bad-url");
    CHECK_FALSE(os::exists(world.server.log()));
    CHECK(world.refused(url_input("https://user:hunter2@example.org/a")).code == "bad-url");
}

TEST_CASE("a declared digest is compared before anything reaches the store") {
    const World world;
    const auto url = world.server.url("/bytes/3000/file?token=hunter2");
    const auto right = Digest::of(FaultServer::body(3000));
    const auto wrong = Digest::of("something else");
    const auto error = world.refused(url_input(url, wrong.hex()));
    CHECK(error.code == "hash-mismatch");
    CHECK(error.message ==
          "'" + world.server.url("/bytes/3000/file") + "' does not hold what contract.toml declares");
    const std::string kept = world.store.home() + "/downloads/rejected/" + right.hex();
    CHECK(error.notes == std::vector<std::string>{"wanted: " + wrong.text(), "got: " + right.text(),
                                                  "url: " + world.server.url("/bytes/3000/file"),
                                                  "kept: " + kept});
    CHECK(error.help ==
          std::vector<std::string>{"if the file that is there now is meant, write: sha256 = \"" +
                                   right.hex() + "\""});
    REQUIRE(error.where);
    CHECK(error.where->line == 3);
    CHECK((os::read_file(kept).value() == FaultServer::body(3000)));
    CHECK_FALSE(world.store.has_blob(right));
    CHECK(world.left() == std::vector<std::string>{"rejected"});
    CHECK(world.pin(url_input(url, right.hex())).sha256 == right);
}

TEST_CASE("a pin is compared in digest and size before anything reaches the store") {
    const World world;
    const auto input = url_input(world.server.url("/bytes/3000/file"));
    auto pin = world.pin(input);
    const World fresh;
    auto moved = input;
    SECTION("another content") {
        moved = url_input(world.server.url("/changing/3000/3000/file"));
        CHECK(world.pin(moved).sha256 == pin.sha256);
        const auto error = fresh.refused(planned(moved, pin));
        CHECK(error.code == "hash-mismatch");
        CHECK(has_note(error, "got: " + Digest::of(FaultServer::body(3000, 1)).text()));
    }
    SECTION("a shorter file") {
        moved = url_input(fresh.server.url("/bytes/2999/file"));
        const auto error = fresh.refused(planned(moved, pin));
        CHECK(error.code == "hash-mismatch");
        CHECK(has_note(error, "got: " + Digest::of(FaultServer::body(2999)).text()));
        CHECK(error.help.at(0).ends_with("contract update data"));
    }
    SECTION("a longer file") {
        moved = url_input(fresh.server.url("/bytes/3001/file"));
        const auto error = fresh.refused(planned(moved, pin));
        CHECK(error.code == "hash-mismatch");
        CHECK(has_note(error, "wanted: 3000 bytes"));
        CHECK(has_note(error, "got: more"));
    }
    SECTION("a size that the lock has wrong") {
        pin.size = 4000;
        moved = url_input(fresh.server.url("/bytes/3000/file"));
        const auto error = fresh.refused(planned(moved, pin));
        CHECK(error.code == "hash-mismatch");
        CHECK(has_note(error, "wanted: 4000 bytes"));
        CHECK(has_note(error, "got: 3000 bytes"));
    }
    SECTION("a tree that the lock has wrong") {
        pin.tree = Digest::of("tree");
        moved = url_input(fresh.server.url("/bytes/3000/file"));
        const auto error = fresh.refused(planned(moved, pin));
        CHECK(error.code == "hash-mismatch");
        CHECK(has_note(error, "wanted: " + pin.tree.text()));
        CHECK(fresh.store.has_blob(pin.sha256));  // the bytes are what was wanted
        return;
    }
    CHECK_FALSE(fresh.store.has_tree(pin.tree));
}

TEST_CASE("what the store has is not fetched") {
    World world;
    const auto input = url_input(world.server.url("/bytes/3000/file"));
    auto pin = world.pin(input);
    world.server.stop();
    world.context.offline = true;
    REQUIRE(inputs::materialise(planned(input, pin), world.context));

    // The tree is gone or is another one, the bytes are there.
    auto executable = input;
    std::get<core::UrlSource>(executable.source).executable = true;
    const core::Directory expected{{{"file", pin.sha256, 3000, true}}, {}, {}};
    pin.tree = Digest::of(core::encode(expected).value());
    REQUIRE_FALSE(world.store.has_tree(pin.tree));
    REQUIRE(inputs::materialise(planned(executable, pin), world.context));
    CHECK(world.store.directory(pin.tree).value() == expected);

    Wish wish;
    wish.before = &pin;
    CHECK(world.pin(url_input(world.server.url("/bytes/3000/file"), pin.sha256.hex()), wish).sha256 ==
          pin.sha256);
    const auto error = world.refused(url_input(world.server.url("/bytes/3001/file?token=hunter2")));
    CHECK(error.code == "offline");
    CHECK(error.message.find(world.server.url("/bytes/3001/file") + "'") != std::string::npos);
    pin.sha256 = Digest::of("other");
    pin.tree = Digest::of("other");
    CHECK(world.refused(planned(input, pin)).code == "offline");
    CHECK(os::list_directory(world.store.temporary()).value() == std::vector<std::string>{"leases", "locks"});
}

TEST_CASE("a blob that was damaged in the store is fetched again") {
    const World world;
    auto input = url_input(world.server.url("/bytes/3000/file"));
    auto pin = world.pin(input);
    const auto hex = pin.sha256.hex();
    const auto blob = world.store.home() + "/blobs/" + hex.substr(0, 2) + "/" + hex;
    os::remove_tree(blob).value();
    os::write_file(blob, std::string(3000, 'x')).value();
    std::get<core::UrlSource>(input.source).executable = true;
    pin.tree = Digest::of(core::encode({{{"file", pin.sha256, 3000, true}}, {}, {}}).value());
    CHECK(inputs::materialise(planned(input, pin), world.context));
    CHECK(world.server.requests().size() == 2);
}

TEST_CASE("a mirror is asked, and the declared URL is what messages name") {
    World world;
    world.context.configuration.mirrors = {{"https://example.org/", world.server.url("/")}};
    const auto input = url_input("https://example.org/bytes/3000/file");
    const auto pin = world.pin(input);
    CHECK(pin.size == 3000);
    const auto missing = world.refused(url_input("https://example.org/missing"));
    CHECK(missing.code == "not-found");
    CHECK(missing.message == "there is nothing at 'https://example.org/missing'");
    CHECK(missing.notes.at(0) == "url: https://example.org/missing");
    CHECK(missing.notes.at(1) == "mirror: " + world.server.url("/missing"));
    const auto error = world.refused(url_input("https://example.org/bytes/3/file", Digest::of("").hex()));
    CHECK(has_note(error, "url: https://example.org/bytes/3/file"));
    CHECK(has_note(error, "mirror: " + world.server.url("/bytes/3/file")));

    world.temporary.write("air gapped/file", "copied");
    world.context.configuration.mirrors = {
        {"https://example.org/", "file://" + world.temporary / "air%20gapped/"}};
    CHECK(world.pin(url_input("https://example.org/file")).sha256 == Digest::of("copied"));
}

TEST_CASE("faults that pass are not noticed, and those that stay are told") {
    const World world;
    const auto content = Digest::of(FaultServer::body(5000));
    for (const char* path :
         {"/cut/5000/2000/1/file", "/reset/5000/2000/1/file", "/cutplain/5000/2000/1/file"})
        CHECK(world.pin(url_input(world.server.url(path))).sha256 == content);
    CHECK(world.pin(url_input(world.server.url("/status/503/1/0/file"))).sha256 == Digest::of("done"));
    CHECK(world.pin(url_input(world.server.url("/status/429/1/1/file"))).sha256 == Digest::of("done"));
    CHECK(world.refused(url_input(world.server.url("/loop/1"))).code == "fetch-failed");
    CHECK(world.refused(url_input(world.server.url("/auth"))).code == "not-authorised");
    CHECK(world.refused(url_input(world.server.url("/claims/99999999999999"))).code == "too-large");
    CHECK(world.refused(url_input("file://" + world.temporary / "none")).code == "not-found");
}

TEST_CASE("an interrupted download is left for the next run") {
    World world;
    bool stop = false;
    world.context.progress = [&](const std::string& url, std::uint64_t got,
                                 std::optional<std::uint64_t> total) {
        CHECK(url == world.server.url("/stall/100000/file"));
        CHECK(total == 100000);
        stop = got == 50000;
    };
    world.context.interrupted = [&] { return stop; };
    const auto input = url_input(world.server.url("/stall/100000/file"));
    CHECK(world.refused(input).code == "interrupted");
    world.context.interrupted = nullptr;
    world.context.progress = nullptr;
    CHECK(world.pin(input).sha256 == Digest::of(FaultServer::body(100000)));
    CHECK(world.server.requests().back().find("\tbytes=50000-\t") != std::string::npos);
}

TEST_CASE("a download killed at any moment is continued") {
    const World world;
    const auto url = world.server.url("/stall/100000/file");
    const auto part = world.download_of(url);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        (void)inputs::resolve(url_input(url), world.context);
        ::_exit(0);
    }
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    const auto size = [&] {
        const auto status = os::status(part).value();
        return status ? status->size : 0;
    };
    while (size() < 50000 && std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    ::kill(child, SIGKILL);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    REQUIRE(size() == 50000);
    CHECK(world.pin(url_input(url)).sha256 == Digest::of(FaultServer::body(100000)));
    CHECK(world.server.requests().back().find("\tbytes=50000-\t") != std::string::npos);
    CHECK(world.left().empty());
}

TEST_CASE("a part that is not what it says is not taken for another file") {
    const World world;
    const auto url = world.server.url("/cut/5000/2000/1/file");
    const auto part = world.download_of(url);
    os::make_directories(world.store.home() + "/downloads").value();
    // As after a power failure: the length is right, the bytes are not.
    os::write_file(part, std::string(1000, '\0')).value();
    os::write_file(part + ".etag", Digest::of(url).hex() + " \"one\"").value();
    const auto right = Digest::of(FaultServer::body(5000));
    CHECK(world.pin(url_input(url, right.hex())).sha256 == right);
    CHECK(world.left().empty());
}

TEST_CASE("a full disk is said and leaves the store as it was") {
    const World world;
    struct rlimit before {};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const auto handler = ::signal(SIGXFSZ, SIG_IGN);
    const struct rlimit small { 200000, before.rlim_max };
    const auto input = url_input(world.server.url("/bytes/500000/file"));
    ::setrlimit(RLIMIT_FSIZE, &small);
    const auto pin = inputs::resolve(input, world.context);
    ::setrlimit(RLIMIT_FSIZE, &before);
    ::signal(SIGXFSZ, handler);
    REQUIRE_FALSE(pin);
    CHECK(pin.error().code == "system");
    CHECK_FALSE(world.store.has_blob(Digest::of(FaultServer::body(500000))));
    CHECK(world.pin(input).size == 500000);
    CHECK(world.server.requests().back().find("\tbytes=200000-\t") != std::string::npos);
}

TEST_CASE("what is younger than was wished, or has no date, is not taken") {
    const World world;
    Wish wish;
    wish.min_age_seconds = 86400;
    const auto old = world.pin(url_input(world.server.url("/age/90000/file")), wish);
    CHECK(old.sha256 == Digest::of("dated"));
    const auto young = world.refused(url_input(world.server.url("/age/80000/file?token=hunter2")), wish);
    CHECK(young.code == "too-young");
    CHECK(young.message == "the file at '" + world.server.url("/age/80000/file") + "' is younger than 1 day");
    CHECK(has_note(young, "min_age: 1 day"));
    const auto undated = world.refused(url_input(world.server.url("/plain/10/file")), wish);
    CHECK(undated.code == "too-young");
    CHECK(has_note(undated, "date: none"));
    const auto digest = Digest::of(FaultServer::body(10)).hex();
    CHECK(undated.help.at(0) == "if the file is known to be good, write: sha256 = \"" + digest + "\"");
    CHECK(world.pin(url_input(world.server.url("/plain/10/file"), digest), wish).size == 10);
    // It is pinned already.
    wish.before = &old;
    CHECK(world.pin(url_input(world.server.url("/age/10/file")), wish) == old);
}

TEST_CASE("an archive is unpacked, from the download and again from the blob") {
    World world;
    world.temporary.write("pack.sh",
                          "set -eu\ncd \"$1\"\nmkdir -p made/data-1.0\necho hello > made/data-1.0/README\n"
                          "printf '#!/bin/sh\\n' > made/data-1.0/run\nchmod 755 made/data-1.0/run\n"
                          "tar -C made -czf \"$2\" data-1.0\n");
    os::ProcessRequest request;
    request.command = {"sh", world.temporary / "pack.sh", world.temporary.path(),
                       world.server.log() + ".tar"};
    request.environment = os::current_environment();
    REQUIRE(os::run(request).value().succeeded());
    auto input = url_input(world.server.url("/tar/data-1.0.tar.gz"));
    std::get<core::UrlSource>(input.source).unpack = true;
    const auto pin = world.pin(input);
    const auto tree = world.store.directory(pin.tree).value();
    REQUIRE(tree.files.size() == 2);
    CHECK(tree.files[0].name == "README");
    CHECK(world.store.blob(tree.files[0].digest).value() == "hello\n");
    CHECK(tree.files[1].executable);

    World fresh;
    REQUIRE(inputs::materialise(planned(input, pin), Context{fresh.store, "/", false, {{}, {}}}));
    CHECK(fresh.store.has_tree(pin.tree));
    // Without the tree, and without the network.
    os::remove_tree(world.store.home() + "/blobs/" + pin.tree.hex().substr(0, 2) + "/" + pin.tree.hex())
        .value();
    REQUIRE_FALSE(world.store.has_tree(pin.tree));
    world.server.stop();
    CHECK(inputs::materialise(planned(input, pin), world.context));
    CHECK(world.store.has_tree(pin.tree));
}

TEST_CASE("what is no archive says how to take it as it is") {
    const World world;
    auto input = url_input(world.server.url("/bytes/3000/file"));
    std::get<core::UrlSource>(input.source).unpack = true;
    const auto error = world.refused(input);
    CHECK(error.code == "bad-archive");
    CHECK(error.help.at(0).find("unpack = false") != std::string::npos);
    CHECK(world.left().empty());
}
