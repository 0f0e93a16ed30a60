// SPDX-License-Identifier: Apache-2.0
#include "configure_root.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <vector>

#include "builder_files.hpp"
#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/os/machine.hpp"
#include "contract/sandbox/sandbox.hpp"
#include "contract/store/log.hpp"
#include "failure.hpp"
#include "log_file.hpp"
#include "log_text.hpp"

namespace contract::build {

namespace {

constexpr std::size_t shown_lines = 20;

// Asked by every script that would start a service: there is nothing in there to start it.
constexpr std::string_view policy_file = "/usr/sbin/policy-rc.d";
constexpr std::string_view policy = "#!/bin/sh\nexit 101\n";

// Times and sizes of one run, and copies of what was there before it.
constexpr std::array left_files = std::to_array<std::string_view>(
    {"/var/log/dpkg.log", "/var/log/alternatives.log", "/var/log/bootstrap.log",
     "/var/cache/ldconfig/aux-cache", "/var/lib/dpkg/lock", "/var/lib/dpkg/lock-frontend",
     "/var/lib/dpkg/triggers/Lock"});
constexpr std::array left_folders = std::to_array<std::string_view>({"/var/log/apt"});
constexpr std::array folders_of_copies =
    std::to_array<std::string_view>({"/var/cache/debconf", "/var/lib/dpkg"});

Digest key_of(const core::PlannedInput& input) {
    return Digest::of("configured root 1\n" + input.path.text() + "\n" + input.tree.text() + "\n");
}

// Of a root, symlinks included: what lies behind one would be this machine's.
Result<> remove_below(const std::string& root, const std::string& name) {
    TRY_ASSIGN(const auto between, obstacle(root, name));
    if (between) return {};
    return os::remove_tree(root + name);
}

// What the folder has of its own; nothing where it is a symlink or missing.
Result<std::vector<std::string>> list_below(const std::string& root, const std::string& folder) {
    const std::string any = folder + "/x";
    TRY_ASSIGN(const auto between, obstacle(root, any));
    if (between || !os::exists(root + folder)) return std::vector<std::string>();
    return os::list_directory(root + folder);
}

Result<> remove_traces(const std::string& root) {
    for (const auto name : left_files) TRY(remove_below(root, std::string(name)));
    TRY(remove_below(root, std::string(policy_file)));
    for (const auto name : left_folders) {
        const std::string folder(name);
        TRY_ASSIGN(const auto entries, list_below(root, folder));
        for (const auto& entry : entries) TRY(remove_below(root, path::join(folder, entry)));
    }
    for (const auto name : folders_of_copies) {
        const std::string folder(name);
        TRY_ASSIGN(const auto entries, list_below(root, folder));
        for (const auto& entry : entries)
            if (entry.ends_with("-old")) TRY(remove_below(root, path::join(folder, entry)));
    }
    return {};
}

// Where its folder is one of the root. The root's own is replaced, as it would be for every run.
Result<> add_policy(const std::string& root) {
    const std::string file(policy_file);
    TRY_ASSIGN(const auto between, obstacle(root, file));
    if (between || !os::exists(root + path::parent(file))) return {};
    TRY(os::remove_tree(root + file));
    return os::write_file(root + file, policy, 0755);
}

// The first scripts ask for root by name; the script that makes these files may be among the last, and takes
// what is there.
Result<> add_accounts(const std::string& root, std::optional<std::uint32_t> owner) {
    for (const std::string name : {"passwd", "group"}) {
        const std::string master = "/usr/share/base-passwd/" + name + ".master", file = "/etc/" + name;
        TRY_ASSIGN(const bool has_master, is_file_below(root, master));
        TRY_ASSIGN(const auto between, obstacle(root, file));
        if (!has_master || between || os::exists(root + file)) continue;
        TRY_ASSIGN(const auto lines, os::read_file(root + master, 1 << 20));
        TRY(os::write_file(root + file, lines));
        if (owner && ::lchown((root + file).c_str(), *owner, *owner) != 0)
            return os::system_error("give away", root + file, errno);
    }
    return {};
}

// Sealed as a build is, but for its root, which is the tree itself, and for being uid 0 in there.
sandbox::Setup setup_for(const std::string& root, const std::string& scratch) {
    sandbox::Request request;
    request.scratch = scratch;
    request.working_directory = "/";
    request.environment = {{"PATH", "/usr/sbin:/usr/bin:/sbin:/bin"},
                           {"HOME", "/root"},
                           {"TZ", "UTC"},
                           {"LC_ALL", "C.UTF-8"},
                           {"SOURCE_DATE_EPOCH", "315532800"},
                           {"DEBIAN_FRONTEND", "noninteractive"},
                           {"DEBCONF_NONINTERACTIVE_SEEN", "true"}};
    request.command = {"dpkg", "--force-confdef", "--force-confold", "--configure", "--pending"};
    sandbox::Setup setup = sandbox::sealed_setup(request);
    setup.writable_root = root;
    setup.mounts = {sandbox::Tmpfs{"/tmp", 01777, 0}, sandbox::Tmpfs{"/run", 0755, 0}, sandbox::Proc{"/proc"},
                    sandbox::Devices{"/dev"}};
    setup.inner_id = 0;
    setup.pretend_ownership = true;
    return setup;
}

Error failed(const core::PlannedInput& input, const std::string& end, std::string_view log) {
    Error error{
        "failed", "'" + input.target + "' could not be configured: dpkg " + end, Blame::declaration, {}, {},
        {}};
    error.notes.push_back("note: the end of its log:\n" + excerpt(readable(log), shown_lines));
    error.help.push_back("`contract log " + input.target +
                         "` shows the whole log; a root that needs no script of its packages can do without "
                         "`configure = true`");
    return error;
}

Error interrupted() {
    return Error{"interrupted", "interrupted", Blame::environment, {}, {}, {}};
}

Result<store::ResultRow> configure(const core::PlannedInput& input, const inputs::Context& context,
                                   const std::string& directory, LogFile& log) {
    const std::string root = directory + "/root", scratch = directory + "/scratch";
    const auto owner = os::is_root() ? std::optional(sandbox::build_owner()) : std::nullopt;
    TRY(os::make_directories(scratch));
    TRY(context.store.place(input.tree, root, store::Placement::writable, owner));
    TRY(add_policy(root));
    TRY(add_accounts(root, owner));
    sandbox::RunLimits limits;
    limits.interrupted = context.interrupted;
    TRY_ASSIGN(const auto result, sandbox::run(setup_for(root, scratch), limits,
                                               [&](std::string_view bytes) { log.write(bytes); }));
    const std::string end = describe_end(result, {});
    TRY(log.finish("it " + end + " after " + std::to_string(result.duration.count()) + " ms"));
    if (context.interrupted && context.interrupted()) return interrupted();
    if (result.end != sandbox::RunResult::End::exited || result.status != 0)
        return failed(input, end, log.tail());
    TRY(remove_traces(root));
    store::ResultRow row;
    row.action = key_of(input);
    row.output = input.path;
    TRY_ASSIGN(row.tree, context.store.import_tree(root));
    row.level = result.level;
    row.duration_ms = result.duration.count();
    return row;
}

}  // namespace

bool is_configured(const core::PlannedInput& input) {
    const auto* deb = std::get_if<core::DebSource>(&input.source);
    return deb != nullptr && deb->configure;
}

std::optional<Digest> configured_tree(const core::PlannedInput& input, const store::Store& store) {
    const auto row = store.find_result(key_of(input));
    return row && *row ? std::optional((*row)->tree) : std::nullopt;
}

Result<> configure_root(const core::PlannedInput& input, const inputs::Context& context) {
    store::Store& store = context.store;
    const Digest key = key_of(input);
    TRY_ASSIGN(const auto lock, store.lock_action(key));
    TRY_ASSIGN(const auto known, store.find_result(key));
    if (known) return {};
    TRY_ASSIGN(const auto directory, os::TemporaryDirectory::create(store.temporary(), "configure-"));
    TRY_ASSIGN(auto log, LogFile::create(store.log_file(key), sandbox::RunLimits().output_bytes));
    TRY(store.remember_log(context.contract_directory, input.target, key));
    const auto row = configure(input, context, directory.path(), log);
    (void)store::compress_log(store.log_file(key));  // it is as good as it is
    if (!row) return row.error();
    return store.commit_result(*row);
}

}  // namespace contract::build
