// SPDX-License-Identifier: Apache-2.0
//
// oci inputs against a real registry.
#include <catch2/catch.hpp>
#include <cstdlib>

#include "contract/inputs/inputs.hpp"
#include "contract/json/json.hpp"
#include "registry_server.hpp"
#include "temporary.hpp"

using namespace contract;
using inputs::Context;
using inputs::Wish;

namespace {

core::Input oci_input(const std::string& reference) {
    core::OciSource source;
    source.reference = core::Text{reference, Span{"contract.toml", 1, 1, 1, 2, 0, 1}};
    core::Input input;
    input.name = core::Text{"image", {}};
    input.source = source;
    return input;
}

core::PlannedInput planned(const std::string& reference, const core::Pin& pin, const std::string& system) {
    core::PlannedInput input;
    input.target = "inputs.image";
    input.kind = core::InputKind::oci;
    input.url = reference;
    input.pin = pin;
    input.tree = pin.tree_for(system).value();
    return input;
}

Wish wish_for(std::vector<std::string> systems) {
    Wish wish;
    wish.systems = std::move(systems);
    return wish;
}
const Wish amd64 = wish_for({"x86_64-linux"});

// A machine: its store and its home, where docker's configuration would be.
struct Machine {
    test::TempDir directory;
    store::Store store = store::Store::open(directory / "home").value();
    Context context{store, directory / "contract"};

