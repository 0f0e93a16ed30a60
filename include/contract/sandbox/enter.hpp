// SPDX-License-Identifier: Apache-2.0
//
// Becoming a program in another root: nothing is sealed. Same user, network, processes, terminal and
// descriptors; what differs is exactly the files of the root and which store paths are there. This process
// itself enters and becomes the program, so that signals, job control and the exit status are the program's.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "contract/sandbox/sandbox.hpp"

namespace contract::sandbox {

struct EntryRequest {
    std::string root_tree;               // on this machine; empty: this machine's own files
    std::vector<Request::Mount> mounts;  // store paths; the folder they lie in has these and no others
    // Of this machine, absolute: there at their own paths whatever the root has, as the caller's home and
    // working directory have to be. What is not there, or would hide the root's own tools, is left out.
    std::vector<std::string> folders;
    std::string scratch;               // an existing directory; nothing is written to it
    os::Environment environment;       // the whole of it
    std::string working_directory;     // absolute; of this machine, and there inside
    std::vector<std::string> command;  // argv; command[0] absolute, inside
};

// With neither a root nor mounts a setup without namespaces. Else a mount namespace, for an ordinary user in
// a user namespace that maps nobody but the caller, with:
//
// * of the root, read-only: /usr /bin /sbin /lib* /etc /opt /boot /var, and every other folder at the top
// that
//   this machine lacks, or has while the root has more than an empty one;
// * of this machine, as they are: /home /root /mnt /media /srv /tmp /run /dev /proc /sys, the other folders
// at
//   its top, /var/tmp, `folders`, and /etc/{resolv.conf,hosts,hostname,localtime,machine-id,ssl};
// * /etc/passwd and group of the root with the caller's own lines.
//
// Without a root_tree everything of this machine, as it is.
Setup entry_setup(const EntryRequest& request);

// Does not return. `failed` gets what keeps the program from starting, after which this process ends with
// status 125 unless `failed` ended it. Requires that this process has one thread.
[[noreturn]] void enter(const Setup& setup, const std::function<void(const Error&)>& failed);

}  // namespace contract::sandbox
