// SPDX-License-Identifier: Apache-2.0
//
// Files: what of them there is, and every way in which one can be changed.
#include <catch2/catch.hpp>

#include "contract/base/text.hpp"
#include "sandboxed.hpp"

using namespace contract;
using test::Sandboxed;

namespace {

// A folder with a file, both the sealed process's own.
std::string own_folder_with_file(const Sandboxed& box, const std::string& name) {
    const std::string folder = box.own_folder(name);
    box.directory().write(name + "/file", "whole");
    const auto owner = sandbox::build_owner();
    if (owner != ::geteuid() && ::chown((folder + "/file").c_str(), owner, owner) != 0)
        throw InternalError("chown");
    return folder;
}

}  // namespace

TEST_CASE("what is bound read-only cannot be changed in any way, not even by its owner") {
    const Sandboxed box;
    const auto folder = own_folder_with_file(box, "shared");
    for (const std::string how :
         {"append", "truncate", "mode", "folder-mode", "owner", "time", "remove", "rename", "replace",
          "create", "folder", "symlink", "fifo", "link", "link-out", "reopen", "flags", "temporary"}) {
        INFO(how);
        auto request = box.request({"change", how, "/shared"});
        request.mounts.push_back({folder, "/shared", false});
        CHECK(box.run(sandbox::sealed_setup(request)).attack_refused());
        CHECK(os::read_file(folder + "/file").value() == "whole");
        CHECK(os::list_directory(folder).value().size() == 1);

        // In the build's own folder each of them is what builds do.
        own_folder_with_file(box, "build/shared");
        const auto open = box.run(box.setup({"change", how, "/build/shared"}));
        if (how == "flags" && open.attack_refused()) {
            WARN("not shown: this file system has no flags");
        } else {
            CHECK(open.attack_succeeded());
        }
        os::remove_tree(box.directory() / "build/shared").value();
        os::remove_tree(box.directory() / "build/linked").value();
    }
}

TEST_CASE("nothing is mounted but what was asked for, and each mount gives the least") {
    const Sandboxed box;
    auto request = box.request({"print-file", "/proc/self/mountinfo"});
    request.mounts.push_back({box.own_folder("shared"), "/var/lib/contract/store/a", false});
    const auto listed = box.run(sandbox::sealed_setup(request)).output;
    std::vector<std::string> places;
    for (const auto& line : split(std::string_view(trim(listed)), '\n')) {
        INFO(line);
        const auto fields = split(line, ' ');
        REQUIRE(fields.size() > 6);
        const std::string place(fields[4]);
        const auto options = split(fields[5], ',');
        const auto has = [&](std::string_view name) {
            return std::find(options.begin(), options.end(), name) != options.end();
        };
        const bool is_device = place.starts_with("/dev/") && place != "/dev/shm" && place != "/dev/pts";
        const bool is_written = is_device || place == "/build" || place == "/tmp" || place == "/proc" ||
                                place == "/dev/shm" || place == "/dev/pts";
        CHECK(has("nosuid"));
        CHECK((has("nodev") || is_device || place == "/dev" || place == "/dev/pts"));
        CHECK(has("ro") == !is_written);
        places.push_back(place);
    }
    std::sort(places.begin(), places.end());
    CHECK(join(places, " ") ==
          "/ /attack /build /dev /dev/full /dev/null /dev/pts /dev/random /dev/shm /dev/tty /dev/urandom "
          "/dev/zero "
          "/proc /tmp /var/lib/contract/store/a");
}

TEST_CASE("a sandbox without a root has these files and no others") {
    const Sandboxed box;
    const auto list = [&](const std::string& folder) {
        return box.run(box.setup({"print-folder", folder})).output;
    };
    CHECK(list("/") == "attack\nbuild\ndev\netc\nproc\ntmp\n");
    CHECK(list("/etc") == "group\nhosts\nnsswitch.conf\npasswd\n");
    CHECK(list("/dev") ==
          "fd\nfull\nnull\nptmx\npts\nrandom\nshm\nstderr\nstdin\nstdout\ntty\nurandom\nzero\n");
    CHECK(list("/dev/pts") == "ptmx\n");
    for (const std::string folder : {"/tmp", "/dev/shm", "/build"}) CHECK(list(folder).empty());
    for (const std::string file : {"/etc/resolv.conf", "/etc/machine-id", "/etc/localtime", "/etc/timezone",
                                   "/etc/ld.so.preload", "/etc/os-release", "/run/utmp"})
        CHECK(box.run(box.setup({"read", file})).attack_refused());
}

TEST_CASE("what one run leaves in its own places no other run finds") {
    const Sandboxed box;
    for (const std::string file : {"/tmp/left", "/dev/shm/left"}) {
        INFO(file);
        CHECK(box.run(box.setup({"write", file})).attack_succeeded());
        CHECK(box.run(box.setup({"read", file})).attack_refused());
    }
    CHECK(box.run(box.setup({"write", "/build/left"})).attack_succeeded());
    CHECK(box.run(box.setup({"read", "/build/left"})).attack_succeeded());
}

TEST_CASE("store paths that were not asked for are not there, and none can be made") {
    const Sandboxed box;
    const std::string store = "/var/lib/contract/store";
    auto request = box.request({"print-folder", store});
    request.mounts.push_back({box.own_folder("shared"), store + "/asked-for", false});
    CHECK(box.run(sandbox::sealed_setup(request)).output == "asked-for\n");
    for (const std::string file : {"/file", "/asked-for/file", "/../file", "/../index.sqlite"}) {
        request.command = {"/attack", "write", store + file};
        CHECK(box.run(sandbox::sealed_setup(request)).attack_refused());
    }
}

TEST_CASE("no device can be made that opens anything") {
    const Sandboxed box;
    for (const std::string type : {"character", "block"}) {
        for (const std::string folder : {"/build", "/tmp", "/dev", "/dev/shm"}) {
            INFO(type << " in " << folder);
            const auto setup = box.setup({"device", folder + "/made", type});
            CHECK(box.run(setup).attack_refused());
            CHECK(box.run(Sandboxed::as_inner_root(setup)).attack_refused());
        }
    }
    if (!Sandboxed::succeeds_outside({"device", box.directory() / "made", "character"}))
        WARN("not shown that the attack is real: only root of a machine may do this");
}

TEST_CASE("a file cannot be made immutable") {
    const Sandboxed box;
    const auto setup = box.setup({"immutable", "/build/file"});
    CHECK(box.run(setup).attack_refused());
    CHECK(box.run(Sandboxed::as_inner_root(setup)).attack_refused());
    if (!Sandboxed::succeeds_outside({"immutable", box.directory() / "file"}))
        WARN("not shown that the attack is real: only root of a machine may do this");
}

TEST_CASE("files cannot be opened by their number") {
    const Sandboxed box;
    CHECK(box.run(box.setup({"handle", "/build"})).attack_refused());
    if (!Sandboxed::succeeds_outside({"handle", box.directory() / "build"}))
        WARN("not shown that the attack is real: only root of a machine may do this");
}
