// SPDX-License-Identifier: Apache-2.0
//
// The parts of the oci kind that need no registry.
#include <catch2/catch.hpp>

#include "oci/base64.hpp"
#include "oci/challenge.hpp"
#include "oci/created.hpp"
#include "oci/layered_tree.hpp"
#include "oci/manifest.hpp"
#include "oci/reference.hpp"
#include "temporary.hpp"

using namespace contract;
using namespace contract::inputs;

namespace {

const std::string hex(64, 'a');
const std::string digest = "sha256:" + hex;

std::string code_of(const std::string& text) {
    const auto reference = parse_reference(text);
    return reference ? reference->text() : reference.error().code;
}

std::string descriptor(const std::string& type, const std::string& more = "") {
    return R"({"mediaType": ")" + type + R"(", "digest": ")" + digest + R"(", "size": 7)" + more + "}";
}

const std::string image_type = "application/vnd.oci.image.manifest.v1+json";
const std::string index_type = "application/vnd.oci.image.index.v1+json";
const std::string layer_type = "application/vnd.oci.image.layer.v1.tar";

std::string image(const std::string& layers,
                  const std::string& config = descriptor("application/vnd.oci.image.config.v1+json")) {
    return R"({"schemaVersion": 2, "config": )" + config + R"(, "layers": [)" + layers + "]}";
}

std::string reason(const std::string& bytes) {
    const auto parsed = parse_manifest(bytes, "the image");
    if (parsed) return "";
    CHECK(parsed.error().code == "bad-image");
    return parsed.error().message;
}

bool says(const std::string& text, const std::string& words) {
    return text.find(words) != std::string::npos;
}

std::string platform(const std::string& architecture, const std::string& variant = "",
                     const std::string& os = "linux") {
    return R"(, "platform": {"os": ")" + os + R"(", "architecture": ")" + architecture +
           R"(", "variant": ")" + variant + R"("})";
}

ImageIndex index_of(const std::string& entries) {
    const auto parsed =
        parse_manifest(R"({"schemaVersion": 2, "manifests": [)" + entries + "]}", "the image").value();
    return std::get<ImageIndex>(parsed);
}

// A tree to which one entry after the other is added.
struct Layers {
    test::TempDir directory;
    store::Store store = store::Store::open(directory / "home").value();
    LayeredTree tree;

    std::string add(EntryKind kind, const std::string& path, const std::string& target = "") {
        ArchiveEntry entry;
        entry.kind = kind;
        entry.path = path;
        entry.target = target;
        if (kind == EntryKind::file) entry.content = {store.add_blob(path).value(), path.size(), false};
        const auto added = tree.add(entry);
        return added ? "" : added.error().code;
    }
    std::string file(const std::string& path) { return add(EntryKind::file, path); }
    std::string folder(const std::string& path) { return add(EntryKind::directory, path); }
    std::string link(const std::string& path, const std::string& target) {
        return add(EntryKind::symlink, path, target);
    }
    // "a/b=content c->target d/" in the order of names.
    std::string text() {
        std::string out;
        describe(tree.finish(store).value(), "", out);
        return out;
    }
    void describe(const Digest& digest_of, const std::string& prefix, std::string& out) {
        const auto directory_of = store.directory(digest_of).value();
        for (const auto& entry : directory_of.files)
            out += prefix + entry.name + "=" + store.blob(entry.digest).value() + " ";
        for (const auto& entry : directory_of.symlinks)
            out += prefix + entry.name + "->" + entry.target + " ";
        for (const auto& entry : directory_of.directories) {
            out += prefix + entry.name + "/ ";
            describe(entry.digest, prefix + entry.name + "/", out);
        }
    }
};

}  // namespace

TEST_CASE("a reference names registry, repository and what is meant of it") {
    const auto full =
        parse_reference("registry.example.org:5000/team/a_b__c-d/image:V1.0-x@" + digest).value();
    CHECK(full.registry == "registry.example.org:5000");
    CHECK(full.repository == "team/a_b__c-d/image");
    CHECK(full.tag == "V1.0-x");
    CHECK(full.digest->hex() == hex);
    CHECK(full.manifest() == digest);
    CHECK(full.base_url() == "https://registry.example.org:5000/v2/");
    CHECK(code_of("registry.example.org/image") == "registry.example.org/image:latest");
    CHECK(code_of("registry.example.org/image@" + digest) == "registry.example.org/image@" + digest);
    CHECK(parse_reference("localhost/image:1").value().base_url() == "http://localhost/v2/");
    CHECK(parse_reference("127.0.0.1:5000/image:1").value().base_url() == "http://127.0.0.1:5000/v2/");
    CHECK(parse_reference("[::1]:5000/image:1").value().base_url() == "http://[::1]:5000/v2/");
    CHECK(parse_reference("127.0.0.1.example.org/image").value().base_url().starts_with("https://"));
    CHECK(parse_reference("localhost.example.org/image").value().base_url().starts_with("https://"));
    CHECK(code_of("registry.example.org/image:" + std::string(128, 'x')) != "bad-url");
}

