// SPDX-License-Identifier: Apache-2.0
//
// What an exchange that brought no answer means: the Error, and whether another attempt may help. URLs are
// shown without query and user.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "contract/net/download.hpp"
#include "exchange.hpp"

namespace contract::net {

enum class Remedy {
    none,
    again,          // it may pass
    again_briefly,  // it may pass, but seldom does
    anew,           // at once, without the part that is there
};

struct Failure {
    Error error;
    Remedy remedy = Remedy::none;
    std::chrono::seconds wait{0};  // what the server asked for
};

// Requires an answer with a trouble. `request` is what was asked for, `address` where redirects led.
Failure failure_of_trouble(const Request& request, const Address& address, const Answer& answer);
// Requires a whole answer whose status is not what was asked for.
Failure failure_of_status(const Request& request, const Address& address, const Answer& answer);

// fetch-failed: "'URL' could not be fetched: REASON".
Error fetch_failed(const Request& request, const std::string& reason);
Error too_large(const Request& request);
Error interrupted_fetch(const Request& request);

// The URL as messages name it, and the notes that every Error about the request has.
std::string named(const Request& request);
std::vector<std::string> url_notes(const Request& request);

}  // namespace contract::net
