// SPDX-License-Identifier: Apache-2.0
#include "contract/git/submodules.hpp"

#include <catch2/catch.hpp>

using namespace contract;
using git::parse_submodules;
using git::submodule_url;

namespace {

std::string url_from(const std::string& parent, const std::string& url) {
    const auto result = submodule_url(parent, url);
    return result ? *result : result.error().code;
}

}  // namespace

TEST_CASE("submodules are read as git writes them and as people do") {
    const auto modules = parse_submodules(R"([submodule "one"]
	path = third party/one
	url = https://example.org/one.git ; behind it
	branch = main
# a comment
[core] path = not/this
[SubModule "a \"b\"\\"] Path = "two # x"
  URL="../two.git"
[submodule "one"]
	url = ../later.git
[submodule]
	path = neither
)")
                             .value();
    REQUIRE(modules.size() == 2);
    CHECK(modules[0].name == "one");
    CHECK(modules[0].path == "third party/one");
    CHECK(modules[0].url == "../later.git");
    CHECK(modules[1].name == "a \"b\"\\");
    CHECK(modules[1].path == "two # x");
    CHECK(modules[1].url == "../two.git");
    CHECK(parse_submodules("").value().empty());
    CHECK(parse_submodules("\xEF\xBB\xBF# only\r\n").value().empty());
}

TEST_CASE("what .gitmodules must not say is refused") {
    const auto* text =
        GENERATE("path = x\n", "[submodule \"a\"\npath = x\n", "[submodule \"a\n", "[submodule \"a\\",
                 "[submodule \"a\"]\npath = \"x\n", "[submodule \"a\"]\npath = x\\\n",
                 "[submodule \"a\"]\npath\n", "[submodule \"a\"]\npath = x\n", "[submodule \"a\"]\nurl = x\n",
                 "[submodule \"a\"]\npath = ../x\nurl = u\n", "[submodule \"a\"]\npath = /x\nurl = u\n",
                 "[submodule \"a\"]\npath = x/../..\nurl = u\n", "[submodule \"a\"]\npath = .\nurl = u\n",
                 "[submodule \"a\"]\npath = x\nurl = u\n[submodule \"b\"]\npath = ./x/\nurl = u\n");
    CAPTURE(text);
    const auto modules = parse_submodules(text);
    REQUIRE_FALSE(modules);
    CHECK(modules.error().code == "bad-submodule");
}

TEST_CASE("a .gitmodules without end is refused, and none of its bytes is printed raw") {
    CHECK(parse_submodules(std::string(2'000'000, '\n')).error().code == "bad-submodule");
    const auto modules = parse_submodules("[submodule \"\x1b[2J\"]\npath = x\n");
    REQUIRE_FALSE(modules);
    CHECK(modules.error().message.find('\x1b') == std::string::npos);
}

TEST_CASE("relative addresses start at the repository around them") {
    CHECK(url_from("https://example.org/team/a.git", "../b.git") == "https://example.org/team/b.git");
    CHECK(url_from("https://example.org/team/a.git/", "./b") == "https://example.org/team/a.git/b");
    CHECK(url_from("https://example.org/team/a", "../../x/y") == "https://example.org/x/y");
    CHECK(url_from("https://example.org/a", "../../b") == "bad-submodule");
    CHECK(url_from("https://example.org", "../b") == "bad-submodule");
    CHECK(url_from("git@example.org:team/a.git", "../b.git") == "git@example.org:team/b.git");
    CHECK(url_from("git@example.org:a.git", "../b.git") == "git@example.org:b.git");
    CHECK(url_from("git@example.org:/srv/a.git", "../b.git") == "git@example.org:/srv/b.git");
    CHECK(url_from("git@example.org:a.git", "../../b.git") == "bad-submodule");
    CHECK(url_from("ssh://me@[::1]:22/a/b", "../c") == "ssh://me@[::1]:22/a/c");
    CHECK(url_from("/srv/git/a", "../b") == "/srv/git/b");
    CHECK(url_from("/srv/a", "../../../etc") == "bad-submodule");
    CHECK(url_from("https://example.org/a", "https://other.example.org/b") == "https://other.example.org/b");
    CHECK(url_from("https://example.org/a", "/srv/b") == "/srv/b");
}
