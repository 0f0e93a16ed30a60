// SPDX-License-Identifier: Apache-2.0
#include "archive.hpp"

#include <algorithm>
#include <optional>

#include "case_twins.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "entry_reader.hpp"
#include "stream.hpp"

namespace contract::inputs {

namespace {

std::uint64_t times(std::uint64_t a, std::uint64_t b) {
    std::uint64_t out = 0;
    return __builtin_mul_overflow(a, b, &out) ? ~std::uint64_t{0} : out;
}

// The bytes of content that an archive of `size` bytes may have.
std::uint64_t most_content(const ArchiveLimits& limits, std::uint64_t size) {
    return std::min(limits.bytes, std::max(times(size, limits.growth), limits.free_growth));
}

// What of it is looked at: headers and padding beside the content.
std::uint64_t most_inflated(const ArchiveLimits& limits, std::uint64_t content) {
    constexpr std::uint64_t per_entry = 2048;
    const auto twice = times(content, 2);
    const auto headers = std::min(times(limits.entries, per_entry), ~std::uint64_t{0} - twice);
    return twice + headers;
}

Result<std::uint64_t> size_of(const std::string& file) {
    TRY_ASSIGN(const auto status, os::target_status(file));
    if (!status) return os::system_error("open", file, ENOENT);
    return status->size;
}

Result<> read_stream(Bytes bytes, StreamOptions stream_options, const ReadOptions& options,
                     std::uint64_t size, store::Store& store, const EntryVisitor& visit) {
    const auto most = most_content(options.limits, size);
    stream_options.inflated = most_inflated(options.limits, most);
    stream_options.interrupted = options.interrupted;
    TRY_ASSIGN(auto stream, ArchiveStream::open(std::move(bytes), std::move(stream_options)));
    return EntryReader(stream, options, most, store).read_all(visit);
}

Error with_archive(Error error, const std::string& shown) {
    const bool ours = error.code == "unsupported-entry" || error.code == "archive-too-large";
    if (ours) error.notes.push_back("archive: " + harmless(shown));
    if (ours && error.help.empty())
        error.help.push_back(
            "use an archive that can be unpacked in any order into an empty folder, without that entry");
    return error;
}

}  // namespace

Result<> read_archive(const std::string& file, const std::string& shown, const ReadOptions& options,
                      store::Store& store, const EntryVisitor& visit) {
    TRY_ASSIGN(const auto size, size_of(file));
    TRY_ASSIGN(auto bytes, bytes_of_file(file));
    StreamOptions stream_options;
    stream_options.shown = shown;
    auto done = read_stream(std::move(bytes), std::move(stream_options), options, size, store, visit);
    if (!done) return with_archive(std::move(done).error(), shown);
    return {};
}

Result<> read_members(const std::string& file, const std::string& shown,
                      const std::function<bool()>& interrupted, store::Store& store,
                      const std::function<Result<>(ArchiveMember&)>& visit) {
    TRY_ASSIGN(const auto size, size_of(file));
    TRY_ASSIGN(auto bytes, bytes_of_file(file));
    StreamOptions outer;
    outer.formats = Formats::ar;
    outer.shown = shown;
    outer.interrupted = interrupted;
    TRY_ASSIGN(auto stream, ArchiveStream::open(std::move(bytes), std::move(outer)));
    const auto next = [&stream]() -> Result<std::string_view> {
        TRY_ASSIGN(const auto piece, stream.read());
        return piece ? piece->bytes : std::string_view{};
    };
    for (;;) {
        TRY_ASSIGN(auto* raw, stream.next());
        if (raw == nullptr) return {};
        const char* name = stream.library().archive_entry_pathname(raw);
        ArchiveMember member;
        member.name = name == nullptr ? "" : name;
        stream.name_entry(shown_name(member.name));
        member.read = [&](std::uint64_t limit) -> Result<std::string> {
            std::string out;
            for (;;) {
                TRY_ASSIGN(const auto piece, next());
                if (piece.empty()) return out;
                if (piece.size() > limit - out.size()) return stream.bad("a member is too long");
                out += piece;
            }
        };
        member.read_tar = [&](const ReadOptions& options, const EntryVisitor& inner) -> Result<> {
            StreamOptions tar;
            tar.formats = Formats::tar;
            tar.shown = shown + " (" + member.name + ")";
            auto done = read_stream(Bytes{next}, std::move(tar), options, size, store, inner);
            if (!done) return with_archive(std::move(done).error(), shown);
            return {};
        };
        TRY(visit(member));
    }
}

Result<Digest> unpack_archive(const std::string& file, const std::string& shown, const ReadOptions& options,
                              store::Store& store) {
    TreeBuilder tree;
    const auto add = [&](ArchiveEntry& entry) -> Result<> {
        switch (entry.kind) {
            case EntryKind::file: return tree.add_file(entry.path, entry.content);
            case EntryKind::directory: return tree.add_folder(entry.path);
            case EntryKind::symlink: return tree.add_link(entry.path, std::move(entry.target));
            case EntryKind::hard_link: return tree.add_hard_link(entry.path, entry.target);
        }
        return {};
    };
    auto done = read_archive(file, shown, options, store, add);
    if (!done) return std::move(done).error();
    if (tree.top().entries.empty())
        return with_archive(
            Error{"bad-archive",
                  "'" + harmless(shown) + "' has nothing in it",
                  Blame::declaration,
                  {},
                  {},
                  {"look at it with `file`; a file that is no archive needs `unpack = false`"}},
            shown);
    if (const auto twins = case_twins(tree.top()))
        return with_archive(
            Error{"unsupported-entry",
                  "the entries '" + shown_name(twins->first) + "' and '" + shown_name(twins->second) +
                      "' differ in upper and lower case alone",
                  Blame::declaration,
                  {},
                  {},
                  {"such an archive means something else on file systems that take the two for one; take it "
                   "from a git input, or declare it with `unpack = false` and unpack it in a build"}},
            shown);
    tree.lift_only_folder();
    return tree.finish(store);
}

}  // namespace contract::inputs
