// SPDX-License-Identifier: Apache-2.0
#include "../../../src/inputs/deb/unpack.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "deb_package.hpp"
#include "temporary.hpp"

using namespace contract;
using namespace contract::inputs;
using deb::DebFile;
using deb::UnpackRules;
using test::DebPackage;

namespace {

struct World {
    test::TempDir temporary;
    store::Store store = store::Store::open(temporary / "home").value();
    std::string debs = temporary / "debs";
    int placed = 0;

    static std::vector<DebFile> files(const std::vector<std::string>& paths) {
        std::vector<DebFile> out;
        for (const auto& path : paths) out.push_back({path, path::name(path)});
        return out;
    }
    Result<deb::Unpacked> unpack(const std::vector<std::string>& paths, const UnpackRules& rules = {},
                                 unsigned jobs = 2) {
        return deb::unpack_packages(files(paths), rules, store, jobs, {});
    }
    // The tree as files; the path of its top.
    std::string place(const Digest& tree) {
        const std::string path = temporary / ("root" + std::to_string(placed++));
        store.place(tree, path, store::Placement::writable).value();
        return path;
    }
    Error refusal(const std::vector<std::string>& paths, const UnpackRules& rules = {}) {
        const auto result = unpack(paths, rules);
        REQUIRE_FALSE(result);
        CHECK(os::list_directory(store.temporary()).value() == std::vector<std::string>{"leases", "locks"});
        return result.error();
    }
};

std::string read(const std::string& path) {
    return os::read_file(path).value();
}
std::string target(const std::string& path) {
    return os::read_link(path).value();
}
bool executable(const std::string& path) {
    return (os::status(path).value()->mode & 0111) != 0;
}

const std::string& hostile() {
    static const test::TempDir made;
    static const bool done = [] {
        std::vector<std::string> command = {"python3", "-B", MAKE_ARCHIVES, made.path()};
        for (const char* name : {"good", "extra", "parent", "through_link", "link_loop", "hard_link_outside",
                                 "hard_link_missing", "newline", "no_data", "order", "no_version", "name",
                                 "no_control", "truncated", "bomb"})
            command.push_back(std::string("deb_") + name);
        test::output_of(command);
        return true;
    }();
    (void)done;
    return made.path();
}

}  // namespace

TEST_CASE("packages of every compression become one merged root") {
    World world;
    DebPackage base("base");
    base.file("bin/tool", "#!/bin/sh\n", 0755)
        .file("lib/x86/libx.so.1", "so")
        .link("lib64/ld.so", "/lib/x86/ld.so");
    base.link("usr/lib/x86/libx.so", "/lib/x86/libx.so.1")
        .hard_link("usr/bin/again", "bin/tool")
        .folder("var/empty");
    DebPackage more("more");
    more.file("sbin/init", "init", 0750).file("etc/more.conf", "more").file("usr/bin/größe", "ö");
    for (const char* compression : {"gzip", "xz", "zstd", "none"}) {
        INFO(compression);
        const auto unpacked =
            world.unpack({base.build(world.debs, compression), more.build(world.debs, compression)});
        REQUIRE(unpacked);
        CHECK(unpacked->notes.empty());
        const auto root = world.place(unpacked->tree);
        CHECK(os::list_directory(root).value() ==
              std::vector<std::string>{"bin", "etc", "lib", "lib64", "sbin", "usr", "var"});
        CHECK(target(root + "/bin") == "usr/bin");
        CHECK(target(root + "/lib64") == "usr/lib64");
        CHECK(read(root + "/usr/bin/tool") == "#!/bin/sh\n");
        CHECK(executable(root + "/usr/bin/tool"));
        CHECK(read(root + "/usr/bin/again") == "#!/bin/sh\n");
        CHECK(executable(root + "/usr/sbin/init"));
        CHECK_FALSE(executable(root + "/usr/lib/x86/libx.so.1"));
        CHECK(target(root + "/usr/lib64/ld.so") == "/lib/x86/ld.so");
        CHECK(target(root + "/usr/lib/x86/libx.so") == "/lib/x86/libx.so.1");
        CHECK(read(root + "/usr/bin/größe") == "ö");
        CHECK(os::exists(root + "/var/empty"));
        CHECK_FALSE(os::exists(root + "/var/lib/dpkg"));
    }
}

