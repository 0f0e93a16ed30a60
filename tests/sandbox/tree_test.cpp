// SPDX-License-Identifier: Apache-2.0
//
// Roots that are trees: a small file system with a static shell.
#include <catch2/catch.hpp>

#include "small_tree.hpp"

using namespace contract;
using test::make_tree;
using test::Sandboxed;

namespace {

sandbox::Request request_for(const Sandboxed& box, const std::string& script) {
    auto request = box.request({});
    request.root.kind = core::RootKind::tree;
    request.root.input = "base";
    request.root_tree = box.directory() / "tree";
    request.environment = {{"PATH", "/usr/bin:/bin"}};
    request.command = {"sh", "-c", script};
    return request;
}

std::string output_of(const Sandboxed& box, const std::string& script) {
    return box.run(sandbox::sealed_setup(request_for(box, script))).output;
}

}  // namespace

TEST_CASE("a tree is the root, with its links, and its programs run") {
    const Sandboxed box;
    make_tree(box.directory());
    CHECK(output_of(box,
                    "cat /etc/release /etc/linked /var/lib/data/status; ls /var/run/lock; readlink /bin") ==
          "the tree's\nbelow\ninstalled\ninside\nusr/bin\n");
    CHECK(output_of(box, "cd / && ls") == "attack\nbin\nbuild\ndev\netc\nhome\nproc\nrun\ntmp\nusr\nvar\n");
    CHECK(output_of(box, "ls /home /build /tmp /var/lib") ==
          "/build:\n\n/home:\ninside\n\n/tmp:\n\n/var/lib:\ndata\n");
}

TEST_CASE("nothing of this machine is behind a tree") {
    const Sandboxed box;
    make_tree(box.directory());
    for (const std::string program : {"/usr/bin/env", "/usr/bin/gcc", "/bin/bash"}) {
        INFO(program);
        CHECK(output_of(box, "test -e " + program + " && echo seen") == "");
        auto request = request_for(box, "");
        request.command = {program};
        CHECK(sandbox::run(sandbox::sealed_setup(request), {}, nullptr).error().code == "program-missing");
    }
    for (const std::string file : {"/etc/hostname", "/dev/hidden", "/tmp/hidden", "/build/hidden", "/sys"})
        CHECK(output_of(box, "test -e " + file + " && echo seen") == "");
}

TEST_CASE("accounts and names in a tree are those of every sandbox") {
    const Sandboxed box;
    make_tree(box.directory());
    const auto output = output_of(box, "cat /etc/passwd /etc/nsswitch.conf /etc/hosts /etc/group");
    CHECK(output.find("build:x:1000:1000:") != std::string::npos);
    CHECK(output.find("somebody") == std::string::npos);
    CHECK(output.find("hosts: files\n") != std::string::npos);
}

TEST_CASE("store paths are mounted into a tree") {
    const Sandboxed box;
    make_tree(box.directory());
    box.directory().write("package/file", "of a package\n");
    auto request = request_for(box, "cat /var/lib/contract/store/a-package/file; ls /var/lib/contract/store");
    request.mounts.push_back({box.directory() / "package", "/var/lib/contract/store/a-package", false});
    CHECK(box.run(sandbox::sealed_setup(request)).output == "of a package\na-package\n");
}

TEST_CASE("no part of a tree can be written") {
    const Sandboxed box;
    make_tree(box.directory());
    for (const std::string folder : {"/", "/etc", "/etc/folder", "/usr/bin", "/var", "/var/lib",
                                     "/var/lib/data", "/var/lib/contract", "/run", "/home"}) {
        INFO(folder);
        CHECK(output_of(box, "touch " + folder + "/file 2>/dev/null && echo written") == "");
    }
    CHECK_FALSE(os::exists(box.directory() / "tree/usr/bin/file"));
}

TEST_CASE("folders of a tree that are links are followed inside it, and only there") {
    const Sandboxed box;
    make_tree(box.directory());
    box.directory().write("outside/secret", "the text");
    const std::string tree = box.directory() / "tree";
    os::rename(tree + "/etc", tree + "/usr/etc").value();
    os::make_symlink("/usr/etc", tree + "/etc").value();
    os::rename(tree + "/var/lib", tree + "/usr/lib").value();
    os::make_symlink("../../../../../../usr/lib", tree + "/var/lib").value();
    CHECK(output_of(box, "cat /etc/release /var/lib/data/status") == "the tree's\ninstalled\n");
    CHECK(output_of(box, "cat /etc/passwd").find("build:") != std::string::npos);

    os::remove_tree(tree + "/var/lib").value();
    os::make_symlink(box.directory() / "outside", tree + "/var/lib").value();
    CHECK(output_of(box, "cat /var/lib/secret 2>/dev/null; echo ran") == "ran\n");
}

TEST_CASE("two sandboxes of one tree are set up by the same steps") {
    const Sandboxed box;
    make_tree(box.directory());
    const auto text = sandbox::describe(sandbox::sealed_setup(request_for(box, "")));
    CHECK(text == sandbox::describe(sandbox::sealed_setup(request_for(box, ""))));
    const std::string tree = box.directory() / "tree";
    CHECK(
        text.find("link \"/bin\" to \"usr/bin\"\nfolder \"/etc\" mode 0755\nbind \"" + tree +
                  "/etc/folder\" at \"/etc/folder\" read-only\nlink \"/etc/linked\" to \"folder/file\"\n") !=
        std::string::npos);
}

TEST_CASE("a tree that is not there is named when the sandbox is made") {
    const Sandboxed box;
    const auto ran = sandbox::run(sandbox::sealed_setup(request_for(box, "")), {}, nullptr);
    REQUIRE_FALSE(ran);
    CHECK(ran.error().code == "sandbox-setup");
    CHECK(ran.error().message.find(box.directory() / "tree") != std::string::npos);
}
