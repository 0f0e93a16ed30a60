// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cerrno>

#include "identity.hpp"
#include "refusal.hpp"

using namespace contract;
using sandbox::MachineFacts;
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

std::string help(const Record& record, const MachineFacts& facts) {
    const auto error = sandbox::refusal(record, facts);
    REQUIRE(error.code == "namespaces-refused");
    REQUIRE(error.help.size() == 1);
    return error.help[0];
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a record comes back from its encoding unchanged") {
    const auto record = failed(Step::bind, EINVAL, "/a path");
    const auto decoded = sandbox::decode_record(sandbox::encode(record));
    REQUIRE(decoded);
    CHECK(decoded->kind == Record::Kind::failed);
    CHECK(decoded->step == Step::bind);
    CHECK(decoded->error == EINVAL);
    CHECK(decoded->path == "/a path");
    const auto bytes = sandbox::encode(record);
    CHECK_FALSE(sandbox::decode_record(bytes.substr(0, bytes.size() - 1)));
    CHECK(sandbox::encode(failed(Step::bind, EINVAL, std::string(9999, 'x'))).size() < 4096);
}

TEST_CASE("each way a machine refuses namespaces has its own remedy") {
    MachineFacts facts;
    CHECK(contains(help(failed(Step::mount_proc, EPERM, "/proc"), facts), "systempaths=unconfined"));
    CHECK(contains(help(failed(Step::create_namespaces, ENOSPC), facts), "user.max_user_namespaces"));
    CHECK(contains(help(failed(Step::create_namespaces, EPERM), facts), "unshare --user"));
    facts.seccomp_filtered = true;
    CHECK(contains(help(failed(Step::create_namespaces, EPERM), facts), "seccomp=unconfined"));
    facts.clone_switched_off = true;
    CHECK(contains(help(failed(Step::create_namespaces, EPERM), facts), "unprivileged_userns_clone=1"));
    facts.apparmor_restricts = true;
    for (const auto step : {Step::map_ids, Step::private_mounts, Step::loopback})
        CHECK(contains(help(failed(step, EACCES), facts), "AppArmor"));
    facts.root = true;
    CHECK(contains(help(failed(Step::create_namespaces, EPERM), facts), "seccomp=unconfined"));
    facts.no_user_namespaces = true;
    CHECK(contains(help(failed(Step::create_namespaces, ENOSPC), facts), "user.max_user_namespaces"));
}

TEST_CASE("a refusal names the step, the path and the reason, and says that nothing was run") {
    const auto error = sandbox::refusal(failed(Step::mount_proc, EPERM, "/proc"), {});
    CHECK(error.message ==
          "this machine refuses to seal a process: cannot mount a fresh /proc on '/proc': Operation not "
          "permitted");
    CHECK(error.blame == Blame::environment);
    REQUIRE(error.notes.size() == 1);
    CHECK(contains(error.notes[0], "nothing was run"));
}

TEST_CASE("what only this setup lacks is no refusal of the machine") {
    CHECK(sandbox::refusal(failed(Step::open_source, EACCES, "/secret"), {}).code == "sandbox-setup");
    CHECK(sandbox::refusal(failed(Step::mount_root, ENOENT, "/scratch"), {}).code == "sandbox-setup");
    CHECK(sandbox::refusal(failed(Step::execute, ENOENT, "make"), {}).code == "program-missing");
    CHECK(sandbox::refusal(failed(Step::execute, ENOENT, "make"), {}).notes.empty());
    CHECK(contains(sandbox::refusal(failed(Step::execute, ENOENT, "/bin/make"), {}).notes[0], "interpreter"));
}

TEST_CASE("a program that is none is the declaration's, and not of the sandbox") {
    const auto error = sandbox::refusal(failed(Step::execute, EACCES, "./configure"), {});
    CHECK(error.code == "sandbox-setup");
    CHECK(error.blame == Blame::declaration);
    CHECK(error.message == "'./configure' cannot be executed: Permission denied");
    CHECK(contains(sandbox::refusal(failed(Step::execute, ENOEXEC, "./x"), {}).message, "Exec format error"));
}

TEST_CASE("a path from outside cannot write control characters to a terminal") {
    const auto error = sandbox::refusal(failed(Step::open_source, ENOENT, "/\x1b[2J"), {});
    CHECK_FALSE(contains(error.message, "\x1b"));
}

TEST_CASE("an id is mapped when a line of the map covers it") {
    CHECK(sandbox::is_mapped("         0          0 4294967295\n", 872415232));
    CHECK_FALSE(sandbox::is_mapped("0 1000 1\n1 100000 65536\n", 872415232));
    CHECK(sandbox::is_mapped("0 1000 1\n1 100000 65536\n", 65534));
    CHECK_FALSE(sandbox::is_mapped("0 1000 1\n", 1));
    CHECK_FALSE(sandbox::is_mapped("", 0));
}
