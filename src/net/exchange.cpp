// SPDX-License-Identifier: Apache-2.0
#include "exchange.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <exception>

#include "contract/base/text.hpp"
#include "library.hpp"

namespace contract::net {

namespace {

constexpr std::uint64_t most_header_bytes = 256 * 1024;
constexpr std::uint64_t most_unwanted_bytes = 64 * 1024;
constexpr long connect_seconds = 30;
constexpr long slowest_bytes_per_second = 200;

// What the callbacks of one exchange share. No exception may cross libcurl's frames.
struct State {
    explicit State(const Exchange& wanted) : exchange(wanted) {}

    const Exchange& exchange;
    Answer answer;
    std::exception_ptr thrown;
    std::uint64_t header_bytes = 0;
    std::uint64_t unwanted_bytes = 0;
    bool begun = false;
    bool abandoned = false;  // a body that nobody wants was too long to read
    bool endless = false;    // headers
    std::optional<std::uint64_t> last_progress;

    Result<> begin() {
        if (begun) return {};
        begun = true;
        answer.wanted = exchange.wants(answer.head);
        if (!answer.wanted) return {};
        return exchange.begin(answer.head);
    }
    Result<> take(std::string_view bytes) {
        TRY(begin());
        if (answer.wanted) return exchange.write(bytes);
        unwanted_bytes += bytes.size();
        abandoned = unwanted_bytes > most_unwanted_bytes;
        return {};
    }
};

template <typename Function>
bool guarded(State& state, const Function& function) {
    try {
        return function();
    } catch (...) {
        state.thrown = std::current_exception();
        return false;
    }
}

void take_header(Head& head, std::string_view line) {
    if (line.starts_with("HTTP/")) {  // a new answer begins
        const auto space = std::min(line.find(' '), line.size() - 1);
        head = {};
        std::from_chars(line.data() + space + 1, line.data() + line.size(), head.status);
        return;
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return;
    std::string name(trim(line.substr(0, colon)));
    for (char& c : name)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    std::string& value = head.headers[name];
    if (!value.empty()) value += ", ";
    value += trim(line.substr(colon + 1));
}

std::size_t on_header(char* bytes, std::size_t, std::size_t size, void* pointer) {
    State& state = *static_cast<State*>(pointer);
    const bool fine = guarded(state, [&] {
        state.header_bytes += size;
        state.endless = state.header_bytes > most_header_bytes;
        if (!state.endless) take_header(state.answer.head, trim(std::string_view(bytes, size)));
        return !state.endless;
    });
    return fine ? size : 0;
}

std::size_t on_body(char* bytes, std::size_t, std::size_t size, void* pointer) {
    State& state = *static_cast<State*>(pointer);
    const bool fine = guarded(state, [&] {
        const auto taken = state.take(std::string_view(bytes, size));
        if (!taken) state.answer.error = taken.error();
        return taken && !state.abandoned;
    });
    return fine ? size : 0;
}

int on_progress(void* pointer, curl_off_t total, curl_off_t got, curl_off_t, curl_off_t) {
    State& state = *static_cast<State*>(pointer);
    const bool on = guarded(state, [&] {
        if (state.exchange.interrupted && state.exchange.interrupted()) {
            state.answer.trouble = Trouble::interrupted;
            return false;
        }
        const auto now = static_cast<std::uint64_t>(got);
        if (state.answer.wanted && state.exchange.progress && state.last_progress != now) {
            state.last_progress = now;
            const bool known = total > 0;
            state.exchange.progress(now,
                                    known ? std::optional(static_cast<std::uint64_t>(total)) : std::nullopt);
        }
        return true;
    });
    return on ? 0 : 1;
}

template <typename Value>
void set(CURL* handle, CURLoption option, Value value) {
    if (const auto status = curl().curl_easy_setopt(handle, option, value); status == CURLE_OUT_OF_MEMORY)
        throw std::bad_alloc();
    else if (status != CURLE_OK)
        throw InternalError("net: libcurl refuses option " + std::to_string(option));
}

void set_from_environment(CURL* handle, CURLoption option, const char* name) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') set(handle, option, value);
}

OwnedList list_of(const std::vector<std::string>& headers) {
    OwnedList list;
    for (const auto& header : headers) {
        auto* longer = curl().curl_slist_append(list.get(), header.c_str());
        if (longer == nullptr) throw std::bad_alloc();
        static_cast<void>(list.release());
        list.reset(longer);
    }
    return list;
}

// Kept for the life of the thread: the next exchange with the same host finds its connection open.
CURL* handle_of_thread() {
    thread_local const OwnedHandle handle(curl().curl_easy_init());
    if (!handle) throw std::bad_alloc();
    curl().curl_easy_reset(handle.get());
    return handle.get();
}

void set_limits(CURL* handle, std::chrono::seconds stall) {
    set(handle, CURLOPT_CONNECTTIMEOUT, connect_seconds);
    set(handle, CURLOPT_LOW_SPEED_LIMIT, slowest_bytes_per_second);
    set(handle, CURLOPT_LOW_SPEED_TIME, static_cast<long>(stall.count()));
    set(handle, CURLOPT_HTTP09_ALLOWED, 0L);
    set(handle, CURLOPT_FOLLOWLOCATION, 0L);
    set(handle, CURLOPT_NOSIGNAL, 1L);
    set(handle, CURLOPT_TCP_KEEPALIVE, 1L);
    set(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
}

void set_callbacks(CURL* handle, State& state) {
    set(handle, CURLOPT_HEADERFUNCTION, &on_header);
    set(handle, CURLOPT_HEADERDATA, static_cast<void*>(&state));
    set(handle, CURLOPT_WRITEFUNCTION, &on_body);
    set(handle, CURLOPT_WRITEDATA, static_cast<void*>(&state));
    set(handle, CURLOPT_XFERINFOFUNCTION, &on_progress);
    set(handle, CURLOPT_XFERINFODATA, static_cast<void*>(&state));
    set(handle, CURLOPT_NOPROGRESS, 0L);
}

void set_request(CURL* handle, const Address& address, const curl_slist* headers) {
    set(handle, CURLOPT_URL, address.url.c_str());
    set(handle, CURLOPT_PROTOCOLS_STR, address.scheme.c_str());
    set(handle, CURLOPT_REDIR_PROTOCOLS_STR, "https");
    set(handle, CURLOPT_HTTPHEADER, headers);
    set(handle, CURLOPT_USERAGENT, "contract/" CONTRACT_VERSION);
    set(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(handle, CURLOPT_FILETIME, 1L);
    set(handle, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_OPTIONAL));
    set_from_environment(handle, CURLOPT_NETRC_FILE, "NETRC");
    set_from_environment(handle, CURLOPT_CAINFO, "SSL_CERT_FILE");
    set_from_environment(handle, CURLOPT_CAPATH, "SSL_CERT_DIR");
}

long number(CURL* handle, CURLINFO which) {
    long value = 0;
    curl().curl_easy_getinfo(handle, which, &value);
    return value;
}

curl_off_t large_number(CURL* handle, CURLINFO which) {
    curl_off_t value = -1;
    curl().curl_easy_getinfo(handle, which, &value);
    return value;
}

// A proxy that says no to the way to the host itself, and not because of a passing trouble.
bool refused_by_proxy(CURL* handle) {
    const long status = number(handle, CURLINFO_HTTP_CONNECTCODE);
    return status >= 400 && status < 500 && status != 429;
}

Trouble trouble_of(CURLcode code, CURL* handle) {
    switch (code) {
        case CURLE_OK: return Trouble::none;
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_SSL_CONNECT_ERROR: return Trouble::name;
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_SSL_CRL_BADFILE:
        case CURLE_SSL_ENGINE_INITFAILED:
        case CURLE_SSL_INVALIDCERTSTATUS:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_SSL_PINNEDPUBKEYNOTMATCH: return Trouble::certificate;
        case CURLE_COULDNT_CONNECT:
        case CURLE_GOT_NOTHING:
        case CURLE_HTTP2:
        case CURLE_HTTP2_STREAM:
        case CURLE_OPERATION_TIMEDOUT:
        case CURLE_PARTIAL_FILE:
        case CURLE_SEND_ERROR: return Trouble::connection;
        case CURLE_RECV_ERROR: return refused_by_proxy(handle) ? Trouble::answer : Trouble::connection;
        default: return Trouble::answer;
    }
}

// What libcurl says of proxies repeats their addresses, in which a password may stand.
std::string reason_of(CURLcode code, const char* detail) {
    const std::string_view text = trim(detail);
    const bool fit = !text.empty() && text.find('@') == std::string_view::npos;
    return harmless(fit ? text : curl().curl_easy_strerror(code));
}

void conclude(State& state, CURLcode code, CURL* handle, const char* detail) {
    Answer& answer = state.answer;
    if (answer.trouble == Trouble::interrupted) return;
    if (answer.error) {
        answer.trouble = Trouble::refused;
        return;
    }
    if (state.abandoned) code = CURLE_OK;
    answer.trouble = trouble_of(code, handle);
    if (code != CURLE_OK) answer.reason = reason_of(code, detail);
    if (state.endless) answer.reason = "the headers of its answer have no end";
    const auto wait = large_number(handle, CURLINFO_RETRY_AFTER);
    answer.retry_after = std::chrono::seconds(std::clamp<curl_off_t>(wait, 0, 24 * 3600));
    if (const auto modified = large_number(handle, CURLINFO_FILETIME_T); modified >= 0)
        answer.modified = modified;
}

}  // namespace

Answer perform(const Address& address, const Exchange& exchange) {
    State state(exchange);
    if (address.scheme == "file") state.answer.head.status = 200;
    CURL* const handle = handle_of_thread();
    const auto headers = list_of(exchange.headers);
    char detail[CURL_ERROR_SIZE] = "";
    set(handle, CURLOPT_ERRORBUFFER, static_cast<char*>(detail));
    set_limits(handle, exchange.stall);
    set_callbacks(handle, state);
    set_request(handle, address, headers.get());
    const auto code = curl().curl_easy_perform(handle);
    if (!state.thrown) conclude(state, code, handle, detail);
    curl().curl_easy_reset(handle);  // it must not keep pointers to what ends here
    if (state.thrown) std::rethrow_exception(state.thrown);
    if (state.answer.trouble == Trouble::none)
        if (const auto begun = state.begin(); !begun) {  // an empty body
            state.answer.trouble = Trouble::refused;
            state.answer.error = begun.error();
        }
    return std::move(state.answer);
}

}  // namespace contract::net
