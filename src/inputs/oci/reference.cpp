// SPDX-License-Identifier: Apache-2.0
#include "reference.hpp"

#include <algorithm>

#include "contract/base/text.hpp"

namespace contract::inputs {

namespace {

constexpr std::size_t longest = 512;      // bytes in all
constexpr std::size_t longest_tag = 128;  // the specification's

bool is_lower(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_alphanumeric(char c) {
    return is_lower(c) || (c >= 'A' && c <= 'Z');
}

Error bad_reference(const std::string& message) {
    return Error{"bad-url",
                 message,
                 Blame::declaration,
                 {},
                 {},
                 {"write REGISTRY/REPOSITORY:TAG or REGISTRY/REPOSITORY@sha256:DIGEST, as in "
                  "registry.example.org/team/image:1.0"}};
}

// One part of a repository: runs of a-z and 0-9 with one '.', one or two '_', or any number of '-' between.
bool is_component(std::string_view part) {
    if (part.empty() || !is_lower(part.front()) || !is_lower(part.back())) return false;
    for (std::size_t i = 0; i < part.size();) {
        if (is_lower(part[i])) {
            ++i;
            continue;
        }
        const std::size_t end = std::min(part.find_first_not_of(part[i], i), part.size());
        const std::size_t run = end - i;
        const bool allowed = part[i] == '-' || (part[i] == '_' && run <= 2) || (part[i] == '.' && run == 1);
        if (!allowed || end == part.size() || !is_lower(part[end])) return false;
        i = end;
    }
    return true;
}

bool is_tag(std::string_view tag) {
    if (tag.empty() || tag.size() > longest_tag || !(is_alphanumeric(tag.front()) || tag.front() == '_'))
        return false;
    return std::all_of(tag.begin(), tag.end(),
                       [](char c) { return is_alphanumeric(c) || c == '_' || c == '.' || c == '-'; });
}

bool is_port(std::string_view port) {
    return !port.empty() && port.size() <= 5 && std::all_of(port.begin(), port.end(), is_digit) &&
           std::stoul(std::string(port)) <= 65535 && std::stoul(std::string(port)) > 0;
}

std::string_view host_of(std::string_view authority) {
    if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
    return authority.substr(0, authority.find(':'));
}

bool is_host(std::string_view host) {
    if (host.starts_with('['))
        return host.size() > 3 && host.ends_with(']') &&
               host.find_first_not_of("0123456789abcdefABCDEF:.", 1) == host.size() - 1;
    const auto labels = split(host, '.');
    return std::all_of(labels.begin(), labels.end(), [](const std::string& label) {
        return !label.empty() && label.size() <= 63 && is_alphanumeric(label.front()) &&
               is_alphanumeric(label.back()) &&
               std::all_of(label.begin(), label.end(), [](char c) { return is_alphanumeric(c) || c == '-'; });
    });
}

bool is_registry(std::string_view authority) {
    const std::string_view host = host_of(authority);
    const std::string_view rest = authority.substr(host.size());
    return is_host(host) && (rest.empty() || (rest.front() == ':' && is_port(rest.substr(1))));
}

// A first part without '.', ':' or '[' could as well be the first part of a repository.
bool looks_like_registry(std::string_view part) {
    return part.find_first_of(".:[") != std::string_view::npos || part == "localhost";
}

// Takes "@sha256:…" and ":tag" from the end of `rest`.
Result<> take_end(std::string_view& rest, Reference& reference) {
    if (const auto at = rest.find('@'); at != std::string_view::npos) {
        const std::string digest(rest.substr(at + 1));
        auto parsed = Digest::parse(digest);
        if (!digest.starts_with("sha256:") || !parsed)
            return bad_reference("'" + harmless(digest) + "' is no SHA-256 digest of an image");
        reference.digest = *parsed;
        rest = rest.substr(0, at);
    }
    if (const auto colon = rest.find(':'); colon != std::string_view::npos) {
        reference.tag = rest.substr(colon + 1);
        if (!is_tag(reference.tag))
            return bad_reference("'" + harmless(reference.tag) + "' cannot be the tag of an image");
        rest = rest.substr(0, colon);
    }
    if (reference.tag.empty() && !reference.digest) reference.tag = "latest";
    return {};
}

}  // namespace

bool is_loopback(std::string_view authority) {
    const std::string_view host = host_of(authority);
    return host == "localhost" || host == "[::1]" ||
           (host.starts_with("127.") && std::count(host.begin(), host.end(), '.') == 3 &&
            host.find_first_not_of("0123456789.") == std::string_view::npos);
}

std::string Reference::text() const {
    std::string out = registry + "/" + repository;
    if (!tag.empty()) out += ":" + tag;
    if (digest) out += "@" + digest->text();
    return out;
}

std::string Reference::base_url() const {
    return (is_loopback(registry) ? "http://" : "https://") + registry + "/v2/";
}

std::string Reference::manifest() const {
    return digest ? digest->text() : tag;
}

Result<Reference> parse_reference(std::string_view text) {
    if (text.size() > longest) return bad_reference("the reference of an image is longer than 512 bytes");
    const auto slash = text.find('/');
    const std::string_view first = text.substr(0, slash);
    if (const auto scheme = text.find("://"); scheme != std::string_view::npos && scheme < slash)
        return bad_reference("the reference of an image starts with its registry, not with a scheme");
    if (first.find('@') != std::string_view::npos && first.find("@sha256:") == std::string_view::npos)
        return bad_reference("the reference of an image names a user or a password before its registry")
            .with_help("log in with `docker login` or `skopeo login`; what they store is used");
    if (slash == std::string_view::npos || !looks_like_registry(first))
        return bad_reference("the image '" + harmless(text) + "' names no registry");
    Reference reference;
    reference.registry = first;
    if (!is_registry(first)) return bad_reference("'" + harmless(first) + "' cannot be a registry");
    std::string_view rest = text.substr(slash + 1);
    TRY(take_end(rest, reference));
    reference.repository = rest;
    const auto components = split(rest, '/');
    if (!std::all_of(components.begin(), components.end(), is_component))
        return bad_reference("'" + harmless(rest) + "' cannot be the repository of an image");
    return reference;
}

}  // namespace contract::inputs