    Machine() {
        context.jobs = 3;
        for (const char* name : {"REGISTRY_AUTH_FILE", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"})
            ::unsetenv(name);
        ::setenv("HOME", directory.path().c_str(), 1);
        ::setenv("DOCKER_CONFIG", (directory / "docker").c_str(), 1);
    }
    void log_in(const std::string& host, const std::string& login = "dXNlcjpzM2NyZXQgd29yZA==") const {
        directory.write("docker/config.json",
                        R"({"auths": {")" + host + R"(": {"auth": ")" + login + R"("}}})");
    }
    Result<core::Pin> resolve(const std::string& reference, const Wish& wish = amd64) const {
        return inputs::resolve(oci_input(reference), context, wish);
    }
    Error failure(const std::string& reference, const Wish& wish = amd64) const {
        const auto pin = resolve(reference, wish);
        return pin ? Error{"none", {}, Blame::internal, {}, {}, {}} : pin.error();
    }
    std::vector<std::string> downloads() const {
        const auto names = os::list_directory(directory / "home/downloads");
        std::vector<std::string> out;
        for (const auto& name : names ? *names : std::vector<std::string>{})
            if (!name.ends_with(".lock") && name != "rejected") out.push_back(name);
        return out;
    }
};

// One of each for all tests, none of which changes what another has pushed.
const test::RegistryServer& open_registry() {
    static const test::RegistryServer server;
    return server;
}
const test::RegistryServer& closed_registry() {
    static const test::RegistryServer server(test::RegistryServer::Login::basic);
    return server;
}

std::string all_of(const Error& error) {
    return error.code + "\n" + error.message + "\n" + join(error.notes, "\n") + "\n" + join(error.help, "\n");
}
bool says(const std::string& text, const std::string& words) {
    return text.find(words) != std::string::npos;
}

// The file of a layout that its index leads to.
json::Value document(const std::string& layout, const std::string& digest) {
    return json::read(os::read_file(layout + "/blobs/sha256/" + digest.substr(7)).value()).value();
}
std::string string_of(const json::Value* value) {
    return std::get<std::string>(value->data);
}
std::string top_of(const std::string& layout) {
    const auto index = json::read(os::read_file(layout + "/index.json").value()).value();
    return string_of(std::get<json::Array>(index.find("manifests")->data).at(0).find("digest"));
}

// The range that the last request for a layer asked for; "-" for none.
std::string last_range(const std::string& requests) {
    const auto line = requests.rfind(" ");
    return std::string(trim(requests.substr(line)));
}

void spoil(const std::string& file) {
    auto bytes = os::read_file(file).value();
    bytes.at(bytes.size() / 2) ^= 1;
    os::write_file(file, bytes).value();
}

}  // namespace

TEST_CASE("an image is pinned for each system, to the root that another unpacker makes of it") {
    const auto& registry = open_registry();
    const auto layout = registry.push("root");
    const Machine machine;
    const std::string reference = registry.host() + "/team/root:1";
    const auto pin =
        machine.resolve(reference, wish_for({"aarch64-linux", "x86_64-linux", "aarch64-darwin"})).value();

    CHECK(pin.index.text() == top_of(layout));
    REQUIRE(pin.images.size() == 2);
    REQUIRE(pin.trees.size() == 2);
    const auto index = document(layout, pin.index.text());
    const auto& manifests = std::get<json::Array>(index.find("manifests")->data);
    CHECK(pin.images.at("x86_64-linux").manifest.text() == string_of(manifests.at(0).find("digest")));
    CHECK(pin.images.at("aarch64-linux").manifest.text() == string_of(manifests.at(1).find("digest")));
    const auto& layers = pin.images.at("x86_64-linux").layers;
    const auto manifest = document(layout, pin.images.at("x86_64-linux").manifest.text());
    const auto& told = std::get<json::Array>(manifest.find("layers")->data);
    REQUIRE(layers.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(layers[i].digest.text() == string_of(told.at(i).find("digest")));
        CHECK(std::int64_t(layers[i].size) == std::get<std::int64_t>(told.at(i).find("size")->data));
    }
    CHECK(machine.store.has_tree(pin.trees.at("aarch64-linux")));
    CHECK(machine.downloads().empty());

    const auto single = registry.push("amd64");
    test::run_program(
        {"umoci", "unpack", "--rootless", "--image", single + ":1", machine.directory / "bundle"});
    auto copy = store::Store::open(machine.directory / "other").value();
    CHECK(copy.import_tree(machine.directory / "bundle/rootfs").value() == pin.trees.at("x86_64-linux"));

    // Again, and in another form.
    CHECK(machine.resolve(reference, wish_for({"x86_64-linux", "aarch64-linux"})).value() == pin);
    const auto alone = machine.resolve(registry.host() + "/team/amd64:1").value();
    CHECK(alone.trees.at("x86_64-linux") == pin.trees.at("x86_64-linux"));
    CHECK(alone.index == alone.images.at("x86_64-linux").manifest);
    registry.push("zstd");
    CHECK(Machine().resolve(registry.host() + "/team/zstd:1").value().trees.at("x86_64-linux") ==
          pin.trees.at("x86_64-linux"));
    registry.push("amd64", "docker", {"--format", "v2s2"});
    CHECK(Machine().resolve(registry.host() + "/team/amd64:docker").value().trees == alone.trees);
    CHECK(Machine().resolve(registry.host() + "/team/root@" + pin.index.text()).value().index == pin.index);
}

TEST_CASE("a lock is fetched on another machine without asking for the tag") {
    const auto& registry = open_registry();
    registry.push("root");
    const test::FaultyRegistry front(registry, "plain");
    const std::string reference = front.host() + "/team/root:1";
    const auto pin = Machine().resolve(reference).value();
    const std::string before = front.requests();

    Machine machine;
    const auto input = planned(reference, pin, "x86_64-linux");
    machine.context.offline = true;
    const auto refused = inputs::materialise(input, machine.context);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "offline");
    CHECK(machine.failure(reference).code == "offline");
    CHECK(front.requests() == before);

    machine.context.offline = false;
    REQUIRE(inputs::materialise(input, machine.context));
    CHECK(machine.store.has_tree(input.tree));
    CHECK_FALSE(says(front.requests().substr(before.size()), "/manifests/"));
    const std::string after = front.requests();
    machine.context.offline = true;
    CHECK(inputs::materialise(input, machine.context));
    CHECK(front.requests() == after);

