// SPDX-License-Identifier: Apache-2.0
#include "../../../src/activation/owners.hpp"

#include <catch2/catch.hpp>

using namespace contract;
using activation::Accounts;
using activation::Owner;

TEST_CASE("0 is root where there are no accounts, and whatever else it is called") {
    CHECK(Accounts::parse("", "").names(0, 0) == Owner{"root", "root"});
    CHECK(Accounts::parse("admin:x:0:0::/:/bin/sh\n", "wheel:x:0:\n").names(0, 0) == Owner{"root", "root"});
}

TEST_CASE("An id that no account has is its number") {
    const auto accounts =
        Accounts::parse("root:x:0:0::/:/bin/sh\nsite:x:990:990::/:/bin/sh\n", "root:x:0:\n");
    CHECK(accounts.names(990, 990) == Owner{"site", "990"});
}

TEST_CASE("Lines of passwd that make no sense are left out") {
    const auto accounts =
        Accounts::parse("site\n:x:7:7\nbad:x:seven:7\nwide:x:99999999999:1\ngood:x:8:8\n", "");
    CHECK(accounts.users.size() == 2);
    CHECK(accounts.users.at("good") == 8);
    CHECK(accounts.users.at("root") == 0);
}
