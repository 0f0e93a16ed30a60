// SPDX-License-Identifier: Apache-2.0
#include "observer.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <vector>

#include "caller.hpp"
#include "sightings.hpp"

namespace contract::sandbox {

namespace {

// Since Linux 6.6: the observer runs on the processor of the caller, which it wakes at once. Older headers
// do not have it.
constexpr unsigned long set_flags = _IOW('!', 4, std::uint64_t);
constexpr std::uint64_t synchronous_wake_up = 1;

// The kernel's own sizes, which may be larger than those of our headers.
struct Buffers {
    std::vector<std::uint64_t> asked, answered;
    bool prepare() {
        seccomp_notif_sizes sizes{};
        if (::syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) != 0) return false;
        const auto words = [](std::size_t kernel, std::size_t ours) {
            return (std::max(kernel, ours) + 7) / 8;
        };
        asked.resize(words(sizes.seccomp_notif, sizeof(seccomp_notif)));
        answered.resize(words(sizes.seccomp_notif_resp, sizeof(seccomp_notif_resp)));
        return true;
    }
    seccomp_notif& question() { return *reinterpret_cast<seccomp_notif*>(asked.data()); }
    seccomp_notif_resp& answer() { return *reinterpret_cast<seccomp_notif_resp*>(answered.data()); }
};

// False when `ended` came first.
bool wait_for(int descriptor, int ended) {
    for (;;) {
        pollfd polled[2] = {{descriptor, POLLIN, 0}, {ended, POLLIN, 0}};
        if (::poll(polled, 2, -1) < 0) {
            if (errno == EINTR) continue;
            return false;
        }
        if (polled[1].revents != 0) return false;
        return (polled[0].revents & POLLIN) != 0;
    }
}

os::Fd receive_descriptor(int socket) {
    char byte = 0;
    iovec part{&byte, 1};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    if (::recvmsg(socket, &message, MSG_CMSG_CLOEXEC) <= 0) return {};
    const cmsghdr* header = CMSG_FIRSTHDR(&message);
    if (header == nullptr || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS ||
        header->cmsg_len != CMSG_LEN(sizeof(int)))
        return {};
    int received = -1;
    std::memcpy(&received, CMSG_DATA(header), sizeof received);
    return os::Fd(received);
}

bool is_still_waiting(int listener, std::uint64_t id) {
    return ::ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;
}

}  // namespace

Observer::Observer(os::Fd socket, pid_t helper)
    : socket_(std::move(socket)), ended_(::eventfd(0, EFD_CLOEXEC)), helper_(helper) {
    if (ended_) thread_ = std::thread([this] { watch(); });
}

Observer::~Observer() {
    stop();
}

void Observer::stop() {
    if (!thread_.joinable()) return;
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(ended_.get(), &one, sizeof one);
    thread_.join();
}

std::optional<Observation> Observer::finish() {
    stop();
    return std::move(observation_);
}

void Observer::watch() {
    if (!wait_for(socket_.get(), ended_.get())) return;
    const os::Fd listener = receive_descriptor(socket_.get());
    Buffers buffers;
    if (!listener || !buffers.prepare()) return;
    ::ioctl(listener.get(), set_flags, synchronous_wake_up);
    Sightings sightings;
    while (wait_for(listener.get(), ended_.get())) {
        std::fill(buffers.asked.begin(), buffers.asked.end(), 0);
        seccomp_notif& question = buffers.question();
        if (::ioctl(listener.get(), SECCOMP_IOCTL_NOTIF_RECV, &question) != 0) {
            if (errno == EINTR || errno == ENOENT) continue;  // the caller was killed meanwhile
            break;
        }
        const Caller caller(static_cast<pid_t>(question.pid), helper_);
        Arguments arguments;
        std::copy(std::begin(question.data.args), std::end(question.data.args), arguments.begin());
        sightings.add(question.data.nr, arguments, caller,
                      [&] { return is_still_waiting(listener.get(), question.id); });
        std::fill(buffers.answered.begin(), buffers.answered.end(), 0);
        seccomp_notif_resp& answer = buffers.answer();
        answer.id = question.id;
        answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
        ::ioctl(listener.get(), SECCOMP_IOCTL_NOTIF_SEND, &answer);
    }
    observation_ = std::move(sightings).result();
}

}  // namespace contract::sandbox
