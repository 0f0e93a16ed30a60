// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "contract/inputs/inputs.hpp"
#include "workshop.hpp"

using namespace contract;
using test::outcome;
using test::told;
using test::Workshop;

namespace {

Digest source_tree(const Workshop& shop, const std::string& file, const std::string& bytes) {
    auto& store = const_cast<store::Store&>(shop.store);
    core::Directory directory;
    directory.files.push_back({file, store.add_blob(bytes).value(), bytes.size(), false});
    return store.add_directory(directory).value();
}

}  // namespace

TEST_CASE("an output is canonical: modes, times and nothing of the builder", "[output]") {
    Workshop shop;
    shop.package("modes",
                 "echo a > $out/plain; echo b > $out/run; chmod 4751 $out/run; chmod 600 $out/plain;"
                 "mkdir -m 700 $out/folder; touch $out/folder/x");
    const auto built = shop.build();
    // Set-id bits cannot be given inside; what is left of the mode is made canonical.
    if (!told(built).empty()) {
        CHECK(told(built)[0].rfind("build.failed", 0) == 0);
        shop.plan.packages[0] =
            test::action(shop.plan, "packages.modes",
                         "echo a > $out/plain; echo b > $out/run; chmod 751 $out/run; chmod 600 $out/plain;"
                         "mkdir -m 700 $out/folder; touch $out/folder/x");
    }
    const auto again = shop.build();
    REQUIRE(told(again).empty());
    const auto place = again.outputs.at("packages.modes").real_path;
    CHECK(os::status(place + "/plain").value()->mode == 0444);
    CHECK(os::status(place + "/run").value()->mode == 0555);
    CHECK(os::status(place + "/folder").value()->mode == 0555);
    for (const auto* path : {"/plain", "/run", "/folder", "/folder/x"})
        CHECK(os::status(place + path).value()->mtime_ns == std::int64_t{315532800} * 1'000'000'000);
}

TEST_CASE("the same build gives the same bytes in two stores, and sees the same world", "[output]") {
    const std::string script =
        "pwd > $out/world; env | sort >> $out/world; ls -la /build | wc -l >> $out/world; id >> $out/world;"
        "hostname >> $out/world; ls / >> $out/world";
    Workshop one, other;
    one.package("world", script);
    other.package("world", script);
    const auto first = one.build(), second = other.build();
    REQUIRE(told(first).empty());
    REQUIRE(told(second).empty());
    const auto world = one.read(first, "packages.world", "world");
    CHECK(world == other.read(second, "packages.world", "world"));
    CHECK(first.outputs.at("packages.world").tree == second.outputs.at("packages.world").tree);
    for (const auto* line : {"HOME=/homeless\n", "TMPDIR=/build\n", "SOURCE_DATE_EPOCH=315532800\n",
                             "TZ=UTC\n", "LC_ALL=C.UTF-8\n", "jobs=2\n", "PATH=/usr/bin:/bin\n"})
        CHECK(world.find(line) != std::string::npos);
}

TEST_CASE("references are found in files and symlinks, to itself and to what was used, and no more",
          "[output]") {
    Workshop shop;
    const auto named = shop.package("named", "touch $out/x");
    const auto linked = shop.package("linked", "touch $out/x");
    const auto unused = shop.package("unused", "touch $out/x");
    shop.package("user",
                 "printf 'see %s/x' " + named + " > $out/text; ln -s " + linked + "/x $out/link; test -e " +
                     unused + "/x; ln -s $out/text $out/self",
                 {"packages.named", "packages.linked", "packages.unused"});
    const auto built = shop.build();
    REQUIRE(told(built).empty());
    std::vector<core::StorePath> wanted{shop.plan.packages[0].output, shop.plan.packages[1].output,
                                        shop.plan.packages[3].output};
    std::sort(wanted.begin(), wanted.end());
    CHECK(built.outputs.at("packages.user").references == wanted);
    CHECK(shop.build().outputs.at("packages.user").references == wanted);
    CHECK(os::read_link(built.outputs.at("packages.user").real_path + "/link").value() == linked + "/x");
}

TEST_CASE("a build sees what its tools reference, and nothing it was not told of", "[output]") {
    Workshop shop;
    const auto library = shop.package("library", "echo 42 > $out/number");
    const auto hidden = shop.package("hidden", "touch $out/x");
    const auto tool = shop.package("tool",
                                   "mkdir $out/bin; printf '#!/bin/sh\\ncat " + library +
                                       "/number\\n' > $out/bin/ask; chmod +x $out/bin/ask",
                                   {"packages.library"});
    shop.package("user", tool + "/bin/ask > $out/answer; test ! -e " + hidden, {"packages.tool"});
    const auto built = shop.build();
    REQUIRE(told(built).empty());
    CHECK(shop.read(built, "packages.user", "answer") == "42\n");
}

TEST_CASE("a source is a writable copy, and the store keeps the original", "[output]") {
    Workshop shop;
    const Digest source = source_tree(shop, "main.txt", "original\n");
    shop.package("changed",
                 "pwd > $out/where; cat main.txt > $out/before; echo changed > main.txt;"
                 "touch generated; cp main.txt $out/after");
    shop.give_source(source);
    const auto built = shop.build();
    REQUIRE(told(built).empty());
    CHECK(shop.read(built, "packages.changed", "where") == "/build/source\n");
    CHECK(shop.read(built, "packages.changed", "before") == "original\n");
    CHECK(shop.read(built, "packages.changed", "after") == "changed\n");
    const auto kept = shop.store.directory(source).value();
    CHECK(shop.store.blob(kept.files.at(0).digest).value() == "original\n");
}

TEST_CASE("an input is mounted at its store path and handed to later stages", "[output]") {
    Workshop shop;
    shop.directory.write("data/words.txt", "one two\n");
    core::Input declared;
    declared.name = {"words", {}};
    declared.source = core::PathSource{{"./data", {}}};
    const auto pin = inputs::resolve(declared, {shop.store, shop.directory.path(), false});
    REQUIRE(pin);
    core::PlannedInput input;
    input.target = "inputs.words";
    input.kind = core::InputKind::path;
    input.url = "./data";
    input.pin = *pin;
    input.tree = pin->tree;
    input.path = core::StorePath(pin->tree, "words");
    shop.plan.inputs.push_back(input);
    shop.package("user", "cp " + input.path.text() + "/words.txt $out/copy", {"inputs.words"});
    const auto built = shop.build();
    REQUIRE(told(built).empty());
    CHECK(shop.read(built, "packages.user", "copy") == "one two\n");
    CHECK(shop.read(built, "inputs.words", "words.txt") == "one two\n");
    CHECK_FALSE(outcome(built, "inputs.words").cached);
    CHECK(outcome(shop.build(), "inputs.words").cached);
}

TEST_CASE("files that their builder locked away are taken in all the same", "[output]") {
    Workshop shop;
    shop.package("locked",
                 "mkdir $out/in; echo x > $out/in/file; chmod 0 $out/in/file $out/in; chmod 0 $out");
    const auto built = shop.build();
    REQUIRE(told(built).empty());
    CHECK(shop.read(built, "packages.locked", "in/file") == "x\n");
}

TEST_CASE("nothing is left below tmp after a success and after a failure", "[output]") {
    Workshop shop;
    shop.package("good", "mkdir locked; touch locked/x $out/x; chmod 0500 locked");
    shop.package("bad", "mkdir locked; touch locked/x; chmod 0 locked; exit 1");
    shop.build();
    const auto names = os::list_directory(shop.store.temporary()).value();
    for (const auto& name : names) CHECK(name.rfind("build-", 0) != 0);
}
