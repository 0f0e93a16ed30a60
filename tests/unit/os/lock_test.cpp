// SPDX-License-Identifier: Apache-2.0
#include "contract/os/lock.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>

#include "temporary.hpp"

using contract::os::FileLock;

TEST_CASE("lock: a second holder is refused with the first one's pid, until the first lets go") {
    const contract::test::TempDir dir;
    const std::string path = dir / "lock";
    {
        const auto first = FileLock::take(path, FileLock::Wait::no);
        REQUIRE(first);
        const auto second = FileLock::take(path, FileLock::Wait::no);
        REQUIRE_FALSE(second);
        CHECK(second.error().code == "locked");
        CHECK(second.error().message.find(std::to_string(::getpid())) != std::string::npos);
    }
    CHECK(FileLock::take(path, FileLock::Wait::forever));
}
