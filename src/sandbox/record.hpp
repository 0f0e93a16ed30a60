// SPDX-License-Identifier: Apache-2.0
//
// What the helper tells its caller over the status pipe: how the sealed process ended, or which step of the
// set-up the kernel refused. One write of less than PIPE_BUF bytes each, so records never mix.
#pragma once

#include <cerrno>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace contract::sandbox {

// Descriptors of the helper, by agreement. 0 is /dev/null, 1 and 2 are the log.
inline constexpr int status_descriptor = 3;
inline constexpr int message_descriptor = 4;
inline constexpr int observer_descriptor = 5;  // a socket; only where Setup::observed

// Steps that may be refused. The word is what a message says.
enum class Step {
    read_message,
    create_namespaces,
    map_ids,
    change_ids,
    private_mounts,
    open_source,
    mount_root,
    make_entry,
    mount_file_system,
    bind,
    mount_proc,
    enter_root,
    loopback,
    host_name,
    capabilities,
    filter,
    limits,
    working_directory,
    find_builtin,
    start_process,
    execute,
};
std::string_view word(Step step);

struct Record {
    enum class Kind { failed, exited, signalled };
    Kind kind = Kind::failed;
    int status = 0;  // exit status or signal
    Step step = Step::read_message;
    int error = 0;  // errno
    std::string path;
};

std::string encode(const Record& record);
// The first record in `bytes`; none when it is not whole.
std::optional<Record> decode_record(std::string_view bytes);

// In the helper: tells the caller and ends this process. Where on_give_up was called it tells `told` instead,
// and the status is 125.
[[noreturn]] void give_up(Step step, std::string_view path, int error = errno);
void on_give_up(std::function<void(const Record&)> told);
void tell(const Record& record);

}  // namespace contract::sandbox
