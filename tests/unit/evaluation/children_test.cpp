// SPDX-License-Identifier: Apache-2.0
#include "../../../src/evaluation/modules/children.hpp"

#include <catch2/catch.hpp>

using contract::evaluation::Children;

TEST_CASE("children are found by name, however many there are, and stay in their order") {
    for (const std::uint32_t number : {0U, 1U, 8U, 9U, 16U, 17U, 5000U}) {
        INFO(number);
        Children children;
        CHECK(children.empty());
        for (std::uint32_t i = 0; i < number; ++i) {
            const std::string name = "o" + std::to_string(i * 7);
            CHECK(children.find(name) == nullptr);
            children.add(name, i + 100);
        }
        CHECK(children.empty() == (number == 0));
        std::uint32_t at = 0;
        for (const auto& [name, node] : children) {
            CHECK(name == "o" + std::to_string(at * 7));
            CHECK(node == at + 100);
            ++at;
            const auto* found = children.find(name);
            REQUIRE(found != nullptr);
            CHECK(*found == node);
        }
        CHECK(at == number);
        CHECK(children.find("o1") == nullptr);
        CHECK(children.find("") == nullptr);
    }
}