TEST_CASE("the tree depends on nothing but the packages") {
    World world;
    std::vector<std::string> paths;
    for (int i = 0; i < 8; ++i) {
        DebPackage package("p" + std::to_string(i));
        package.file("usr/share/common", "same").file("usr/bin/p" + std::to_string(i), "x", 0755);
        package.link("usr/share/doc/p" + std::to_string(i), "p0.d")
            .file("usr/share/doc/p0.d/" + std::to_string(i), "");
        paths.push_back(package.build(world.debs));
    }
    const auto wanted = world.unpack(paths).value().tree;
    const auto before = ::umask(0077);
    for (unsigned jobs = 1; jobs < 6; ++jobs) {
        std::next_permutation(paths.begin(), paths.end());
        std::rotate(paths.begin(), paths.begin() + 3, paths.end());
        World other;
        CHECK(other.unpack(paths, {}, jobs).value().tree == wanted);
    }
    ::umask(before);
}

TEST_CASE("one path in two packages") {
    World world;
    const auto one =
        DebPackage("one").file("usr/bin/tool", "1", 0755).file("usr/share/x", "x").build(world.debs);
    const auto equal = DebPackage("two", "1").file("bin/tool", "1", 0755).build(world.debs);
    CHECK(world.unpack({one, equal}));

    const auto other = DebPackage("two", "2").file("bin/tool", "2", 0755).build(world.debs);
    const auto error = world.refusal({other, one});
    CHECK(error.code == "package-conflict");
    CHECK_THAT(error.message, Catch::Contains("'one' and 'two'") && Catch::Contains("'usr/bin/tool'"));
    CHECK(error.notes.size() == 3);
    CHECK_FALSE(error.help.empty());
    const auto mode = DebPackage("two", "3").file("bin/tool", "1", 0644).build(world.debs);
    CHECK(world.refusal({mode, one}).code == "package-conflict");
    const auto folder = DebPackage("two", "4").file("usr/bin/tool/below", "1").build(world.debs);
    CHECK(world.refusal({folder, one}).code == "package-conflict");
    const auto link = DebPackage("two", "5").link("usr/bin/tool", "other").build(world.debs);
    CHECK(world.refusal({folder, link}).code == "package-conflict");

    const auto replacing = DebPackage("two", "6", "Replaces: zero, one (<< 1.0-2)\n")
                               .file("bin/tool", "2", 0755)
                               .build(world.debs);
    CHECK(read(world.place(world.unpack({replacing, one}).value().tree) + "/bin/tool") == "2");
    const auto older =
        DebPackage("two", "7", "Replaces: one (<< 1.0)\n").file("bin/tool", "2", 0755).build(world.debs);
    CHECK(world.refusal({older, one}).code == "package-conflict");
    // The earlier of the names may be the one that wins.
    const auto first =
        DebPackage("one", "2", "Replaces: two\n").file("usr/bin/tool", "1", 0755).build(world.debs);
    CHECK(read(world.place(world.unpack({first, other}).value().tree) + "/bin/tool") == "1");
    CHECK(world.refusal({one, first}).code == "package-conflict");  // two versions of one package
}

TEST_CASE("a folder of one package that is a symlink of another") {
    World world;
    const auto link =
        DebPackage("a").link("usr/share/doc/a", "b").file("usr/share/doc/b/copyright", "c").build(world.debs);
    const auto inside = DebPackage("c").file("usr/share/doc/a/readme", "r").build(world.debs);
    const auto root = world.place(world.unpack({inside, link}).value().tree);
    CHECK(target(root + "/usr/share/doc/a") == "b");
    CHECK(read(root + "/usr/share/doc/b/readme") == "r");
    // Also through the links of the merge, and out at the top.
    const auto away = DebPackage("d").link("usr/share/x", "../../../../bin").build(world.debs);
    const auto there = DebPackage("e").file("usr/share/x/tool", "t", 0755).build(world.debs);
    CHECK(read(world.place(world.unpack({there, away}).value().tree) + "/usr/bin/tool") == "t");
}

