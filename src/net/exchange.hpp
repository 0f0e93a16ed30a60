// SPDX-License-Identifier: Apache-2.0
//
// One request and its answer, over one handle of libcurl per thread, so that connections are used again.
// Follows no redirect and repeats nothing; bounds the headers, the wait for a connection and a stall.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "address.hpp"

namespace contract::net {

// Of the last answer: what came before it (100, a proxy's) is forgotten.
struct Head {
    long status = 0;                             // 200 for a file
    std::map<std::string, std::string> headers;  // names in lower case; repeated ones joined by ", "
};

struct Exchange {
    std::vector<std::string> headers;  // "Name: value"
    std::chrono::seconds stall{60};
    // Whether the body is wanted, asked once; of others no more is read than a connection needs to stay open.
    std::function<bool(const Head&)> wants;
    std::function<Result<>(const Head&)> begin;  // once, before the first byte
    std::function<Result<>(std::string_view)> write;
    std::function<void(std::uint64_t got, std::optional<std::uint64_t> total)> progress;  // may be empty
    std::function<bool()> interrupted;                                                    // may be empty
};

enum class Trouble {
    none,         // the answer is whole
    refused,      // by begin or write: `error` has it
    interrupted,  //
    connection,   // no connection, or it broke off: may pass
    name,         // the name of the host is not known, or TLS did not start: may pass, but seldom does
    certificate,  // the server's is not trusted, or ours cannot be read
    answer,       // what came is not what http allows
};

struct Answer {
    Trouble trouble = Trouble::none;
    std::optional<Error> error;
    std::string reason;  // what libcurl says about the trouble; harmless
    Head head;
    bool wanted = false;                   // what `wants` said
    std::chrono::seconds retry_after{0};   // what the server asked for
    std::optional<std::int64_t> modified;  // seconds since 1970
};

// Requires that the library is open. Rethrows what a callback threw.
Answer perform(const Address& address, const Exchange& exchange);

}  // namespace contract::net