    auto wrong = input;
    wrong.tree = Digest::of("something else");
    wrong.pin.trees["x86_64-linux"] = wrong.tree;
    const auto other = inputs::materialise(wrong, machine.context);
    REQUIRE_FALSE(other);
    CHECK(other.error().code == "hash-mismatch");
    CHECK(says(all_of(other.error()), "got: " + input.tree.text()));
    wrong.pin.images.clear();
    CHECK(inputs::materialise(wrong, machine.context).error().code == "hash-mismatch");
}

TEST_CASE("what the registry does not have has a code of its own") {
    const auto& registry = open_registry();
    registry.push("single", "v1.0");
    const Machine machine;
    const std::string image = registry.host() + "/team/single";

    const auto tag = machine.failure(image + ":v1.1");
    CHECK(tag.code == "ref-missing");
    CHECK(tag.help == std::vector<std::string>{"did you mean 'v1.0'?"});
    CHECK(tag.where);
    CHECK(machine.failure(registry.host() + "/team/none:1").code == "ref-missing");
    CHECK(machine.failure(image + "@sha256:" + std::string(64, '1')).code == "pin-unreachable");
    CHECK(machine.failure("team/single:1").code == "bad-url");
    CHECK(machine.failure("127.0.0.1:1/team/single:1").code == "fetch-failed");
    const auto system = machine.failure(image + ":v1.0", wish_for({"x86_64-linux", "aarch64-linux"}));
    CHECK(system.code == "platform-missing");
    CHECK(says(all_of(system), "offered: linux/amd64\n"));

    const auto pin = machine.resolve(image + ":v1.0").value();
    const test::FaultyRegistry front(registry, "gone");
    const std::string reference = front.host() + "/team/single:v1.0";
    const auto gone = inputs::materialise(planned(reference, pin, "x86_64-linux"), Machine().context);
    REQUIRE_FALSE(gone);
    CHECK(gone.error().code == "pin-unreachable");
    CHECK(says(gone.error().message, pin.images.at("x86_64-linux").layers.at(0).digest.text()));
}

TEST_CASE("nothing younger than min_age is pinned") {
    const auto& registry = open_registry();
    registry.push("single");
    registry.push("dateless");
    const Machine machine;
    Wish wish = amd64;
    wish.min_age_seconds = 3600;
    CHECK(machine.resolve(registry.host() + "/team/single:1", wish));
    CHECK(machine.failure(registry.host() + "/team/dateless:1", wish).code == "too-young");
    const auto before = machine.resolve(registry.host() + "/team/dateless:1").value();
    wish.before = &before;
    CHECK(machine.resolve(registry.host() + "/team/dateless:1", wish));
    wish.before = nullptr;
    wish.min_age_seconds = std::int64_t{100} * 365 * 86400;
    const auto young = machine.failure(registry.host() + "/team/single:1", wish);
    CHECK(young.code == "too-young");
    CHECK(says(all_of(young), "date: 2026-01-01T00:00:00Z"));
}

TEST_CASE("content that is not what its digest says is refused and kept aside") {
    const auto& registry = open_registry();
    registry.push("root");
    const std::string mode = GENERATE("corrupt", "short", "long");
    const test::FaultyRegistry front(registry, mode);
    const Machine machine;
    const auto error = machine.failure(front.host() + "/team/root:1");
    INFO(all_of(error));
    CHECK(error.code == "hash-mismatch");
    CHECK(says(all_of(error), "wanted: sha256:"));
    CHECK(says(all_of(error), "got: "));
    CHECK(says(all_of(error), "url: http://" + front.host() + "/v2/team/root/blobs/sha256:"));
    if (mode == "short") CHECK(says(all_of(error), "got size: "));
    if (mode != "long")
        CHECK(says(all_of(error), "kept: " + (machine.directory / "home/downloads/rejected/")));
    // The next run is not misled by what is there.
    const auto pin = machine.resolve(registry.host() + "/team/root:1");
    CHECK(pin);
}

TEST_CASE("a download that broke is continued") {
    const auto& registry = open_registry();
    registry.push("big");
    const Machine machine;
    const test::FaultyRegistry front(registry, GENERATE("cut", "stuck"));
    const std::string reference = front.host() + "/team/big:1";
    const auto first = machine.resolve(reference);
    if (!first) {
        CHECK(first.error().code == "fetch-failed");
        CHECK_FALSE(machine.downloads().empty());
        const std::string before = front.requests();
        SECTION("by the next run") {
            front.become("plain");
            CHECK(machine.resolve(reference));
            CHECK(last_range(front.requests().substr(before.size())) != "-");
        }
        SECTION("and begun anew where the part was bad") {
            for (const auto& name : machine.downloads())
                if (!name.ends_with(".etag")) spoil(machine.directory / ("home/downloads/" + name));
            front.become("plain");
            CHECK(machine.resolve(reference));
            CHECK(last_range(front.requests().substr(before.size())) == "-");
        }
    }
    CHECK(machine.downloads().empty());
}

TEST_CASE("a busy registry is asked again") {
    const auto& registry = open_registry();
    registry.push("single");
    const std::string mode = GENERATE("busy-429", "busy-503");
    const test::FaultyRegistry front(registry, mode);
    CHECK(Machine().resolve(front.host() + "/team/single:1"));
}

TEST_CASE("manifests that lie are refused") {
    const auto& registry = open_registry();
    registry.push("root");
    const Machine machine;
    const test::FaultyRegistry forged(registry, "forged");
    const auto error = machine.failure(forged.host() + "/team/root:1");
    CHECK(error.code == "hash-mismatch");
    CHECK(says(error.message, "manifest"));
    const test::FaultyRegistry huge(registry, "huge");
    CHECK(machine.failure(huge.host() + "/team/root:1").code == "bad-image");
    CHECK(machine.downloads().empty());
}

TEST_CASE("layers made to hurt are refused with the layer named") {
    const auto& registry = open_registry();
    const Machine machine;
    registry.push("traversal");
    const auto traversal = machine.failure(registry.host() + "/team/traversal:1");
    CHECK(traversal.code == "unsupported-entry");
    CHECK(says(all_of(traversal), "../outside"));
    CHECK(says(all_of(traversal), "layer: sha256:"));
    CHECK_FALSE(os::exists(machine.directory / "outside"));
    registry.push("bomb");
    const auto bomb = machine.failure(registry.host() + "/team/bomb:1");
    CHECK(bomb.code == "archive-too-large");

    registry.push("foreign");
    const auto foreign = machine.failure(registry.host() + "/team/foreign:1");
    CHECK(foreign.code == "bad-image");
    CHECK(says(foreign.message, "is foreign"));

    registry.push("devices");
    const auto pin = machine.resolve(registry.host() + "/team/devices:1").value();
    const auto top = machine.store.directory(pin.trees.at("x86_64-linux")).value();
    REQUIRE(top.files.size() == 1);
    CHECK(top.files[0].name == "su");
    REQUIRE(top.directories.size() == 1);
    const auto from = machine.store.directory(top.directories[0].digest).value();
    REQUIRE(from.files.size() == 2);
    CHECK(from.files[0] == core::FileNode{"other", top.files[0].digest, 2, true});
    CHECK(from.files[1].name == "top");
    CHECK(os::list_directory(machine.store.temporary()).value() ==
          std::vector<std::string>{"leases", "locks"});
}

TEST_CASE("a registry with a password gets what the user logged in with") {
    const auto& registry = closed_registry();
    registry.push("single");
    const Machine machine;
    const std::string reference = registry.host() + "/team/single:1";
    const auto refused = machine.failure(reference);
    CHECK(refused.code == "not-authorised");
    CHECK(says(all_of(refused), "credentials: none for '" + registry.host() + "'"));
    CHECK(says(all_of(refused), "docker login " + registry.host()));

    SECTION("by a file of docker") {
        machine.log_in(registry.host());
        CHECK(machine.resolve(reference));
        machine.log_in("http://" + registry.host() + "/v1/");
        CHECK(machine.resolve(reference));
    }
    SECTION("by a file of podman, for the repository") {
        ::setenv("XDG_RUNTIME_DIR", (machine.directory / "run").c_str(), 1);
        machine.directory.write("run/containers/auth.json",
                                R"({"auths": {")" + registry.host() +
                                    R"(": {"username": "other", "password": "x"}, ")" + registry.host() +
                                    R"(/team": {"username": "user", "password": "s3cret word"}}})");
        CHECK(machine.resolve(reference));
    }
    SECTION("by a helper") {
        machine.directory.write("bin/docker-credential-test",
                                "#!/bin/sh\nread -r server\n[ \"$1\" = get ] && [ \"$server\" = '" +
                                    registry.host() +
                                    "' ] && echo '{\"Username\": \"user\", \"Secret\": \"s3cret word\"}'\n",
                                0755);
        const std::string path = std::getenv("PATH");
        ::setenv("PATH", (machine.directory / "bin:" + path).c_str(), 1);
        const std::string where = GENERATE("store", "helper");
        machine.directory.write("docker/config.json", where == "store"
                                                          ? R"({"credsStore": "test", "auths": {}})"
                                                          : R"({"credsStore": "none", "credHelpers": {")" +
                                                                registry.host() + R"(": "test"}})");
        const auto pin = machine.resolve(reference);
        ::setenv("PATH", path.c_str(), 1);
        CHECK(pin);
    }
    SECTION("wrong, and then no part of it is shown") {
        machine.log_in(registry.host(), "dXNlcjpodW50ZXIy");  // user:hunter2
        const auto wrong = machine.failure(reference);
        CHECK(wrong.code == "not-authorised");
        CHECK(says(all_of(wrong), "docker/config.json"));
        for (const char* secret : {"hunter2", "dXNlcjpodW50ZXIy", "Basic"})
            CHECK_FALSE(says(all_of(wrong), secret));
    }
    SECTION("what cannot be used is told, and is no secret") {
        const std::string content =
            GENERATE("{ \"hunter2", R"({"credsStore": "../hunter2/x"})", R"({"credsStore": "not-there"})",
                     R"({"auths": {"HOST": {"auth": "!hunter2"}}})",
                     R"({"auths": {"HOST": {"identitytoken": "hunter2"}}})",
                     R"({"auths": {"HOST": {"username": "a\r\nX: y", "password": "hunter2"}}})",
                     R"({"auths": [1]})", "[]");
        std::string text = content;
        if (const auto at = text.find("HOST"); at != std::string::npos) text.replace(at, 4, registry.host());
        machine.directory.write("docker/config.json", text);
        const auto error = machine.failure(reference);
        CHECK(error.code == "not-authorised");
        CHECK(says(all_of(error), "credentials: "));
        if (!says(text, "../")) CHECK_FALSE(says(all_of(error), "hunter2"));
    }
}

