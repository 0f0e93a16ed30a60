// SPDX-License-Identifier: Apache-2.0
#include "check_generation.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "check_program.hpp"
#include "contract/base/path.hpp"
#include "contract/base/text.hpp"

namespace contract::activation {

namespace {

using core::Finding;
using core::GenerationEntry;

constexpr std::array kernel_paths{"/proc", "/sys", "/dev"};
constexpr std::string_view state_directory = "/var/lib/contract";
constexpr std::string_view home_state_directory = ".local/state/contract";
constexpr std::string_view staged_name = ".contract-staged";  // place.cpp writes aside under this name
constexpr std::size_t longest_path = 4095;                    // bytes: PATH_MAX without its zero byte

struct Protected {
    std::string_view path;
    std::string_view why;
};
constexpr std::array protected_paths = std::to_array<Protected>({
    {"/etc/sudoers", "who may become root"},
    {"/etc/sudoers.d", "who may become root"},
    {"/etc/ssh/sshd_config", "who may log in over ssh"},
    {"/etc/ssh/sshd_config.d", "who may log in over ssh"},
    {"/etc/pam.d", "how everybody logs in"},
    {"/etc/pam.conf", "how everybody logs in"},
    {"/etc/passwd", "the accounts"},
    {"/etc/shadow", "the passwords"},
    {"/etc/group", "the groups"},
    {"/etc/gshadow", "the groups"},
    {"/etc/fstab", "what is mounted at boot"},
    {"/etc/resolv.conf", "how names are resolved"},
});

std::string octal(std::uint32_t mode) {
    std::string text;
    for (; mode > 0 || text.empty(); mode >>= 3)
        text.insert(text.begin(), static_cast<char>('0' + (mode & 7)));
    return "0" + text;
}

bool has_part(const std::string& path, std::string_view name) {
    const auto parts = path::parts(path);
    return std::find(parts.begin(), parts.end(), name) != parts.end();
}

std::string_view noun(const GenerationEntry& entry) {
    if (std::holds_alternative<core::FolderEntry>(entry.content)) return "directory";
    if (std::holds_alternative<core::LinkEntry>(entry.content)) return "symlink";
    return "file";
}

class Check {
public:
    Check(const core::PlannedHost& host, const CheckContext& context)
        : host_(host), context_(context), entries_(host.generation.entries) {
        checked_.sound.assign(entries_.size(), true);
    }

    CheckedGeneration run() {
        for (std::size_t i = 0; i < entries_.size(); ++i) {
            check_path(i);
            check_mode(i);
            check_owner(i);
            check_source(i);
        }
        check_collisions();
        for (const auto& secret : host_.generation.secrets) check_secret(secret);
        for (const auto& package : host_.generation.path_packages)
            if (context_.this_system)
                if (auto found = check_path_package(host_, package, context_.outputs))
                    checked_.findings.push_back(std::move(*found));
        for (const auto& unit : host_.generation.units) {
            check_user(unit);
            if (context_.this_system && !unit.program.empty())
                if (auto found = check_program(host_, unit, context_.outputs, context_.machine))
                    checked_.findings.push_back(std::move(*found));
        }
        return std::move(checked_);
    }

private:
    Finding& add(std::size_t index, std::string_view code, const std::string& message) {
        checked_.sound[index] = false;
        checked_.findings.push_back(
            finding_at(host_, entries_[index], "activation." + std::string(code), message));
        return checked_.findings.back();
    }