TEST_CASE("alternatives as the scripts would make them") {
    World world;
    DebPackage low("low"), high("high");
    low.file("usr/bin/low", "low", 0755).file("usr/share/man/low.1", "");
    low.control("postinst", R"(#!/bin/sh
set -e
if [ "$1" = configure ]; then
    update-alternatives --install /usr/bin/tool tool /usr/bin/low 10 \
        --slave /usr/share/man/tool.1 tool.1 /usr/share/man/low.1
fi
)");
    high.file("bin/high", "high", 0755);
    high.control("postinst", R"(#!/bin/sh
prio=20
case "$1" in configure)
    for name in tool other; do
        /usr/bin/update-alternatives --quiet --install /bin/$name "$name" /bin/high ${prio} # --slave a b c
    done;;
esac
update-alternatives --install /usr/bin/gone gone /usr/bin/nothing 5
update-alternatives --install /usr/bin/$(uname -m) machine /bin/high 5
update-alternatives --install /usr/bin/high high /usr/bin/low 5
cat <<EOF
update-alternatives --install /usr/bin/text text /bin/high 5
EOF
)");
    const auto unpacked = world.unpack({low.build(world.debs), high.build(world.debs)}).value();
    const auto root = world.place(unpacked.tree);
    CHECK(target(root + "/usr/bin/tool") == "/etc/alternatives/tool");
    CHECK(target(root + "/etc/alternatives/tool") == "/bin/high");
    CHECK(target(root + "/etc/alternatives/other") == "/bin/high");
    CHECK(os::list_directory(root + "/etc/alternatives").value() ==
          std::vector<std::string>{"other", "tool"});
    CHECK_FALSE(os::exists(root + "/usr/share/man/tool.1"));  // of the one that lost
    CHECK(read(root + "/usr/bin/high") == "high");
    REQUIRE(unpacked.notes.size() == 2);
    CHECK_THAT(unpacked.notes[0], Catch::Contains("'high'") && Catch::Contains("uname -m"));
    CHECK_THAT(unpacked.notes[1],
               Catch::Contains("'high'") && Catch::Contains("a package has '/usr/bin/high'"));

    const auto alone = world.place(world.unpack({low.build(world.debs)}).value().tree);
    CHECK(target(alone + "/usr/share/man/tool.1") == "/etc/alternatives/tool.1");
    CHECK(target(alone + "/etc/alternatives/tool.1") == "/usr/share/man/low.1");

    UnpackRules rules;
    rules.links = {{"/usr/bin/tool", "low"}, {"bin/sh", "/bin/high"}, {"opt/x", "y"}};
    const auto linked =
        world.place(world.unpack({low.build(world.debs), high.build(world.debs)}, rules).value().tree);
    CHECK(target(linked + "/usr/bin/tool") == "low");
    CHECK(target(linked + "/usr/bin/sh") == "/bin/high");
    CHECK(target(linked + "/opt/x") == "y");
    rules.links = {{"usr/bin", "elsewhere"}};
    CHECK(world.refusal({low.build(world.debs)}, rules).code == "package-conflict");
    rules.links = {{"../../etc/x", "elsewhere"}, {"a", ""}};
    CHECK(world.refusal({low.build(world.debs)}, rules).code == "unsupported-entry");
}

TEST_CASE("a database from which dpkg configures") {
    World world;
    DebPackage one("one", "1:2.0~rc1-3", "Multi-Arch: same\nReplaces: two\n");
    one.file("etc/one.conf", "configured\n")
        .file("usr/bin/one", "1", 0755)
        .control("conffiles", "/etc/one.conf\n");
    one.file("usr/share/shared", "of one");
    DebPackage two("two", "1", "Depends: one\n", "all");
    two.file("usr/share/two", "2").file("usr/share/shared", "of two");
    one.control("md5sums", "");
    two.control("md5sums", "");
    two.control("postinst", "#!/bin/sh\nupdate-alternatives --install /usr/bin/x x /usr/bin/one 5\n");
    UnpackRules rules;
    rules.configure = true;
    const auto unpacked = world.unpack({one.build(world.debs), two.build(world.debs)}, rules).value();
    const auto root = world.place(unpacked.tree);
    const auto admin = "--admindir=" + root + "/var/lib/dpkg";
    CHECK(test::output_of(
              {"dpkg-query", admin, "-W", "-f", "${db:Status-Abbrev}${binary:Package} ${Version}\n"}) ==
          "iU one:amd64 1:2.0~rc1-3\niU two 1\n");
    CHECK(test::output_of({"dpkg-query", admin, "-L", "two"}) ==
          "/.\n/usr\n/usr/share\n/usr/share/two\n");  // what one replaces is not two's
    CHECK(test::output_of({"dpkg-query", admin, "-S", "/etc/one.conf"}) == "one:amd64: /etc/one.conf\n");
    CHECK(executable(root + "/var/lib/dpkg/info/two.postinst"));
    CHECK(read(root + "/etc/one.conf.dpkg-new") == "configured\n");
    CHECK(read(root + "/usr/share/shared") == "of one");
    CHECK_FALSE(os::exists(root + "/usr/bin/x"));
    CHECK_FALSE(os::exists(root + "/var/lib/dpkg/arch"));
    // The real one takes it from there. The script is left out: it would need a shell inside.
    os::remove_tree(root + "/var/lib/dpkg/info/two.postinst").value();
    test::output_of({"dpkg", "--root=" + root, "--force-not-root", "--force-bad-path", "--configure", "-a"});
    CHECK(test::output_of({"dpkg-query", admin, "-W", "-f", "${db:Status-Abbrev}${binary:Package}\n"}) ==
          "ii one:amd64\nii two\n");
    CHECK(test::output_of({"dpkg", "--root=" + root, "--audit"}) == "");
    CHECK(test::output_of({"dpkg", "--root=" + root, "--verify"}).empty());
    CHECK(read(root + "/etc/one.conf") == "configured\n");
    CHECK_FALSE(os::exists(root + "/etc/one.conf.dpkg-new"));
}

