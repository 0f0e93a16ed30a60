// SPDX-License-Identifier: Apache-2.0
//
// One attempt at a request: the first exchange and those that redirects lead to. From https only to https,
// never to a file, ten at most; headers of the request stay with the host they were meant for.
#pragma once

#include <variant>

#include "failure.hpp"
#include "sink.hpp"

namespace contract::net {

// A Response without its body, or why there is none.
std::variant<Response, Failure> attempt(const Request& request, const Address& address, Sink& sink);

}  // namespace contract::net
