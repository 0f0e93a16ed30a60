// SPDX-License-Identifier: Apache-2.0
//
// What the `git` key of an input may say. Host and user become arguments of `ssh`, so only characters are
// let through that no program can take for anything but a name.
#include <algorithm>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/git/remote.hpp"

namespace contract::git {

namespace {

Error unusable(const std::string& subject, const std::string& reason) {
    return Error{"bad-url",
                 subject + " cannot be fetched from: " + reason,
                 Blame::declaration,
                 {},
                 {},
                 {"accepted are https://HOST/PATH, http://, ssh://[USER@]HOST[:PORT]/PATH, USER@HOST:PATH, "
                  "file:///PATH and a path"}};
}

Error bad_url(std::string_view url, const std::string& reason) {
    return unusable("'" + harmless(url) + "'", reason);
}

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool made_of(std::string_view text, std::string_view others) {
    return !text.empty() && text.front() != '-' && std::all_of(text.begin(), text.end(), [&](char c) {
        return is_letter_or_digit(c) || others.find(c) != std::string_view::npos;
    });
}

bool is_port(std::string_view text) {
    const bool digits = !text.empty() && text.size() <= 5 &&
                        std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    return digits && std::stoi(std::string(text)) >= 1 && std::stoi(std::string(text)) <= 65535;
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// None for a broken escape and for an escaped NUL or line end.
std::optional<std::string> percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        const int high = hex_value(text[i + 1]), low = hex_value(text[i + 2]);
        if (high < 0 || low < 0 || high * 16 + low < 0x20) return std::nullopt;
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

struct Authority {
    std::string_view user, host, port;
};

// "user@host:port", "[::1]:22"; none when it has a password or is no such thing.
Result<Authority> parse_authority(std::string_view url, std::string_view text) {
    Authority out;
    if (const auto at = text.rfind('@'); at != std::string_view::npos) {
        out.user = text.substr(0, at);
        text.remove_prefix(at + 1);
        if (out.user.find(':') != std::string_view::npos)
            return unusable("a URL with a password",
                            "a password does not belong into a file that is committed");
        if (!made_of(out.user, "._-+~%")) return bad_url(url, "its user is no user name");
    }
    const auto bracket = text.starts_with('[') ? text.find(']') : std::string_view::npos;
    const auto colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
    out.host = text.substr(0, colon);
    if (colon != std::string_view::npos) out.port = text.substr(colon + 1);
    if (colon != std::string_view::npos && !is_port(out.port)) return bad_url(url, "its port is no port");
    const bool plain = made_of(out.host, "._-");
    const bool address = bracket != std::string_view::npos && bracket + 1 == out.host.size() &&
                         made_of(out.host.substr(1, bracket - 1), ":.%_-");
    if (!plain && !address) return bad_url(url, "its host is no host name");
    if (address) out.host = out.host.substr(1, bracket - 1);
    return out;
}

Result<Location> ssh_location(std::string_view url, std::string_view authority, std::string path) {
    TRY_ASSIGN(const Authority parsed, parse_authority(url, authority));
    // An option for the program on the other side, which gets the path as an argument.
    if (path.empty() || path.front() == '-') return bad_url(url, "it has no path to a repository");
    Location out;
    out.transport = Transport::ssh;
    out.url = std::string(url);
    out.path = std::move(path);
    out.user = std::string(parsed.user);
    out.host = std::string(parsed.host);
    out.port = std::string(parsed.port);
    return out;
}

Location local_location(std::string path) {
    Location out;
    out.path = std::move(path);
    out.url = out.path;
    return out;
}

Result<Location> with_scheme(std::string_view url, std::string_view scheme, std::string_view rest) {
    const auto slash = rest.find('/');
    const std::string_view authority = rest.substr(0, slash);
    const std::string_view path = slash == std::string_view::npos ? "" : rest.substr(slash);
    const auto decoded = percent_decoded(path);
    if (!decoded) return bad_url(url, "it has a broken % escape");
    if (scheme == "file") {
        if (!authority.empty() && authority != "localhost")
            return bad_url(url, "a file URL names no other machine; write file:///PATH");
        if (path.empty()) return bad_url(url, "it has no path to a repository");
        return local_location(path::normalise(*decoded));
    }
    if (scheme == "ssh" || scheme == "git+ssh" || scheme == "ssh+git") {
        // As git has it: "/~user/x" is below the home directory of `user`.
        const bool from_home = decoded->starts_with("/~");
        return ssh_location(url, authority, from_home ? decoded->substr(1) : *decoded);
    }
    if (scheme != "https" && scheme != "http")
        return bad_url(url, "the scheme '" + harmless(scheme) + "' is not supported");
    TRY_ASSIGN(const Authority parsed, parse_authority(url, authority));
    if (path.size() < 2) return bad_url(url, "it has no path to a repository");
    Location out;
    out.transport = Transport::https;
    out.url = std::string(url);
    out.host = std::string(parsed.host);
    return out;
}

Result<Location> parsed(std::string_view url, const std::string& base) {
    if (url.empty()) return bad_url(url, "it is empty");
    if (!is_utf8(url) || harmless(url) != url || url.find_first_of("\n\t") != std::string_view::npos)
        return bad_url(url, "it has control characters");
    if (const auto scheme = url.find("://"); scheme != std::string_view::npos && scheme < url.find('/'))
        return with_scheme(url, url.substr(0, scheme), url.substr(scheme + 3));
    if (url.front() == '-') return bad_url(url, "it looks like an option; write ./" + harmless(url));
    // "host:path" is ssh when no slash comes before the colon, as git has it. The path stays as it is:
    // without a slash in front it is relative to the home directory, and forges tell the two apart.
    const auto bracket = url.rfind("]:", url.find('/'));
    const auto colon = bracket != std::string_view::npos ? bracket + 1 : url.find(':');
    if (colon != std::string_view::npos && colon < url.find('/'))
        return ssh_location(url, url.substr(0, colon), std::string(url.substr(colon + 1)));
    return local_location(path::normalise(path::join(base, url)));
}

}  // namespace

Result<Location> parse_location(std::string_view url, const std::string& base) {
    auto location = parsed(url, base);
    if (location) location->name = location->url;
    return location;
}

}  // namespace contract::git
