// SPDX-License-Identifier: Apache-2.0
//
// Left out on purpose: mtree, whose entries name files of this machine to read; lrzip, lzop, grzip and uu,
// which run programs or hide one archive in another; 7-Zip, RAR, ISO 9660 and the like, which are large
// parsers for what nobody publishes sources in.
#include "stream.hpp"

#include <locale.h>
#include <unistd.h>

#include <cerrno>

#include "contract/base/text.hpp"

namespace contract::inputs {

namespace {

// Names pass through libarchive as the locale's characters, and in the C locale those beyond ASCII do not.
// Only this thread's locale is changed, and only while it lasts.
class Utf8Locale {
public:
    Utf8Locale() : before_(::uselocale(utf8())) {}
    Utf8Locale(const Utf8Locale&) = delete;
    Utf8Locale& operator=(const Utf8Locale&) = delete;
    ~Utf8Locale() { ::uselocale(before_); }
    static bool exists() { return utf8() != locale_t{}; }

private:
    static locale_t utf8() {
        static const locale_t made = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", locale_t{});
        return made;
    }
    locale_t before_;
};

Error no_locale() {
    return {"system",
            "the locale C.UTF-8 is missing, without which names in archives cannot be read",
            Blame::environment,
            {},
            {},
            {"install it: apt-get install libc-bin"}};
}

Error inflates(const StreamOptions& options) {
    return {"archive-too-large",
            "'" + harmless(options.shown) + "' holds more than an archive may",
            Blame::declaration,
            {},
            {"wanted: at most " + std::to_string(options.inflated) + " bytes after decompression"},
            {"unpack it where you can look at it, and declare a smaller input"}};
}

}  // namespace

struct ArchiveStream::State {
    const ArchiveLibrary* library = nullptr;
    struct archive* handle = nullptr;
    Bytes bytes;
    StreamOptions options;
    std::optional<Error> failure;  // of a callback, which can only tell libarchive that there was one
    std::optional<std::string> warning;
    std::string entry;           // as it is shown
    std::int64_t entry_end = 0;  // bytes read when the last entry was over
    bool opened = false;
    bool ended = false;

    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() {
        if (handle != nullptr) library->archive_read_free(handle);
    }

    Result<std::string_view> fill();
    void prepare();
    bool is_cut_off() const;
    std::string reason() const;
    Error bad(std::string_view text) const;
    Error failed() const { return failure ? *failure : bad(reason()); }
    la_ssize_t fail(Error error);

