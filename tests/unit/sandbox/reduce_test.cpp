// SPDX-License-Identifier: Apache-2.0
#include "reduce.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cerrno>

#include "contract/sandbox/sandbox.hpp"

using namespace contract;
using sandbox::Namespace;
using sandbox::Record;
using sandbox::Step;

namespace {

Record failed(Step step, int error, std::string path = "") {
    Record record;
    record.step = step;
    record.error = error;
    record.path = std::move(path);
    return record;
}

sandbox::Setup whole() {
    sandbox::Request request;
    request.scratch = "/scratch";
    return sandbox::sealed_setup(request);
}

bool nothing(Namespace) {
    return false;
}

bool has(const sandbox::Setup& setup, Namespace name) {
    return std::count(setup.namespaces.begin(), setup.namespaces.end(), name) != 0;
}

}  // namespace

TEST_CASE("a /proc that cannot be made is the machine's, and nothing else changes") {
    auto reduced = sandbox::reduce(whole(), failed(Step::mount_proc, EPERM, "/proc"), nothing);
    REQUIRE(reduced);
    CHECK(reduced->missing ==
          "processes of the machine are visible (cannot mount a fresh /proc on '/proc': Operation not "
          "permitted)");
    auto expected = sandbox::describe(whole());
    const std::string before = "proc \"/proc\"", after = "bind \"/proc\" at \"/proc\" writable";
    expected.replace(expected.find(before), before.size(), after);
    CHECK(sandbox::describe(reduced->setup) == expected);
    // Once is enough: a second refusal of it would go round for ever.
    CHECK_FALSE(sandbox::reduce(reduced->setup, failed(Step::mount_proc, EPERM, "/proc"), nothing));
}

TEST_CASE("only the namespaces that are refused are left out") {
    const auto refused = failed(Step::create_namespaces, ENOSPC);
    const auto reduced =
        sandbox::reduce(whole(), refused, [](Namespace name) { return name == Namespace::ipc; });
    REQUIRE(reduced);
    CHECK_FALSE(has(reduced->setup, Namespace::ipc));
    for (const auto name : {Namespace::user, Namespace::mount, Namespace::pid, Namespace::network,
                            Namespace::uts, Namespace::cgroup})
        CHECK(has(reduced->setup, name));
    CHECK(reduced->missing == "System V memory and queues of the machine are visible");
}

TEST_CASE("where no user namespace can be had nothing is left to reduce") {
    CHECK_FALSE(
        sandbox::reduce(whole(), failed(Step::create_namespaces, EPERM), [](Namespace) { return true; }));
}

TEST_CASE("a sandbox without its own files, processes or network is none") {
    const auto refused = failed(Step::create_namespaces, ENOSPC);
    for (const auto needed : {Namespace::user, Namespace::mount, Namespace::pid, Namespace::network})
        CHECK_FALSE(sandbox::reduce(whole(), refused, [needed](Namespace name) { return name == needed; }));
    for (const auto step : {Step::map_ids, Step::private_mounts, Step::mount_root, Step::enter_root,
                            Step::capabilities, Step::filter, Step::bind})
        CHECK_FALSE(sandbox::reduce(whole(), failed(step, EPERM), nothing));
}

TEST_CASE("a step that failed for another reason than a refusal is not left out") {
    CHECK_FALSE(sandbox::reduce(whole(), failed(Step::mount_proc, ENOMEM, "/proc"), nothing));
    CHECK_FALSE(sandbox::reduce(whole(), failed(Step::loopback, ENODEV), nothing));
}
