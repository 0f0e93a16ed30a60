// SPDX-License-Identifier: Apache-2.0
//
// Getting bytes by https, http and file URLs. Knows nothing of what they mean: whoever asked compares
// digests. Redirects are followed a few times, never from https to http and never to a file; credentials
// (netrc, or a header of the request) go to the host they are for and to no other. Proxies as curl takes them
// from the environment. Nothing in an error or a note holds a password, a token or the query of a URL.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "contract/base/result.hpp"

namespace contract::net {

struct Request {
    std::string url;
    // What messages name instead, when `url` is a mirror of it; the note "mirror:" has `url` then.
    std::string declared{};
    std::vector<std::string> headers;  // "Name: value"; dropped when a redirect leads to another host
    std::uint64_t most_bytes = std::uint64_t{64} << 20;  // more is error too-large
    // Statuses besides 2xx that are an answer and no error: {401} for a registry's challenge.
    std::vector<long> accept_statuses;
    // Of what may pass: no connection, a dropped one, a body cut short, 429, 500, 502, 503, 504. An attempt
    // that brought a download forward is not counted.
    unsigned attempts = 5;
    // Before the second attempt; doubled for each later one, 30 seconds at most, a random part of it less. A
    // server that names a longer time (Retry-After) gets it, up to the same 30 seconds.
    std::chrono::milliseconds backoff{500};
    std::chrono::seconds stall{60};  // without news from the server: the connection counts as broken
    std::function<void(std::uint64_t got, std::optional<std::uint64_t> total)>
        progress;                       // bytes; may be empty
    std::function<bool()> interrupted;  // polled; may be empty
};

struct Response {
    long status = 0;                             // 200 for a file
    std::map<std::string, std::string> headers;  // names in lower case; of the last answer
    std::string url;                             // where redirects led; without query and user
    std::string body;                            // empty for download()
    std::uint64_t size = 0;                      // bytes of the body
    std::uint64_t continued_from = 0;            // download(): so many of them are of an earlier run
    std::optional<std::int64_t> modified;        // Last-Modified, or a file's: seconds since 1970
};

// `url` as it may be printed: without user, password, query and fragment; harmless.
std::string shown(const std::string& url);

// Both may be called from several threads at once. Errors: bad-url (no scheme of ours, or a password in it),
// not-found (404, 410), not-authorised (401, 403), too-large, fetch-failed for all else, each with the notes
// "url:", "status:" where there was one and "attempts:"; interrupted; system when libcurl is missing or the
// file cannot be written.
Result<Response> get(const Request& request);

// Writes to `path`. What a broken download of the same URL left there is continued where the server can,
// started anew where it cannot or where the content has changed meanwhile; a failed download leaves its part
// for the next one, and `path`.etag beside it, which says what it is a part of. Nobody else may write to
// either: the caller holds a lock.
Result<Response> download(const Request& request, const std::string& path);

}  // namespace contract::net