TEST_CASE("tokens are asked for, renewed, and shown to nobody") {
    const auto& registry = open_registry();
    registry.push("root");
    const Machine machine;
    SECTION("with a login") {
        const test::FaultyRegistry front(registry, "token");
        const std::string reference = front.host() + "/team/root:1";
        const auto refused = machine.failure(reference);
        CHECK(refused.code == "not-authorised");
        CHECK_FALSE(says(front.requests(), "/token Basic"));
        machine.log_in(front.host());
        const auto pin = machine.resolve(reference, wish_for({"x86_64-linux", "aarch64-linux"}));
        REQUIRE(pin);
        CHECK(says(front.requests(), "/token Basic"));
        CHECK_FALSE(says(front.requests(), "/v2/team/root/manifests/1 Basic"));
        // A lock that is fetched begins with a layer.
        const Machine other;
        other.log_in(front.host());
        CHECK(inputs::materialise(planned(reference, *pin, "x86_64-linux"), other.context));
    }
    SECTION("without one") {
        const test::FaultyRegistry front(registry, "token-open");
        CHECK(machine.resolve(front.host() + "/team/root:1"));
        CHECK(says(front.requests(), "/token -"));
    }
    SECTION("a token server elsewhere without https gets nothing") {
        const test::FaultyRegistry front(registry, "token-http");
        machine.log_in(front.host());
        const auto error = machine.failure(front.host() + "/team/root:1");
        CHECK(error.code == "not-authorised");
        CHECK(says(error.message, "not reached over https"));
    }
    SECTION("a login that nobody knows") {
        const test::FaultyRegistry front(registry, "basic-odd");
        CHECK(machine.failure(front.host() + "/team/root:1").code == "not-authorised");
    }
}

