// SPDX-License-Identifier: Apache-2.0
//
// URLs taken apart by libcurl's own parser, so that what is checked here is what is asked for later. An
// Address has a scheme of ours and neither user nor password.
#pragma once

#include <string>

#include "contract/base/result.hpp"

namespace contract::net {

struct Address {
    std::string url;     // to be fetched: may have a query that nobody else is to see
    std::string scheme;  // "https", "http" or "file"
    std::string host;    // "" for file
    std::string port;    // always a number; "" for file
    std::string path;    // of a file: decoded
};

// Requires that the library is open. Errors: bad-url, with the note "url:".
Result<Address> parse_address(const std::string& url);
// Where a server's Location, which may be relative to `from`, leads.
Result<Address> parse_location(const Address& from, const std::string& location);

// Whether credentials meant for `from` may be sent to `to`: the same host and port, or the same host after
// the usual step from http to https.
bool same_owner(const Address& from, const Address& to);

}  // namespace contract::net