    void check_path(std::size_t index) {
        const std::string& path = entries_[index].path;
        const std::string shown = "'" + harmless(path) + "'";
        if (path.find('\0') != std::string::npos) {
            add(index, "bad-path", shown + " contains a zero byte");
        } else if (is_home()) {
            check_path_of_home(index);
        } else if (!path::is_absolute(path) || path::normalise(path) != path) {
            auto& finding = add(index, "bad-path", shown + " is not an absolute path in its shortest form");
            if (path::is_absolute(path))
                finding.help.push_back("write '" + harmless(path::normalise(path)) + "'");
        } else if (path == "/") {
            add(index, "bad-path", "'/' itself cannot be managed");
        } else if (path.size() > longest_path) {
            add(index, "bad-path",
                "a path of " + std::to_string(path.size()) + " bytes is longer than Linux takes: at most " +
                    std::to_string(longest_path));
        } else if (has_part(path, staged_name)) {
            add(index, "bad-path", shown + " has a name that contract uses itself")
                .help.emplace_back("choose another name");
        } else if (path::is_within(path, state_directory)) {
            add(index, "bad-path", shown + " lies in the directory of contract's own state")
                .help.push_back("choose a path outside of " + std::string(state_directory));
        } else if (path::is_within(state_directory, path) && noun(entries_[index]) != "directory") {
            add(index, "bad-path", shown + " has to stay a directory: contract's own state lies below it")
                .help.emplace_back("choose another path");
        } else if (std::any_of(kernel_paths.begin(), kernel_paths.end(),
                               [&](const char* top) { return path::is_within(path, top); })) {
            add(index, "bad-path", shown + " lies where the kernel makes the files")
                .help.emplace_back(
                    "choose another path: what lies below /proc, /sys and /dev is made anew at every boot");
        } else {
            check_protected(index);
        }
    }

    bool is_home() const { return host_.host_class == "home"; }

    void check_path_of_home(std::size_t index) {
        const std::string& path = entries_[index].path;
        const std::string shown = "'" + harmless(path) + "'";
        if (path == "." || !path::is_within(path, ".") || path::normalise(path) != path) {
            add(index, "bad-path", shown + " is not a path below the home directory in its shortest form");
        } else if (path.size() > longest_path) {
            add(index, "bad-path", "a path of " + std::to_string(path.size()) + " bytes is too long");
        } else if (has_part(path, staged_name)) {
            add(index, "bad-path", shown + " has a name that contract uses itself")
                .help.emplace_back("choose another name");
        } else if (path::is_within(path, home_state_directory)) {
            add(index, "bad-path", shown + " lies in the directory of contract's own state")
                .help.push_back("choose a path outside of " + std::string(home_state_directory));
        } else if (path::is_within(home_state_directory, path) && noun(entries_[index]) != "directory") {
            add(index, "bad-path", shown + " has to stay a directory: contract's own state lies below it")
                .help.emplace_back("choose another path");
        }
    }

    // The host says of a path that it takes it over.
    bool is_agreed(const std::string& path) const {
        const auto& agreed = host_.generation.agreed;
        return std::any_of(agreed.begin(), agreed.end(),
                           [&](const auto& one) { return path::is_within(path, one.path); });
    }

    void check_protected(std::size_t index) {
        const auto& entry = entries_[index];
        const bool gives_away =
            noun(entry) != "directory" || entry.owner != "root" || (entry.mode & 0022) != 0;
        for (const auto& [path, why] : protected_paths) {
            std::string problem;
            const bool is_below = path::is_within(entry.path, path);
            if (is_below && !is_agreed(entry.path))
                problem = "' is protected: it decides " + std::string(why);
            else if (!is_below && path::is_within(path, entry.path) && gives_away)
                problem =
                    "' holds '" + std::string(path) + "', which is protected, and others could replace it";
            if (problem.empty()) continue;
            auto& finding = add(index, "protected-path", "'" + harmless(entry.path) + problem);
            if (is_below)
                finding.help.push_back("leave the path to the host, or agree to take it over: protected = [" +
                                       quoted(entry.path) + "]");
            else
                finding.help.emplace_back("declare it as root's, with a mode that lets nobody else write");
            return;
        }
    }

    void check_mode(std::size_t index) {
        const std::uint32_t mode = entries_[index].mode;
        if (mode > 07777) {
            add(index, "bad-mode", "mode " + octal(mode) + " is above 07777");
        } else if ((mode & 06000) != 0) {
            auto& finding = add(index, "bad-mode", "mode " + octal(mode) + " sets the user or group id");
            finding.help.push_back(
                "leave out the 04000 and 02000 bits: no set-id file comes from a contract");
        }
    }

    void check_owner(std::size_t index) {
        const auto& entry = entries_[index];
        if (is_home()) return;  // everything is whoever's home it is
        unknown_account(index, "owner", "user", entry.owner, context_.accounts.users);
        unknown_account(index, "group", "group", entry.group, context_.accounts.groups);
    }

