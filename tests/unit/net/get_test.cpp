// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <thread>

#include "contract/net/download.hpp"
#include "fault_server.hpp"

using namespace contract;
using net::Request;
using test::FaultServer;
using test::Variable;

namespace {

Request quick(const std::string& url) {
    Request request;
    request.url = url;
    request.backoff = std::chrono::milliseconds(1);
    request.stall = std::chrono::seconds(1);
    return request;
}

Error failed(const Request& request) {
    const auto response = net::get(request);
    CAPTURE(request.url);
    REQUIRE_FALSE(response);
    CHECK_FALSE(response.error().help.empty());
    return response.error();
}

std::vector<std::string> notes(const Request& request, std::vector<std::string> others) {
    others.insert(others.begin(), "url: " + net::shown(request.url));
    return others;
}

// The machine's own settings stay out of it.
struct Surroundings {
    test::TempDir home;
    Variable netrc{"NETRC", home / "netrc"};
    Variable http{"http_proxy", std::nullopt};
    Variable https{"https_proxy", std::nullopt};
    Variable upper{"HTTPS_PROXY", std::nullopt};
    Variable all{"ALL_PROXY", std::nullopt};
    Variable lower{"all_proxy", std::nullopt};
    Variable file{"SSL_CERT_FILE", std::nullopt};
    Variable folder{"SSL_CERT_DIR", std::nullopt};
};

}  // namespace

TEST_CASE("an answer comes with its status, headers, date and body") {
    const Surroundings surroundings;
    const FaultServer server;
    std::uint64_t most = 0;
    std::optional<std::uint64_t> told;
    auto request = quick(server.url("/bytes/300000?secret"));
    request.progress = [&](std::uint64_t got, std::optional<std::uint64_t> total) {
        CHECK(got >= most);
        most = got;
        told = total;
    };
    const auto response = net::get(request).value();
    CHECK(response.status == 200);
    CHECK(response.headers.at("etag") == "\"one\"");
    CHECK(response.url == server.url("/bytes/300000"));
    CHECK((response.body == FaultServer::body(300000)));
    CHECK(response.size == 300000);
    CHECK(response.modified == 1767225600);
    CHECK(most == 300000);
    CHECK(told == 300000);

    CHECK(net::get(quick(server.url("/bytes/0"))).value().body.empty());
    CHECK((net::get(quick(server.url("/chunked/12345"))).value().body == FaultServer::body(12345)));
    CHECK_FALSE(net::get(quick(server.url("/plain/1"))).value().modified);
}

TEST_CASE("a status that says no is an error with the URL, the status and no second attempt") {
    const Surroundings surroundings;
    const FaultServer server;
    const auto missing = quick(server.url("/nothing?token=hunter2"));
    const auto error = failed(missing);
    CHECK(error.code == "not-found");
    CHECK(error.notes == notes(missing, {"status: 404", "attempts: 1"}));
    CHECK(failed(quick(server.url("/status/410/9"))).code == "not-found");
    CHECK(failed(quick(server.url("/status/401/9"))).code == "not-authorised");
    CHECK(failed(quick(server.url("/status/403/9"))).code == "not-authorised");
    CHECK(failed(quick(server.url("/status/400/9"))).code == "fetch-failed");
    CHECK(failed(quick(server.url("/status/206/9"))).code == "fetch-failed");
    CHECK(failed(quick(server.url("/status/304/9"))).code == "fetch-failed");
    CHECK(server.requests().size() == 7);

    auto challenge = quick(server.url("/auth"));
    challenge.accept_statuses = {401};
    const auto response = net::get(challenge).value();
    CHECK(response.status == 401);
    CHECK(response.headers.at("www-authenticate") == "Basic realm=\"test\"");
    CHECK(response.body == "who are you");
}

TEST_CASE("what may pass is tried again, as often as was asked for") {
    const Surroundings surroundings;
    const FaultServer server;
    for (const char* path : {"/status/429/4", "/status/500/4", "/status/502/4", "/status/503/4",
                             "/status/504/4", "/closed/4", "/cut/100000/10/4", "/reset/100000/10/4"}) {
        CAPTURE(path);
        CHECK(net::get(quick(server.url(path))));
    }
    auto request = quick(server.url("/status/503/3/-/other"));
    request.attempts = 3;
    const auto error = failed(request);
    CHECK(error.code == "fetch-failed");
    CHECK(error.notes == notes(request, {"status: 503", "attempts: 3"}));

    request = quick(server.url("/cut/1000/10/9"));
    request.attempts = 2;
    CHECK(failed(request).message.find("could not be fetched: transfer closed with 990 bytes") !=
          std::string::npos);
    CHECK(failed(quick(server.url("/chunkedcut/1000"))).notes.back() == "attempts: 5");
    request.url = "http://127.0.0.1:1/";
    CHECK(failed(request).notes == notes(request, {"attempts: 2"}));
    request.url = "http://name.invalid/";
    CHECK(failed(request).code == "fetch-failed");
}

