// SPDX-License-Identifier: Apache-2.0
//
// Downloads that break off and go on.
#include <signal.h>
#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <thread>

#include "contract/net/download.hpp"
#include "fault_server.hpp"

using namespace contract;
using test::FaultServer;

namespace {

struct World {
    test::TempDir directory;
    test::Variable netrc{"NETRC", directory / "netrc"};
    test::Variable http{"http_proxy", std::nullopt};
    test::Variable all{"all_proxy", std::nullopt};
    FaultServer server;
    std::string path = directory / "file";

    Result<net::Response> fetch(const std::string& from, unsigned attempts = 5) const {
        net::Request request;
        request.url = server.url(from);
        request.attempts = attempts;
        request.backoff = std::chrono::milliseconds(1);
        return net::download(request, path);
    }
    std::string content() const { return os::read_file(path).value(); }
    std::vector<std::string> ranges() const {
        std::vector<std::string> all_of;
        for (const auto& line : server.requests()) all_of.push_back(split(line, '\t').at(1));
        return all_of;
    }
};

using Ranges = std::vector<std::string>;

}  // namespace

TEST_CASE("a broken download is continued where it broke") {
    const World world;
    const auto path = GENERATE("/cut/5000/2000/1", "/reset/5000/2000/1");
    const auto response = world.fetch(path).value();
    CHECK(response.size == 5000);
    CHECK(response.continued_from == 0);
    CHECK((world.content() == FaultServer::body(5000)));
    CHECK_FALSE(os::exists(world.path + ".etag"));
    // A reset may throw away what was sent before it.
    if (std::string(path) == "/cut/5000/2000/1") CHECK(world.ranges() == Ranges{"-", "bytes=2000-"});
}

TEST_CASE("another run continues what an earlier one left") {
    const World world;
    const auto error = world.fetch("/cut/5000/2000/1", 1);
    REQUIRE_FALSE(error);
    CHECK((world.content() == FaultServer::body(2000)));
    const auto response = world.fetch("/cut/5000/2000/1").value();
    CHECK(response.continued_from == 2000);
    CHECK(response.size == 5000);
    CHECK((world.content() == FaultServer::body(5000)));
    CHECK(world.ranges() == Ranges{"-", "bytes=2000-"});
}

TEST_CASE("a part is begun anew where it cannot be continued") {
    const World world;
    SECTION("the server has no ranges") {
        CHECK(world.fetch("/cutplain/5000/2000/1"));
        CHECK(world.ranges() == Ranges{"-", "-"});
    }
    SECTION("its tag is weak") {
        CHECK(world.fetch("/weak/5000/2000/1"));
        CHECK(world.ranges() == Ranges{"-", "-"});
    }
    SECTION("it does not take the range") {
        CHECK(world.fetch("/stubborn/5000/2000", 2));
        CHECK(world.ranges() == Ranges{"-", "bytes=2000-", "-"});
    }
    SECTION("it answers another range") {
        CHECK(world.fetch("/shifted/5000/2000", 2));
        CHECK(world.ranges() == Ranges{"-", "bytes=2000-", "-"});
    }
    SECTION("the part is of another URL") {
        CHECK_FALSE(world.fetch("/cut/5000/2000/1", 1));
        CHECK(world.fetch("/bytes/5000"));
        CHECK(world.ranges() == Ranges{"-", "-"});
    }
    SECTION("nothing says what the part is of") {
        os::write_file(world.path, "something else").value();
        CHECK(world.fetch("/bytes/5000"));
        CHECK(world.ranges() == Ranges{"-"});
    }
    SECTION("what says it is damaged") {
        CHECK_FALSE(world.fetch("/cut/5000/2000/1", 1));
        os::write_file(world.path + ".etag", "\0\1\2\r\n").value();
        CHECK(world.fetch("/cut/5000/2000/1"));
        CHECK(world.ranges() == Ranges{"-", "-"});
    }
    SECTION("the part is longer than the whole") {
        CHECK_FALSE(world.fetch("/cut/5000/2000/1", 1));
        os::write_file(world.path, std::string(6000, 'x')).value();
        CHECK(world.fetch("/cut/5000/2000/1"));
        CHECK(world.ranges() == Ranges{"-", "bytes=6000-", "-"});
    }
    CHECK((world.content() == FaultServer::body(5000)));
}

TEST_CASE("content that changed meanwhile is never put together from both") {
    const World world;
    CHECK(world.fetch("/changing/5000/2000").value().continued_from == 0);
    CHECK(world.ranges() == Ranges{"-", "bytes=2000-"});
    CHECK((world.content() == FaultServer::body(5000, 1)));
}

TEST_CASE("attempts that bring a download forward are not counted") {
    const World world;
    CHECK(world.fetch("/steps/1000000/100000", 2));
    CHECK((world.content() == FaultServer::body(1000000)));
    CHECK(world.ranges().size() == 10);
    // But small steps are.
    REQUIRE_FALSE(world.fetch("/steps/5000/1000", 3));
    CHECK((world.content() == FaultServer::body(3000)));
}

TEST_CASE("a part that grows beyond the limit is refused") {
    const World world;
    net::Request request;
    request.url = world.server.url("/cut/5000/2000/1");
    request.backoff = std::chrono::milliseconds(1);
    request.attempts = 1;
    request.most_bytes = 5000;
    CHECK_FALSE(net::download(request, world.path));
    request.most_bytes = 4999;
    CHECK(net::download(request, world.path).error().code == "too-large");
    request.most_bytes = 1000;
    CHECK(net::download(request, world.path).error().code == "too-large");
    request.most_bytes = 5000;
    CHECK(net::download(request, world.path));
    CHECK((world.content() == FaultServer::body(5000)));
}

TEST_CASE("a full disk is said, and what was written is continued") {
    const World world;
    struct rlimit before {};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const auto handler = ::signal(SIGXFSZ, SIG_IGN);
    const struct rlimit small { 200000, before.rlim_max };
    ::setrlimit(RLIMIT_FSIZE, &small);
    const auto failed = world.fetch("/bytes/500000");
    ::setrlimit(RLIMIT_FSIZE, &before);
    ::signal(SIGXFSZ, handler);
    REQUIRE_FALSE(failed);
    CHECK(failed.error().code == "system");
    CHECK(failed.error().message.find(world.path) != std::string::npos);
    CHECK(world.ranges() == Ranges{"-"});
    CHECK(world.fetch("/bytes/500000").value().continued_from == 200000);
    CHECK((world.content() == FaultServer::body(500000)));
}
