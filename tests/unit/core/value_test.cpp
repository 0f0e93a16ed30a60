// SPDX-License-Identifier: Apache-2.0
#include "contract/core/value.hpp"

#include <catch2/catch.hpp>

#include "contract/core/lock.hpp"

using namespace contract;
using namespace contract::core;

namespace {

Text text(std::string value) {
    return {std::move(value), {}};
}

Value table() {
    Map map;
    map.push_back({text("name"), Value{std::string("zlib"), {}}});
    map.push_back({text("count"), Value{std::int64_t{3}, {}}});
    return {map, {}};
}

}  // namespace

TEST_CASE("value: entries are found by key in a table and nowhere else") {
    const Value value = table();
    REQUIRE(value.find("count") != nullptr);
    CHECK(*value.find("count")->value.integer() == 3);
    CHECK(value.find("absent") == nullptr);
    CHECK(value.find("name")->value.find("name") == nullptr);
    CHECK(value.find("name")->value.integer() == nullptr);
}

TEST_CASE("value: equality sees the content, the order of keys and the place") {
    CHECK(table() == table());
    Value moved = table();
    moved.where.line = 7;
    CHECK_FALSE(moved == table());
    Value other = table();
    std::get<Map>(other.data)[1].value.data = 3.0;
    CHECK_FALSE(other == table());
    Value swapped = table();
    std::swap(std::get<Map>(swapped.data)[0], std::get<Map>(swapped.data)[1]);
    CHECK_FALSE(swapped == table());
}

TEST_CASE("value: every kind has a name for messages") {
    CHECK(kind_of({true, {}}) == "a boolean");
    CHECK(kind_of({std::int64_t{1}, {}}) == "an integer");
    CHECK(kind_of({1.5, {}}) == "a float");
    CHECK(kind_of({std::string("s"), {}}) == "a string");
    CHECK(kind_of({DateTime{"1980-01-01"}, {}}) == "a date");
    CHECK(kind_of({List{}, {}}) == "a list");
    CHECK(kind_of(table()) == "a table");
}

TEST_CASE("lock: an input is found by its name") {
    Lock lock;
    LockedInput input;
    input.name = "zlib";
    lock.inputs.push_back(input);
    CHECK(lock.find("zlib") == &lock.inputs.front());
    CHECK(lock.find("zlib2") == nullptr);
}

TEST_CASE("lock: what is wanted of an input has only the keys that were written, sorted") {
    GitSource git;
    git.url = text("https://example.org/zlib.git");
    git.subdir = text("src");
    git.ref = text("v1");
    Input input;
    input.source = git;
    CHECK(want_of(input) == Want{{"git", "https://example.org/zlib.git"}, {"ref", "v1"}, {"subdir", "src"}});
    input.source = PathSource{text("../zlib")};
    CHECK(want_of(input) == Want{{"path", "../zlib"}});
    input.source = HostSource{};
    CHECK_FALSE(want_of(input));
}