TEST_CASE("a server's Retry-After is waited for") {
    const Surroundings surroundings;
    const FaultServer server;
    const auto path = GENERATE("/status/429/1/1", "/status/503/1/1");
    const auto start = std::chrono::steady_clock::now();
    CHECK(net::get(quick(server.url(path))).value().body == "done");
    const auto waited = std::chrono::steady_clock::now() - start;
    CHECK(waited >= std::chrono::milliseconds(990));
}

TEST_CASE("an interrupt ends a wait, a stall and an endless body at once") {
    const Surroundings surroundings;
    const FaultServer server;
    const auto path = GENERATE("/status/503/9/3600", "/stall/1000", "/infinite");
    auto request = quick(server.url(path));
    request.stall = std::chrono::seconds(60);
    request.most_bytes = std::uint64_t{1} << 40;
    const auto start = std::chrono::steady_clock::now();
    request.interrupted = [&] {
        return std::chrono::steady_clock::now() - start > std::chrono::milliseconds(200);
    };
    // A body without end must not fill the memory until then.
    if (std::string(path) == "/infinite") request.most_bytes = std::uint64_t{1} << 33;
    CHECK(failed(request).code == "interrupted");
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
}

TEST_CASE("more bytes than were asked for are refused, announced or not") {
    const Surroundings surroundings;
    const FaultServer server;
    for (const char* path : {"/claims/999999999999999", "/infinite", "/plain/1001", "/chunked/1001"}) {
        CAPTURE(path);
        auto request = quick(server.url(path));
        request.most_bytes = 1000;
        const auto error = failed(request);
        CHECK(error.code == "too-large");
        CHECK(error.notes == notes(request, {"limit: 1000 bytes", "attempts: 1"}));
    }
    auto request = quick(server.url("/plain/1000"));
    request.most_bytes = 1000;
    CHECK(net::get(request));
}

TEST_CASE("a connection that is silent counts as broken") {
    const Surroundings surroundings;
    const FaultServer server;
    CHECK((net::get(quick(server.url("/stall/1000"))).value().body == FaultServer::body(1000)));
}

TEST_CASE("what is not http is an error at once") {
    const Surroundings surroundings;
    const FaultServer server;
    for (const char* path : {"/garbage", "/http09", "/headers"}) {
        CAPTURE(path);
        const auto error = failed(quick(server.url(path)));
        CHECK(error.code == "fetch-failed");
        CHECK(error.notes.back() == "attempts: 1");
    }
    CHECK(failed(quick(server.url("/headers"))).message.find("headers of its answer have no end") !=
          std::string::npos);
}

TEST_CASE("redirects are followed ten times, and to no other kind of place") {
    const Surroundings surroundings;
    const FaultServer server;
    const auto followed = net::get(quick(server.url("/to?/bytes/10?query"))).value();
    CHECK((followed.body == FaultServer::body(10)));
    CHECK(followed.url == server.url("/bytes/10"));
    const auto error = failed(quick(server.url("/loop/1")));
    CHECK(error.message ==
          "'" + server.url("/loop/1") + "' could not be fetched: it is redirected more than 10 times");
    CHECK(server.requests().back().starts_with("/loop/11\t"));
    for (const char* target : {"file:///etc/hostname", "ftp://example.org/a", "gopher://127.0.0.1:1/x",
                               "http://user:hunter2@127.0.0.1/a"}) {
        CAPTURE(target);
        const auto refused = failed(quick(server.url("/to?" + std::string(target))));
        CHECK(refused.code == "fetch-failed");
        CHECK(refused.message.find("redirects to a") != std::string::npos);
        for (const auto& note : refused.notes) CHECK(note.find("hunter2") == std::string::npos);
        CHECK(refused.notes.back() == "attempts: 1");
    }
}

