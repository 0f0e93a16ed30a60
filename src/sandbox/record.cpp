// SPDX-License-Identifier: Apache-2.0
#include "record.hpp"

#include <unistd.h>

#include "wire.hpp"

namespace contract::sandbox {

namespace {

std::function<void(const Record&)>& told_instead() {
    static std::function<void(const Record&)> told;
    return told;
}

}  // namespace

std::string_view word(Step step) {
    switch (step) {
        case Step::read_message: return "read the set-up";
        case Step::create_namespaces: return "create namespaces";
        case Step::map_ids: return "map the user and group ids";
        case Step::change_ids: return "change the user and group ids";
        case Step::private_mounts: return "make the mounts private";
        case Step::open_source: return "open";
        case Step::mount_root: return "mount the new root on";
        case Step::make_entry: return "make";
        case Step::mount_file_system: return "mount a file system on";
        case Step::bind: return "bind";
        case Step::mount_proc: return "mount a fresh /proc on";
        case Step::enter_root: return "enter the new root";
        case Step::loopback: return "bring the loopback interface up";
        case Step::host_name: return "set the host name";
        case Step::capabilities: return "drop the capabilities";
        case Step::filter: return "install the system call filter";
        case Step::limits: return "set the resource limits";
        case Step::working_directory: return "enter the working directory";
        case Step::find_builtin: return "find the built-in function";
        case Step::start_process: return "start the sealed process";
        case Step::execute: return "execute";
    }
    return "do an unknown step";
}

std::string encode(const Record& record) {
    Writer writer;
    writer.number(static_cast<std::uint64_t>(record.kind)).number(static_cast<std::uint64_t>(record.status));
    writer.number(static_cast<std::uint64_t>(record.step)).number(static_cast<std::uint64_t>(record.error));
    writer.text(std::string_view(record.path).substr(0, 1024));
    return writer.bytes();
}

std::optional<Record> decode_record(std::string_view bytes) {
    Reader reader(bytes);
    Record record;
    const auto kind = reader.number();
    record.status = static_cast<int>(reader.small());
    const auto step = reader.number();
    record.error = static_cast<int>(reader.small());
    record.path = reader.text();
    if (reader.failed() || kind > static_cast<std::uint64_t>(Record::Kind::signalled) ||
        step > static_cast<std::uint64_t>(Step::execute))
        return std::nullopt;
    record.kind = static_cast<Record::Kind>(kind);
    record.step = static_cast<Step>(step);
    return record;
}

void tell(const Record& record) {
    const std::string bytes = encode(record);
    // Nobody is left to be told when this fails.
    [[maybe_unused]] const ssize_t written = ::write(status_descriptor, bytes.data(), bytes.size());
}

void on_give_up(std::function<void(const Record&)> told) {
    told_instead() = std::move(told);
}

void give_up(Step step, std::string_view path, int error) {
    Record record;
    record.step = step;
    record.error = error;
    record.path = std::string(path);
    if (told_instead()) {
        told_instead()(record);
        ::_exit(125);
    }
    tell(record);
    ::_exit(126);
}

}  // namespace contract::sandbox
