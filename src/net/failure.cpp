// SPDX-License-Identifier: Apache-2.0
#include "failure.hpp"

#include "contract/base/text.hpp"

namespace contract::net {

namespace {

constexpr const char* check_network =
    "check the URL, the network, and the proxy settings (https_proxy, no_proxy)";

Error with_redirect(Error error, const Request& request, const Address& address) {
    if (address.url == request.url) return error;
    return std::move(error).with_note("redirect: " + shown(address.url));
}

bool may_pass(long status) {
    return status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

Error not_found(const Request& request) {
    return Error{"not-found",        "there is nothing at '" + named(request) + "'",
                 Blame::declaration, {},
                 url_notes(request), {"correct the URL, or ask who serves it where it went"}};
}

Error not_authorised(const Request& request, const Address& address) {
    return Error{"not-authorised",
                 "the server does not let us have '" + named(request) + "'",
                 Blame::environment,
                 {},
                 url_notes(request),
                 {"put a login that may read it into ~/.netrc: machine " + harmless(address.host) +
                  " login USER password PASSWORD"}};
}

std::string certificate_help() {
    return "make this machine trust the server's authority, or name a file with its certificate in "
           "SSL_CERT_FILE";
}

Error error_of_status(const Request& request, const Address& address, long status) {
    if (status == 404 || status == 410) return not_found(request);
    if (status == 401 || status == 403) return not_authorised(request, address);
    Error error = fetch_failed(request, "the server answers with status " + std::to_string(status));
    if (status == 407)
        return std::move(error).with_help("give the proxy's login in https_proxy or http_proxy");
    if (may_pass(status))
        return std::move(error).with_help("try again later: the server says that it cannot now");
    return std::move(error).with_help("open the URL in a browser, and correct it");
}

}  // namespace

std::string named(const Request& request) {
    return shown(request.declared.empty() ? request.url : request.declared);
}

std::vector<std::string> url_notes(const Request& request) {
    std::vector<std::string> notes{"url: " + named(request)};
    if (!request.declared.empty() && request.declared != request.url)
        notes.push_back("mirror: " + shown(request.url));
    return notes;
}

Error fetch_failed(const Request& request, const std::string& reason) {
    return Error{"fetch-failed",     "'" + named(request) + "' could not be fetched: " + reason,
                 Blame::environment, {},
                 url_notes(request), {}};
}

Error too_large(const Request& request) {
    const std::string limit = std::to_string(request.most_bytes) + " bytes";
    return Error{
        "too-large",        "'" + named(request) + "' holds more than " + limit,
        Blame::declaration, {},
        url_notes(request), {"check that the URL names what is meant: so much is not accepted there"}}
        .with_note("limit: " + limit);
}

Error interrupted_fetch(const Request& request) {
    return Error{"interrupted",      "fetching '" + named(request) + "' was interrupted",
                 Blame::environment, {},
                 url_notes(request), {"run the command again: it continues where it can"}};
}

Failure failure_of_trouble(const Request& request, const Address& address, const Answer& answer) {
    if (answer.trouble == Trouble::interrupted) return {interrupted_fetch(request)};
    if (answer.trouble == Trouble::refused) return {*answer.error};
    if (address.scheme == "file")
        return {fetch_failed(request, answer.reason).with_help("check that the file can be read")};
    Error error = with_redirect(fetch_failed(request, answer.reason), request, address);
    switch (answer.trouble) {
        case Trouble::connection: return {std::move(error).with_help(check_network), Remedy::again};
        case Trouble::name: return {std::move(error).with_help(check_network), Remedy::again_briefly};
        case Trouble::certificate: return {std::move(error).with_help(certificate_help())};
        default: return {std::move(error).with_help(check_network)};
    }
}

Failure failure_of_status(const Request& request, const Address& address, const Answer& answer) {
    const long status = answer.head.status;
    Error error = with_redirect(error_of_status(request, address, status), request, address);
    return {std::move(error).with_note("status: " + std::to_string(status)),
            may_pass(status) ? Remedy::again : Remedy::none, answer.retry_after};
}

}  // namespace contract::net