TEST_CASE("what is no reference is refused") {
    for (const std::string text : {"",
                                   "debian",
                                   "debian:12",
                                   "team/image:1",
                                   "team/image@sha256:x",
                                   "/image",
                                   "registry.example.org",
                                   "registry.example.org/",
                                   "registry.example.org//image",
                                   "registry.example.org/Image",
                                   "registry.example.org/a..b",
                                   "registry.example.org/a___b",
                                   "registry.example.org/-a",
                                   "registry.example.org/a-",
                                   "registry.example.org/a/",
                                   "registry.example.org/../image",
                                   "registry.example.org/image:",
                                   "registry.example.org/image:.x",
                                   "registry.example.org/image:a:b",
                                   "registry.example.org/image@",
                                   "registry.example.org/image@sha512:00",
                                   "registry.example.org/image@sha256:00",
                                   "registry.example.org:0/image",
                                   "registry.example.org:99999/image",
                                   "registry.example.org:x/image",
                                   "registry..org/image",
                                   "-x.example.org/image",
                                   "https://registry.example.org/image",
                                   "docker://registry.example.org/image",
                                   "[::1/image",
                                   "[zz]:1/image",
                                   "registry.example.org/image:1?x",
                                   "registry.example.org/im\nage"})
        CHECK(code_of(text) == "bad-url");
    CHECK(code_of("registry.example.org/image:" + std::string(129, 'x')) == "bad-url");
    CHECK(code_of("registry.example.org/" + std::string(600, 'a')) == "bad-url");
    CHECK(says(parse_reference("debian:12").error().message, "names no registry"));
    for (const std::string text :
         {"user:hunter2@registry.example.org/image", "https://user:hunter2@host/image",
          "user:hunter2@registry", "user:hunter2@registry/image:1@sha256:00"})
        CHECK_FALSE(says(parse_reference(text).error().message, "hunter2"));
}

