// SPDX-License-Identifier: Apache-2.0
#include "address.hpp"

#include "contract/base/text.hpp"
#include "contract/net/download.hpp"
#include "library.hpp"

namespace contract::net {

namespace {

Error bad_url(const std::string& url, const std::string& reason, std::string help) {
    return Error{"bad-url",
                 "'" + shown(url) + "' cannot be fetched: " + reason,
                 Blame::declaration,
                 {},
                 {"url: " + shown(url)},
                 {std::move(help)}};
}

std::string part(CURLU* url, CURLUPart which, unsigned flags = 0) {
    char* text = nullptr;
    if (curl().curl_url_get(url, which, &text, flags) != CURLUE_OK) return {};
    const OwnedText owned(text);
    return text;
}

Result<std::string> decoded_path(CURLU* parsed, const std::string& url) {
    char* text = nullptr;
    if (curl().curl_url_get(parsed, CURLUPART_PATH, &text, CURLU_URLDECODE) != CURLUE_OK)
        return bad_url(url, "its path holds a control character", "correct the path of the URL");
    const OwnedText owned(text);
    return std::string(text);
}

constexpr const char* allowed = "use an https, http or file URL";

Result<OwnedUrl> take_apart(const std::string& url, const Address* from) {
    OwnedUrl parsed(curl().curl_url());
    if (!parsed) throw std::bad_alloc();
    if (url.find('\0') != std::string::npos) return bad_url(url, "it holds a NUL byte", allowed);
    if (from != nullptr) curl().curl_url_set(parsed.get(), CURLUPART_URL, from->url.c_str(), 0);
    // Servers send what they should have encoded.
    const unsigned flags = CURLU_NON_SUPPORT_SCHEME | (from != nullptr ? CURLU_URLENCODE : 0U);
    const auto status = curl().curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), flags);
    if (status != CURLUE_OK) return bad_url(url, harmless(curl().curl_url_strerror(status)), allowed);
    return parsed;
}

Result<Address> parse(const std::string& url, const Address* from) {
    TRY_ASSIGN(const auto parsed, take_apart(url, from));
    Address address{part(parsed.get(), CURLUPART_URL), part(parsed.get(), CURLUPART_SCHEME), {}, {}, {}};
    if (!part(parsed.get(), CURLUPART_USER).empty() || !part(parsed.get(), CURLUPART_PASSWORD).empty())
        return bad_url(url, "it holds a user or a password",
                       "take them out of the URL and put them into ~/.netrc: machine HOST login USER "
                       "password PASSWORD");
    if (address.scheme == "file") {
        TRY_ASSIGN(address.path, decoded_path(parsed.get(), url));
        return address;
    }
    if (address.scheme != "https" && address.scheme != "http")
        return bad_url(url, "'" + harmless(address.scheme) + "' is not a way to fetch it", allowed);
    address.host = part(parsed.get(), CURLUPART_HOST);
    address.port = part(parsed.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
    for (char& c : address.host)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return address;
}

}  // namespace

std::string shown(const std::string& url) {
    std::string text = url.substr(0, url.find_first_of("?#"));
    const auto scheme = text.find("://");
    const auto start = scheme == std::string::npos ? 0 : scheme + 3;
    const auto end = std::min(text.find('/', start), text.size());
    // What stands before an "@" may be a password. Without a scheme it is anybody's guess where one ends.
    const auto at = text.rfind('@', scheme == std::string::npos ? text.size() : end);
    if (at != std::string::npos && at >= start && (scheme == std::string::npos || at < end))
        text.erase(start, at + 1 - start);
    return harmless(text);
}

Result<Address> parse_address(const std::string& url) {
    return parse(url, nullptr);
}

Result<Address> parse_location(const Address& from, const std::string& location) {
    return parse(location, &from);
}

bool same_owner(const Address& from, const Address& to) {
    if (from.host != to.host) return false;
    if (from.scheme == to.scheme) return from.port == to.port;
    return from.scheme == "http" && from.port == "80" && to.scheme == "https" && to.port == "443";
}

}  // namespace contract::net