    static la_ssize_t on_read(struct archive*, void* self, const void** buffer);
    static la_int64_t on_skip(struct archive*, void* self, la_int64_t request);
    static la_int64_t on_seek(struct archive*, void* self, la_int64_t offset, int whence);
};

// Also looks how much came out of what was read before: a format may search a whole stream for its next
// header without ever coming back to us.
Result<std::string_view> ArchiveStream::State::fill() {
    if (options.interrupted && options.interrupted())
        return Error{"interrupted", "reading an archive was interrupted", Blame::environment, {}, {}, {}};
    const auto seen = opened ? library->archive_filter_bytes(handle, 0) : 0;
    if (seen > 0 && static_cast<std::uint64_t>(seen) > options.inflated) return inflates(options);
    return bytes.next();
}

la_ssize_t ArchiveStream::State::fail(Error error) {
    library->archive_set_error(handle, EIO, "%s", "its bytes cannot be read");
    if (!failure) failure = std::move(error);
    return ARCHIVE_FATAL;
}

la_ssize_t ArchiveStream::State::on_read(struct archive*, void* self, const void** buffer) {
    auto& state = *static_cast<State*>(self);
    auto piece = state.fill();
    if (!piece) return state.fail(std::move(piece).error());
    *buffer = piece->data();
    return static_cast<la_ssize_t>(piece->size());
}

la_int64_t ArchiveStream::State::on_skip(struct archive*, void* self, la_int64_t request) {
    auto& state = *static_cast<State*>(self);
    const auto before = state.bytes.seek(0, SEEK_CUR);
    const auto end = state.bytes.seek(0, SEEK_END);
    if (!before || !end) return 0;
    // Not past the end, where a truncated archive would look whole.
    const auto to = request > *end - *before ? *end : *before + request;
    const auto after = state.bytes.seek(to, SEEK_SET);
    return after ? *after - *before : 0;
}

la_int64_t ArchiveStream::State::on_seek(struct archive*, void* self, la_int64_t offset, int whence) {
    auto& state = *static_cast<State*>(self);
    auto at = state.bytes.seek(offset, whence);
    return at ? *at : state.fail(std::move(at).error());
}

void ArchiveStream::State::prepare() {
    const auto& l = *library;
    if (options.formats != Formats::ar) {
        l.archive_read_support_filter_gzip(handle);
        l.archive_read_support_filter_bzip2(handle);
        l.archive_read_support_filter_xz(handle);
        l.archive_read_support_filter_lzma(handle);
        l.archive_read_support_filter_zstd(handle);
    }
    if (options.formats == Formats::any) {
        l.archive_read_support_filter_compress(handle);
        l.archive_read_support_filter_lzip(handle);
        l.archive_read_support_filter_lz4(handle);
        // Not the one that reads forwards: modes and symlinks are in the directory at the end alone.
        if (bytes.seek) l.archive_read_support_format_zip_seekable(handle);
        l.archive_read_support_format_cpio(handle);
    }
    const bool raw = options.formats == Formats::raw;
    if (raw) l.archive_read_support_format_raw(handle);
    if (!raw && options.formats != Formats::tar) l.archive_read_support_format_ar(handle);
    if (!raw && options.formats != Formats::ar) l.archive_read_support_format_tar(handle);
    l.archive_read_set_callback_data(handle, this);
    l.archive_read_set_read_callback(handle, on_read);
    if (!bytes.seek) return;
    l.archive_read_set_skip_callback(handle, on_skip);
    l.archive_read_set_seek_callback(handle, on_seek);
}

std::string ArchiveStream::State::reason() const {
    const char* text = library->archive_error_string(handle);
    return text == nullptr ? "it is malformed or ends too early" : std::string(trim(text));
}

Error ArchiveStream::State::bad(std::string_view text) const {
    Error error{"bad-archive",
                "'" + harmless(options.shown) + "' cannot be read as an archive: " + harmless(text),
                Blame::declaration,
                {},
                {"wanted: a whole tar, zip, cpio or ar archive, plain or compressed once"},
                {"look at it with `file`; a file that is no archive needs `unpack = false`"}};
    if (!entry.empty()) error.notes.push_back("entry: '" + entry + "'");
    return error;
}

// At the end: a plain archive that was cut off between two entries, or in a header, looks whole to
// libarchive. A tar has an empty block at its end; an ar has nothing, so its last member must end where it
// does. What is compressed is known to be cut off by its filter.
bool ArchiveStream::State::is_cut_off() const {
    if (library->archive_filter_count(handle) != 1) return false;
    const int format = library->archive_format(handle) & ARCHIVE_FORMAT_BASE_MASK;
    const auto at = library->archive_filter_bytes(handle, 0);
    if (format == ARCHIVE_FORMAT_TAR) return at == entry_end;
    if (format != ARCHIVE_FORMAT_AR || !bytes.seek) return false;
    const auto end = bytes.seek(0, SEEK_END);
    return end && *end > at + 1;
}

ArchiveStream::ArchiveStream(std::unique_ptr<State> state) : state_(std::move(state)) {}
ArchiveStream::ArchiveStream(ArchiveStream&&) noexcept = default;
ArchiveStream::~ArchiveStream() = default;

Result<ArchiveStream> ArchiveStream::open(Bytes bytes, StreamOptions options) {
    TRY_ASSIGN(const auto* library, archive_library());
    if (!Utf8Locale::exists()) return no_locale();
    const Utf8Locale locale;
    auto state = std::make_unique<State>();
    state->library = library;
    state->bytes = std::move(bytes);
    state->options = std::move(options);
    state->handle = library->archive_read_new();
    if (state->handle == nullptr) return state->bad("there is no memory for it");
    state->prepare();
    if (library->archive_read_open1(state->handle) != ARCHIVE_OK) return state->failed();
    state->opened = true;
    // "none", the source itself, is one of them.
    if (library->archive_filter_count(state->handle) > 2)
        return state->bad("it is compressed more than once");
    return ArchiveStream(std::move(state));
}

Result<archive_entry*> ArchiveStream::next() {
    State& state = *state_;
    const auto& l = *state.library;
    if (state.ended) return nullptr;
    const Utf8Locale locale;
    if (state.entry_end > 0) {
        const int skipped = l.archive_read_data_skip(state.handle);
        if (skipped != ARCHIVE_OK && skipped != ARCHIVE_EOF) return state.failed();
        state.entry_end = l.archive_filter_bytes(state.handle, 0);
    }
    archive_entry* entry = nullptr;
    const int got = l.archive_read_next_header(state.handle, &entry);
    state.warning.reset();
    if (got == ARCHIVE_WARN) state.warning = state.reason();
    if (got == ARCHIVE_EOF) {
        state.ended = true;
        if (state.is_cut_off()) return state.bad("it ends too early");
        return nullptr;
    }
    if (got != ARCHIVE_OK && got != ARCHIVE_WARN) return state.failed();
    state.entry_end = 1;
    return entry;
}

const std::optional<std::string>& ArchiveStream::warning() const {
    return state_->warning;
}

Result<std::optional<ArchiveStream::Piece>> ArchiveStream::read() {
    State& state = *state_;
    const void* buffer = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    const int got = state.library->archive_read_data_block(state.handle, &buffer, &size, &offset);
    if (got == ARCHIVE_EOF) return std::optional<Piece>{};
    if (got != ARCHIVE_OK) return state.failed();
    if (offset < 0) return state.bad("an entry has content at a negative offset");
    return std::optional<Piece>(
        Piece{std::string_view(static_cast<const char*>(buffer), size), static_cast<std::uint64_t>(offset)});
}

bool ArchiveStream::is_zip() const {
    return (state_->library->archive_format(state_->handle) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_ZIP;
}

Error ArchiveStream::bad(std::string_view reason) const {
    return state_->bad(reason);
}

void ArchiveStream::name_entry(std::string_view shown) {
    state_->entry = shown;
}

const ArchiveLibrary& ArchiveStream::library() const {
    return *state_->library;
}

}  // namespace contract::inputs
