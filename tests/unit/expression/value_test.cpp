// SPDX-License-Identifier: Apache-2.0
#include "contract/expression/value.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "contract/expression/expression.hpp"

using namespace contract::expression;

namespace {

Value u64(std::uint64_t number) {
    return Value::unsigned_integer(number);
}

// Fields that are computed when asked for, and one that cannot be had.
class Lazy final : public Object {
public:
    std::variant<Value, Absent, Problem> field(std::string_view key) const override {
        ++asked;
        if (key == "broken") return Problem{"value", "it goes round in circles", 0, 0, {}};
        if (key == "port") return Value(8080);
        return Absent{};
    }
    Outcome whole() const override {
        if (!complete) return Problem{"value", "not all of it is known", 0, 0, {}};
        return Value(Map{{"port", 8080}});
    }
    mutable int asked = 0;
    bool complete = true;
};

std::string run(const std::string& text, const Variables& variables) {
    auto parsed = Program::parse(text);
    const auto result = std::get<Program>(parsed).evaluate(variables);
    if (const auto* problem = std::get_if<Problem>(&result))
        return problem->message + " at " + std::to_string(problem->begin) + "-" +
               std::to_string(problem->end);
    return to_literal(std::get<Value>(result));
}

}  // namespace

TEST_CASE("a value is small, and what it holds is shared between copies") {
    CHECK(sizeof(Value) == 16);
    const Value text("a text that is long enough to live on the heap");
    const Value copy = text;
    CHECK(copy.as<std::string>() == text.as<std::string>());
    Value moved = copy;
    const Value taken = std::move(moved);
    CHECK(moved.is_null());
    CHECK(taken == text);
    moved = taken;
    const Value& itself = moved;
    moved = itself;
    CHECK(moved == text);
}

TEST_CASE("a value tells what it holds by kind") {
    CHECK(Value().is_null());
    CHECK(*Value(true).as<bool>());
    CHECK(*Value(7).as<std::int64_t>() == 7);
    CHECK(!Value(7).as<std::uint64_t>());
    CHECK(*u64(7).as<std::uint64_t>() == 7);
    CHECK(*Value(1.5).as<double>() == 1.5);
    CHECK(*Value("a").as<std::string>() == "a");
    CHECK(Value(Bytes{"a"}).as<std::string>() == nullptr);
    CHECK(Value(Bytes{"a"}).as<Bytes>()->data == "a");
    CHECK(*Value(Duration{-5}).as<Duration>() == Duration{-5});
    CHECK(*Value(Timestamp{1, 5}).as<Timestamp>() == Timestamp{1, 5});
    CHECK(*Value::type(Kind::object).as<Kind>() == Kind::map);
    CHECK(Value(List{1, 2}).as<List>()->size() == 2);
}

TEST_CASE("numbers of different kinds are compared by value, against a double as doubles") {
    CHECK(Value(1) == u64(1));
    CHECK(Value(1) == Value(1.0));
    CHECK(u64(1) == Value(1.0));
    const std::int64_t large = 9007199254740993;  // 2^53 + 1: no double
    CHECK(Value(large) == Value(9007199254740992.0));
    CHECK_FALSE(Value(large) == u64(9007199254740992));
    CHECK(Value(std::numeric_limits<std::int64_t>::max()) == Value(0x1p63));
    CHECK(u64(std::numeric_limits<std::uint64_t>::max()) == Value(0x1p64));
    CHECK_FALSE(Value(std::numeric_limits<std::int64_t>::max()) == Value(0x1.0000000000001p63));
    CHECK_FALSE(Value(-1) == u64(std::numeric_limits<std::uint64_t>::max()));
    CHECK_FALSE(Value(std::nan("")) == Value(std::nan("")));
    CHECK(Value(0.0) == Value(-0.0));
    CHECK_FALSE(Value(1) == Value(true));
    CHECK(Value(List{1, Map{{"a", 2.0}}}) == Value(List{u64(1), Map{{"a", 2}}}));
}

TEST_CASE("a map sorts its keys and finds numbers of any kind") {
    Map map{{"b", 1}, {true, 2}, {u64(3), 3}, {-4, 4}, {"a", 5}};
    std::string keys;
    for (const auto& entry : map) keys += to_literal(entry.first) + " ";
    CHECK(keys.substr(0, 3) == "-4 ");
    CHECK(map.find("a") != nullptr);
    CHECK(map.find("c") == nullptr);
    CHECK(*map.find_key(3) == Value(3));
    CHECK(*map.find_key(3.0) == Value(3));
    CHECK(map.find_key(3.5) == nullptr);
    CHECK(map.find_key(-4.0) != nullptr);
    CHECK(Map{{9007199254740993, 1}}.find_key(9007199254740992.0) == nullptr);
    CHECK(map.find_key(std::nan("")) == nullptr);
    CHECK(*map.find_key(true) == Value(2));
    CHECK(map.find_key(false) == nullptr);
    CHECK(map.find_key(List{}) == nullptr);
    map.set("a", 6);
    CHECK(map.size() == 5);
    CHECK(*map.find("a") == Value(6));
}

TEST_CASE("a map made of entries refuses keys that are there twice or are none") {
    const auto twice = Map::from({{1, "a"}, {"x", "b"}, {u64(1), "c"}});
    REQUIRE(std::holds_alternative<Value>(twice));
    CHECK(std::get<Value>(twice) == Value(1));
    CHECK(std::holds_alternative<Value>(Map::from({{1.0, "a"}})));
    CHECK(std::get<Map>(Map::from({{2, "a"}, {1, "b"}})).begin()->first == Value(1));
}

TEST_CASE("a value knows how deep it nests") {
    CHECK(Value(1).depth() == 0);
    CHECK(Value(List{}).depth() == 1);
    CHECK(Value(List{1, List{Value(List{})}, Map{{"a", 1}}}).depth() == 3);
}

TEST_CASE("an object is a map whose fields are looked up when selected") {
    const auto lazy = std::make_shared<Lazy>();
    NamedValues variables;
    variables.set("host", Value(lazy));
    CHECK(run("host.port", variables) == "8080");
    CHECK(run("host['port'] == 8080 && 'port' in host && has(host.port)", variables) == "true");
    CHECK(run("has(host.name) || 'name' in host", variables) == "false");
    CHECK(run("host.name", variables) == "there is no 'name' at 5-9");
    CHECK(run("1 == host.broken", variables) == "it goes round in circles at 10-16");
    CHECK(run("has(host.broken)", variables) == "it goes round in circles at 9-15");
    CHECK(lazy->asked == 9);
    CHECK(run("size(host)", variables) == "1");
    CHECK(Value(lazy) == Value(Map{{"port", 8080}}));
    CHECK(Value(lazy).kind() == Kind::object);
    CHECK(to_literal(Value(lazy)) == "{\"port\": 8080}");
    lazy->complete = false;
    CHECK(run("size(host)", variables) == "not all of it is known at 5-9");
    CHECK_FALSE(Value(lazy) == Value(lazy));
}

TEST_CASE("an object with a path is rendered as it") {
    class Package final : public Object {
        std::variant<Value, Absent, Problem> field(std::string_view key) const override {
            if (key == "path") return Value("/store/zlib");
            return Absent{};
        }
        Outcome whole() const override { return Value(Map{{"path", "/store/zlib"}}); }
    };
    CHECK(to_text(Value(std::make_shared<Package>())) == "/store/zlib");
}
