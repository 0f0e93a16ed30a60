// SPDX-License-Identifier: Apache-2.0
//
// Builds that want to harm: what they leave in their folders must lead nobody out of them, and what the store
// has must stay as it is.
#include <catch2/catch.hpp>

#include "../../../src/build/configure_root.hpp"
#include "shell_tree.hpp"

using namespace contract;
using test::has_evidence;
using test::told;
using test::Workshop;

namespace {

// A file of this machine that no build was given.
std::string secret_folder(const Workshop& shop, const std::string& text) {
    shop.directory.write("secret/file", text, 0755);
    return shop.directory / "secret";
}

bool is_untouched(Workshop& shop, const build::Built& built, const std::string& target) {
    const auto& output = built.outputs.at(target);
    return shop.store.import_tree(output.real_path).value() == output.tree;
}

bool nothing_is_left(const Workshop& shop) {
    const auto names = os::list_directory(shop.store.temporary()).value();
    return std::none_of(names.begin(), names.end(),
                        [](const std::string& name) { return name.starts_with("build-"); });
}

std::string only_finding(const build::Built& built) {
    const auto lines = told(built);
    REQUIRE(lines.size() == 1);
    return lines[0];
}

}  // namespace

TEST_CASE("a folder that a formatter made a symlink is not followed to files of this machine", "[hostile]") {
    Workshop shop;
    const auto secret = secret_folder(shop, "the text of the machine\n");
    shop.directory.write("source/folder/file", "before\n");
    auto batch = test::action(shop.plan, "formatters.f", "rm -r folder; ln -s " + secret + " folder");
    batch.recipe.source = shop.store.import_tree(shop.directory / "source").value();
    batch.output = core::output_path(batch.recipe);
    batch.files = {"folder/file"};
    core::PlannedFormatter formatter{"formatters.f", {"contract.toml", 3, 1, 3, 15, 30, 44}, "", {}, {}, {}};
    formatter.batches = {batch};
    shop.plan.formatters = {formatter};
    const auto built = shop.build();
    CHECK(only_finding(built) ==
          "build.failed formatters.f: 'formatters.f' removed 'folder/file', or made something else of it");
    CHECK(built.formatted.empty());
    CHECK_FALSE(shop.store.has_blob(Digest::of("the text of the machine\n")));
}

TEST_CASE("what explains a failure does not look through a symlink either", "[hostile]") {
    Workshop shop;
    const auto secret = secret_folder(shop, "#!/the/text/of/the/machine\n");
    shop.package("looked", "ln -s " + secret + " folder; echo 'sh: 1: ./folder/file: not found'; exit 1");
    shop.package("own", "mkdir folder; echo '#!/no/such' > folder/file; chmod +x folder/file; ./folder/file");
    const auto built = shop.build();
    REQUIRE(built.result.findings.size() == 2);
    CHECK_FALSE(has_evidence(built.result.findings[0], "interpreter", ""));
    CHECK(has_evidence(built.result.findings[1], "interpreter", "/no/such"));
}

TEST_CASE("folders of a root that are symlinks are not followed when it is configured", "[hostile]") {
    Workshop shop;
    // As on this machine: what a link of the root would lead to.
    for (const std::string file : {"log/dpkg.log", "log/apt/term.log", "dpkg/status-old", "dpkg/lock"})
        shop.directory.write("machine/" + file, "of the machine\n");
    shop.directory.write("machine/base-passwd/passwd.master", "secret:x:0:0:::\n");
    os::make_directories(shop.directory / "machine/sbin").value();
    os::make_directories(shop.directory / "machine/etc").value();
    const std::string machine = shop.directory / "machine/";

    core::PlannedInput input;
    input.target = "inputs.base";
    input.kind = core::InputKind::deb;
    auto top = shop.store.directory(test::shell_tree(shop.store, "#!/bin/sh\nexit 0\n")).value();
    core::Directory var, library;
    var.symlinks.push_back({"log", machine + "log"});
    library.symlinks.push_back({"dpkg", machine + "dpkg"});
    var.directories.push_back(test::node(shop.store, "lib", library));
    top.directories.push_back(test::node(shop.store, "var", var));
    for (auto& folder : top.directories) {
        if (folder.name != "usr") continue;
        auto usr = shop.store.directory(folder.digest).value();
        core::Directory share;
        share.symlinks.push_back({"base-passwd", machine + "base-passwd"});
        usr.directories.push_back(test::node(shop.store, "share", share));
        usr.symlinks.push_back({"sbin", machine + "sbin"});
        folder = test::node(shop.store, "usr", usr);
    }
    input.tree = shop.store.add_directory(top).value();
    input.path = core::StorePath(Digest::of("a root with links"), "base");
    core::DebSource source;
    source.configure = true;
    input.source = source;

    const auto before = shop.store.import_tree(shop.directory / "machine").value();
    const auto done = build::configure_root(input, {shop.store, shop.directory.path(), false});
    if (!done) FAIL(done.error().message);
    CHECK(shop.store.import_tree(shop.directory / "machine").value() == before);
    CHECK_FALSE(os::exists(shop.store.real_path(input.path) + "/etc/passwd"));
    CHECK(os::read_link(shop.store.real_path(input.path) + "/usr/sbin").value() == machine + "sbin");
}

