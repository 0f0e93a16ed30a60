// SPDX-License-Identifier: Apache-2.0
#include "contract/pipeline/trace.hpp"

#include <catch2/catch.hpp>

#include "contract/build/record.hpp"
#include "contract/os/file.hpp"
#include "contract/pipeline/provenance.hpp"
#include "contract/pipeline/why.hpp"
#include "temporary.hpp"

using namespace contract;
using namespace contract::pipeline;
using Names = std::vector<std::string>;
using Link = core::WhyStep::Link;

namespace {

// A store into which outputs are put as a build would.
struct Scene {
    test::TempDir dir;
    store::Store store = store::Store::open(dir / "home").value();

    core::StorePath path(const std::string& name) const { return {Digest::of(name), name}; }

    core::BuildRecord record(const std::string& name, const std::vector<core::StorePath>& uses) const {
        core::BuildRecord record;
        record.contract = "fleet";
        record.target = "packages." + name;
        record.repository = dir.path();
        record.system = "x86_64-linux";
        record.recipe = name;
        record.uses = uses;
        record.program = "0.1.0";
        return record;
    }

    // With every store path that is in `names` named in a file of its own below refs/.
    core::StorePath output(const std::string& name, const std::vector<core::StorePath>& uses = {},
                           const std::vector<core::StorePath>& names = {}) {
        dir.write(name + "/own", "the bytes of " + name);
        dir.write(name + "/sub/shared", "bytes that all outputs have");
        for (const auto& other : names)
            dir.write(name + "/refs/" + std::string(other.name()), "see " + other.text() + "/own");
        store::ResultRow row;
        row.action = Digest::of("action " + name);
        row.output = path(name);
        row.tree = store.import_tree(dir / name).value();
        row.references = names;
        store.commit_result(row, build::encode(record(name, uses))).value();
        return row.output;
    }

    std::string file(const std::string& bytes) const {
        dir.write("asked/file", bytes);
        return dir / "asked/file";
    }
};

Names names_of(const std::vector<core::TraceMatch>& matches) {
    Names names;
    for (const auto& match : matches) names.emplace_back(match.origin.path.name());
    std::sort(names.begin(), names.end());
    return names;
}

Names names_of(const std::vector<core::Origin>& origins) {
    Names names;
    for (const auto& origin : origins) names.emplace_back(origin.path.name());
    return names;
}

}  // namespace

TEST_CASE("a file is found by its content, with what it was made with, the nearest first") {
    Scene scene;
    const auto base = scene.output("base");
    const auto left = scene.output("left", {base});
    const auto right = scene.output("right", {base});
    scene.output("top", {left, right});
    scene.output("lone");

    const auto found = trace(scene.store, scene.file("the bytes of top")).value();
    REQUIRE(names_of(found.matches) == Names{"top"});
    CHECK(found.matches[0].files == Names{"own"});
    CHECK(found.matches[0].origin.target == "packages.top");
    CHECK(found.matches[0].origin.record->repository == scene.dir.path());
    CHECK(names_of(found.used) == Names{"left", "right", "base"});
    CHECK(found.looked_through == 5);

    const auto shared = trace(scene.store, scene.file("bytes that all outputs have")).value();
    CHECK(names_of(shared.matches) == Names{"base", "left", "lone", "right", "top"});
    CHECK(shared.matches[0].files == Names{"sub/shared"});
    CHECK(shared.used.empty());  // all of them are matches themselves

    CHECK(trace(scene.store, scene.file("other bytes")).value().matches.empty());
}

TEST_CASE("a tree, a folder, a recipe, an action and a path are found by their names") {
    Scene scene;
    const auto tool = scene.output("tool");
    const auto row = scene.store.results().value().front();
    const auto folder = scene.store.directory(row.tree).value().directories.front();
    const auto matches = [&](const std::string& subject) {
        return names_of(trace(scene.store, subject).value().matches);
    };
    CHECK(matches(row.tree.text()) == Names{"tool"});
    CHECK(matches(row.tree.hex()) == Names{"tool"});
    CHECK(trace(scene.store, folder.digest.text()).value().matches.at(0).files == Names{"sub"});
    CHECK(matches(Digest::of("tool").text()) == Names{"tool"});
    CHECK(matches(row.action.text()) == Names{"tool"});
    CHECK(matches(tool.base()) == Names{"tool"});
    CHECK(matches(tool.text()) == Names{"tool"});
    CHECK(matches(scene.store.real_path(tool)) == Names{"tool"});
    os::make_symlink(scene.store.real_path(tool), scene.dir / "result").value();
    CHECK(matches(scene.dir / "result") == Names{"tool"});
    // A file as a build saw it, which does not lie there for this user.
    CHECK(matches(tool.text() + "/own") == Names{"tool"});
    CHECK(matches(scene.path("nothing").text()).empty());
}

