// SPDX-License-Identifier: Apache-2.0
#include "contract/base/boxed.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <type_traits>
#include <utility>

using contract::Boxed;

TEST_CASE("boxed: it is an optional") {
    Boxed<std::string> none;
    CHECK_FALSE(none);
    CHECK_FALSE(Boxed<std::string>(std::optional<std::string>()));
    const Boxed<std::string> some = std::optional<std::string>("text");
    REQUIRE(some);
    CHECK(*some == "text");
    CHECK(some->size() == 4);
    CHECK_FALSE(none == some);
    CHECK(none == Boxed<std::string>());
    CHECK(some == Boxed<std::string>(std::string("text")));
    CHECK_FALSE(some == Boxed<std::string>(std::string("other")));
}

TEST_CASE("boxed: a copy is another value, and what was moved from has none") {
    Boxed<std::string> first(std::string("text"));
    Boxed<std::string> copy = first;
    *copy += "s";
    CHECK(*first == "text");
    CHECK(*copy == "texts");
    const Boxed<std::string> moved = std::move(first);
    CHECK(*moved == "text");
    CHECK_FALSE(first);
    first = moved;
    CHECK(*first == "text");
    copy = Boxed<std::string>();
    CHECK_FALSE(copy);
    static_assert(sizeof(Boxed<std::string>) == sizeof(void*));
    static_assert(std::is_nothrow_move_constructible_v<Boxed<std::string>>);
}
