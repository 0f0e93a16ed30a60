// SPDX-License-Identifier: Apache-2.0
#include <signal.h>

#include <catch2/catch.hpp>

#include "sandboxed.hpp"

using namespace contract;
using End = sandbox::RunResult::End;
using test::Sandboxed;

namespace {

Error failure(const sandbox::Setup& setup) {
    const auto ran = sandbox::run(setup, {}, nullptr);
    REQUIRE_FALSE(ran);
    return ran.error();
}

}  // namespace

TEST_CASE("this machine can seal") {
    const Sandboxed box;
    CHECK(sandbox::probe(box.directory() / "root").value() == core::SandboxLevel::sealed);
}

TEST_CASE("the exit status is the program's own, those of shells and of the helper included") {
    const Sandboxed box;
    for (const int status : {0, 1, 2, 126, 127, 255}) {
        const auto outcome = box.run(box.setup({"exit", std::to_string(status)}));
        CHECK(outcome.result.end == End::exited);
        CHECK(outcome.result.status == status);
        CHECK(outcome.result.level == core::SandboxLevel::sealed);
    }
}

TEST_CASE("a signal is told apart from an exit") {
    const Sandboxed box;
    const auto outcome = box.run(box.setup({"die", std::to_string(SIGSEGV)}));
    CHECK(outcome.result.end == End::signalled);
    CHECK(outcome.result.status == SIGSEGV);
}

TEST_CASE("every byte of the log arrives") {
    const Sandboxed box;
    CHECK(box.run(box.setup({"write-much", "3000"})).output.size() == 3000u * 1024);
}