TEST_CASE("headers and logins go to their own host only") {
    const Surroundings surroundings;
    const FaultServer server;
    const FaultServer other;
    surroundings.home.write("netrc", "machine 127.0.0.1 login user password secret\n", 0600);
    CHECK(net::get(quick(server.url("/auth"))).value().body == "welcome");

    auto request = quick(server.url("/to?/bytes/1"));
    request.headers = {"X-Token: hunter2"};
    CHECK(net::get(request));
    CHECK(server.requests().back() == "/bytes/1\t-\tBasic dXNlcjpzZWNyZXQ=\thunter2");
    request.url = server.url("/to?" + other.url("/bytes/2", "localhost"));
    request.headers = {"X-Token: hunter2", "Authorization: Bearer hunter2"};
    CHECK(net::get(request));
    CHECK(server.requests().back().ends_with("\tBearer hunter2\thunter2"));
    CHECK(other.requests().back() == "/bytes/2\t-\t-\t-");
    // Nor when it leads back again.
    request.url = server.url("/to?" + other.url("/to?" + server.url("/bytes/3"), "localhost"));
    request.headers = {"X-Token: hunter2"};
    CHECK(net::get(request));
    CHECK(server.requests().back() == "/bytes/3\t-\tBasic dXNlcjpzZWNyZXQ=\t-");
    // Another port is somebody else's.
    request.url = server.url("/to?" + other.url("/bytes/4"));
    CHECK(net::get(request));
    CHECK(other.requests().back().ends_with("\t-"));

    request.headers = {"X-Token: a\r\nX-Other: b"};
    CHECK(failed(request).code == "fetch-failed");
}

TEST_CASE("a login that the server does not take is not told") {
    const Surroundings surroundings;
    const FaultServer server;
    surroundings.home.write("netrc", "machine 127.0.0.1 login user password hunter2\n", 0600);
    const auto error = failed(quick(server.url("/auth")));
    CHECK(error.code == "not-authorised");
    CHECK(error.help.at(0).find("~/.netrc: machine 127.0.0.1 ") != std::string::npos);
    CHECK(error.help.at(0).find("hunter2") == std::string::npos);
}

TEST_CASE("https needs an authority that is trusted, and stays https") {
    const Surroundings surroundings;
    const FaultServer server(FaultServer::Security::tls);
    const FaultServer plain;
    const auto error = failed(quick(server.url("/bytes/10")));
    CHECK(error.code == "fetch-failed");
    CHECK(error.message.find("certificate") != std::string::npos);
    CHECK(error.notes.back() == "attempts: 1");
    CHECK(error.help.at(0).find("SSL_CERT_FILE") != std::string::npos);

    const Variable trusted("SSL_CERT_FILE", server.authority());
    CHECK((net::get(quick(server.url("/bytes/10"))).value().body == FaultServer::body(10)));
    CHECK(failed(quick(server.url("/bytes/10", "127.0.0.1"))).help.at(0).find("SSL_CERT_FILE") !=
          std::string::npos);
    CHECK(failed(quick(server.url("/to?" + plain.url("/bytes/10")))).message.find("from https to http") !=
          std::string::npos);
    CHECK_FALSE(os::exists(plain.log()));
    CHECK(net::get(quick(plain.url("/to?" + server.url("/bytes/10")))).value().url ==
          server.url("/bytes/10"));
    CHECK(failed(quick("https://127.0.0.1:" + plain.port() + "/")).code == "fetch-failed");

    const Variable missing("SSL_CERT_FILE", "/nonexistent/authority.pem");
    CHECK(failed(quick(server.url("/bytes/11"))).notes.back() == "attempts: 1");
}

TEST_CASE("a proxy of the environment is used, and its password is not told") {
    const Surroundings surroundings;
    const FaultServer server;
    {
        const Variable proxy("http_proxy", "http://127.0.0.1:" + server.port());
        CHECK(net::get(quick("http://name.invalid/a")).value().body == "through the proxy");
    }
    for (const char* address : {"http://user:hunter2@name.invalid:1", "what://user:hunter2@127.0.0.1:1",
                                "http://user:hunter2@[:1"}) {
        const Variable proxy("http_proxy", address);
        const auto error = failed(quick("http://name.invalid/a"));
        CAPTURE(error.message);
        CHECK(error.code == "fetch-failed");
        CHECK(error.message.find("hunter2") == std::string::npos);
    }
}

TEST_CASE("several threads fetch at once") {
    const Surroundings surroundings;
    const FaultServer server;
    std::vector<std::thread> threads;
    std::vector<int> good(8);
    for (std::size_t i = 0; i < good.size(); ++i)
        threads.emplace_back([&, i] {
            for (int n = 0; n < 5; ++n) {
                const auto response = net::get(quick(server.url("/bytes/" + std::to_string(1000 + i))));
                if (response && response->body == FaultServer::body(1000 + i)) ++good[i];
            }
        });
    for (auto& thread : threads) thread.join();
    CHECK(good == std::vector<int>(8, 5));
}

TEST_CASE("a callback's exception comes out") {
    const Surroundings surroundings;
    const FaultServer server;
    auto request = quick(server.url("/bytes/10"));
    request.interrupted = []() -> bool { throw InternalError("from a callback"); };
    CHECK_THROWS_AS(static_cast<void>(net::get(request)), InternalError);
}
