// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <catch2/catch.hpp>

#include "contract/sandbox/sandbox.hpp"
#include "temporary.hpp"

using namespace contract;

namespace {

sandbox::Setup every_step() {
    sandbox::Setup setup;
    setup.namespaces = {sandbox::Namespace::user, sandbox::Namespace::cgroup};
    setup.scratch = "/scratch";
    setup.mounts = {sandbox::Bind{"/from", "/to", true},
                    sandbox::Bind{"/dev", "/dev", true, true},
                    sandbox::Tmpfs{"/tmp", 01777, 4096},
                    sandbox::MakeFolder{"/folder", 0700},
                    sandbox::MakeFile{"/file", std::string("a\0b\n", 4), 0444},
                    sandbox::MakeLink{"/bin", "usr/bin"},
                    sandbox::Proc{"/proc"},
                    sandbox::Devices{"/dev"},
                    sandbox::SealRoot{}};
    setup.loopback = false;
    setup.new_session = false;
    setup.hide_process_one = false;
    setup.most_processes = 77;
    setup.most_memory = std::uint64_t{5} << 32;
    setup.inner_id = 7;
    setup.outer_id = 4294967294u;
    setup.environment = {{"EMPTY", ""}, {"PATH", "/bin"}};
    setup.working_directory = "/build/source";
    setup.command = {"sh", "-c", "echo \"x\""};
    setup.builtin = "function";
    setup.argument = "of it";
    setup.left_out = {"/lib64"};
    return setup;
}

}  // namespace

TEST_CASE("a setup comes back from its encoding unchanged") {
    const auto setup = every_step();
    const auto bytes = sandbox::encode(setup);
    const auto decoded = sandbox::decode_setup(bytes).value();
    CHECK(sandbox::encode(decoded) == bytes);
    CHECK(sandbox::describe(decoded) == sandbox::describe(setup));
}

TEST_CASE("every cut or longer encoding is refused") {
    const auto bytes = sandbox::encode(every_step());
    for (std::size_t size = 0; size < bytes.size(); ++size)
        CHECK_FALSE(sandbox::decode_setup(bytes.substr(0, size)));
    CHECK_FALSE(sandbox::decode_setup(bytes + "x"));
}

TEST_CASE("a changed byte of an encoding never does more than change a value or fail") {
    const auto bytes = sandbox::encode(every_step());
    std::size_t refused = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        auto changed = bytes;
        changed[at] = '\xff';
        refused += sandbox::decode_setup(changed) ? 0 : 1;
    }
    CHECK(refused > bytes.size() / 4);
}

TEST_CASE("a description has a line for every operation") {
    CHECK(sandbox::describe(every_step()) ==
          "namespaces user cgroup\n"
          "root on \"/scratch\"\n"
          "bind \"/from\" at \"/to\" writable\n"
          "bind \"/dev\" at \"/dev\" as it is\n"
          "tmpfs \"/tmp\" mode 1777 size 4096\n"
          "folder \"/folder\" mode 0700\n"
          "file \"/file\" mode 0444 \"a\\u0000b\\n\"\n"
          "link \"/bin\" to \"usr/bin\"\n"
          "proc \"/proc\"\n"
          "devices \"/dev\"\n"
          "seal the root\n"
          "not on this machine \"/lib64\"\n"
          "host name \"contract\"\n"
          "loopback off\n"
          "drop capabilities on\n"
          "no new privileges on\n"
          "fixed addresses on\n"
          "new session off\n"
          "filter system calls on\n"
          "close descriptors on\n"
          "hide process 1 off\n"
          "at most 77 processes\n"
          "at most 21474836480 bytes of memory a process\n"
          "id 7 is 4294967294 outside\n"
          "set EMPTY \"\"\n"
          "set PATH \"/bin\"\n"
          "in \"/build/source\"\n"
          "call \"function\" \"of it\"\n"
          "run \"sh\" \"-c\" \"echo \\\"x\\\"\"\n");
}

TEST_CASE("the setup of a build has every protection on") {
    const test::TempDir directory;
    os::make_directories(directory / "folder").value();
    os::make_symlink("folder", directory / "link").value();
    sandbox::Request request;
    request.root = {
        core::RootKind::host, "machine", {directory / "folder", directory / "link", directory / "none"}};
    request.mounts = {{"/store/a", "/store/a", false}, {"/temporary/out", "/store/out", true}};
    request.build_directory = "/temporary/build";
    request.scratch = "/temporary/root";
    request.command = {"make"};
    auto setup = sandbox::sealed_setup(request);
    CHECK(setup.outer_id == (::geteuid() == 0 ? sandbox::build_owner() : 0));
    setup.outer_id = 0;
    const std::string base = directory.path();
    CHECK(sandbox::describe(setup) ==
          "namespaces user mount pid network ipc uts cgroup\n"
          "root on \"/temporary/root\"\n"
          "bind \"" +
              base + "/folder\" at \"" + base +
              "/folder\" read-only\n"
              "link \"" +
              base +
              "/link\" to \"folder\"\n"
              "file \"/etc/passwd\" mode 0444 \"root:x:0:0:root:/:/noshell\\n"
              "build:x:1000:1000:build:/homeless:/noshell\\nnobody:x:65534:65534:nobody:/:/noshell\\n\"\n"
              "file \"/etc/group\" mode 0444 \"root:x:0:\\nbuild:x:1000:\\nnogroup:x:65534:\\n\"\n"
              "file \"/etc/hosts\" mode 0444 \"127.0.0.1 localhost contract\\n::1 localhost\\n\"\n"
              "file \"/etc/nsswitch.conf\" mode 0444 \"passwd: files\\ngroup: files\\nhosts: files\\n\"\n"
              "tmpfs \"/tmp\" mode 1777\n"
              "proc \"/proc\"\n"
              "devices \"/dev\"\n"
              "bind \"/temporary/build\" at \"/build\" writable\n"
              "bind \"/store/a\" at \"/store/a\" read-only\n"
              "bind \"/temporary/out\" at \"/store/out\" writable\n"
              "seal the root\n"
              "not on this machine \"" +
              base +
              "/none\"\n"
              "host name \"contract\"\n"
              "loopback on\n"
              "drop capabilities on\n"
              "no new privileges on\n"
              "fixed addresses on\n"
              "new session on\n"
              "filter system calls on\n"
              "close descriptors on\n"
              "hide process 1 on\n"
              "at most 8192 processes\n"
              "id 1000 is the caller outside\n"
              "in \"/build\"\n"
              "run \"make\"\n");
}

TEST_CASE("only a process started as the helper is one") {
    char helper[] = "contract-sandbox", other[] = "/usr/bin/contract-sandbox";
    char* as_helper[] = {helper, nullptr};
    char* as_other[] = {other, nullptr};
    CHECK(sandbox::is_helper(1, as_helper));
    CHECK_FALSE(sandbox::is_helper(1, as_other));
    CHECK_FALSE(sandbox::is_helper(0, as_helper));
}
