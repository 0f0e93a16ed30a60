// SPDX-License-Identifier: Apache-2.0
//
// The words of systemd-analyze, as its versions say them.
#include "../../../src/activation/units.hpp"

#include <catch2/catch.hpp>

using namespace contract;
using activation::complaints_in;

namespace {

const std::map<std::string, std::string> units{
    {"bad.service", "[Service]\nColour=red\nExecStart=/opt/agent\n"},
    {"good.service", "[Service]\nExecStart=/opt/agent\n"}};

}  // namespace

TEST_CASE("A complaint with a line shows the line") {
    const auto found = complaints_in(
        "/tmp/u/bad.service:2: Unknown key name 'Colour' in section 'Service', ignoring.\n", "/tmp/u", units);
    REQUIRE(found.size() == 1);
    CHECK(found.at("bad.service") ==
          std::vector<std::string>{
              "line 2, 'Colour=red': Unknown key name 'Colour' in section 'Service', ignoring."});
}

TEST_CASE("A complaint without a line is shown as it is") {
    const auto found =
        complaints_in("bad.service: Service has no ExecStart= setting. Refusing.\n", "/tmp/u", units);
    CHECK(found.at("bad.service") ==
          std::vector<std::string>{"Service has no ExecStart= setting. Refusing."});
}

TEST_CASE("A line that the unit does not have is only numbered") {
    for (const std::string number : {"0", "99"}) {
        const auto found = complaints_in("bad.service:" + number + ": Odd.\n", "/tmp/u", units);
        CHECK(found.at("bad.service") == std::vector<std::string>{"line " + number + ": Odd."});
    }
}

TEST_CASE("What is about other units, or about programs of this machine, is left out") {
    const auto found = complaints_in(
        "getty@.service:3: Unknown key.\n"
        "good.service: Command /opt/agent is not executable: No such file or directory\n"
        "Failed to load something\n"
        "\n"
        ":\n",
        "/tmp/u", units);
    CHECK(found.empty());
}

TEST_CASE("Odd output of systemd-analyze is no reason to fall over") {
    for (const std::string output : {"bad.service:", "bad.service::", "bad.service:12",
                                     "bad.service:999999999999999999999: x", "/tmp/u/", "/tmp/u/bad.service"})
        CHECK_NOTHROW(complaints_in(output, "/tmp/u", units));
}
