// SPDX-License-Identifier: Apache-2.0
//
// The observer process: a thread per request, answers in the order in which they are had.
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <mutex>
#include <string_view>
#include <system_error>
#include <thread>

#include "kinds.hpp"
#include "wire.hpp"

namespace contract::runtime {

namespace {

constexpr int observer_socket = 3;

Facts observe(const Observation& observation) {
    if (observation.kind == "file") return observe_file(observation);
    if (observation.kind == "tcp") return observe_tcp(observation);
    if (observation.kind == "sysctl") return observe_sysctl(observation);
    throw InternalError("the observer was asked for kind '" + observation.kind + "'");
}

void answer(const Numbered& request, const Facts& facts) {
    // Never destroyed: a thread may still hold it when the process ends.
    static auto& sending = *new std::mutex;
    const std::lock_guard lock(sending);
    send_frame(observer_socket, encode(Answer{request.id, facts}));
}

}  // namespace

bool is_observer(int argc, char** argv) {
    return argc > 0 && argv[0] != nullptr && std::string_view(argv[0]) == "contract-observe";
}

int observer_main() {
    int type = 0;
    socklen_t size = sizeof type;
    // Somebody may have called a copy of the binary by this name.
    if (::getsockopt(observer_socket, SOL_SOCKET, SO_TYPE, &type, &size) != 0) return 2;
    ::fcntl(observer_socket, F_SETFD, FD_CLOEXEC);
    while (const auto body = receive_frame(observer_socket)) {
        const auto request = decode_request(*body);
        if (!request) ::_exit(2);
        try {
            std::thread([request = *request] { answer(request, observe(request.observation)); }).detach();
        } catch (const std::system_error&) {
            answer(*request,
                   all_unknown(request->observation, "this machine has no room for another thread"));
        }
    }
    // Threads may be stuck in the kernel: no destructor may wait for them.
    ::_exit(0);
}

}  // namespace contract::runtime