TEST_CASE("a run that writes too much is ended, and no more than the limit is kept") {
    const Sandboxed box;
    sandbox::RunLimits limits;
    limits.output_bytes = 10'000;
    const auto outcome = box.run(box.setup({"write-much", "1000000000"}), limits);
    CHECK(outcome.result.end == End::output_limit);
    CHECK(outcome.output.size() == 10'000);
}

TEST_CASE("a run that takes too long is ended with all it started") {
    const Sandboxed box;
    sandbox::RunLimits limits;
    limits.timeout = std::chrono::milliseconds(300);
    const auto outcome = box.run(box.setup({"leave-and-stay", "/build/lock", "/build/pid"}), limits);
    CHECK(outcome.result.end == End::timeout);
    CHECK(outcome.output == "ready\n");
    CHECK(outcome.result.duration >= limits.timeout);
}

TEST_CASE("a run that says nothing for too long is ended") {
    const Sandboxed box;
    sandbox::RunLimits limits;
    limits.silence = std::chrono::milliseconds(200);
    CHECK(box.run(box.setup({"sleep"}), limits).result.end == End::silence);
}

TEST_CASE("a run can be interrupted") {
    const Sandboxed box;
    sandbox::RunLimits limits;
    limits.interrupted = [asked = 0]() mutable { return ++asked > 1; };
    const auto outcome = box.run(box.setup({"sleep"}), limits);
    CHECK(outcome.result.end == End::signalled);
    CHECK(outcome.result.status == SIGINT);
}

TEST_CASE("a built-in function runs sealed, with its argument") {
    const Sandboxed box;
    auto request = box.request({});
    request.command.clear();
    request.builtin = "print-argument";
    request.argument = "a word";
    const auto outcome = box.run(sandbox::sealed_setup(request));
    CHECK(outcome.output == "called with a word, uid 1000\n");
    CHECK(outcome.result.status == 7);
}

TEST_CASE("a setup that cannot be carried out is an error that names the step and the path") {
    const Sandboxed box;
    SECTION("a missing source") {
        auto request = box.request({"true"});
        request.mounts.push_back({"/not/there", "/there", false});
        const auto error = failure(sandbox::sealed_setup(request));
        CHECK(error.code == "sandbox-setup");
        CHECK(error.message ==
              "the sandbox could not be set up: cannot open '/not/there': No such file or directory");
    }
    SECTION("a working directory that is not there") {
        auto request = box.request({"true"});
        request.working_directory = "/build/source";
        CHECK(failure(sandbox::sealed_setup(request)).message ==
              "the sandbox could not be set up: cannot enter the working directory '/build/source': No such "
              "file or directory");
    }
    SECTION("a missing scratch folder") {
        auto setup = box.setup({"true"});
        setup.scratch = "/not/there";
        CHECK(failure(setup).code == "sandbox-setup");
    }
    SECTION("a built-in function nobody registered") {
        auto setup = box.setup({});
        setup.builtin = "unheard-of";
        CHECK(failure(setup).code == "sandbox-setup");
    }
    SECTION("a program that is not there") {
        auto setup = box.setup({});
        setup.environment["PATH"] = "/usr/bin:/bin";
        setup.command = {"unheard-of"};
        const auto error = failure(setup);
        CHECK(error.code == "program-missing");
        CHECK(error.message == "there is no program 'unheard-of' in the sandbox");
        CHECK(error.blame == Blame::declaration);
    }
    SECTION("a program that may not be executed") {
        auto setup = box.setup({});
        setup.command = {"/etc/passwd"};
        const auto error = failure(setup);
        CHECK(error.code == "sandbox-setup");
        CHECK(error.message == "'/etc/passwd' cannot be executed: Permission denied");
        CHECK(error.blame == Blame::declaration);
    }
}

TEST_CASE("a container that refuses namespaces is told so, with the step and a remedy") {
    const Sandboxed box;
    os::ProcessRequest request;
    request.command = {Sandboxed::tool("REFUSE_NAMESPACES"), Sandboxed::tool("SANDBOX_HELPER"), "probe",
                       box.directory() / "root"};
    const auto ran = os::run(request).value();
    CHECK(ran.status == 77);
    CHECK(ran.output.find(
              "namespaces-refused: this machine refuses to seal a process: cannot create namespaces: "
              "Operation not permitted\n") == 0);
    CHECK(ran.output.find("seccomp=unconfined") != std::string::npos);
}

namespace {

// A user namespace in which a file of /proc is covered, as container engines do.
os::ProcessResult in_masking_container(const std::vector<std::string>& command) {
    os::ProcessRequest request;
    request.environment = os::current_environment();
    request.command = {"unshare",
                       "--user",
                       "--map-root-user",
                       "--mount",
                       "sh",
                       "-c",
                       "mount --bind /dev/null /proc/cmdline && exec \"$0\" \"$@\"",
                       Sandboxed::tool("SANDBOX_HELPER")};
    request.command.insert(request.command.end(), command.begin(), command.end());
    return os::run(request).value();
}

}  // namespace

TEST_CASE("a container that masks a part of /proc is told so") {
    const Sandboxed box;
    const auto ran = in_masking_container({"probe", box.directory() / "root"});
    INFO(ran.errors);
    CHECK(ran.status == 77);
    CHECK(ran.output.find("namespaces-refused") == 0);
    CHECK(ran.output.find("systempaths=unconfined") != std::string::npos);
    CHECK(ran.output.find("sandbox = \"reduced\"") != std::string::npos);
}

TEST_CASE("where less than sealed is accepted, a masked /proc gives a reduced sandbox") {
    const Sandboxed box;
    const auto ran = in_masking_container({"probe", box.directory() / "root", "reduced"});
    INFO(ran.errors);
    CHECK(ran.output == "reduced\n");
    CHECK(ran.status == 0);
}

TEST_CASE("where namespaces are refused altogether nothing can be reduced") {
    const Sandboxed box;
    os::ProcessRequest request;
    request.command = {Sandboxed::tool("REFUSE_NAMESPACES"), Sandboxed::tool("SANDBOX_HELPER"), "probe",
                       box.directory() / "root", "reduced"};
    const auto ran = os::run(request).value();
    CHECK(ran.status == 77);
    CHECK(ran.output.find("namespaces-refused") == 0);
    CHECK(ran.output.find("\"reduced\"") == std::string::npos);
}

TEST_CASE("the helper started by hand does nothing") {
    os::ProcessRequest request;
    request.command = {"sh", "-c", "exec -a contract-sandbox \"$0\"", Sandboxed::tool("SANDBOX_HELPER")};
    request.command[0] = "bash";
    request.environment = os::current_environment();
    const auto ran = os::run(request);
    if (!ran) {
        WARN("not tested: no bash on this machine");
        return;
    }
    CHECK(ran->status == 2);
    CHECK(ran->output.empty());
}
