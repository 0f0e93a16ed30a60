// SPDX-License-Identifier: Apache-2.0
//
// What a rehearsal can reach, seen from inside.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "../../../src/activation/rehearse.hpp"
#include "contract/base/text.hpp"
#include "contract/os/machine.hpp"
#include "fleet.hpp"

using namespace contract;
using namespace contract::test;

namespace {

class Seen {
public:
    Seen() {
        sandbox::set_helper_executable(tool("ACTIVATION_HELPER"));
        os::make_directories(directory_ / "root").value();
        const std::string build = directory_ / "build";
        const auto owner = sandbox::build_owner();
        os::make_directories(build).value();
        if (os::is_root()) REQUIRE(::chown(build.c_str(), owner, owner) == 0);
        auto setup = activation::rehearsal_setup(directory_.path(), {});
        setup.builtin = "look";
        std::string log;
        const auto result =
            sandbox::run(setup, {}, [&](std::string_view bytes) { log.append(bytes); }).value();
        INFO(log);
        REQUIRE(result.status == 0);
        for (const auto& line : split(log, '\n')) {
            const auto gap = line.find_first_of(" \t");
            if (gap == std::string::npos) continue;
            const std::string value(trim(std::string_view(line).substr(gap)));
            if (line.starts_with("writable "))
                writable.insert(value);
            else
                facts[line.substr(0, gap)] = value;
        }
    }
    std::map<std::string, std::string> facts;
    std::set<std::string> writable;

private:
    TempDir directory_;
};

}  // namespace

TEST_CASE("A rehearsal has every namespace to itself") {
    const Seen seen;
    for (const std::string name : {"user", "mnt", "pid", "net", "ipc", "uts"}) {
        INFO(name);
        CHECK(seen.facts.at(name) != os::read_link("/proc/self/ns/" + name).value());
    }
}

TEST_CASE("A rehearsal is root to itself and nobody outside") {
    const Seen seen;
    std::vector<std::string> numbers;
    for (const auto& field : split(seen.facts.at("uid_map"), ' '))
        if (!field.empty()) numbers.push_back(field);
    REQUIRE(numbers.size() == 3);
    CHECK(numbers[0] == "0");
    CHECK(numbers[1] == std::to_string(sandbox::build_owner()));
    CHECK(numbers[2] == "1");
}

TEST_CASE("Of root's capabilities a rehearsal keeps the one to pass by modes") {
    const Seen seen;
    for (const auto* set : {"CapEff:", "CapPrm:"}) CHECK(seen.facts.at(set) == "0000000000000002");
    for (const auto* set : {"CapInh:", "CapAmb:"}) CHECK(seen.facts.at(set) == "0000000000000000");
    CHECK(seen.facts.at("NoNewPrivs:") == "1");
}

TEST_CASE("Only what belongs to a rehearsal can be written in it") {
    const Seen seen;
    CHECK(seen.writable == std::set<std::string>{"/build", "/dev/shm", "/tmp"});
}

TEST_CASE("What a rehearsal says comes back as it was said") {
    activation::Rehearsal said;
    said.failures = {"first\nsecond", std::string("\0\xff ", 3)};
    said.problems.push_back({activation::Obstacle::same_place, 7, "usr/bin/x", {}, "/bin/x"});
    const auto line = activation::encode(said);
    CHECK(line.find('\n') == std::string::npos);
    const auto back = activation::decode_rehearsal(line).value();
    CHECK(back.failures == said.failures);
    REQUIRE(back.problems.size() == 1);
    CHECK(back.problems[0].wanted == 7);
    CHECK(back.problems[0].detail == "/bin/x");
    for (std::size_t end = 0; end < line.size(); ++end) {
        const auto damaged = activation::decode_rehearsal(line.substr(0, end));
        REQUIRE(!damaged);
        CHECK(damaged.error().code == "damaged-result");
    }
}
