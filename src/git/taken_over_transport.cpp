// SPDX-License-Identifier: Apache-2.0
#include "taken_over_transport.hpp"

#include "session.hpp"
#include "ssh_transport.hpp"

namespace contract::git {

namespace {

struct TakenOver : git_smart_subtransport {
    git_smart_subtransport* inner = nullptr;
    Session* session = nullptr;
};

TakenOver& self(git_smart_subtransport* transport) {
    return *static_cast<TakenOver*>(transport);
}

int act(git_smart_subtransport_stream** out, git_smart_subtransport* transport, const char* url,
        git_smart_service_t) {
    auto& here = self(transport);
    *out = nullptr;
    here.session->taken_over = here.session->take_over(*here.inner, url);
    return here.session->taken_over ? GIT_EUSER : -1;
}

int close_transport(git_smart_subtransport* transport) {
    return self(transport).inner->close(self(transport).inner);
}

void free_transport(git_smart_subtransport* transport) {
    self(transport).inner->free(self(transport).inner);
    delete &self(transport);
}

int make_subtransport(git_smart_subtransport** out, git_transport* owner, void* parameter) {
    auto transport = std::make_unique<TakenOver>();
    transport->action = act;
    transport->close = close_transport;
    transport->free = free_transport;
    transport->session = static_cast<Session*>(parameter);
    const bool ssh = transport->session->location.transport == Transport::ssh;
    const int status = ssh ? make_ssh_subtransport(&transport->inner, owner, parameter)
                           : git().git_smart_subtransport_http(&transport->inner, owner, nullptr);
    if (status != 0) return status;
    *out = transport.release();
    return 0;
}

}  // namespace

int make_taken_over_transport(git_transport** out, git_remote* owner, void* payload) {
    git_smart_subtransport_definition definition{};
    definition.callback = make_subtransport;
    definition.rpc = 1;
    definition.param = payload;
    return git().git_transport_smart(out, owner, &definition);
}

}  // namespace contract::git
