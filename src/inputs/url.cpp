// SPDX-License-Identifier: Apache-2.0
//
// url inputs. The digest of the bytes is compared before anything is made of them, and the tree that they
// unpack to is compared as well: how an archive is unpacked is our own doing, and could change. The bytes are
// kept as a blob, so that a tree can be made again without the network.
#include <chrono>
#include <ctime>

#include "archive/archive.hpp"
#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/net/download.hpp"
#include "contract/os/file.hpp"
#include "kinds.hpp"
#include "url_download.hpp"

namespace contract::inputs {

namespace {

constexpr std::size_t longest_name = 255;

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                            hex_digit(text[i + 2]) >= 0;
        if (!escape) {
            out += text[i];
            continue;
        }
        out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
        i += 2;
    }
    return out;
}

bool is_file_name(const std::string& name) {
    if (name.empty() || name == "." || name == ".." || name.size() > longest_name) return false;
    // What is not harmless to print is no name that anybody wants to meet in a folder.
    return is_utf8(name) && name.find('/') == std::string::npos && harmless(name) == name &&
           name.find_first_of("\n\t") == std::string::npos;
}

// The last part of the URL's path.
Result<std::string> file_name(const std::string& url) {
    const std::string_view whole(url);
    const auto bare = whole.substr(0, whole.find_first_of("?#"));
    const auto scheme = bare.find("://");
    const auto start = bare.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
    const auto path = start == std::string_view::npos ? std::string_view() : bare.substr(start);
    const std::string name = percent_decoded(path.substr(path.rfind('/') + 1));
    if (is_file_name(name)) return name;
    return Error{"bad-url",
                 "'" + net::shown(url) + "' does not end in a name that a file can have",
                 Blame::declaration,
                 {},
                 {"url: " + net::shown(url)},
                 {"the file is named by the last part of the URL's path: take a URL with a usable one"}};
}

// What the input is made of, in a file that nobody changes.
struct Content {
    std::string file;
    Digest sha256;
    std::uint64_t size = 0;  // bytes
};

// Requires that the content is a blob of the store.
Result<Digest> tree_of(const core::UrlSource& source, const Content& content, const Context& context) {
    const std::string& url = source.url.value;
    if (!source.unpack) {
        TRY_ASSIGN(const auto name, file_name(url));
        return context.store.add_directory(
            {{core::FileNode{name, content.sha256, content.size, source.executable}}, {}, {}});
    }
    ReadOptions options;
    options.interrupted = context.interrupted;
    return unpack_archive(content.file, net::shown(url), options, context.store);
}

// A blob by a name of its own below the store's temporary folder.
struct PlacedBlob {
    os::TemporaryDirectory directory;
    std::string file;
};

Result<PlacedBlob> place_blob(const Digest& sha256, std::uint64_t size, const Context& context) {
    store::Store& store = context.store;
    TRY_ASSIGN(auto directory, os::TemporaryDirectory::create(store.temporary(), "url-"));
    const std::string file = path::join(directory.path(), "file");
    TRY_ASSIGN(const auto alone, store.add_directory({{core::FileNode{"", sha256, size, false}}, {}, {}}));
    TRY(store.place(alone, file, store::Placement::read_only));
    return PlacedBlob{std::move(directory), file};
}

// The tree from what is in the store already; none when the blob is not there, or not whole.
Result<std::optional<Digest>> tree_of_blob(const core::UrlSource& source, const core::Pin& pin,
                                           const Context& context) {
    std::optional<Digest> tree;
    if (!context.store.has_blob(pin.sha256)) return tree;
    TRY_ASSIGN(const auto blob, place_blob(pin.sha256, pin.size, context));
    TRY_ASSIGN(const auto sha256, hash_file(blob.file, context));
    if (sha256 != pin.sha256) return tree;
    TRY_ASSIGN(tree, tree_of(source, {blob.file, pin.sha256, pin.size}, context));
    return tree;
}

// The bytes become a blob, and then a tree; the download has done its work, whatever comes of it.
Result<Digest> keep(const core::UrlSource& source, const Download& download, const Context& context) {
    TRY_ASSIGN(const auto blob, context.store.add_blob_file(download.path));
    if (blob != download.sha256)
        return Error{"system",
                     "'" + harmless(download.path) + "' changed while it was read",
                     Blame::environment,
                     {},
                     {},
                     {"run the command again when nothing else writes below the store"}};
    auto tree = tree_of(source, {download.path, download.sha256, download.size}, context);
    TRY(remove_download(download));
    return tree;
}

