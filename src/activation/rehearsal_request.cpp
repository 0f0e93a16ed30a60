// SPDX-License-Identifier: Apache-2.0
#include "rehearsal_request.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "contract/os/file.hpp"
#include "encoding.hpp"

namespace contract::activation {

namespace {

void add(Writer& out, const Base& base) {
    out.number(base.size());
    for (const auto& [place, node] : base)
        out.text(place)
            .number(static_cast<std::uint64_t>(node.kind))
            .number(node.mode)
            .text(node.owner.user)
            .text(node.owner.group)
            .text(node.bytes);
}

void add(Writer& out, const Wanted& wanted) {
    out.text(wanted.path)
        .number(static_cast<std::uint64_t>(wanted.state.kind))
        .number(wanted.state.mode)
        .number(wanted.state.size)
        .text(wanted.state.content.hex())
        .text(wanted.state.owner.user)
        .text(wanted.state.owner.group)
        .text(wanted.bytes)
        .text(wanted.source)
        .number(wanted.on_collision == core::OnCollision::save ? 1 : 0)
        .number(static_cast<std::uint64_t>(wanted.on_modified))
        .number(wanted.entry);
}

Kind read_kind(Reader& in) {
    const auto number = in.number();
    return number > static_cast<std::uint64_t>(Kind::special) ? Kind::special : static_cast<Kind>(number);
}

Base read_base(Reader& in) {
    Base base;
    for (std::size_t left = in.count(); left > 0; --left) {
        const std::string place = in.text();
        Node node;
        node.kind = read_kind(in);
        node.mode = static_cast<std::uint32_t>(in.number());
        node.owner.user = in.text();
        node.owner.group = in.text();
        node.bytes = in.text();
        base[place] = std::move(node);
    }
    return base;
}

Wanted read_wanted(Reader& in) {
    Wanted wanted;
    wanted.path = in.text();
    wanted.state.kind = read_kind(in);
    wanted.state.mode = static_cast<std::uint32_t>(in.number());
    wanted.state.size = in.number();
    if (auto digest = Digest::parse(in.text())) wanted.state.content = *digest;
    wanted.state.owner.user = in.text();
    wanted.state.owner.group = in.text();
    wanted.bytes = in.text();
    wanted.source = in.text();
    wanted.on_collision = in.number() == 1 ? core::OnCollision::save : core::OnCollision::refuse;
    const auto modified = in.number();
    if (modified <= static_cast<std::uint64_t>(core::OnModified::keep))
        wanted.on_modified = static_cast<core::OnModified>(modified);
    wanted.entry = static_cast<std::size_t>(in.number());
    if (wanted.state.kind == Kind::symlink) wanted.state.target = wanted.bytes;
    return wanted;
}

Result<> make_node(const Tree& tree, const std::string& place, const Node& node) {
    TRY_ASSIGN(const auto parent, tree.parent_of(place));
    if (parent.state != Parent::State::open)
        return {};  // below something that is no directory on the machine
    const int fd = parent.fd.get();
    const char* name = parent.name.c_str();
    int made = -1;
    if (node.kind == Kind::directory) made = ::mkdirat(fd, name, 0700);
    if (node.kind == Kind::symlink) made = ::symlinkat(node.bytes.c_str(), fd, name);
    if (node.kind == Kind::special) made = ::mkfifoat(fd, name, 0600);
    if (node.kind == Kind::regular) {
        const os::Fd file(::openat(fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (!file) return os::system_error("create", place, errno);
        TRY(os::write_all(file.get(), node.bytes, place));
        made = 0;
    }
    if (made != 0) return os::system_error("create", place, errno);
    if (node.kind != Kind::symlink && ::fchmodat(fd, name, node.mode & 07777, 0) != 0)
        return os::system_error("change the mode of", place, errno);
    return {};
}

}  // namespace

std::string encode(const Base& base) {
    Writer out;
    add(out, base);
    return out.bytes();
}

std::string encode(const std::vector<RehearsalRequest>& requests) {
    Writer out;
    out.number(requests.size());
    for (const auto& request : requests) {
        add(out, request.base);
        out.number(request.wanted.size());
        for (const auto& wanted : request.wanted) add(out, wanted);
    }
    return out.bytes();
}

Result<std::vector<RehearsalRequest>> decode_requests(std::string_view bytes) {
    Reader in(bytes);
    std::vector<RehearsalRequest> requests;
    for (std::size_t left = in.count(); left > 0; --left) {
        RehearsalRequest request;
        request.base = read_base(in);
        for (std::size_t wanted = in.count(); wanted > 0; --wanted) request.wanted.push_back(read_wanted(in));
        requests.push_back(std::move(request));
    }
    if (!in.at_end())
        return Error{
            "damaged-request", "the request of the rehearsal is damaged", Blame::internal, {}, {}, {}};
    return requests;
}

Result<> make_base(const std::string& directory, const Base& base) {
    TRY(os::make_directories(directory));
    TRY_ASSIGN(auto tree, Tree::open(directory, Ownership::recorded));
    for (const auto& [place, node] : base) {
        TRY(make_node(tree, place, node));
        tree.owners().set(place, node.owner);
    }
    return tree.owners().save(owner_record_file(directory));
}

}  // namespace contract::activation