TEST_CASE("a build cannot change what it uses, by no name and through no link", "[hostile]") {
    Workshop shop;
    const auto tool =
        shop.package("tool", "echo whole > $out/file; echo 'echo run' > $out/run; chmod +x $out/run");
    shop.package("user",
                 "tool=" + tool +
                     "; fails() { if \"$@\" 2>> $out/why; then echo \"$*\" >> $out/done; fi; }\n"
                     "fails chmod u+w $tool $tool/file\n"
                     "fails rm -f $tool/file\n"
                     "fails mv $tool/file $tool/other\n"
                     "fails sh -c \"echo more >> $tool/file\"\n"
                     "fails ln $tool/file $out/linked\n"
                     "fails ln $tool/file /build/linked\n"
                     "fails truncate -s 0 $tool/file\n"
                     "fails touch $tool/file $tool/new\n"
                     "fails sh -c \"exec 5< $tool/file; echo more > /proc/self/fd/5\"\n"
                     "fails mount -o remount,rw $tool\n"
                     "ln -s $tool/file $out/door; fails sh -c 'echo more >> $out/door'\n"
                     "rm $out/door; cp -l $tool/file $out/copy || cp -p $tool/file $out/copy\n"
                     "chmod u+w $out/copy; echo more >> $out/copy",
                 {"packages.tool"});
    const auto built = shop.build();
    REQUIRE(told(built).empty());
    CHECK(shop.read(built, "packages.user", "done").find("No such file") != std::string::npos);
    CHECK(shop.read(built, "packages.user", "copy") == "whole\nmore\n");
    CHECK(shop.read(built, "packages.tool", "file") == "whole\n");
    CHECK(is_untouched(shop, built, "packages.tool"));
}

TEST_CASE("the folder of the output stays where it is", "[hostile]") {
    Workshop shop;
    shop.package("moved",
                 "rmdir $out 2>> /build/why && exit 7; mv $out /build/other 2>> /build/why && exit 8;"
                 "rm -rf $out 2> /dev/null && exit 6; test -d $out; ln -s /etc $out 2> /dev/null || exit 9;"
                 "test -L $out/etc; rm $out/etc; echo here > $out/file");
    const auto built = shop.build();
    CHECK(told(built).empty());
    CHECK(shop.read(built, "packages.moved", "file") == "here\n");
}

TEST_CASE("symlinks of an output are kept as they are and lead nobody who stores it", "[hostile]") {
    Workshop shop;
    const auto secret = secret_folder(shop, "the text of the machine\n");
    shop.package(
        "links",
        "ln -s " + secret + " $out/folder; ln -s " + secret +
            "/file $out/file; ln -s ../../../../../../etc/passwd $out/climbs;"
            "ln -s loop $out/loop; ln -s nowhere $out/dangling; ln -s $out/x $out/absolute; echo x > $out/x");
    const auto built = shop.build();
    REQUIRE(told(built).empty());
    const auto& output = built.outputs.at("packages.links");
    CHECK(os::read_link(output.real_path + "/folder").value() == secret);
    CHECK(os::read_link(output.real_path + "/climbs").value() == "../../../../../../etc/passwd");
    CHECK(os::read_link(output.real_path + "/loop").value() == "loop");
    CHECK_FALSE(shop.store.has_blob(Digest::of("the text of the machine\n")));
    CHECK(os::read_file(secret + "/file").value() == "the text of the machine\n");
    CHECK(is_untouched(shop, built, "packages.links"));
}

TEST_CASE("outputs that are no files are refused by name", "[hostile]") {
    const std::string listen =
        "perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local => shift, Listen => 1) or die' ";
    const std::vector<std::pair<std::string, std::string>> outputs = {
        {"mkdir $out/d; mkfifo $out/d/pipe", "'d/pipe' is a FIFO"},
        {listen + "$out/socket", "'socket' is a socket"},
        // The one device that anybody may make: it says of a file in an overlay that it is gone.
        {"mknod $out/gone c 0 0", "'gone' is a device"},
        {"touch \"$(printf '%s/bad\\377name' $out)\"", "'bad\\xffname' has a name that is not UTF-8"},
        {"ln -s \"$(printf 'bad\\377name')\" $out/link", "'link' is a symlink to a name that is not UTF-8"},
    };
    Workshop shop;
    for (std::size_t number = 0; number < outputs.size(); ++number)
        shop.package("odd-" + std::to_string(number), "echo fine > $out/fine; " + outputs[number].first);
    const auto lines = told(shop.build());
    REQUIRE(lines.size() == outputs.size());
    for (std::size_t number = 0; number < outputs.size(); ++number) {
        INFO(outputs[number].first);
        const std::string target = "packages.odd-" + std::to_string(number);
        CHECK(lines[number] == "build.output-not-allowed " + target + ": the output of '" + target +
                                   "' cannot be stored: " + outputs[number].second);
    }
    CHECK(nothing_is_left(shop));
}

