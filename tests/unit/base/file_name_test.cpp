// SPDX-License-Identifier: Apache-2.0
#include "contract/base/file_name.hpp"

#include <catch2/catch.hpp>

#include <thread>
#include <vector>

using contract::FileName;

TEST_CASE("file name: a name name is its text") {
    const std::string text = "modules/web.toml";
    const FileName name = text;
    CHECK(name.text() == text);
    CHECK(&name.text() != &text);
    CHECK(name == FileName("modules/web.toml"));
    CHECK(&name.text() == &FileName(std::string_view(text)).text());
    CHECK_FALSE(name == FileName("modules/web.tom"));
    CHECK(FileName(std::string_view("a\0b", 3)).text().size() == 3);
}

TEST_CASE("file name: the default file name is the empty one") {
    CHECK(FileName().empty());
    CHECK(FileName() == FileName(""));
    CHECK(FileName().text().empty());
    CHECK_FALSE(FileName("a").empty());
}

TEST_CASE("file name: names are ordered as their texts, whichever was made first") {
    const FileName second = "order/b";
    const FileName first = "order/a";
    CHECK(first < second);
    CHECK(FileName() < first);
    CHECK(second > first);
}

TEST_CASE("file name: threads that make one name at once get one name") {
    std::vector<std::vector<FileName>> made(4);
    std::vector<std::thread> threads;
    for (auto& names : made)
        threads.emplace_back([&names] {
            for (int i = 0; i < 500; ++i) names.emplace_back("threads/" + std::to_string(i));
        });
    for (auto& thread : threads) thread.join();
    for (const auto& names : made) CHECK(names == made.front());
}