std::string date_text(std::int64_t seconds) {
    const auto time = static_cast<std::time_t>(seconds);
    std::tm parts{};
    char text[64] = "";
    if (::gmtime_r(&time, &parts) == nullptr || std::strftime(text, sizeof text, "%FT%TZ", &parts) == 0)
        return "unknown";
    return text;
}

std::string age_text(std::int64_t seconds) {
    const auto in = [&](std::int64_t unit, std::string_view noun) {
        return count(static_cast<std::size_t>(seconds / unit), noun);
    };
    if (seconds % 86400 == 0) return in(86400, "day");
    if (seconds % 3600 == 0) return in(3600, "hour");
    return in(1, "second");
}

// Time for others to notice that a file was replaced by a bad one. What was pinned before is not new, and
// whoever declares a digest knows the file.
Result<> check_age(const core::UrlSource& source, const Download& download, const Wish& wish) {
    if (!wish.min_age_seconds || source.sha256) return {};
    if (wish.before != nullptr && wish.before->sha256 == download.sha256) return {};
    const auto now =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
    if (download.modified && *download.modified <= now.count() - *wish.min_age_seconds) return {};
    const std::string url = net::shown(source.url.value);
    const std::string age = age_text(*wish.min_age_seconds);
    return Error{"too-young",
                 download.modified ? "the file at '" + url + "' is younger than " + age
                                   : "the server does not say how old the file at '" + url + "' is",
                 Blame::declaration,
                 {},
                 {"date: " + (download.modified ? date_text(*download.modified) : "none"), "min_age: " + age,
                  "url: " + url},
                 {(download.modified ? "wait, or if" : "if") +
                  (" the file is known to be good, write: sha256 = \"" + download.sha256.hex() + "\"")}};
}

}  // namespace

Result<core::Pin> resolve_url(const core::UrlSource& source, const Wish& wish, const Context& context) {
    if (!source.unpack) TRY(file_name(source.url.value));
    WantedFile wanted;
    wanted.says = Says::manifest;
    if (source.sha256) {
        TRY_ASSIGN(wanted.sha256, Digest::parse(source.sha256->value));
    }
    core::Pin pin;
    // A declared digest leaves nothing to look up that is known already.
    if (wanted.sha256 && wish.before != nullptr && wish.before->sha256 == *wanted.sha256) {
        pin.sha256 = *wanted.sha256;
        pin.size = wish.before->size;
        TRY_ASSIGN(const auto tree, tree_of_blob(source, pin, context));
        if (tree) {
            pin.tree = *tree;
            return pin;
        }
    }
    const auto download = download_url(source.url.value, wanted, context);
    if (!download) {
        Error error = download.error();
        if (error.code == "hash-mismatch" && source.sha256) error.where = source.sha256->where;
        return error;
    }
    TRY(check_age(source, *download, wish));
    pin.sha256 = download->sha256;
    pin.size = download->size;
    TRY_ASSIGN(pin.tree, keep(source, *download, context));
    return pin;
}

Result<> materialise_url(const core::PlannedInput& input, const Context& context) {
    if (context.store.has_tree(input.tree)) return {};
    const auto* source = std::get_if<core::UrlSource>(&input.source);
    if (source == nullptr) throw InternalError("url: a planned input without its source");
    TRY_ASSIGN(auto tree, tree_of_blob(*source, input.pin, context));
    if (!tree) {
        WantedFile wanted{Says::lock, input.pin.sha256, input.pin.size, {}};
        wanted.name = input.target.substr(input.target.find('.') + 1);
        TRY_ASSIGN(const auto download, download_url(source->url.value, wanted, context));
        TRY_ASSIGN(tree, keep(*source, download, context));
    }
    if (*tree != input.tree) return hash_mismatch(input, *tree);
    return {};
}

Result<> hold_url(const core::PlannedInput& input, const Context& context) {
    if (context.store.has_blob(input.pin.sha256)) return {};
    WantedFile wanted{Says::lock, input.pin.sha256, input.pin.size, {}};
    wanted.name = input.target.substr(input.target.find('.') + 1);
    TRY_ASSIGN(const auto download, download_url(input.url, wanted, context));
    TRY_ASSIGN(const auto blob, context.store.add_blob_file(download.path));
    TRY(remove_download(download));
    if (blob != input.pin.sha256) return hash_mismatch(input, blob);
    return {};
}

}  // namespace contract::inputs
