// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "contract/git/remote.hpp"
#include "ssh_transport.hpp"

using namespace contract;
using git::parse_location;
using git::Transport;

TEST_CASE("a path, relative or not, and a file URL are local") {
    const auto relative = parse_location("../other/repo", "/home/me/project").value();
    CHECK(relative.transport == Transport::local);
    CHECK(relative.path == "/home/me/other/repo");
    CHECK(parse_location("/srv/git/a.git/", "/home").value().path == "/srv/git/a.git");
    CHECK(parse_location("file:///srv/git/a%20b.git", "/home").value().path == "/srv/git/a b.git");
    CHECK(parse_location("./a:b", "/home").value().path == "/home/a:b");
    CHECK(parse_location("dir/a://b", "/home").value().path == "/home/dir/a:/b");
}

TEST_CASE("http and https addresses are taken as they are") {
    const auto location = parse_location("https://example.org:8443/a/b.git", "/").value();
    CHECK(location.transport == Transport::https);
    CHECK(location.url == "https://example.org:8443/a/b.git");
    CHECK(parse_location("http://[::1]:80/a", "/").value().host == "::1");
}

namespace {

std::vector<std::string> command_for(const git::Location& location) {
    const git::Access access;
    return git::ssh_command(git::Session{location, access});
}

}  // namespace

TEST_CASE("ssh addresses are split into what ssh takes") {
    const auto full = parse_location("ssh://git@example.org:2222/srv/a.git", "/").value();
    CHECK(full.transport == Transport::ssh);
    CHECK(command_for(full) == std::vector<std::string>{"ssh", "-x", "-T", "-o", "BatchMode=yes", "-p",
                                                        "2222", "-l", "git", "--", "example.org",
                                                        "git-upload-pack '/srv/a.git'"});
    const auto short_form = parse_location("git@example.org:team/it's.git", "/").value();
    CHECK(short_form.path == "team/it's.git");
    CHECK(command_for(short_form).back() == "git-upload-pack 'team/it'\\''s.git'");
    CHECK(parse_location("host_alias:a", "/").value().user.empty());
    CHECK(parse_location("ssh://h/~me/a", "/").value().path == "~me/a");
    CHECK(parse_location("me@[::1]:a", "/").value().host == "::1");
}

TEST_CASE("addresses that cannot or must not be fetched from are refused") {
    const auto* url = GENERATE(
        "", "git://example.org/a", "ftp://example.org/a", "ext::sh -c id://x",
        "https://me:secret@example.org/a", "ssh://me:secret@example.org/a", "ssh://-oProxyCommand=id/a",
        "-oProxyCommand=id:a", "--upload-pack=id", "me@-oProxyCommand=id:a", "-lroot@host:a",
        "ssh://-x@host/a", "host:-option", "host:", "ssh://host", "ssh://host:port/a", "ssh://host:70000/a",
        "https://example.org", "https:///a", "ssh://ho st/a", "https://exa\nmple.org/a", "file://other/a",
        "file://", "file:///a%", "ssh://host/a%0ab", "[::1:a", "\xff");
    CAPTURE(url);
    const auto location = parse_location(url, "/base");
    REQUIRE_FALSE(location);
    CHECK(location.error().code == "bad-url");
    CHECK(location.error().message.find("secret") == std::string::npos);
}