TEST_CASE("a mirror of the user's own stands in for a registry") {
    const auto& registry = open_registry();
    registry.push("single");
    Machine machine;
    machine.context.configuration.mirrors = {{"https://registry.example.org/v2/", registry.url() + "/v2/"}};
    const auto pin = machine.resolve("registry.example.org/team/single:1");
    REQUIRE(pin);
    CHECK(pin->trees == Machine().resolve(registry.host() + "/team/single:1").value().trees);
}

TEST_CASE("a damaged layer in the store is not pinned, and gone for the next run") {
    const auto& registry = open_registry();
    registry.push("amd64");
    const Machine machine;
    const std::string reference = registry.host() + "/team/amd64:1";
    const auto pin = machine.resolve(reference).value();
    const std::string hex = pin.images.at("x86_64-linux").layers.at(1).digest.hex();
    const std::string blob = machine.directory / ("home/blobs/" + hex.substr(0, 2) + "/" + hex);
    Machine other;
    os::make_directories(other.directory / ("home/blobs/" + hex.substr(0, 2))).value();
    os::write_file(other.directory / ("home/blobs/" + hex.substr(0, 2) + "/" + hex), "damaged").value();
    CHECK(os::exists(blob));
    CHECK(other.failure(reference).code == "store-damaged");
    CHECK(other.resolve(reference).value() == pin);
}
