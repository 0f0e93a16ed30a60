// SPDX-License-Identifier: Apache-2.0
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstddef>
#include <optional>
#include <thread>

#include "../../../src/activation/tree.hpp"
#include "temporary.hpp"

using namespace contract;
using activation::Ownership;
using activation::Tree;

namespace {

// As an old kernel answers, from here on in this thread only.
bool refuse_openat2() {
    std::array<sock_filter, 4> program{
        sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
        sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const sock_fprog filter{program.size(), program.data()};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

}  // namespace

TEST_CASE("Where openat2 is refused no tree is opened, and the reason is told") {
    const test::TempDir directory;
    bool refused = false;
    std::optional<Error> error;
    std::thread([&] {
        refused = refuse_openat2();
        if (const auto tree = Tree::open(directory.path(), Ownership::recorded); !tree) error = tree.error();
    }).join();
    REQUIRE(refused);
    REQUIRE(error);
    CHECK(error->code == "system");
    CHECK(error->help.at(0).find("openat2") != std::string::npos);
}
