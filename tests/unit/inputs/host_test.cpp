// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <chrono>

#include "contract/inputs/inputs.hpp"
#include "temporary.hpp"

using namespace contract;

TEST_CASE("the fingerprint of the host stays while nothing changes and sees what does") {
    const test::TempDir temporary;
    temporary.write("usr/bin/tool", "x", 0755);
    temporary.write("usr/share/doc/a", "x");
    const std::vector<std::string> folders{temporary / "usr", temporary / "none"};
    const auto print = [&] { return inputs::host_fingerprint(folders).value(); };
    const Digest before = print();
    CHECK(print() == before);
    CHECK(inputs::host_fingerprint({folders[1], folders[0], folders[0]}).value() == before);
    SECTION("a program replaced") {
        temporary.write("usr/bin/new", "y", 0755);
        os::rename(temporary / "usr/bin/new", temporary / "usr/bin/tool").value();
    }
    SECTION("a program written to") {
        temporary.write("usr/bin/tool", "longer", 0755);
    }
    SECTION("a mode changed") {
        REQUIRE(::chmod((temporary / "usr/bin/tool").c_str(), 0700) == 0);
    }
    SECTION("a directory added") {
        os::make_directories(temporary / "usr/opt").value();
    }
    SECTION("a folder appeared") {
        os::make_directories(temporary / "none").value();
    }
    CHECK(print() != before);
}

TEST_CASE("a folder that is a symlink stands for what it leads to") {
    const test::TempDir temporary;
    temporary.write("usr/bin/tool", "x", 0755);
    os::make_symlink("usr/bin", temporary / "bin").value();
    const auto print = [&] { return inputs::host_fingerprint({temporary / "bin"}).value(); };
    const Digest before = print();
    temporary.write("usr/bin/tool", "changed", 0755);
    CHECK(print() != before);
}

TEST_CASE("this machine has a fingerprint") {
    const std::vector<std::string> folders{"/usr", "/bin", "/lib", "/lib64"};
    const auto started = std::chrono::steady_clock::now();
    const Digest digest = inputs::host_fingerprint(folders).value();
    const auto taken = std::chrono::steady_clock::now() - started;
    CHECK_FALSE(digest.is_zero());
    INFO(std::chrono::duration_cast<std::chrono::microseconds>(taken).count());
    // Far above what it takes; a walk of all of /usr would not pass.
    CHECK(taken < std::chrono::milliseconds(500));
}