TEST_CASE("challenges are read as RFC 9110 writes them") {
    const auto bearer = best_challenge(
        R"(Basic realm="a, b", Bearer realm="https://auth.example.org/token",service="x\"y" , scope=pull)");
    REQUIRE(bearer);
    CHECK(bearer->scheme == "bearer");
    CHECK(bearer->parameter("realm") == "https://auth.example.org/token");
    CHECK(bearer->parameter("service") == "x\"y");
    CHECK(bearer->parameter("scope") == "pull");
    CHECK(bearer->parameter("none").empty());
    CHECK(best_challenge("BASIC Realm=x")->parameter("realm") == "x");
    CHECK_FALSE(best_challenge(""));
    CHECK_FALSE(best_challenge("Negotiate"));
    CHECK_FALSE(best_challenge("realm=\"x\""));
    CHECK(best_challenge("Bearer realm=\"never closed")->parameters.empty());
    CHECK(percent_encoded("repository:team/a~b:pull") == "repository%3Ateam%2Fa~b%3Apull");
}

TEST_CASE("base64 of every length there and back") {
    CHECK(encode_base64("user:pass") == "dXNlcjpwYXNz");
    for (const std::string text : {"", "a", "ab", "abc", "abcd", "\xff\xfe\xfd"})
        CHECK(decode_base64(encode_base64(text)) == text);
    CHECK(decode_base64(" YQ\n") == "a");
    CHECK_FALSE(decode_base64("YQ=a"));
    CHECK_FALSE(decode_base64("Y"));
    CHECK_FALSE(decode_base64("Y!=="));
}

TEST_CASE("dates of images") {
    CHECK(parse_time("1970-01-01T00:00:00Z") == 0);
    CHECK(parse_time("2026-01-01T00:00:00.123456789Z") == 1767225600);
    CHECK(parse_time("2026-01-01T01:30:00+01:30") == 1767225600);
    CHECK(parse_time("2025-12-31T23:00:00-01:00") == 1767225600);
    for (const std::string text :
         {"", "2026-01-01", "2026-01-01T00:00:00", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z",
          "2026-01-01T00:00:00Zx", "2026-01-01T00:00:00.Z", "x026-01-01T00:00:00Z", "2026-01-01 00:00:00Z"})
        CHECK_FALSE(parse_time(text));
}

TEST_CASE("a manifest names its configuration and its layers") {
    const auto parsed =
        parse_manifest(image(descriptor(layer_type) + "," + descriptor(layer_type + "+zstd")), "the image");
    const auto manifest = std::get<ImageManifest>(parsed.value());
    CHECK(manifest.config.digest.hex() == hex);
    REQUIRE(manifest.layers.size() == 2);
    CHECK(manifest.layers[0].size == 7);
    const auto config =
        parse_config(R"({"os": "linux", "architecture": "arm64", "created": "x"})", "i").value();
    CHECK(config.platform.text() == "linux/arm64");
    CHECK(config.created == "x");
    CHECK_FALSE(parse_config("{", "i"));
}

TEST_CASE("what is no image of a file system is refused with the reason") {
    CHECK(says(reason("{"), "no JSON"));
    CHECK(says(reason("[]"), "no manifest"));
    CHECK(says(reason("{}"), "no manifest"));
    CHECK(says(reason(R"({"schemaVersion": 1, "fsLayers": []})"), "schema 1"));
    CHECK(says(reason(R"({"schemaVersion": 2, "layers": [], "manifests": []})"), "at once"));
    CHECK(says(reason(R"({"schemaVersion": 2, "mediaType": ")" + index_type + R"(", "layers": []})"),
               "no man"));
    CHECK(says(reason(R"({"schemaVersion": 2, "mediaType": "text/x", "layers": []})"), "no manifest"));
    CHECK(says(reason(R"({"schemaVersion": 2, "layers": []})"), "no config"));
    CHECK(says(reason(image("", descriptor("application/vnd.example.chart"))), "vnd.example.chart"));
    CHECK(says(reason(image(descriptor("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"))),
               "foreign"));
    CHECK(says(reason(image(descriptor("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"))),
               "foreign"));
    CHECK(says(reason(image(descriptor(layer_type + "+gzip+encrypted"))), "unknown kind"));
    CHECK(says(reason(image(R"({"mediaType": ")" + layer_type + R"(", "digest": "sha512:00", "size": 1})")),
               "no SHA-256"));
    const std::string unsized =
        R"({"mediaType": ")" + layer_type + R"(", "digest": ")" + digest + R"(", "size": )";
    CHECK(says(reason(image(unsized + "-1}")), "no size"));
    CHECK(says(reason(image(unsized + "1e30}")), "no size"));
    CHECK(says(reason(image(unsized + "9223372036854775807}")), "64 GiB"));
    CHECK(says(reason(image(unsized + "40000000000}," + unsized + "40000000000}")), "64 GiB"));
    std::string many = descriptor(layer_type);
    for (int i = 0; i < 1000; ++i) many += "," + descriptor(layer_type);
    CHECK(says(reason(image(many)), "1001 layers"));
    CHECK(says(reason(std::string(5 << 20, ' ')), "4 MiB"));
}

TEST_CASE("the image of a system is the most general one that its index has") {
    const auto index = index_of(descriptor(image_type, platform("amd64", "v3")) + "," +
                                descriptor(image_type, platform("amd64")) + "," +
                                descriptor(image_type, platform("arm", "v6")) + "," +
                                descriptor(image_type, platform("arm", "v7")) + "," +
                                descriptor(image_type, platform("arm64", "v8")) + "," +
                                descriptor(image_type, platform("riscv64", "", "freebsd")) + "," +
                                descriptor(image_type, platform("unknown", "", "unknown")) + "," +
                                descriptor("application/vnd.example", platform("riscv64")));
    CHECK(index.entries.size() == 7);
    CHECK(choose(index, "x86_64-linux", "i").value().platform->variant.empty());
    CHECK(choose(index, "armv7l-linux", "i").value().platform->variant == "v7");
    CHECK(choose(index, "aarch64-linux", "i").value().platform->variant == "v8");
    const auto missing = choose(index, "riscv64-linux", "the image");
    REQUIRE_FALSE(missing);
    CHECK(missing.error().code == "platform-missing");
    CHECK(missing.error().notes ==
          std::vector<std::string>{"wanted: linux/riscv64",
                                   "offered: freebsd/riscv64, linux/amd64, linux/amd64/v3, linux/arm/v6, "
                                   "linux/arm/v7, linux/arm64/v8"});
    CHECK(
        choose(index_of(descriptor(image_type, platform("amd64", "v3"))), "x86_64-linux", "i").error().code ==
        "platform-missing");
    CHECK(choose(index_of(""), "x86_64-linux", "i").error().notes.at(1) == "offered: nothing");
}

TEST_CASE("an index without platforms leaves one image to look at, and an index in an index is refused") {
    CHECK(choose(index_of(descriptor(image_type)), "x86_64-linux", "i"));
    CHECK(choose(index_of(descriptor(image_type) + "," + descriptor(image_type)), "x86_64-linux", "i")
              .error()
              .code == "platform-missing");
    CHECK(choose(index_of(descriptor(index_type)), "x86_64-linux", "i").error().code == "bad-image");
    CHECK(choose(index_of(descriptor(index_type, platform("amd64"))), "x86_64-linux", "i").error().code ==
          "bad-image");
}

TEST_CASE("a whiteout hides what the layers below have, and nothing of its own layer") {
    Layers layers;
    layers.tree.begin_layer();
    for (const char* path : {"a/low", "a/deep/low", "b", "c/low", "d/low"}) CHECK(layers.file(path).empty());
    layers.tree.begin_layer();
    CHECK(layers.file("a/new").empty());
    CHECK(layers.file("a/.wh..wh..opq").empty());
    CHECK(layers.file("b").empty());
    CHECK(layers.file(".wh.b").empty());
    CHECK(layers.file("c/new").empty());
    CHECK(layers.file(".wh.c").empty());
    CHECK(layers.file(".wh.d").empty());
    CHECK(layers.file(".wh.nothing").empty());
    CHECK(layers.file(".wh..wh.plnk/1").empty());
    CHECK(layers.text() == "b=b a/ a/new=a/new c/ c/new=c/new ");
    CHECK(layers.file("a/.wh...") == "unsupported-entry");
    CHECK(layers.file("a/.wh..") == "unsupported-entry");
    CHECK(layers.file("a/.wh.") == "unsupported-entry");
}

TEST_CASE("an entry below a symlink belongs where it leads inside the tree") {
    Layers layers;
    layers.tree.begin_layer();
    CHECK(layers.link("lib", "usr/lib").empty());
    CHECK(layers.link("out", "../../../etc").empty());
    CHECK(layers.link("usr/lib/sub", "/opt/./sub/").empty());
    CHECK(layers.link("usr/back", "../lib").empty());
    CHECK(layers.link("round", "/round/again").empty());
    CHECK(layers.file("file").empty());
    layers.tree.begin_layer();
    CHECK(layers.file("lib/x").empty());
    CHECK(layers.file("out/passwd").empty());
    CHECK(layers.file("lib/sub/y").empty());
    CHECK(layers.file("usr/back/z").empty());
    CHECK(layers.file("round/x") == "unsupported-entry");
    CHECK(layers.file("file/x") == "unsupported-entry");
    CHECK(layers.add(EntryKind::hard_link, "out/hard", "lib/x").empty());
    CHECK(layers.add(EntryKind::hard_link, "copied", "lib").empty());
    CHECK(layers.add(EntryKind::hard_link, "none", "lib/none") == "unsupported-entry");
    CHECK(layers.add(EntryKind::hard_link, "none", "usr") == "unsupported-entry");
    CHECK(layers.file("lib/.wh.z").empty());  // its own layer's
    CHECK(layers.text() ==
          "file=file copied->usr/lib lib->usr/lib out->../../../etc round->/round/again "
          "etc/ etc/hard=lib/x etc/passwd=out/passwd opt/ opt/sub/ opt/sub/y=lib/sub/y "
          "usr/ usr/back->../lib usr/lib/ usr/lib/x=lib/x usr/lib/z=usr/back/z usr/lib/sub->/opt/./sub/ ");
}

TEST_CASE("an entry replaces what is there, and a folder keeps what is in it") {
    Layers layers;
    layers.tree.begin_layer();
    CHECK(layers.file("a/x").empty());
    CHECK(layers.file("b/x").empty());
    CHECK(layers.link("c", "a").empty());
    CHECK(layers.file("d").empty());
    layers.tree.begin_layer();
    CHECK(layers.folder("a").empty());
    CHECK(layers.file("b").empty());
    CHECK(layers.folder("c").empty());
    CHECK(layers.link("d", "a").empty());
    CHECK(layers.text() == "b=b d->a a/ a/x=a/x c/ ");
}

TEST_CASE("links to links to links end") {
    Layers layers;
    layers.tree.begin_layer();
    CHECK(layers.link("l0", "there").empty());
    for (int i = 1; i < 60; ++i)
        CHECK(layers.link("l" + std::to_string(i), "l" + std::to_string(i - 1)).empty());
    CHECK(layers.file("l39/x").empty());
    CHECK(layers.file("l40/x") == "unsupported-entry");
    std::string wide = "a";
    for (int i = 0; i < 2000; ++i) wide += "/.";
    CHECK(layers.link("w", wide).empty());
    CHECK(layers.file("w/w/w/x") == "");
    std::string twice = "t/t";
    CHECK(layers.link("t", twice).empty());
    CHECK(layers.file("t/x") == "unsupported-entry");
}
