// SPDX-License-Identifier: Apache-2.0
#include "sightings.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "contract/base/path.hpp"

namespace contract::sandbox {

namespace {

// Real builds ask for some thousand paths; a hostile one must not fill the memory with them.
constexpr std::size_t most_paths = 50'000, most_path_bytes = 16u << 20;
constexpr std::size_t most_others = 64;
constexpr int domain_name_port = 53;

std::uint64_t at(const Arguments& arguments, int index) {
    return arguments.at(static_cast<std::size_t>(index));
}

// These change while one looks, and say nothing of what was declared.
bool is_of_the_kernel(const std::string& path) {
    return path::is_within(path, "/proc") || path::is_within(path, "/dev") || path::is_within(path, "/sys");
}

bool wants_to_write(std::uint64_t flags) {
    return (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0;
}

std::string with_port(const std::string& address, std::uint16_t port) {
    return address + ":" + std::to_string(port);
}

template <typename Address>
Address as(const std::string& bytes) {
    Address address{};
    std::memcpy(&address, bytes.data(), std::min(bytes.size(), sizeof address));
    return address;
}

// Whoever connects to no address at all (0.0.0.0, ::) reaches the machine itself.
bool is_own(const in_addr& address) {
    const auto number = ntohl(address.s_addr);
    return number >> 24 == 127 || number == INADDR_ANY;
}

bool is_own(const in6_addr& address) {
    if (IN6_IS_ADDR_LOOPBACK(&address) || IN6_IS_ADDR_UNSPECIFIED(&address)) return true;
    in_addr mapped{};
    std::memcpy(&mapped, &address.s6_addr[12], sizeof mapped);
    return IN6_IS_ADDR_V4MAPPED(&address) && is_own(mapped);
}

// Its own loopback is the process's own business, but for a resolver that cannot be there.
std::string inet_text(const std::string& bytes) {
    if (bytes.size() < sizeof(sockaddr_in)) return {};
    const auto address = as<sockaddr_in>(bytes);
    const std::uint16_t port = ntohs(address.sin_port);
    char text[INET_ADDRSTRLEN] = {};
    if ((is_own(address.sin_addr) && port != domain_name_port) ||
        ::inet_ntop(AF_INET, &address.sin_addr, text, sizeof text) == nullptr)
        return {};
    return with_port(text, port);
}

std::string inet6_text(const std::string& bytes) {
    if (bytes.size() < sizeof(sockaddr_in6)) return {};
    const auto address = as<sockaddr_in6>(bytes);
    char text[INET6_ADDRSTRLEN] = {};
    if (is_own(address.sin6_addr) || ::inet_ntop(AF_INET6, &address.sin6_addr, text, sizeof text) == nullptr)
        return {};
    return with_port("[" + std::string(text) + "]", ntohs(address.sin6_port));
}

// Every C library asks the name service's daemon, and does without.
std::string unix_text(const std::string& bytes) {
    constexpr std::size_t path_at = offsetof(sockaddr_un, sun_path);
    if (bytes.size() <= path_at) return {};
    std::string path = bytes.substr(path_at);
    if (path[0] == '\0') return {};
    path = path.substr(0, path.find('\0'));
    return path.ends_with("/nscd/socket") ? "" : path;
}

}  // namespace

std::string address_text(const std::string& bytes) {
    sa_family_t family = 0;
    if (bytes.size() < sizeof family) return {};
    std::memcpy(&family, bytes.data(), sizeof family);
    switch (family) {
        case AF_INET: return inet_text(bytes);
        case AF_INET6: return inet6_text(bytes);
        case AF_UNIX: return unix_text(bytes);
        default: return {};
    }
}

void Sightings::add(int number, const Arguments& arguments, const Caller& caller,
                    const std::function<bool()>& still_waiting) {
    ++calls_;
    const auto call = observed_call(number);
    if (!call) return;
    if (call->kind == ObservedCall::Kind::connect || call->kind == ObservedCall::Kind::send)
        return add_address(*call, arguments, caller, still_waiting);
    add_path(*call, arguments, caller, still_waiting);
}

void Sightings::add_path(const ObservedCall& call, const Arguments& arguments, const Caller& caller,
                         const Still& still_waiting) {
    auto text = caller.text_at(at(arguments, call.path));
    if (!text || text->empty()) return;
    if (!text->starts_with('/')) {
        const auto folder =
            caller.folder(call.folder < 0 ? AT_FDCWD : static_cast<int>(at(arguments, call.folder)));
        if (!folder) return;
        text = *folder + "/" + *text;
    }
    const std::string path = path::normalise(*text);
    if (is_of_the_kernel(path) || !still_waiting()) return;
    const bool writes = call.kind == ObservedCall::Kind::make ||
                        (call.kind == ObservedCall::Kind::open &&
                         (call.extra < 0 || wants_to_write(at(arguments, call.extra))));
    if (writes) return refuse(path, call.kind == ObservedCall::Kind::make, caller);
    look_up(path, call.kind == ObservedCall::Kind::execute, caller);
}

void Sightings::look_up(const std::string& path, bool executed, const Caller& caller) {
    auto known = look_ups_.find(path);
    if (known == look_ups_.end()) {
        path_bytes_ += path.size();
        if (look_ups_.size() >= most_paths || path_bytes_ > most_path_bytes) {
            observation_.whole = false;
            return;
        }
        known = look_ups_.emplace(path, LookUp{path, false, false, 0}).first;
    }
    LookUp& seen = known->second;
    seen.last = calls_;
    seen.executed = seen.executed || executed;
    // What was found once counts as there; what was not may have been made since.
    if (seen.found) return;
    const auto there = caller.look(path);
    if (there == Caller::There::unknown) observation_.can_tell = false;
    seen.found = there != Caller::There::no;
}

// What is to be made and is there already fails for that reason, which is none of the sandbox.
void Sightings::refuse(const std::string& path, bool is_made, const Caller& caller) {
    auto there = caller.look(path);
    if (is_made && there != Caller::There::no) return;
    if (there == Caller::There::no) there = caller.look(path::parent(path));
    if (there != Caller::There::read_only || !written_.insert(path).second) return;
    if (observation_.refused_writes.size() >= most_others) {
        observation_.whole = false;
        return;
    }
    observation_.refused_writes.push_back({path, caller.processes()});
}

void Sightings::add_address(const ObservedCall& call, const Arguments& arguments, const Caller& caller,
                            const Still& still_waiting) {
    const std::size_t size = std::min<std::uint64_t>(at(arguments, call.extra), sizeof(sockaddr_storage));
    const auto bytes = caller.bytes_at(at(arguments, call.path), size);
    if (!bytes || !still_waiting()) return;
    const std::string address = address_text(*bytes);
    if (address.empty() || !addresses_.insert(address).second) return;
    if (observation_.connections.size() >= most_others) {
        observation_.whole = false;
        return;
    }
    observation_.connections.push_back(
        {address, caller.processes(),
         std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started_)});
}

Observation Sightings::result() && {
    for (auto& [path, seen] : look_ups_) observation_.look_ups.push_back(std::move(seen));
    return std::move(observation_);
}

}  // namespace contract::sandbox
