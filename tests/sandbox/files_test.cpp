// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "sandboxed.hpp"

using namespace contract;
using test::Sandboxed;

TEST_CASE("files of the machine that are not declared cannot be read") {
    const Sandboxed box;
    box.directory().write("secret", "the text");
    const std::string secret = box.directory() / "secret";
    CHECK(box.run(box.setup({"read", secret})).attack_refused());
    CHECK(box.run(box.without_mounts({"read", secret})).attack_succeeded());
    for (const std::string file : {"/etc/hostname", "/etc/shadow", "/proc/1/environ", "/proc/1/mem"})
        CHECK(box.run(box.setup({"read", file})).attack_refused());
}

TEST_CASE("folders of the machine that are not declared are not there") {
    const Sandboxed box;
    for (const std::string folder : {"/home", "/root", "/sys", "/usr", "/var", "/run"}) {
        INFO(folder);
        CHECK(box.run(box.setup({"list", folder})).attack_refused());
    }
    CHECK(box.run(box.without_mounts({"list", "/home"})).attack_succeeded());
}

TEST_CASE("a program of the machine that is not declared cannot be run") {
    const Sandboxed box;
    const std::string program = box.directory() / "attack";
    CHECK(box.run(box.setup({"run", program})).attack_refused());
    CHECK(box.run(box.without_mounts({"run", program})).attack_succeeded());
}

TEST_CASE("a folder bound read-only cannot be written, not even by its owner") {
    const Sandboxed box;
    auto request = box.request({"write", "/shared/file"});
    request.mounts.push_back({box.own_folder("shared"), "/shared", false});
    CHECK(box.run(sandbox::sealed_setup(request)).attack_refused());
    CHECK_FALSE(os::exists(box.directory() / "shared/file"));
    request.mounts.back().writable = true;
    CHECK(box.run(sandbox::sealed_setup(request)).attack_succeeded());
    CHECK(os::exists(box.directory() / "shared/file"));
}

TEST_CASE("nothing can be written outside the folders meant for it") {
    const Sandboxed box;
    for (const std::string file : {"/file", "/etc/passwd", "/etc/file"}) {
        INFO(file);
        CHECK(box.run(box.setup({"write", file})).attack_refused());
    }
    CHECK(box.run(box.setup({"write", "/dev/file"})).attack_refused());
    const auto unsealed = Sandboxed::without_step<sandbox::SealRoot>(box.setup({"write", "/etc/file"}));
    CHECK(box.run(unsealed).attack_succeeded());
    CHECK_FALSE(os::exists("/etc/file"));
}

TEST_CASE("the build folder, /tmp and the devices can be written") {
    const Sandboxed box;
    for (const std::string file : {"/build/file", "/tmp/file", "/dev/null", "/dev/shm/file"}) {
        INFO(file);
        CHECK(box.run(box.setup({"write", file})).attack_succeeded());
    }
    CHECK(os::status(box.directory() / "build/file").value()->uid == sandbox::build_owner());
    CHECK_FALSE(os::exists("/tmp/file"));
}

TEST_CASE("the machine's folders of a host root are there, read-only") {
    const Sandboxed box;
    auto request = box.request({});
    request.root.kind = core::RootKind::host;
    request.root.folders = {"/bin", "/lib", "/lib64", "/not/on/any/machine", "/usr"};
    request.environment = {{"PATH", "/usr/bin:/bin"}};
    request.command = {"sh", "-c",
                       "test -d /usr/bin && test ! -e /home && ls /usr >/dev/null && echo seen; "
                       "touch /usr/file || echo read-only"};
    const auto outcome = box.run(sandbox::sealed_setup(request));
    CHECK(outcome.output.find("seen\n") == 0);
    CHECK(outcome.output.find("read-only\n") != std::string::npos);
    CHECK(sandbox::sealed_setup(request).left_out.back() == "/not/on/any/machine");
}

TEST_CASE("a source that is a symlink is a symlink inside, and leads nowhere outside") {
    const Sandboxed box;
    box.directory().write("secret", "the text");
    os::make_symlink(box.directory() / "secret", box.directory() / "link").value();
    auto request = box.request({"read", "/link"});
    request.mounts.push_back({box.directory() / "link", "/link", false});
    CHECK(box.run(sandbox::sealed_setup(request)).attack_refused());
}

TEST_CASE("a mount below a symlink of another mount stays inside the new root") {
    const Sandboxed box;
    const auto outside = box.own_folder("outside");
    const auto tree = box.own_folder("tree");
    os::make_symlink(outside, tree + "/door").value();
    auto request = box.request({"write", "/tree/door/file"});
    request.mounts.push_back({tree, "/tree", true});
    request.mounts.push_back({box.own_folder("inner"), "/tree/door", true});
    const auto ran = sandbox::run(sandbox::sealed_setup(request), {}, [](std::string_view) {});
    // Whatever becomes of it inside, the folder outside is untouched.
    CHECK(os::list_directory(outside).value().empty());
    if (ran) CHECK(os::exists(box.directory() / "inner/file"));
}

TEST_CASE("a set-id file cannot be made by any system call") {
    const Sandboxed box;
    for (const std::string mode : {"4755", "2755"})
        for (const std::string how : {
                 "fchmod", "fchmodat", "open", "mknod", "tmpfile", "openat2",
#if defined(__x86_64__)
                     "chmod",
#endif
                     "fchmodat2"
             }) {
            INFO(how << " " << mode);
            auto setup = box.setup({"set-id", how, mode, "/build/file"});
            CHECK(box.run(setup).attack_refused());
            setup.filter_system_calls = false;
            const auto unfiltered = box.run(setup);
            // Kernels before 6.6 have no fchmodat2 to refuse.
            const bool unknown = unfiltered.output.find("Function not implemented") != std::string::npos;
            if (how == "fchmodat2" && unknown) {
                WARN("this kernel has no fchmodat2");
            } else {
                CHECK(unfiltered.attack_succeeded());
            }
        }
}

TEST_CASE("an ordinary mode is not taken for a set-id one") {
    const Sandboxed box;
    auto request = box.request({});
    request.root.kind = core::RootKind::host;
    request.root.folders = {"/bin", "/lib", "/lib64", "/usr"};
    request.environment = {{"PATH", "/usr/bin:/bin"}};
    request.command = {"sh", "-c",
                       "umask 0; echo x > f && chmod 1777 f && cp -a f g && mkdir -m 755 d && cat g"};
    const auto outcome = box.run(sandbox::sealed_setup(request));
    CHECK(outcome.output == "x\n");
    CHECK(outcome.attack_succeeded());
}
