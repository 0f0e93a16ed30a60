// SPDX-License-Identifier: Apache-2.0
#include "failure.hpp"

#include "contract/base/text.hpp"

namespace contract::net {

namespace {

constexpr const char* check_network =
    "check the URL, the network, and the proxy settings (https_proxy, no_proxy)";

Error with_redirect(Error error, const Request& request, const Address& address) {
    if (address.url == request.url) return error;
    return std::move(error).with_note("redirected to: " + shown(address.url));
}

bool may_pass(long status) {
    return status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

Error not_found(const Request& request) {
    return Error{"not-found",
                 "there is nothing at '" + shown(request.url) + "'",
                 Blame::declaration,
                 {},
                 {"url: " + shown(request.url)},
                 {"correct the URL, or ask who serves it where it went"}};
}

Error not_authorised(const Request& request, const Address& address) {
    return Error{"not-authorised",
                 "the server does not let us have '" + shown(request.url) + "'",
                 Blame::environment,
                 {},
                 {"url: " + shown(request.url)},
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
    Error error = fetch_failed(request.url, "the server answers with status " + std::to_string(status));
    if (status == 407)
        return std::move(error).with_help("give the proxy's login in https_proxy or http_proxy");
    if (may_pass(status))
        return std::move(error).with_help("try again later: the server says that it cannot now");
    return std::move(error).with_help("open the URL in a browser, and correct it");
}

}  // namespace

Error fetch_failed(const std::string& url, const std::string& reason) {
    return Error{"fetch-failed",         "'" + shown(url) + "' could not be fetched: " + reason,
                 Blame::environment,     {},
                 {"url: " + shown(url)}, {}};
}

Error too_large(const std::string& url, std::uint64_t most_bytes) {
    return Error{"too-large",
                 "'" + shown(url) + "' holds more than " + std::to_string(most_bytes) + " bytes",
                 Blame::declaration,
                 {},
                 {"url: " + shown(url), "limit: " + std::to_string(most_bytes) + " bytes"},
                 {"check that the URL names what is meant: so much is not accepted there"}};
}

Error interrupted_fetch(const std::string& url) {
    return Error{"interrupted",          "fetching '" + shown(url) + "' was interrupted",
                 Blame::environment,     {},
                 {"url: " + shown(url)}, {"run the command again: it continues where it can"}};
}

Failure failure_of_trouble(const Request& request, const Address& address, const Answer& answer) {
    if (answer.trouble == Trouble::interrupted) return {interrupted_fetch(request.url)};
    if (answer.trouble == Trouble::refused) return {*answer.error};
    if (address.scheme == "file")
        return {fetch_failed(request.url, answer.reason).with_help("check that the file can be read")};
    Error error = with_redirect(fetch_failed(request.url, answer.reason), request, address);
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
