// SPDX-License-Identifier: Apache-2.0
//
// Programs in a root that is entered, not sealed. Each runs in a process of its own, since entering is for
// good.
#include <signal.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "contract/sandbox/enter.hpp"
#include "small_tree.hpp"

using namespace contract;
using test::make_tree;
using test::Sandboxed;

namespace {

class Entered {
public:
    Entered() { make_tree(box.directory()); }

    os::ProcessResult run(const std::vector<std::string>& command) const {
        os::ProcessRequest request;
        request.command = {Sandboxed::tool("SANDBOX_HELPER"), "enter", tree, package, folder};
        request.command.insert(request.command.end(), command.begin(), command.end());
        request.environment = {{"PATH", "/usr/bin:/bin"}, {"COLOUR", "blue"}};
        request.directory = directory;
        request.input = "typed\n";
        return os::run(request).value();
    }
    std::string shell(const std::string& script) const { return run({"/bin/sh", "-c", script}).output; }

    Sandboxed box;
    std::string tree = box.directory() / "tree";
    std::string package;
    std::string folder = "/";
    std::string directory;
};

}  // namespace

TEST_CASE("the tools are the root's, and the rest is the caller's") {
    const Entered entered;
    CHECK(entered.shell("cat /etc/release /var/lib/data/status; test -e /usr/bin/env || echo none") ==
          "the tree's\ninstalled\nnone\n");
    CHECK(entered.shell("cat; echo $COLOUR") == "typed\nblue\n");
    entered.box.directory().write("mine", "of this machine\n");
    CHECK(entered.shell("cat " + (entered.box.directory() / "mine")) == "of this machine\n");
    CHECK(entered.shell(
              "test -e /proc/self/status && test -e /dev/null && test -e /sys/kernel && echo there") ==
          "there\n");
    CHECK(entered.shell("cat /dev/hidden /sys/hidden /tmp/hidden 2>/dev/null") == "");
    CHECK(entered.shell("cat /etc/hosts") == os::read_file("/etc/hosts").value());
}

TEST_CASE("the program is the process that was started, as the user that started it") {
    const Entered entered;
    CHECK(entered.run({"/bin/sh", "-c", "exit 7"}).status == 7);
    const auto killed = entered.run({"/bin/sh", "-c", "kill -TERM $$"});
    CHECK(killed.end == os::ProcessResult::End::signalled);
    CHECK(killed.status == SIGTERM);
    CHECK(entered.shell("cat /proc/self/status").find("Uid:\t" + std::to_string(::getuid()) + "\t") !=
          std::string::npos);
    const auto passwd = entered.shell("cat /etc/passwd");
    CHECK(passwd.find(":" + std::to_string(::getuid()) + ":" + std::to_string(::getgid()) + ":") !=
          std::string::npos);
    CHECK(passwd.find("somebody:x:7:7:") != std::string::npos);
}

TEST_CASE("the root cannot be written, and what is this machine's can") {
    const Entered entered;
    for (const std::string place : {"/", "/etc", "/usr/bin", "/var", "/var/lib/data", "/var/lib/contract"}) {
        INFO(place);
        CHECK(entered.shell("touch " + place + "/file 2>/dev/null && echo written") == "");
    }
    CHECK(entered.shell("touch " + (entered.box.directory() / "file") + " && echo written") == "written\n");
    CHECK(os::exists(entered.box.directory() / "file"));
}

TEST_CASE("the store has the package and nothing else, in the root or on this machine") {
    Entered entered;
    entered.box.directory().write("package/bin/tool",
                                  "#!/bin/sh\ncat /var/lib/contract/store/a-package/text\n", 0755);
    entered.box.directory().write("package/text", "of a package\n");
    entered.package = entered.box.directory() / "package";
    for (const std::string& tree : {entered.tree, std::string()}) {
        INFO(tree);
        entered.tree = tree;
        const auto ran = entered.run({"/var/lib/contract/store/a-package/bin/tool"});
        CHECK(ran.output == "of a package\n");
        CHECK(entered.shell("ls /var/lib/contract/store") == "a-package\n");
        CHECK(entered.shell("touch /var/lib/contract/store/a-package/file 2>/dev/null && echo written") ==
              "");
    }
    CHECK(entered.shell("ls /usr/bin") == [] {
        std::string names;
        const auto found = os::list_directory("/usr/bin").value();
        for (const auto& name : found) names += name + "\n";
        return names;
    }());
}

TEST_CASE("with neither a root nor a package there is no namespace") {
    Entered entered;
    entered.tree.clear();
    CHECK(sandbox::entry_setup({}).namespaces.empty());
    CHECK(entered.shell("readlink /proc/self/ns/mnt") == os::read_link("/proc/self/ns/mnt").value() + "\n");
}

TEST_CASE("the working directory is there, wherever it is, and hides none of the root's tools") {
    Entered entered;
    // A place where the root has its own folders, and which this machine has too.
    entered.directory = entered.folder = "/usr/share/doc";
    CHECK(entered.shell(
              "pwd; test -e /usr/share/doc/libc6 && echo there; test -e /usr/share/man || echo hidden") ==
          "/usr/share/doc\nthere\nhidden\n");
    CHECK(entered.shell("cat /etc/release; ls /usr/bin/busybox") == "the tree's\n/usr/bin/busybox\n");
    entered.folder = "/usr/bin";
    CHECK(entered.shell("ls /usr/bin/env 2>/dev/null; echo ran").find("env") == std::string::npos);
}

TEST_CASE("what keeps a program from starting is told, with status 125") {
    Entered entered;
    const auto missing = entered.run({"/usr/bin/none"});
    CHECK(missing.status == 125);
    CHECK(missing.output ==
          "program-missing: '/usr/bin/none' cannot be started: No such file or directory\n");
    entered.directory = "/usr/share/doc";
    const auto elsewhere = entered.run({"/bin/sh"});
    CHECK(elsewhere.status == 125);
    CHECK(elsewhere.output.find("the working directory '/usr/share/doc' is not in the root") !=
          std::string::npos);
}
