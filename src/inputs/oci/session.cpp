// SPDX-License-Identifier: Apache-2.0
#include "session.hpp"

#include <algorithm>

#include "base64.hpp"
#include "contract/base/text.hpp"
#include "contract/json/json.hpp"
#include "credentials.hpp"
#include "reference.hpp"

namespace contract::inputs {

namespace {

constexpr std::uint64_t largest_token = 1 << 20;  // bytes of the answer that holds it

std::string_view scheme_of(std::string_view url) {
    return url.substr(0, url.find("://"));
}

std::string authority_of(std::string_view url) {
    const auto begin = url.find("://");
    if (begin == std::string_view::npos) return {};
    url.remove_prefix(begin + 3);
    return std::string(url.substr(0, url.find_first_of("/?#")));
}

std::string origin_of(const std::string& url) {
    return std::string(scheme_of(url)) + "://" + authority_of(url);
}

bool is_local(const std::string& url) {
    return is_loopback(authority_of(url));
}

// Whether a secret may travel there at all.
bool is_private(const std::string& url) {
    return scheme_of(url) == "https" || (scheme_of(url) == "http" && is_local(url));
}

bool is_token(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

net::Request with_login(net::Request request, const std::string& authorization) {
    if (!authorization.empty()) request.headers.push_back("Authorization: " + authorization);
    return request;
}

std::string header_of(const net::Response& response, const std::string& name) {
    const auto found = response.headers.find(name);
    return found == response.headers.end() ? std::string() : found->second;
}

Result<std::string> token_in(const net::Response& response) {
    const auto answer = json::read(response.body);
    for (const char* name : {"token", "access_token"}) {
        const auto* member = answer ? answer->find(name) : nullptr;
        const auto* text = member == nullptr ? nullptr : std::get_if<std::string>(&member->data);
        if (text != nullptr && is_token(*text)) return *text;
    }
    return Error{"fetch-failed",
                 "the token server of the registry answered without a token",
                 Blame::environment,
                 {},
                 {"url: " + harmless(response.url)},
                 {"try again later; if it stays so, tell who runs the registry"}};
}

}  // namespace

Error Session::refused(const net::Request& request, const std::string& reason,
                       std::vector<std::string> notes) {
    const std::string server = authority_of(request.url);
    notes.insert(notes.begin(), "url: " + net::shown(request.url));
    return Error{
        "not-authorised",
        "'" + harmless(repository_) + "' may not be read from '" + harmless(server) + "': " + reason,
        Blame::environment,
        {},
        std::move(notes),
        {"log in with `docker login " + harmless(server) + "` or `skopeo login " + harmless(server) +
         "`; some registries refuse what does not exist in the same words, so look at the name, too"}};
}

// Adds what is known of a login to an error of net.
Error Session::explained(const net::Request& request, Error error) {
    if (error.code != "not-authorised") return error;
    const std::scoped_lock lock(mutex_);
    const auto& login = logins_[origin_of(request.url)];
    return refused(request, "the server refused it", login.notes);
}

std::string Session::login_at(const std::string& origin) {
    const std::scoped_lock lock(mutex_);
    return logins_[origin].authorization;
}

Result<std::string> Session::token(const Challenge& challenge, const std::string& basic,
                                   const net::Request& request) {
    const std::string realm = challenge.parameter("realm");
    const bool allowed =
        scheme_of(realm) == "https" || (is_private(realm) && is_local(realm) && is_local(request.url));
    if (!allowed) return refused(request, "its token server is not reached over https", {});
    const std::string scope = challenge.parameter("scope");
    net::Request ask;
    ask.url = realm + (realm.find('?') == std::string::npos ? "?" : "&") +
              "scope=" + percent_encoded(scope.empty() ? "repository:" + repository_ + ":pull" : scope);
    if (const auto service = challenge.parameter("service"); !service.empty())
        ask.url += "&service=" + percent_encoded(service);
    ask.most_bytes = largest_token;
    ask.accept_statuses = {401};
    ask.interrupted = context_.interrupted;
    TRY_ASSIGN(const auto response, net::get(with_login(ask, basic)));
    if (response.status == 401)
        return refused(request, basic.empty() ? "it asks for a login" : "it refused the login", {});
    return token_in(response);
}

Result<std::string> Session::authorization_for(const net::Request& request, const net::Response& refusal,
                                               std::vector<std::string>& notes) {
    const auto challenge = best_challenge(header_of(refusal, "www-authenticate"));
    if (!challenge) return refused(request, "it asks for a login of an unknown kind", {});
    // Otherwise whoever listens would have it.
    if (!is_private(request.url)) return refused(request, "it asks for a login over plain http", {});
    const auto found = find_credentials(authority_of(request.url), repository_);
    notes = found.notes;
    std::string basic;
    if (found.credentials && !found.credentials->token.empty()) return "Bearer " + found.credentials->token;
    if (found.credentials)
        basic = "Basic " + encode_base64(found.credentials->user + ":" + found.credentials->password);
    if (challenge->scheme == "bearer") {
        TRY_ASSIGN(const auto bearer, token(*challenge, basic, request));
        return "Bearer " + bearer;
    }
    if (basic.empty()) return refused(request, "it asks for a login", {});
    return basic;
}

// `used` is the login that was refused: another thread may have a newer one already.
Result<> Session::log_in(const net::Request& request, const net::Response& refusal, const std::string& used) {
    const std::scoped_lock lock(mutex_);
    auto& login = logins_[origin_of(request.url)];
    if (login.authorization != used) return {};
    std::vector<std::string> notes;
    auto authorization = authorization_for(request, refusal, notes);
    login.notes = notes;
    if (!authorization) {
        Error error = std::move(authorization).error();
        if (error.code == "not-authorised") error.notes.insert(error.notes.end(), notes.begin(), notes.end());
        return error;
    }
    login.authorization = *authorization;
    return {};
}

Result<net::Response> Session::get(net::Request request) {
    request.accept_statuses.push_back(401);
    request.interrupted = context_.interrupted;
    const std::string origin = origin_of(request.url);
    for (int attempt = 0;; ++attempt) {
        const std::string used = login_at(origin);
        auto response = net::get(with_login(request, used));
        if (!response) return explained(request, std::move(response).error());
        if (response->status != 401) return response;
        if (attempt == 1) return explained(request, {"not-authorised", {}, Blame::environment, {}, {}, {}});
        TRY(log_in(request, *response, used));
    }
}

Result<net::Response> Session::download(net::Request request, const std::string& path) {
    const std::string origin = origin_of(request.url);
    for (int attempt = 0;; ++attempt) {
        const std::string used = login_at(origin);
        auto response = net::download(with_login(request, used), path);
        if (response || response.error().code != "not-authorised" || attempt == 1)
            return response ? std::move(response)
                            : Result<net::Response>(explained(request, std::move(response).error()));
        // The challenge, from a request that brings one byte where it is granted after all.
        net::Request question;
        question.url = request.url;
        question.headers = {"Range: bytes=0-0"};
        question.most_bytes = request.most_bytes;
        question.accept_statuses = {401};
        question.interrupted = request.interrupted;
        auto refusal = net::get(with_login(question, used));
        if (!refusal || refusal->status != 401) return explained(request, std::move(response).error());
        TRY(log_in(request, *refusal, used));
    }
}

}  // namespace contract::inputs
