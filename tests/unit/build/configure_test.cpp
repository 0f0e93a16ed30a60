// SPDX-License-Identifier: Apache-2.0
//
// Roots that are configured: a script stands for dpkg and does what maintainer scripts do.
#include <catch2/catch.hpp>

#include "../../../src/build/configure_root.hpp"
#include "shell_tree.hpp"

using namespace contract;
using test::shell_tree;
using test::Workshop;

namespace {

core::PlannedInput input_with(Workshop& shop, const std::string& script) {
    core::PlannedInput input;
    input.target = "inputs.base";
    input.kind = core::InputKind::deb;
    input.tree = shell_tree(shop.store, "#!/bin/sh\nset -eu\nb() { /usr/bin/busybox \"$@\"; }\n" + script);
    input.path = core::StorePath(Digest::of("configure 1\n" + script), "base");
    core::DebSource source;
    source.configure = true;
    input.source = source;
    return input;
}

Result<> configure(Workshop& shop, const core::PlannedInput& input) {
    const inputs::Context context{shop.store, shop.directory.path(), false};
    return build::configure_root(input, context);
}

std::string read(const Workshop& shop, const core::PlannedInput& input, const std::string& file) {
    const auto bytes = os::read_file(shop.store.real_path(input.path) + file);
    return bytes ? *bytes : "(none)";
}

}  // namespace

TEST_CASE("scripts work as root on a root of their own, and what they made is the tree", "[configure]") {
    Workshop shop;
    const auto input = input_with(shop,
                                  "echo \"$@\" > /etc/words; b id -u > /etc/id\n"
                                  "echo '#!/bin/sh' > /usr/bin/made; b chmod 4755 /usr/bin/made\n"
                                  "b ln -s made /usr/bin/link; b mkdir -p /srv/new\n"
                                  "b rm /etc/release\n");
    CHECK_FALSE(build::configured_tree(input, shop.store));
    const auto done = configure(shop, input);
    if (!done) FAIL(done.error().message << "\n" << done.error().notes.front());
    CHECK(read(shop, input, "/etc/words") == "--force-confdef --force-confold --configure --pending\n");
    CHECK(read(shop, input, "/etc/id") == "0\n");
    CHECK(read(shop, input, "/usr/bin/made") == "#!/bin/sh\n");
    CHECK(read(shop, input, "/usr/bin/link") == "#!/bin/sh\n");
    CHECK(os::exists(shop.store.real_path(input.path) + "/srv/new"));
    CHECK_FALSE(os::exists(shop.store.real_path(input.path) + "/etc/release"));
    const auto tree = build::configured_tree(input, shop.store);
    REQUIRE(tree);
    CHECK(*tree != input.tree);
    CHECK(shop.store.has_tree(*tree));
}

TEST_CASE("the first script finds root by name where the root brings accounts", "[configure]") {
    Workshop shop;
    auto input = input_with(shop, "b id -un > /etc/me; echo more >> /etc/passwd; b chmod 600 /etc/group\n");
    auto top = shop.store.directory(input.tree).value();
    core::Directory base, share;
    for (const std::string name : {"passwd", "group"}) {
        const std::string text = name == "passwd" ? "root:x:0:0:root:/root:/bin/sh\n" : "root:x:0:\n";
        base.files.push_back({name + ".master", shop.store.add_blob(text).value(), text.size(), false});
    }
    share.directories.push_back(test::node(shop.store, "base-passwd", base));
    for (auto& usr : top.directories) {
        if (usr.name != "usr") continue;
        auto folder = shop.store.directory(usr.digest).value();
        folder.directories.push_back(test::node(shop.store, "share", share));
        usr = test::node(shop.store, "usr", folder);
    }
    input.tree = shop.store.add_directory(top).value();
    const auto done = configure(shop, input);
    if (!done) FAIL(done.error().message << "\n" << done.error().notes.front());
    CHECK(read(shop, input, "/etc/me") == "root\n");
    CHECK(read(shop, input, "/etc/passwd") == "root:x:0:0:root:/root:/bin/sh\nmore\n");
}