TEST_CASE("packages that were made to hurt") {
    struct Row {
        const char* name;
        const char* code;
        const char* says;
    };
    const Row rows[] = {
        {"parent", "unsupported-entry", "'./usr/../../etc/passwd' has a part '..'"},
        {"link_loop", "unsupported-entry", "'a/c' lies behind symlinks that lead nowhere"},
        {"hard_link_outside", "unsupported-entry", "hard link whose target has an absolute path"},
        {"hard_link_missing", "unsupported-entry", "'a' is a hard link to 'b', which is not there"},
        {"newline", "unsupported-entry", "control character"},
        {"no_data", "bad-archive", "a part is missing"},
        {"order", "bad-archive", "'data.tar.gz' where control.tar belongs"},
        {"no_version", "bad-archive", "does not begin as one"},
        {"name", "bad-archive", "its name is '../../sample'"},
        {"no_control", "bad-archive", "it has no control file"},
        {"truncated", "bad-archive", ""},
        {"bomb", "archive-too-large", "'x' makes the archive larger"},
    };
    World world;
    for (const auto& row : rows) {
        INFO(row.name);
        const auto error = world.refusal({hostile() + "/deb_" + row.name});
        CHECK(error.code == row.code);
        CHECK_THAT(error.message, Catch::Contains(row.says));
        CHECK_THAT(error.message + join(error.notes, "\n"), Catch::Contains(std::string("deb_") + row.name));
        CHECK_FALSE(error.help.empty());
    }
    test::TempDir other;
    other.write("text", "no archive at all");
    CHECK(world.refusal({other / "text"}).code == "bad-archive");
    CHECK(world.refusal({other / "missing"}).code == "system");
    UnpackRules future;
    future.layout = deb::newest_layout + 1;
    CHECK(world.refusal({hostile() + "/deb_good"}, future).code == "layout-unknown");
    CHECK(
        deb::unpack_packages(World::files({hostile() + "/deb_good"}), {}, world.store, 2, [] { return true; })
            .error()
            .code == "interrupted");

    // Set-id bits and devices are nothing that a tree has; a symlink leads inside the tree, not out of it.
    const auto root = world.place(world.unpack({hostile() + "/deb_good"}).value().tree);
    CHECK(os::status(root + "/usr/bin/sample").value()->mode == 0755);
    CHECK(read(root + "/usr/bin/same") == "#!");
    CHECK_FALSE(os::exists(root + "/dev/null"));
    CHECK(world.unpack({hostile() + "/deb_extra"}));
    const auto through = world.place(world.unpack({hostile() + "/deb_through_link"}).value().tree);
    CHECK(read(through + "/tmp/written") == "pwned");
    CHECK_FALSE(os::exists("/tmp/written"));
}

TEST_CASE("packages of a lock come from the store") {
    World world;
    const auto file = DebPackage("one").file("usr/bin/one", "1", 0755).build(world.debs);
    core::LockedPackage package;
    package.name = "one";
    package.path = "pool/main/o/one/one_1.0-1_amd64.deb";
    package.sha256 = world.store.add_blob_file(file).value();
    core::DebSource source;
    source.links.emplace_back(core::Text{"/usr/bin/uno", {}}, core::Text{"one", {}});
    const Context context{world.store, world.temporary.path()};
    const auto root = world.place(deb::unpack_packages({package}, source, 1, context).value().tree);
    CHECK(target(root + "/usr/bin/uno") == "one");
    package.sha256 = Digest::of("not there");
    CHECK(deb::unpack_packages({package}, source, 1, context).error().code == "store-damaged");
}

TEST_CASE("unpacking equals dpkg -x") {
    World world;
    DebPackage package("sample");
    package.file("usr/bin/a", "a", 0755).file("usr/lib/b", "b").link("usr/lib/c", "b").folder("usr/empty");
    package.hard_link("usr/lib/d", "usr/lib/b").file("usr/share/größe", "ö", 0600);
    const auto file = package.build(world.debs, "xz");
    const auto ours = world.place(world.unpack({file}).value().tree);
    const auto theirs = world.temporary / "theirs";
    test::output_of({"dpkg", "-x", file, theirs});
    const auto differences = test::output_of(
        {"sh", "-c", "diff -r --no-dereference \"$1\" \"$2\" || test $? = 1", "sh", theirs, ours});
    // The links of the merge are all that we have more.
    CHECK(differences == "Only in " + ours + ": bin\nOnly in " + ours + ": lib\n");
}
