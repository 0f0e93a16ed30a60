// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "../../../src/runtime/claims/expectation.hpp"
#include "../../../src/runtime/observe/wire.hpp"

using namespace contract;
using namespace contract::runtime;
using Kind = Verdict::Kind;

namespace {

Facts some_facts() {
    Facts facts;
    facts.facts["exists"] = Fact::known({true});
    facts.facts["size"] = Fact::known({std::int64_t{512}});
    facts.facts["owner"] = Fact::absent("there is nothing");
    facts.facts["content"] = Fact::unknown("permission denied", "use sudo");
    facts.facts["lines"] = Fact::known({expression::List{{std::string("one")}}});
    return facts;
}

Kind judged(const std::string& text) {
    return Expectation(text).judge(some_facts()).kind;
}

}  // namespace

TEST_CASE("an expectation over known facts holds or fails") {
    CHECK(judged("exists && size == 512") == Kind::holds);
    CHECK(judged("size >= 1024") == Kind::fails);
}

TEST_CASE("an unknown fact is unknown only where the expectation needs it") {
    CHECK(judged("content.contains('x')") == Kind::unknown);
    CHECK(judged("content.contains('x') && exists") == Kind::unknown);
    CHECK(judged("content.contains('x') || exists") == Kind::holds);
    CHECK(judged("exists || content.contains('x')") == Kind::holds);
    CHECK(judged("content.contains('x') && size > 1000") == Kind::fails);
}

TEST_CASE("a fact that is not there fails the expectation that needs it, in either direction") {
    CHECK(judged("owner == 'root'") == Kind::fails);
    CHECK(judged("owner != 'root'") == Kind::fails);
    CHECK(judged("owner == 'root' || exists") == Kind::holds);
    CHECK(judged("owner == 'root' && content == ''") == Kind::unknown);
}

TEST_CASE("an expectation without a value for these facts is an error") {
    CHECK(judged("lines[5] == 'x'") == Kind::error);
    CHECK(judged("size") == Kind::error);
}

TEST_CASE("an expectation knows the facts it reads and what decided it") {
    const Expectation expectation("exists && size >= 1024");
    CHECK(expectation.used() == std::set<std::string>{"exists", "size"});
    const auto verdict = expectation.judge(some_facts());
    REQUIRE(verdict.steps.size() == 1);
    CHECK(verdict.steps[0].text == "size");
    CHECK(verdict.steps[0].value == expression::Value{std::int64_t{512}});
}

TEST_CASE("an expectation that was never checked is a broken invariant") {
    CHECK_THROWS_AS(Expectation("size >="), InternalError);
}

TEST_CASE("what the observer says arrives as it was sent") {
    Answer answer{7, some_facts()};
    answer.facts.source = "/etc/x";
    const auto back = decode_answer(encode(answer));
    REQUIRE(back);
    CHECK(back->id == 7);
    CHECK(back->facts.source == "/etc/x");
    REQUIRE(back->facts.facts.size() == answer.facts.facts.size());
    for (const auto& [name, fact] : answer.facts.facts) {
        CHECK(back->facts.facts.at(name).state == fact.state);
        CHECK(back->facts.facts.at(name).value == fact.value);
        CHECK(back->facts.facts.at(name).reason == fact.reason);
        CHECK(back->facts.facts.at(name).help == fact.help);
    }
}

TEST_CASE("what the observer is asked arrives as it was sent") {
    Numbered request;
    request.id = 9;
    request.observation = {"tcp",
                           {{"host", std::string("h")},
                            {"port", std::int64_t{80}},
                            {"list", std::vector<std::string>{"a", "b"}}},
                           {"connected"},
                           1234};
    const auto back = decode_request(encode(request));
    REQUIRE(back);
    CHECK(back->observation.parameters == request.observation.parameters);
    CHECK(back->observation.wanted == request.observation.wanted);
    CHECK(back->observation.timeout_ms == 1234);
}

TEST_CASE("every cut or lengthened message is refused") {
    const std::string whole = encode(Answer{7, some_facts()});
    for (std::size_t size = 0; size < whole.size(); ++size) CHECK_FALSE(decode_answer(whole.substr(0, size)));
    CHECK_FALSE(decode_answer(whole + "x"));
}