TEST_CASE("changes of owners, ids and devices succeed and leave nothing", "[configure]") {
    Workshop shop;
    const auto input = input_with(shop,
                                  "echo > /etc/file; b chown 7:8 /etc/file; b chown -h 7 /bin/sh\n"
                                  "b chgrp 42 /etc/file; b mknod /etc/device c 1 3\n"
                                  "b stat -c %u:%g /etc/file > /etc/owner\n");
    const auto done = configure(shop, input);
    if (!done) FAIL(done.error().message << "\n" << done.error().notes.front());
    CHECK(read(shop, input, "/etc/owner") == "0:0\n");
    CHECK_FALSE(os::exists(shop.store.real_path(input.path) + "/etc/device"));
}

TEST_CASE("scripts see no network, no machine and no kernel's file systems of this machine", "[configure]") {
    Workshop shop;
    const auto input =
        input_with(shop,
                   "b ifconfig -a | b grep -c '^[a-z]' > /etc/interfaces || true\n"
                   "b --list | b grep -cx mount > /etc/can-try\n"
                   "b ls / > /etc/seen; echo left > /tmp/left; echo left > /run/left\n"
                   "b mount -t tmpfs none /srv 2>/dev/null && echo mounted > /etc/mounted || true\n");
    const auto done = configure(shop, input);
    if (!done) FAIL(done.error().message << "\n" << done.error().notes.front());
    CHECK(read(shop, input, "/etc/interfaces") == "1\n");
    CHECK(read(shop, input, "/etc/seen") == "bin\ndev\netc\nproc\nrun\ntmp\nusr\n");
    CHECK(read(shop, input, "/etc/can-try") == "1\n");
    CHECK(read(shop, input, "/tmp/left") == "(none)");
    CHECK(read(shop, input, "/run/left") == "(none)");
    CHECK(read(shop, input, "/etc/mounted") == "(none)");
}

TEST_CASE("what differs between two runs is not kept", "[configure]") {
    const auto tree_of = [](const std::string& mark) {
        Workshop shop;
        auto input = input_with(
            shop,
            "b mkdir -p /var/log/apt /var/cache/ldconfig /var/cache/debconf /var/lib/dpkg\n"
            "for file in log/dpkg.log log/alternatives.log log/apt/term.log cache/ldconfig/aux-cache \\\n"
            "    cache/debconf/config.dat-old lib/dpkg/status-old lib/dpkg/lock; do b date +%N > /var/$file; "
            "done\n"
            "echo kept > /var/lib/dpkg/status; b id -u > /dev/null # " +
                mark + "\n");
        const auto done = configure(shop, input);
        if (!done) FAIL(done.error().message << "\n" << done.error().notes.front());
        CHECK(read(shop, input, "/var/lib/dpkg/status") == "kept\n");
        CHECK_FALSE(os::exists(shop.store.real_path(input.path) + "/usr/sbin/policy-rc.d"));
        return *build::configured_tree(input, shop.store);
    };
    CHECK(tree_of("a") == tree_of("a"));
}

TEST_CASE("a script that fails is told with the end of its log, and nothing is kept", "[configure]") {
    Workshop shop;
    const auto input = input_with(shop, "echo Setting up base; exit 3\n");
    const auto done = configure(shop, input);
    REQUIRE_FALSE(done);
    CHECK(done.error().code == "failed");
    CHECK(done.error().message == "'inputs.base' could not be configured: dpkg exited with status 3");
    CHECK(done.error().notes.front().find("Setting up base") != std::string::npos);
    CHECK_FALSE(os::exists(shop.store.real_path(input.path)));
    CHECK(shop.store.last_log(shop.directory.path(), "inputs.base").value());
}

TEST_CASE("it runs once", "[configure]") {
    Workshop shop;
    const auto input = input_with(shop, "b date +%N > /etc/when\n");
    REQUIRE(configure(shop, input));
    const auto first = read(shop, input, "/etc/when");
    REQUIRE(configure(shop, input));
    CHECK(read(shop, input, "/etc/when") == first);
}
