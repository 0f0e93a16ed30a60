// SPDX-License-Identifier: Apache-2.0
#include "observer_filter.hpp"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "observed_calls.hpp"

namespace contract::sandbox {

namespace {

constexpr std::uint32_t number_at = offsetof(seccomp_data, nr);

constexpr std::uint32_t argument_at(int index) {
    return static_cast<std::uint32_t>(offsetof(seccomp_data, args) +
                                      static_cast<std::size_t>(index) * sizeof(std::uint64_t));
}

sock_filter load(std::uint32_t offset) {
    return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset);
}

// Other architectures need no test: another filter refuses all of their calls, and the stricter answer wins.
std::vector<sock_filter> program() {
    std::vector<sock_filter> code;
    for (const auto& call : observed_calls()) {
        code.push_back(load(number_at));
        const auto number = static_cast<std::uint32_t>(call.number);
        if (call.kind == ObservedCall::Kind::send) {
            // Only a message with an address of its own tells where it goes: a pointer that is not null.
            code.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 5));
            code.push_back(load(argument_at(call.path)));
            code.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 2));
            code.push_back(load(argument_at(call.path) + 4));
            code.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0));
        } else {
            code.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1));
        }
        code.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF));
    }
    code.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    return code;
}

int install() {
    auto code = program();
    const sock_fprog loaded{static_cast<unsigned short>(code.size()), code.data()};
    // The second flag keeps an interrupted call from being told twice; kernels before 5.19 do not know it.
    for (const unsigned long flags :
         {SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
          SECCOMP_FILTER_FLAG_NEW_LISTENER}) {
        const long listener = ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &loaded);
        if (listener >= 0 || errno != EINVAL) return static_cast<int>(listener);
    }
    return -1;
}

void send_descriptor(int socket, int sent) {
    char byte = 'l';
    iovec part{&byte, 1};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &sent, sizeof sent);
    // When nobody takes it the listener is closed with us, and observed calls fail: the observer has ended,
    // and so will this run.
    [[maybe_unused]] const ssize_t done = ::sendmsg(socket, &message, MSG_NOSIGNAL);
}

}  // namespace

void be_observed(int socket) {
    if (const int listener = install(); listener >= 0) {
        send_descriptor(socket, listener);
        ::close(listener);
    }
    ::close(socket);
}

}  // namespace contract::sandbox
