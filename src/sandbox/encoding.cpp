// SPDX-License-Identifier: Apache-2.0
#include "contract/sandbox/setup.hpp"
#include "message.hpp"
#include "wire.hpp"

namespace contract::sandbox {

namespace {

constexpr std::string_view magic = "contract sandbox set-up 4";

// Writing and reading walk over the same fields in the same order; each alternative of a step has one
// function of each kind, side by side.
void put(Writer& out, const Bind& step) {
    out.text(step.source).text(step.target).flag(step.writable).flag(step.as_is);
}
void get(Reader& in, Bind& step) {
    step.source = in.text();
    step.target = in.text();
    step.writable = in.flag();
    step.as_is = in.flag();
}
void put(Writer& out, const Tmpfs& step) {
    out.text(step.target).number(step.mode).number(step.size);
}
void get(Reader& in, Tmpfs& step) {
    step.target = in.text();
    step.mode = in.small();
    step.size = in.number();
}
void put(Writer& out, const MakeFolder& step) {
    out.text(step.target).number(step.mode);
}
void get(Reader& in, MakeFolder& step) {
    step.target = in.text();
    step.mode = in.small();
}
void put(Writer& out, const MakeFile& step) {
    out.text(step.target).text(step.bytes).number(step.mode);
}
void get(Reader& in, MakeFile& step) {
    step.target = in.text();
    step.bytes = in.text();
    step.mode = in.small();
}
void put(Writer& out, const MakeLink& step) {
    out.text(step.target).text(step.points_to);
}
void get(Reader& in, MakeLink& step) {
    step.target = in.text();
    step.points_to = in.text();
}
void put(Writer& out, const Proc& step) {
    out.text(step.target);
}
void get(Reader& in, Proc& step) {
    step.target = in.text();
}
void put(Writer& out, const Devices& step) {
    out.text(step.target);
}
void get(Reader& in, Devices& step) {
    step.target = in.text();
}
void put(Writer&, const SealRoot&) {}
void get(Reader&, SealRoot&) {}

template <std::size_t I = 0>
bool get_step(Reader& in, std::uint64_t index, MountStep& step) {
    if constexpr (I < std::variant_size_v<MountStep>) {
        if (index != I) return get_step<I + 1>(in, index, step);
        std::variant_alternative_t<I, MountStep> value{};
        get(in, value);
        step = std::move(value);
        return true;
    }
    return false;
}

template <typename Visit>
void each_flag(Visit visit) {
    visit(&Setup::loopback);
    visit(&Setup::drop_capabilities);
    visit(&Setup::no_new_privileges);
    visit(&Setup::fixed_addresses);
    visit(&Setup::new_session);
    visit(&Setup::filter_system_calls);
    visit(&Setup::close_descriptors);
    visit(&Setup::hide_process_one);
    visit(&Setup::pretend_ownership);
    visit(&Setup::observed);
}

Error bad_setup() {
    return Error{"bad-setup", "the set-up of a sandbox is not whole", Blame::internal, {}, {}, {}};
}

bool read_lists(Reader& in, Setup& setup) {
    for (auto left = in.count(); left > 0; --left) {
        const auto name = in.number();
        if (name > static_cast<std::uint64_t>(Namespace::cgroup)) return false;
        setup.namespaces.push_back(static_cast<Namespace>(name));
    }
    for (auto left = in.count(); left > 0 && !in.failed(); --left)
        if (!get_step(in, in.number(), setup.mounts.emplace_back())) return false;
    for (auto left = in.count(); left > 0 && !in.failed(); --left) {
        auto name = in.text();
        setup.environment[std::move(name)] = in.text();
    }
    for (auto left = in.count(); left > 0 && !in.failed(); --left) setup.command.push_back(in.text());
    for (auto left = in.count(); left > 0 && !in.failed(); --left) setup.left_out.push_back(in.text());
    return !in.failed();
}

}  // namespace

std::string encode(const Setup& setup) {
    Writer out;
    out.text(magic).number(setup.namespaces.size());
    for (const auto name : setup.namespaces) out.number(static_cast<std::uint64_t>(name));
    out.number(setup.mounts.size());
    for (const auto& step : setup.mounts) {
        out.number(step.index());
        std::visit([&](const auto& value) { put(out, value); }, step);
    }
    out.number(setup.environment.size());
    for (const auto& [name, value] : setup.environment) out.text(name).text(value);
    out.number(setup.command.size());
    for (const auto& word : setup.command) out.text(word);
    out.number(setup.left_out.size());
    for (const auto& folder : setup.left_out) out.text(folder);
    each_flag([&](bool Setup::*flag) { out.flag(setup.*flag); });
    out.text(setup.scratch).text(setup.writable_root).text(setup.host_name).text(setup.working_directory);
    out.text(setup.builtin).text(setup.argument).number(setup.inner_id).number(setup.outer_id);
    out.number(setup.skipped_processes).number(setup.processors).number(setup.most_processes);
    out.number(setup.most_memory);
    return out.bytes();
}

Result<Setup> decode_setup(std::string_view bytes) {
    Reader in(bytes);
    Setup setup;
    if (in.text() != magic || !read_lists(in, setup)) return bad_setup();
    each_flag([&](bool Setup::*flag) { setup.*flag = in.flag(); });
    setup.scratch = in.text();
    setup.writable_root = in.text();
    setup.host_name = in.text();
    setup.working_directory = in.text();
    setup.builtin = in.text();
    setup.argument = in.text();
    setup.inner_id = in.small();
    setup.outer_id = in.small();
    setup.skipped_processes = in.small();
    setup.processors = in.small();
    setup.most_processes = in.small();
    setup.most_memory = in.number();
    if (in.failed() || !in.ended()) return bad_setup();
    return setup;
}

std::string encode(const Message& message) {
    Writer out;
    out.number(static_cast<std::uint64_t>(message.caller)).text(message.filter).text(encode(message.setup));
    return out.bytes();
}

Result<Message> decode_message(std::string_view bytes) {
    Reader in(bytes);
    Message message;
    message.caller = static_cast<pid_t>(in.small());
    message.filter = in.text();
    const std::string setup = in.text();
    if (in.failed() || !in.ended()) return bad_setup();
    TRY_ASSIGN(message.setup, decode_setup(setup));
    return message;
}

}  // namespace contract::sandbox
