// SPDX-License-Identifier: Apache-2.0
#include "contract/os/shared_library.hpp"

#include <sys/types.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using contract::os::SharedLibrary;

TEST_CASE("a shared library gives its functions, and the first of the names that is there is taken") {
    SharedLibrary libc("libc", "libc6", {"libnothing.so.9", "libc.so.6"});
    pid_t (*parent_id)() = nullptr;
    libc.load("getppid", parent_id);
    REQUIRE_FALSE(libc.failure());
    REQUIRE(parent_id != nullptr);
    CHECK(parent_id() > 0);
}

TEST_CASE("a shared library that is not there is named with what to install") {
    SharedLibrary nothing("libnothing", "libnothing9", {"libnothing.so.9", "libnothing.so"});
    void (*function)() = nullptr;
    nothing.load("nothing", function);
    CHECK(function == nullptr);
    const auto failure = nothing.failure();
    REQUIRE(failure);
    CHECK(failure->code == "system");
    CHECK(failure->blame == contract::Blame::environment);
    CHECK(failure->message.starts_with("cannot open the library libnothing: libnothing.so"));
    CHECK(failure->help == std::vector<std::string>{"install it: apt-get install libnothing9"});
}

TEST_CASE("the first function that a shared library lacks is named") {
    SharedLibrary libc("libc", "libc6", {"libc.so.6"});
    void (*function)() = nullptr;
    libc.load("nothing_of_this_name", function);
    libc.load("nothing_of_that_name", function);
    CHECK(function == nullptr);
    REQUIRE(libc.failure());
    CHECK(libc.failure()->message == "cannot open the library libc: it has no function nothing_of_this_name");
}
