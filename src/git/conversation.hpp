// SPDX-License-Identifier: Apache-2.0
//
// The second version of git's protocol, as far as one commit without its history needs it: libgit2 1.5 speaks
// only the first, in which a server lists every ref, sends all of history and hands out no commit by its id.
// libgit2 still makes the connection (proxies, TLS, logins, redirects, ssh) and indexes the pack.
#pragma once

#include <string>
#include <vector>

#include "contract/git/remote.hpp"
#include "library.hpp"
#include "packets.hpp"
#include "session.hpp"

namespace contract::git {

class Conversation {
public:
    // `repository` lies at `path` and is nobody else's for the time.
    Conversation(git_repository* repository, std::string path, const Wanted& wanted, const Session& session)
        : repository_(repository),
          path_(std::move(path)),
          wanted_(wanted),
          access_(session.access),
          stateless_(session.location.transport == Transport::https) {}

    // False with libgit2's error set when the connection or the server failed. True otherwise, also when the
    // server cannot do what is needed: then answer() says so.
    bool hold(git_smart_subtransport& transport, const char* url);
    const Snapshot& answer() const { return answer_; }

private:
    bool greet();
    bool look_up();
    bool fetch();
    bool request(const std::string& text);
    bool open(git_smart_service_t service);
    bool drain();
    void close();
    bool read_shallow(PacketReader& reader);
    bool read_pack(PacketReader& reader);
    bool keep_shallow() const;
    std::string fetch_request() const;

    git_repository* repository_;
    std::string path_;
    const Wanted& wanted_;
    const Access& access_;
    bool stateless_;  // each request is a connection of its own, as over http
    Snapshot answer_;
    git_smart_subtransport* transport_ = nullptr;
    git_smart_subtransport_stream* stream_ = nullptr;
    const char* url_ = nullptr;
    std::vector<std::string> shallow_;
};

}  // namespace contract::git
