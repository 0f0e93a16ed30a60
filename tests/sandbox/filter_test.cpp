// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "sandboxed.hpp"

using namespace contract;
using test::Sandboxed;

namespace {

// Refused with `reason` by the filter, and by nothing else.
void check_filtered(const std::vector<std::string>& attack, const std::string& reason) {
    const Sandboxed box;
    auto setup = box.setup(attack);
    const auto sealed = box.run(setup);
    CHECK(sealed.attack_refused());
    CHECK(sealed.output == "refused: " + reason + "\n");
    setup.filter_system_calls = false;
    CHECK(box.run(setup).attack_succeeded());
}

}  // namespace

TEST_CASE("no further user namespace can be made with unshare") {
    check_filtered({"unshare"}, "Operation not permitted");
}

TEST_CASE("no further user namespace can be made with clone") {
    check_filtered({"clone"}, "Operation not permitted");
}

TEST_CASE("no further user namespace can be made with clone3") {
    check_filtered({"clone3"}, "Function not implemented");
}

TEST_CASE("extended attributes are not supported inside") {
    check_filtered({"attributes", "/build"}, "Operation not supported");
}

TEST_CASE("keyrings cannot be used") {
    check_filtered({"keyring"}, "Operation not permitted");
}

TEST_CASE("io_uring is not there") {
    check_filtered({"io-uring"}, "Function not implemented");
}

TEST_CASE("the new mount calls are refused") {
    check_filtered({"fsopen"}, "Operation not permitted");
}

TEST_CASE("extended attributes cannot be reached by the newest system calls either") {
    const Sandboxed box;
    auto setup = box.setup({"attributes-at", "/build"});
    const auto sealed = box.run(setup);
    CHECK(sealed.output == "refused: Operation not supported\n");
    setup.filter_system_calls = false;
    const auto open = box.run(setup);
    if (open.output.find("Function not implemented") != std::string::npos) {
        WARN("this kernel has no listxattrat");
    } else {
        CHECK(open.attack_succeeded());
    }
}

TEST_CASE("nothing can be mounted") {
    const Sandboxed box;
    auto setup = box.setup({"mount", "/tmp"});
    CHECK(box.run(setup).attack_refused());
    // Two layers: the filter, and that there are no capabilities.
    setup.filter_system_calls = false;
    CHECK(box.run(setup).attack_refused());
    setup.drop_capabilities = false;
    setup.inner_id = 0;
    CHECK(box.run(setup).attack_succeeded());
    setup.filter_system_calls = true;
    CHECK(box.run(setup).attack_refused());
}

#if defined(__x86_64__)
TEST_CASE("system calls of another ABI are not there") {
    const Sandboxed box;
    auto setup = box.setup({"other-abi"});
    const auto sealed = box.run(setup);
    setup.filter_system_calls = false;
    const auto open = box.run(setup);
    if (open.result.end == sandbox::RunResult::End::signalled) {
        WARN("not tested: this kernel has no 32-bit system calls");
        return;
    }
    CHECK(open.attack_succeeded());
    CHECK(sealed.output == "refused: Function not implemented\n");
}
#endif

TEST_CASE("a process may trace its children, as sanitizers do") {
    const Sandboxed box;
    CHECK(box.run(box.setup({"trace"})).attack_succeeded());
}
