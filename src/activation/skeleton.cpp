// SPDX-License-Identifier: Apache-2.0
#include "skeleton.hpp"

#include <array>
#include <utility>

namespace contract::activation {

namespace {

constexpr std::array base_users{"root",     "daemon", "bin",  "sys",  "sync", "games",
                                "man",      "lp",     "mail", "news", "uucp", "proxy",
                                "www-data", "backup", "list", "irc",  "_apt", "nobody"};
constexpr std::array base_groups{"root",           "daemon",   "bin",     "sys",     "adm",    "tty",
                                 "disk",           "lp",       "mail",    "news",    "uucp",   "man",
                                 "proxy",          "kmem",     "dialout", "fax",     "voice",  "cdrom",
                                 "floppy",         "tape",     "sudo",    "audio",   "dip",    "www-data",
                                 "backup",         "operator", "list",    "irc",     "src",    "shadow",
                                 "utmp",           "video",    "sasl",    "plugdev", "staff",  "games",
                                 "users",          "nogroup",  "kvm",     "input",   "render", "sgx",
                                 "systemd-journal"};

constexpr std::array directories{
    "boot",      "dev",           "etc",           "home",           "mnt",
    "opt",       "proc",          "run",           "run/lock",       "srv",
    "sys",       "usr",           "usr/bin",       "usr/lib",        "usr/lib64",
    "usr/local", "usr/local/bin", "usr/local/lib", "usr/local/sbin", "usr/local/share",
    "usr/sbin",  "usr/share",     "var",           "var/cache",      "var/lib",
    "var/log",   "var/spool"};
constexpr std::array links{std::pair{"bin", "usr/bin"},     std::pair{"lib", "usr/lib"},
                           std::pair{"lib64", "usr/lib64"}, std::pair{"sbin", "usr/sbin"},
                           std::pair{"var/run", "/run"},    std::pair{"var/lock", "/run/lock"}};

}  // namespace

void KnownAccounts::add(const Accounts& accounts) {
    for (const auto& [name, number] : accounts.users) users.insert(name);
    for (const auto& [name, number] : accounts.groups) groups.insert(name);
}

KnownAccounts known_accounts(const core::Generation& generation) {
    KnownAccounts known;
    known.users.insert(base_users.begin(), base_users.end());
    known.groups.insert(base_groups.begin(), base_groups.end());
    for (const auto& user : generation.users) {
        known.users.insert(user.name);
        known.groups.insert(user.name);
    }
    for (const auto& group : generation.groups) known.groups.insert(group.name);
    return known;
}

Base skeleton(const KnownAccounts& accounts) {
    Base base;
    for (const std::string place : directories) base[place] = Node{};
    base["root"].mode = 0700;
    base["tmp"].mode = 01777;
    base["var/tmp"].mode = 01777;
    for (const auto& [place, target] : links) base[place] = Node{Kind::symlink, 0, {"root", "root"}, target};
    // Only the names count here: what a real host numbers them is its own business.
    Node passwd{Kind::regular, 0644, {"root", "root"}, "root:x:0:0:root:/root:/bin/sh\n"};
    Node group{Kind::regular, 0644, {"root", "root"}, "root:x:0:\n"};
    int number = 1;
    for (const auto& name : accounts.users)
        if (name != "root")
            passwd.bytes += name + ":x:" + std::to_string(number++) + ":0::/nonexistent:/usr/sbin/nologin\n";
    number = 1;
    for (const auto& name : accounts.groups)
        if (name != "root") group.bytes += name + ":x:" + std::to_string(number++) + ":\n";
    base["etc/passwd"] = std::move(passwd);
    base["etc/group"] = std::move(group);
    return base;
}

}  // namespace contract::activation
