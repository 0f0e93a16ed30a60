// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <sys/stat.h>

#include "contract/net/download.hpp"
#include "temporary.hpp"

using namespace contract;

namespace {

net::Request file_request(const std::string& path) {
    net::Request request;
    request.url = "file://" + path;
    return request;
}

std::string code_of(const std::string& path) {
    const auto response = net::get(file_request(path));
    REQUIRE_FALSE(response);
    CHECK_FALSE(response.error().help.empty());
    return response.error().code;
}

}  // namespace

TEST_CASE("a file URL is a file, its name percent-decoded") {
    const test::TempDir directory;
    directory.write("a b/\xC3\xBC%", "content");
    directory.write("empty", "");
    const auto response = net::get(file_request(directory / "a%20b/%C3%BC%25")).value();
    CHECK(response.body == "content");
    CHECK(response.status == 200);
    CHECK(response.size == 7);
    CHECK(response.modified == os::status(directory / "a b/\xC3\xBC%").value()->mtime_ns / 1'000'000'000);
    CHECK(net::get(file_request(directory / "empty")).value().body.empty());

    const auto copied =
        net::download(file_request(directory / "a%20b/%C3%BC%25"), directory / "copy").value();
    CHECK(copied.size == 7);
    CHECK(copied.body.empty());
    CHECK(os::read_file(directory / "copy").value() == "content");
    CHECK(net::download(file_request(directory / "empty"), directory / "copy").value().size == 0);
    CHECK(os::read_file(directory / "copy").value().empty());
}

TEST_CASE("a file URL that is no file is an error and never a wait") {
    const test::TempDir directory;
    CHECK(code_of(directory / "missing") == "not-found");
    CHECK(code_of(directory.path()) == "fetch-failed");
    CHECK(code_of("/dev/zero") == "fetch-failed");
    REQUIRE(::mkfifo((directory / "fifo").c_str(), 0600) == 0);
    CHECK(code_of(directory / "fifo") == "fetch-failed");
    directory.write("large", std::string(1001, 'x'));
    auto request = file_request(directory / "large");
    request.most_bytes = 1000;
    CHECK(net::get(request).error().code == "too-large");
    CHECK(net::download(request, directory / "copy").error().code == "too-large");
}

TEST_CASE("a download writes to a regular file only") {
    const test::TempDir directory;
    directory.write("source", "content");
    directory.write("other", "kept");
    os::make_symlink("other", directory / "link").value();
    REQUIRE(::mkfifo((directory / "fifo").c_str(), 0600) == 0);
    const auto request = file_request(directory / "source");
    CHECK(net::download(request, directory / "link").error().code == "system");
    CHECK(net::download(request, directory / "fifo").error().code == "system");
    CHECK(net::download(request, directory.path()).error().code == "system");
    CHECK(net::download(request, directory / "missing/file").error().code == "system");
    CHECK(os::read_file(directory / "other").value() == "kept");
}
