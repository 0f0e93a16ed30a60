// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "contract/os/machine.hpp"
#include "git_server.hpp"
#include "git_world.hpp"

using namespace contract;
using test::git_input;

namespace {

constexpr std::int64_t day = 86400;

// A branch whose commits are ten, five and two days and an hour old; each has a side branch merged into it
// that is younger than its first parent.
struct Aged {
    test::TempDir temporary;
    store::Store store = store::Store::open(temporary / "home").value();
    inputs::Context context{store, temporary / "contract", false};
    test::GitRepository made{temporary / "source"};
    std::vector<std::string> commits;

    Aged() {
        const auto now = os::now_seconds();
        for (const std::int64_t age : {10 * day, 5 * day, 2 * day, day / 24}) {
            made.write("file", std::to_string(age));
            made.git({"add", "-A"});
            const auto tree = made.git({"write-tree"});
            std::vector<std::string> arguments{"hash-object", "-w", "-t", "commit", made.path() + "/raw"};
            std::string text = "tree " + tree + "\n";
            if (!commits.empty()) text += "parent " + commits.back() + "\n";
            const auto date = std::to_string(now - age) + " +0000\n";
            text +=
                "author A <a@example.org> " + date + "committer A <a@example.org> " + date + "\nmessage\n";
            temporary.write("source/raw", text);
            commits.push_back(made.git(arguments));
            made.remove("raw");
        }
        made.git({"update-ref", "refs/heads/main", commits.back()});
        made.tag("new");
        made.git({"tag", "old", commits.front()});
    }

    inputs::Wish nothing_younger_than(std::int64_t seconds) const {
        inputs::Wish wish;
        wish.min_age_seconds = seconds;
        return wish;
    }
};

}  // namespace

TEST_CASE("a branch is pinned to its newest commit that is old enough") {
    const Aged aged;
    const test::GitHttpServer server(aged.temporary.path());
    const std::string url = std::vector{std::string("../source"), server.url() + "/source",
                                        server.url() + "/old/source"}[GENERATE(0U, 1U, 2U)];
    CAPTURE(url);
    const auto rev = [&](std::int64_t age, const std::string& ref) {
        return inputs::resolve(git_input(url, ref), aged.context, aged.nothing_younger_than(age)).value().rev;
    };
    CHECK(rev(0, "main") == aged.commits[3]);
    CHECK(rev(day, "main") == aged.commits[2]);
    CHECK(rev(3 * day, "refs/heads/main") == aged.commits[1]);
    CHECK(rev(7 * day, "") == aged.commits[0]);
    CHECK(rev(7 * day, "old") == aged.commits[0]);
}

TEST_CASE("a tag, a commit and a branch without anything old enough are too young") {
    const Aged aged;
    const test::GitHttpServer server(aged.temporary.path());
    const std::string url = GENERATE(true, false) ? "../source" : server.url() + "/source";
    const auto refused = [&](const core::Input& input, std::int64_t age) {
        const auto pin = inputs::resolve(input, aged.context, aged.nothing_younger_than(age));
        REQUIRE_FALSE(pin);
        CAPTURE(pin.error().message);
        CHECK(pin.error().code == "too-young");
        return pin.error();
    };
    const auto tag = refused(git_input(url, "new"), day);
    CHECK(tag.notes.at(0) == "wanted: nothing younger than 1 day");
    CHECK(tag.notes.at(1).find(aged.commits[3]) != std::string::npos);
    CHECK(tag.where.has_value());
    refused(git_input(url, "", aged.commits[3]), day);
    CHECK(refused(git_input(url, "main"), 11 * day).message.find("all of 'main'") != std::string::npos);
    refused(git_input(url), 11 * day);

    // What is pinned already is not new.
    core::Pin before;
    before.rev = aged.commits[2];
    auto wish = aged.nothing_younger_than(3 * day);
    wish.before = &before;
    CHECK(inputs::resolve(git_input(url, "main"), aged.context, wish).value().rev == before.rev);
    CHECK(inputs::resolve(git_input(url, "", before.rev), aged.context, wish).value().rev == before.rev);
}