    void unknown_account(std::size_t index, const std::string& role, const std::string& kind,
                         const std::string& name, const std::set<std::string, std::less<>>& known) {
        if (known.count(name) > 0) return;
        auto& finding = add(index, "unknown-owner",
                            role + " '" + harmless(name) + "' of '" + harmless(entries_[index].path) +
                                "' is no account of the host");
        suggest(finding, kind, name, known);
    }

    static void suggest(Finding& finding, const std::string& kind, const std::string& name,
                        const std::set<std::string, std::less<>>& known) {
        if (const auto near = nearest(name, {known.begin(), known.end()}))
            finding.help.push_back("did you mean '" + *near + "'?");
        finding.help.push_back("declare the " + kind + " in the host's " + kind +
                               "s, or use one that every host has, such as root");
    }

    void check_user(const core::GenerationUnit& unit) {
        if (unit.user.empty() || context_.accounts.users.count(unit.user) > 0) return;
        auto finding = finding_for(host_, "activation.unknown-owner",
                                   "user '" + harmless(unit.user) + "' of unit '" + harmless(unit.name) +
                                       "' is no account of the host");
        finding.where = unit.where;
        suggest(finding, "user", unit.user, context_.accounts.users);
        checked_.findings.push_back(std::move(finding));
    }

    void check_secret(const core::Secret& secret) {
        if (secret.owner.empty() || context_.accounts.users.count(secret.owner) > 0) return;
        auto finding = finding_for(host_, "activation.unknown-owner",
                                   "owner '" + harmless(secret.owner) + "' of secret '" +
                                       harmless(secret.name) + "' is no account of the host");
        finding.where = secret.where;
        suggest(finding, "user", secret.owner, context_.accounts.users);
        checked_.findings.push_back(std::move(finding));
    }

    void check_source(std::size_t index) {
        const auto* file = std::get_if<core::FileInStore>(&entries_[index].content);
        if (file == nullptr || !context_.this_system) return;
        const auto source = source_file(*file, context_.outputs);
        if (source) return;
        checked_.sound[index] = false;
        const Error& error = source.error();
        auto& finding = add(index, error.code, error.message);
        finding.blame = error.blame;
        for (const auto& note : error.notes) finding.evidence.push_back({"output", note, {}});
        finding.help = error.help;
        if (error.code == "missing-source")
            finding.help.emplace_back("correct the path, or what the package installs");
    }

    // One path twice, or something below what is no directory.
    void check_collisions() {
        std::map<std::string_view, std::size_t> first;
        for (std::size_t i = 0; i < entries_.size(); ++i) {
            const auto [known, is_new] = first.emplace(entries_[i].path, i);
            if (is_new) continue;
            const std::string what(noun(entries_[known->second]));
            const bool alike = noun(entries_[i]) == what;
            collide(i, known->second,
                    "'" + harmless(entries_[i].path) + "' is declared " +
                        (alike ? "twice" : "as a " + std::string(noun(entries_[i])) + " and as a " + what));
        }
        for (std::size_t i = 0; i < entries_.size(); ++i) {
            std::string_view above = entries_[i].path;
            for (auto slash = above.rfind('/'); slash != std::string_view::npos && slash > 0;
                 slash = above.rfind('/')) {
                above = above.substr(0, slash);
                const auto found = first.find(above);
                if (found == first.end() || noun(entries_[found->second]) == "directory") continue;
                collide(i, found->second,
                        "'" + harmless(entries_[i].path) + "' lies below '" + harmless(above) +
                            "', which is declared as a " + std::string(noun(entries_[found->second])));
            }
        }
    }

    void collide(std::size_t index, std::size_t other, const std::string& message) {
        auto& finding = add(index, "path-collision", message);
        finding.related.push_back({entries_[other].where, "declared here first"});
        finding.help.push_back("keep one of the two");
    }

    const core::PlannedHost& host_;
    const CheckContext& context_;
    const std::vector<GenerationEntry>& entries_;
    CheckedGeneration checked_;
};

}  // namespace

CheckedGeneration check_generation(const core::PlannedHost& host, const CheckContext& context) {
    return Check(host, context).run();
}

}  // namespace contract::activation