TEST_CASE("a device that gives access to anything cannot be made", "[hostile]") {
    Workshop shop;
    shop.package("device",
                 "if mknod $out/null c 1 3 2> /dev/null || mknod $out/disk b 8 0 2> /dev/null; then "
                 "exit 7; fi; ls $out > /build/made; test ! -s /build/made; echo x > $out/x");
    CHECK(told(shop.build()).empty());
}

TEST_CASE("odd names are stored as they are", "[hostile]") {
    Workshop shop;
    const std::string longest(255, 'n');
    const std::vector<std::string> names = {
        "-rf",          "Case",     "case",      " space ", "two\nlines", "back\\slash", "quo\"te'",
        "\x01\x1b[31m", "\xc3\xa9", "e\xcc\x81", "*",       "...",        longest};
    // By number, so that no shell has to be told these names.
    std::string script =
        "cd $out; perl -e 'my $n = 0; for my $name (@ARGV) { open(my $f, \">\", \"./$name\") or die $!; "
        "print $f $n++ }' --";
    for (const auto& name : names) {
        script += " \"$(printf '%b' '";
        for (const char c : name) {
            char text[8];
            std::snprintf(text, sizeof text, "\\0%03o", static_cast<unsigned char>(c));
            script += text;
        }
        script += "')\"";
    }
    shop.package("names", script);
    const auto built = shop.build();
    REQUIRE(told(built).empty());
    const auto& output = built.outputs.at("packages.names");
    auto sorted = names;
    std::sort(sorted.begin(), sorted.end());
    CHECK(os::list_directory(output.real_path).value() == sorted);
    for (std::size_t number = 0; number < names.size(); ++number)
        CHECK(shop.read(built, "packages.names", names[number]) == std::to_string(number));
    CHECK(is_untouched(shop, built, "packages.names"));
}

TEST_CASE("files with holes, with many names and without permissions are stored whole", "[hostile]") {
    Workshop shop;
    shop.package(
        "files",
        "truncate -s 48M $out/hole; echo end >> $out/hole; ln $out/hole $out/again;"
        "echo closed > $out/closed; chmod 0 $out/closed; touch -d 2038-01-20 $out/closed; : > $out/empty");
    const auto built = shop.build();
    REQUIRE(told(built).empty());
    const auto& output = built.outputs.at("packages.files");
    const auto hole = os::status(output.real_path + "/hole").value().value();
    CHECK(hole.size == (48u << 20) + 4);
    CHECK(os::read_file(output.real_path + "/hole").value() ==
          os::read_file(output.real_path + "/again").value());
    CHECK(shop.read(built, "packages.files", "closed") == "closed\n");
    CHECK(os::status(output.real_path + "/closed").value()->mtime_ns ==
          std::int64_t{315532800} * 1'000'000'000);
    CHECK(is_untouched(shop, built, "packages.files"));
}

TEST_CASE("a tree that is too deep is refused, and removed however deep it is", "[hostile]") {
    Workshop shop;
    for (const std::string levels : {"300", "2000"})
        shop.package(
            "deep-" + levels,
            "cd $out; perl -e 'for (1.." + levels +
                ") { mkdir \"d\" or die $!; chdir \"d\" or die $! } open(my $f, \">\", \"bottom\")'");
    const auto lines = told(shop.build());
    REQUIRE(lines.size() == 2);
    for (const auto& line : lines) {
        CHECK(line.starts_with("build.output-not-allowed packages.deep-"));
        CHECK(line.ends_with(" lies deeper than 256 directories"));
    }
    CHECK(nothing_is_left(shop));
}

TEST_CASE("a process that is left behind writes nothing into the output once it is stored", "[hostile]") {
    Workshop shop;
    shop.package(
        "late",
        "echo first > $out/file; setsid sh -c 'while :; do echo more >> $out/file; done' > /dev/null 2>&1 &\n"
        "until test $(wc -l < $out/file) -gt 5; do :; done");
    const auto built = shop.build();
    REQUIRE(told(built).empty());
    CHECK(is_untouched(shop, built, "packages.late"));
    CHECK(shop.read(built, "packages.late", "file").starts_with("first\nmore\n"));
    CHECK(nothing_is_left(shop));
}
