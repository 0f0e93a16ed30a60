// SPDX-License-Identifier: Apache-2.0
#include "address.hpp"

#include <catch2/catch.hpp>

#include "contract/net/download.hpp"
#include "library.hpp"

using namespace contract;
using namespace contract::net;

namespace {

Address address(const std::string& url) {
    library().value();
    return parse_address(url).value();
}

Error refused(const std::string& url) {
    library().value();
    const auto parsed = parse_address(url);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == "bad-url");
    CHECK(parsed.error().help.size() == 1);
    return parsed.error();
}

}  // namespace

TEST_CASE("a URL is taken apart, with the port that its scheme has") {
    const auto plain = address("HTTPS://Example.ORG/a?b#c");
    CHECK(plain.scheme == "https");
    CHECK(plain.host == "example.org");
    CHECK(plain.port == "443");
    CHECK(address("http://example.org").port == "80");
    CHECK(address("http://[::1]:81/").host == "[::1]");
    CHECK(address("file:///a%20b/%C3%BC").path == "/a b/\xC3\xBC");
    CHECK(address("file:/a").path == "/a");
}

TEST_CASE("what is not an https, http or file URL is refused") {
    for (const char* url : {"", "a", "/a/b", "ftp://example.org/a", "javascript:x", "git+ssh://example.org",
                            "http://", "http://a b/", "http://example.org/\n", "file://example.org/a",
                            "file:///a%00b", "https://example.org:port/", "https://example.org:99999/"}) {
        CAPTURE(url);
        refused(url);
    }
    refused(std::string("http://example.org/\0a", 21));
}

TEST_CASE("a password is refused, and neither it nor the query is shown") {
    for (const char* url :
         {"https://user:hunter2@example.org/a?token=hunter2", "https://hunter2@example.org/a"}) {
        const auto error = refused(url);
        CHECK(error.message == "'https://example.org/a' cannot be fetched: it holds a user or a password");
        CHECK(error.notes == std::vector<std::string>{"url: https://example.org/a"});
        CHECK(error.help.at(0).find("~/.netrc") != std::string::npos);
    }
    CHECK(shown("https://u:p@example.org:1/a@b?c#d") == "https://example.org:1/a@b");
    CHECK(shown("https://u:p@q@example.org") == "https://example.org");
    CHECK(shown("ftp:u:p@example.org/a") == "example.org/a");
    CHECK(shown("https://example.org?a@b") == "https://example.org");
    CHECK(shown("\x1b[1m") == "\\x1b[1m");
    CHECK(shown("") == "");
}

TEST_CASE("credentials stay with a host and port, and may step up to https") {
    const auto same = [](const char* from, const char* to) { return same_owner(address(from), address(to)); };
    CHECK(same("https://example.org/a", "https://example.org:443/b"));
    CHECK(same("http://example.org/a", "https://EXAMPLE.org/a"));
    CHECK_FALSE(same("https://example.org/", "http://example.org/"));
    CHECK_FALSE(same("https://example.org/", "https://www.example.org/"));
    CHECK_FALSE(same("https://example.org/", "https://example.org:444/"));
    CHECK_FALSE(same("http://example.org:81/", "https://example.org/"));
}
