// SPDX-License-Identifier: Apache-2.0
#include "attempt.hpp"

#include <algorithm>

#include "contract/base/text.hpp"

namespace contract::net {

namespace {

constexpr int most_redirects = 10;

// Where the answer leads. libcurl's own idea of it may hold the login from netrc.
std::optional<std::string> redirect_of(const Answer& answer) {
    const long status = answer.head.status;
    const auto location = answer.head.headers.find("location");
    if (location == answer.head.headers.end() || location->second.empty()) return std::nullopt;
    if (status == 301 || status == 302 || status == 303 || status == 307 || status == 308)
        return location->second;
    return std::nullopt;
}

bool is_accepted(const Request& request, long status) {
    return std::find(request.accept_statuses.begin(), request.accept_statuses.end(), status) !=
           request.accept_statuses.end();
}

Exchange exchange_for(const Request& request, bool with_headers, Sink& sink) {
    Exchange exchange;
    if (with_headers) exchange.headers = request.headers;
    for (auto& header : sink.headers()) exchange.headers.push_back(std::move(header));
    exchange.stall = request.stall;
    exchange.wants = [&request, &sink](const Head& head) {
        return sink.wants(head) || is_accepted(request, head.status);
    };
    exchange.begin = [&sink](const Head& head) { return sink.begin(head); };
    exchange.write = [&sink](std::string_view bytes) { return sink.write(bytes); };
    if (request.progress)
        exchange.progress = [&request, &sink](std::uint64_t got, std::optional<std::uint64_t> total) {
            const std::uint64_t before = sink.size() - std::min(got, sink.size());
            request.progress(sink.size(), total ? std::optional(before + *total) : std::nullopt);
        };
    exchange.interrupted = request.interrupted;
    return exchange;
}

Response response_of(const Answer& answer, const Address& address, const Sink& sink) {
    Response response;
    response.status = answer.head.status;
    response.headers = answer.head.headers;
    response.url = shown(address.url);
    response.size = sink.size();
    response.modified = answer.modified;
    return response;
}

// The next address, or why it is not followed.
Result<Address> follow(const Request& request, const Address& from, const std::string& redirect) {
    const auto refuse = [&](const std::string& reason) {
        return fetch_failed(request, reason)
            .with_note("redirect: " + shown(redirect))
            .with_help("if that is where it is meant to be, declare that URL");
    };
    auto next = parse_location(from, redirect);
    if (!next) return refuse("the server redirects to an address that is not followed");
    if (next->scheme == "file") return refuse("the server redirects to a file of this machine");
    if (from.scheme == "https" && next->scheme != "https")
        return refuse("the server redirects from https to " + next->scheme +
                      ", where anybody could change it");
    return next;
}

}  // namespace

std::variant<Response, Failure> attempt(const Request& request, const Address& address, Sink& sink) {
    Address at = address;
    bool with_headers = true;
    for (int redirects = 0;; ++redirects) {
        const Answer answer = perform(at, exchange_for(request, with_headers, sink));
        const auto redirect = redirect_of(answer);
        if (answer.trouble == Trouble::none && redirect) {
            auto next = follow(request, at, *redirect);
            if (!next) return Failure{next.error()};
            if (redirects == most_redirects)
                return Failure{fetch_failed(request, "it is redirected more than 10 times")
                                   .with_note("redirect: " + shown(next->url))
                                   .with_help("correct the URL, or tell who serves it about the loop")};
            with_headers = with_headers && same_owner(address, *next);
            at = std::move(*next);
            continue;
        }
        if (answer.trouble != Trouble::none) return failure_of_trouble(request, at, answer);
        if (answer.wanted) return response_of(answer, at, sink);
        Failure failure = failure_of_status(request, at, answer);
        if (answer.head.status == 206 || answer.head.status == 416) failure.remedy = Remedy::anew;
        return failure;
    }
}

}  // namespace contract::net