TEST_CASE("what is nothing that could be found is wrong usage") {
    Scene scene;
    scene.output("tool");
    for (const auto& subject : {scene.dir / "missing", scene.dir.path(), std::string("/dev/null"),
                                std::string(core::store_directory) + "/nothing/at/all"}) {
        const auto found = trace(scene.store, subject);
        REQUIRE_FALSE(found);
        CHECK(found.error().code == "usage");
    }
}

TEST_CASE("a damaged tree is told and does not hide the others") {
    Scene scene;
    scene.output("whole");
    scene.output("broken");
    Digest tree;
    const auto rows = scene.store.results().value();
    for (const auto& row : rows)
        if (row.output.name() == "broken") tree = row.tree;
    const auto blob = scene.dir / ("home/blobs/" + tree.hex().substr(0, 2) + "/" + tree.hex());
    REQUIRE(os::exists(blob));
    os::remove_tree(blob).value();
    const auto found = trace(scene.store, scene.file("bytes that all outputs have")).value();
    CHECK(names_of(found.matches) == Names{"whole"});
    CHECK(found.unreadable == std::vector{scene.path("broken")});
    CHECK(found.looked_through == 1);
}

TEST_CASE("of more than a hundred places the first are told, and how many there are more") {
    Scene scene;
    for (int i = 0; i < 130; ++i) scene.dir.write("many/" + std::to_string(1000 + i), "same");
    scene.output("many");
    const auto found = trace(scene.store, scene.file("same")).value();
    REQUIRE(found.matches.size() == 1);
    CHECK(found.matches[0].files.size() == 100);
    CHECK(found.matches[0].files.front() == "1000");
    CHECK(found.matches[0].more_files == 30);
}

TEST_CASE("a record that cannot be read counts as absent, everywhere") {
    Scene scene;
    const auto tool = scene.output("tool");
    const auto action = scene.store.results().value().front().action;
    scene.store.remember(store::made_kind, action.hex(), "{\"format\":1}").value();
    const auto found = trace(scene.store, tool.base()).value();
    CHECK_FALSE(found.matches.at(0).origin.record);
    CHECK(found.matches.at(0).origin.action == action);
    CHECK(provenance(scene.store, tool).error().code == "origin-unknown");
    CHECK(provenance(scene.store, scene.path("nothing")).error().code == "not-built");
}

TEST_CASE("the shortest chain of references is found, each with its file") {
    Scene scene;
    const auto low = scene.output("low");
    const auto middle = scene.output("middle", {low}, {low});
    const auto other = scene.output("other", {middle}, {middle});
    const auto top = scene.output("top", {middle, other}, {middle, other});
    const auto found = why(scene.store, {}, top, low).value();
    REQUIRE(found.run_time.size() == 2);
    CHECK(found.run_time[0].from_target == "packages.top");
    CHECK(found.run_time[0].to == middle);
    CHECK(found.run_time[0].file == "refs/middle");
    CHECK(found.run_time[1].file == "refs/low");
    CHECK(found.build.empty());

    const auto back = why(scene.store, {}, low, top).value();
    CHECK(back.run_time.empty());
    CHECK(back.build.empty());
    CHECK(back.build_known);
    CHECK(why(scene.store, {}, top, scene.path("nothing")).error().code == "not-built");
}

TEST_CASE("what is not needed to run may have been used to build, and a root is needed to run") {
    Scene scene;
    const auto tool = scene.output("tool");
    const auto user = scene.output("user", {tool});
    const auto found = why(scene.store, {}, user, tool).value();
    CHECK(found.run_time.empty());
    REQUIRE(found.build.size() == 1);
    CHECK(found.build[0].link == Link::use);

    auto rooted = scene.record("user", {});
    rooted.root = {core::RootKind::tree, "base", {}, tool};
    const auto action = Digest::of("action user");
    scene.store.remember(store::made_kind, action.hex(), build::encode(rooted)).value();
    const auto root = why(scene.store, {}, user, tool).value();
    REQUIRE(root.run_time.size() == 1);
    CHECK(root.run_time[0].link == Link::root);

    scene.store.forget(store::made_kind, action.hex()).value();
    CHECK_FALSE(why(scene.store, {}, user, tool).value().build_known);
}

TEST_CASE("the digest of the files of an output is left out where sha256sum would write a name otherwise") {
    Scene scene;
    const auto plain = scene.output("plain");
    // printf 'the bytes of plain' | sha256sum, and so on: as the specification of dirHash1 says it.
    const std::string lines = Digest::of("the bytes of plain").hex() + "  own\n" +
                              Digest::of("bytes that all outputs have").hex() + "  sub/shared\n";
    CHECK(provenance(scene.store, plain).value().files == Digest::of(lines));
    scene.dir.write("odd/back\\slash", "x");
    CHECK_FALSE(provenance(scene.store, scene.output("odd")).value().files);
}
