// SPDX-License-Identifier: Apache-2.0
//
// Inputs that are contracts: what the manifest and the lock say of them.
#include "contract/manifest/lock_file.hpp"
#include "reading.hpp"

using namespace contract;
using namespace contract::test;

namespace {

std::string pointed(const std::string& input) {
    const auto parsed = parse_below_header("[inputs.site]\n" + input + "\n");
    const auto finding = only(parsed);
    CHECK(finding.target == "inputs.site");
    CHECK(parsed.manifest.broken == std::vector<std::string>{"inputs.site"});
    return finding.code + " " + slice(parsed.manifest, *finding.where);
}

}  // namespace

TEST_CASE("an input is a contract and follows inputs of ours") {
    const auto parsed = parse_below_header(
        "[inputs.site]\ngit = \"../site\"\ncontract = true\n"
        "follows = { zlib = \"inputs.our-zlib\", data = \"inputs.data\" }\n"
        "[inputs.plain]\npath = \"../plain\"\ncontract = false\n");
    CHECK(parsed.findings.empty());
    REQUIRE(parsed.manifest.inputs.size() == 2);
    const auto& site = parsed.manifest.inputs[0];
    CHECK(site.contract);
    REQUIRE(site.follows.size() == 2);
    CHECK(*site.follows[0].first == "zlib");
    CHECK(*site.follows[0].second == "inputs.our-zlib");
    CHECK_FALSE(parsed.manifest.inputs[1].contract);
    CHECK(core::source_of(*core::want_of(site)) == core::Want{{"git", "../site"}});
}

TEST_CASE("what an input that is a contract cannot say") {
    const std::string git = "git = \"../site\"\n";
    CHECK(pointed(git + "contract = \"yes\"") == "evaluation.wrong-type \"yes\"");
    CHECK(pointed(git + "follows = { a = \"inputs.b\" }") == "evaluation.bad-value follows");
    CHECK(pointed(git + "contract = true\nfollows = \"inputs.b\"") == "evaluation.wrong-type \"inputs.b\"");
    CHECK(pointed(git + "contract = true\nfollows = { a = \"b\" }") == "evaluation.bad-value \"b\"");
    CHECK(pointed(git + "contract = true\nfollows = { a = \"inputs.b/c\" }") ==
          "evaluation.bad-value \"inputs.b/c\"");
    CHECK(pointed(git + "contract = true\nfollows = { \"a/b\" = \"inputs.b\" }") ==
          "evaluation.bad-value \"a/b\"");
    CHECK(pointed(git + "contract = true\nfollows = { a = 1 }") == "evaluation.wrong-type 1");
    CHECK(pointed("host = [\"/usr\"]\ncontract = true") == "evaluation.bad-value contract");
}

TEST_CASE("an entry of an input of an input has a name with a slash") {
    core::Lock lock;
    core::LockedInput input;
    input.name = "site/ntp-data";
    input.want = {{"git", "https://example.org/ntp-data.git"}};
    input.pin.rev = std::string(40, 'a');
    input.pin.tree = Digest::of("tree");
    lock.inputs.push_back(input);
    const std::string text = manifest::write_lock(lock);
    CHECK(text.find("[inputs.\"site/ntp-data\"]") != std::string::npos);
    const auto again = manifest::parse_lock("contract.lock", text);
    CHECK(again.findings.empty());
    REQUIRE(again.lock.inputs.size() == 1);
    CHECK(again.lock.inputs[0].name == "site/ntp-data");
    for (const std::string bad : {"/a", "a/", "a//b", "a/ b"}) {
        std::string other = text;
        other.replace(other.find("site/ntp-data"), 13, bad);
        CHECK(manifest::parse_lock("contract.lock", other).findings.size() == 1);
    }
}
