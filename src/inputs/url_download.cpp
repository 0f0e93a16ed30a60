// SPDX-License-Identifier: Apache-2.0
#include "url_download.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/net/download.hpp"
#include "contract/os/file.hpp"
#include "kinds.hpp"

namespace contract::inputs {

namespace {

// Without a pin nothing says how large a file should be. An archive's content has its own limit.
constexpr std::uint64_t largest_file = std::uint64_t{16} << 30;

net::Request request_for(const std::string& url, const WantedFile& wanted, const Context& context) {
    net::Request request;
    request.url = core::mirrored(context.configuration, url);
    request.declared = url;
    request.most_bytes = wanted.size.value_or(largest_file);
    request.interrupted = context.interrupted;
    if (context.progress)
        request.progress = [&context, shown = net::shown(url)](auto got, auto total) {
            context.progress(shown, got, total);
        };
    return request;
}

Error mismatch(const net::Request& request, const WantedFile& wanted, const std::string& wanted_text,
               const std::string& got) {
    const bool pinned = wanted.says == Says::lock;
    const std::string url = net::shown(request.declared);
    Error error{
        "hash-mismatch",
        "'" + url + "' does not hold what " + (pinned ? "contract.lock pins" : "contract.toml declares"),
        Blame::declaration,
        {},
        {"wanted: " + wanted_text, "got: " + got, "url: " + url},
        {}};
    if (request.url != request.declared) error.notes.push_back("mirror: " + net::shown(request.url));
    return error;
}

// What to do when somebody serves another file than before.
std::string help_for(const WantedFile& wanted, const Digest& got) {
    if (wanted.says == Says::manifest)
        return "if the file that is there now is meant, write: sha256 = \"" + got.hex() + "\"";
    return "find out why the file was replaced; if the new one is meant: contract update " +
           harmless(wanted.name);
}

Result<> reject(const net::Request& request, const WantedFile& wanted, const Download& file,
                const std::string& folder) {
    const std::string rejected = path::join(folder, "rejected");
    const std::string kept = path::join(rejected, file.sha256.hex());
    TRY(os::make_directories(rejected, 0700));
    TRY(os::rename(file.path, kept));
    const bool other = wanted.sha256 && *wanted.sha256 != file.sha256;
    return mismatch(request, wanted,
                    other ? wanted.sha256->text() : std::to_string(wanted.size.value_or(0)) + " bytes",
                    other ? file.sha256.text() : std::to_string(file.size) + " bytes")
        .with_note("kept: " + harmless(kept))
        .with_help(help_for(wanted, file.sha256));
}

bool is_wanted(const WantedFile& wanted, const Download& file) {
    return (!wanted.sha256 || *wanted.sha256 == file.sha256) && (!wanted.size || *wanted.size == file.size);
}

// False: part of it is of an earlier run, and together they are not what was wanted.
Result<bool> fetch(const net::Request& request, const WantedFile& wanted, Download& file,
                   const Context& context) {
    const auto response = net::download(request, file.path);
    if (!response && response.error().code == "too-large" && wanted.size)
        return mismatch(request, wanted, std::to_string(*wanted.size) + " bytes", "more")
            .with_help("find out why the file was replaced; if the new one is meant: contract update " +
                       harmless(wanted.name));
    if (!response) return response.error();
    file.size = response->size;
    file.modified = response->modified;
    TRY_ASSIGN(file.sha256, hash_file(file.path, context));
    return is_wanted(wanted, file) || response->continued_from == 0;
}

}  // namespace

Result<Digest> hash_file(const std::string& path, const Context& context) {
    TRY_ASSIGN(const os::Fd fd, os::open_file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
    Sha256 hash;
    std::string buffer(std::size_t{1} << 20, '\0');
    while (true) {
        if (context.interrupted && context.interrupted())
            return Error{"interrupted",
                         "reading '" + harmless(path) + "' was interrupted",
                         Blame::environment,
                         {},
                         {},
                         {"run the command again"}};
        const auto count = ::read(fd.get(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return os::system_error("read", path, errno);
        if (count == 0) return hash.finish();
        hash.update(std::string_view(buffer).substr(0, static_cast<std::size_t>(count)));
    }
}

Result<Download> download_url(const std::string& url, const WantedFile& wanted, const Context& context) {
    TRY(refuse_offline(net::shown(url), context));
    const std::string folder = path::join(context.store.home(), "downloads");
    const std::string path = path::join(folder, Digest::of(url).hex());
    TRY(os::make_directories(folder, 0700));
    TRY_ASSIGN(auto lock, os::FileLock::take(path + ".lock", os::FileLock::Wait::forever));
    Download file{path, std::move(lock), {}, 0, {}, {}};
    const auto request = request_for(url, wanted, context);
    if (request.url != url) file.fetched_from = net::shown(request.url);
    TRY_ASSIGN(const bool whole, fetch(request, wanted, file, context));
    if (!whole) {
        // A machine that lost power may have left a part with holes: that is nobody's other file.
        TRY(os::remove_tree(path));
        TRY_ASSIGN(const bool second, fetch(request, wanted, file, context));
        if (!second) throw InternalError("url: a download that was removed was continued");
    }
    if (!is_wanted(wanted, file)) TRY(reject(request, wanted, file, folder));
    return file;
}

Result<> remove_download(const Download& download) {
    return os::remove_tree(download.path);
}

}  // namespace contract::inputs
