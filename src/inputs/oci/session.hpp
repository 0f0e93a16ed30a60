// SPDX-License-Identifier: Apache-2.0
//
// Requests to registries, with a login where one is asked for: Bearer tokens and Basic. What the user logged
// in with is sent to the server it is for and to the token server that this one names, only over https (or
// when both are on the loopback interface), and stands in no error.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "challenge.hpp"
#include "contract/inputs/inputs.hpp"
#include "contract/net/download.hpp"

namespace contract::inputs {

class Session {
public:
    Session(std::string repository, const Context& context)
        : repository_(std::move(repository)), context_(context) {}

    // As net::get and net::download, which tell their errors; may be called from several threads. A request
    // that is refused is made once more after a login. Error not-authorised tells where credentials were
    // looked for.
    Result<net::Response> get(net::Request request);
    Result<net::Response> download(net::Request request, const std::string& path);

private:
    struct Login {
        std::string authorization;       // value of the header; a secret
        std::vector<std::string> notes;  // where it is from, for errors
    };

    std::string login_at(const std::string& origin);
    Result<> log_in(const net::Request& request, const net::Response& refusal, const std::string& used);
    Result<std::string> authorization_for(const net::Request& request, const net::Response& refusal,
                                          std::vector<std::string>& notes);
    Result<std::string> token(const Challenge& challenge, const std::string& basic,
                              const net::Request& request);
    Error refused(const net::Request& request, const std::string& reason, std::vector<std::string> notes);
    Error explained(const net::Request& request, Error error);

    std::string repository_;
    const Context& context_;
    std::mutex mutex_;
    std::map<std::string, Login> logins_;  // by origin, "https://registry.example.org"
};

}  // namespace contract::inputs
