// SPDX-License-Identifier: Apache-2.0
#include "contract/net/download.hpp"

#include <algorithm>
#include <random>
#include <thread>

#include "attempt.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "library.hpp"

namespace contract::net {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds longest_wait{30'000};
constexpr unsigned brief_attempts = 3;
// An attempt that brought so much is progress, and not one of those that are counted. Less would let a server
// that sends a byte at a time keep us for ever.
constexpr std::uint64_t progress_bytes = 64 * 1024;

Result<> check_headers(const Request& request) {
    for (const auto& header : request.headers)
        if (std::any_of(header.begin(), header.end(),
                        [](char c) { return c == '\r' || c == '\n' || c == 0; }))
            return fetch_failed(request, "a header of the request would hold the end of a line")
                .with_help("whoever gave us a token or a name for it gave a bad one: ask there");
    return {};
}

// Only a regular file: opening a FIFO waits for ever, and a device has no end.
Result<> check_file(const Request& request, const Address& address) {
    if (address.scheme != "file") return {};
    TRY_ASSIGN(const auto status, os::target_status(address.path));
    if (!status)
        return Error{"not-found",        "there is no file '" + harmless(address.path) + "'",
                     Blame::declaration, {},
                     url_notes(request), {"correct the URL, or put the file there"}};
    if (status->type != os::FileType::regular)
        return fetch_failed(request, "it is not a file")
            .with_help("name a file, not a directory or a device");
    return {};
}

// Half of it is left to chance, so that many who failed together do not come back together.
milliseconds backoff(const Request& request, unsigned failures, std::chrono::seconds wanted) {
    thread_local std::minstd_rand random{std::random_device{}()};
    const auto doubled = request.backoff.count() << std::min(failures - 1, 16U);
    const milliseconds full = std::min(milliseconds(doubled), longest_wait);
    const milliseconds chosen(
        std::uniform_int_distribution<milliseconds::rep>(full.count() / 2, full.count())(random));
    return std::max(chosen, std::min<milliseconds>(wanted, longest_wait));
}

// False: interrupted.
bool wait(milliseconds time, const std::function<bool()>& interrupted) {
    const auto end = std::chrono::steady_clock::now() + time;
    while (true) {
        if (interrupted && interrupted()) return false;
        const auto now = std::chrono::steady_clock::now();
        if (now >= end) return true;
        std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(end - now, milliseconds(50)));
    }
}

Error told(Error error, unsigned attempts) {
    if (error.code == "system" || error.code == "interrupted") return error;
    return std::move(error).with_note("attempts: " + std::to_string(attempts));
}

bool is_worth_it(const Request& request, Remedy remedy, unsigned failures) {
    if (remedy == Remedy::again) return failures < request.attempts;
    return remedy == Remedy::again_briefly && failures < std::min(request.attempts, brief_attempts);
}

Result<Response> fetch(const Request& request, const Address& address, Sink& sink) {
    unsigned failures = 0;
    std::uint64_t reached = sink.size();
    for (unsigned attempts = 1;; ++attempts) {
        if (request.interrupted && request.interrupted()) return interrupted_fetch(request);
        auto outcome = attempt(request, address, sink);
        if (auto* response = std::get_if<Response>(&outcome)) {
            TRY(sink.finish());
            return std::move(*response);
        }
        auto& failure = std::get<Failure>(outcome);
        if (failure.remedy == Remedy::anew && sink.start_anew()) continue;
        ++failures;
        if (sink.size() >= reached + progress_bytes) {
            reached = sink.size();
            failures = 1;
        }
        if (!is_worth_it(request, failure.remedy, failures)) return told(failure.error, attempts);
        if (!wait(backoff(request, failures, failure.wait), request.interrupted))
            return interrupted_fetch(request);
    }
}

Result<Address> prepare(const Request& request) {
    TRY(library());
    TRY_ASSIGN(auto address, parse_address(request.url));
    TRY(check_headers(request));
    TRY(check_file(request, address));
    return address;
}

}  // namespace

Result<Response> get(const Request& request) {
    TRY_ASSIGN(const auto address, prepare(request));
    MemorySink sink(request);
    TRY_ASSIGN(auto response, fetch(request, address, sink));
    response.body = sink.take();
    return response;
}

Result<Response> download(const Request& request, const std::string& path) {
    TRY_ASSIGN(const auto address, prepare(request));
    TRY_ASSIGN(auto sink, FileSink::open(request, path));
    TRY_ASSIGN(auto response, fetch(request, address, sink));
    response.continued_from = sink.continued_from();
    return response;
}

}  // namespace contract::net
