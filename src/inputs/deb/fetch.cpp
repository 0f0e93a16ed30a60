// SPDX-License-Identifier: Apache-2.0
#include "fetch.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>

#include "../kinds.hpp"
#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/net/download.hpp"
#include "contract/os/file.hpp"
#include "contract/os/lock.hpp"

namespace contract::inputs::deb {

namespace {

net::Request request_for(const std::string& url, std::uint64_t most_bytes, const Context& context) {
    net::Request request;
    request.url = core::mirrored(context.configuration, url);
    request.most_bytes = most_bytes;
    request.interrupted = context.interrupted;
    if (context.progress)
        request.progress = [&context, url](std::uint64_t got, std::optional<std::uint64_t> total) {
            context.progress(url, got, total);
        };
    return request;
}

bool is_there(const std::string& path, const WantedFile& wanted) {
    const auto status = os::status(path);
    if (!status || !*status || (*status)->type != os::FileType::regular || (*status)->size != wanted.size)
        return false;
    const auto digest = digest_of_file(path);
    return digest && *digest == wanted.sha256;
}

Error wrong_bytes(const WantedFile& wanted, const std::string& url, const std::string& path,
                  const std::string& got) {
    const auto kept = path + ".bad";
    Error error{
        "hash-mismatch",
        "the archive serves something else as '" + harmless(wanted.shown) + "' than is pinned",
        Blame::environment,
        {},
        {"wanted: " + wanted.sha256.text() + ", " + count(wanted.size, "byte"), "got: " + got,
         "url: " + harmless(url)},
        {"a damaged mirror, or somebody who changes what it serves: compare the kept file with that of "
         "another mirror"}};
    if (os::rename(path, kept)) error.notes.push_back("kept: " + harmless(kept));
    return error;
}

Result<> download_from(const std::string& url, const WantedFile& wanted, const std::string& path,
                       const Context& context) {
    auto answer = net::download(request_for(url, wanted.size, context), path);
    if (!answer && answer.error().code == "too-large")
        return wrong_bytes(wanted, url, path, "more than " + count(wanted.size, "byte"));
    if (!answer) return std::move(answer).error();
    TRY_ASSIGN(const auto digest, digest_of_file(path));
    TRY_ASSIGN(const auto status, os::status(path));
    const std::uint64_t size = status ? status->size : 0;
    if (digest == wanted.sha256 && size == wanted.size) return {};
    return wrong_bytes(wanted, url, path, digest.text() + ", " + count(size, "byte"));
}

}  // namespace

Result<std::string> fetch_text(const std::string& url, std::uint64_t most_bytes, const Context& context) {
    TRY(inputs::refuse_offline(harmless(url), context));
    TRY_ASSIGN(auto response, net::get(request_for(url, most_bytes, context)));
    return std::move(response.body);
}

std::string download_path(const Digest& sha256, const Context& context) {
    return path::join(context.store.home(), "downloads/" + sha256.hex());
}

Result<> fetch_file(const std::vector<std::string>& urls, const WantedFile& wanted, const Context& context) {
    const auto file = download_path(wanted.sha256, context);
    if (is_there(file, wanted)) return {};
    TRY(inputs::refuse_offline(harmless(wanted.shown), context));
    TRY(os::make_directories(path::parent(file), 0700));
    // Two downloads of one file would write into each other; 256 locks keep all others apart well enough.
    const auto lock_name = path::join(path::parent(file), wanted.sha256.hex().substr(0, 2) + ".lock");
    TRY_ASSIGN(const auto lock, os::FileLock::take(lock_name, os::FileLock::Wait::forever));
    if (is_there(file, wanted)) return {};
    Error last{"not-found", "'" + harmless(wanted.shown) + "' is in no mirror", Blame::environment, {}, {},
               {}};
    for (const auto& url : urls) {
        auto done = download_from(url, wanted, file, context);
        if (done) return {};
        auto error = std::move(done).error();
        if (error.code == "interrupted") return error;
        if (error.code != "not-found")
            last = std::move(error);
        else if (last.code == "not-found")
            last.notes.push_back("url: " + harmless(url));
    }
    return last;
}

Result<Digest> digest_of_file(const std::string& path) {
    TRY_ASSIGN(const auto file, os::open_file(path, O_RDONLY | O_NOFOLLOW));
    Sha256 hash;
    std::array<char, 1 << 16> buffer;
    for (;;) {
        const auto got = ::read(file.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return os::system_error("read", path, errno);
        if (got == 0) return hash.finish();
        hash.update({buffer.data(), static_cast<std::size_t>(got)});
    }
}

}  // namespace contract::inputs::deb
