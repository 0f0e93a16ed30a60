// SPDX-License-Identifier: Apache-2.0
#include "entry_reader.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "contract/base/text.hpp"

namespace contract::inputs {

namespace {

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
}

// "./a//b/./c/" → "a/b/c". What it does not clean away, reason_against() refuses.
std::string without_dots(std::string_view path) {
    std::string out;
    for (const auto& part : split(path, '/')) {
        if (part.empty() || part == ".") continue;
        if (!out.empty()) out += '/';
        out += part;
    }
    return out;
}

bool has_drive(std::string_view path) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    return path.size() >= 2 && path[1] == ':' && is_letter(path[0]);
}

}  // namespace

Error EntryReader::unsupported(std::string_view why) const {
    return {
        "unsupported-entry",
        "the entry '" + shown_ + "' " + std::string(why),
        Blame::declaration,
        {},
        {},
        {"use an archive of files, folders and symlinks whose names are relative, UTF-8 and without '..'"}};
}

Error EntryReader::too_large(std::uint64_t wanted, std::string_view unit) const {
    return {"archive-too-large",
            "the entry '" + shown_ + "' makes the archive larger than it may be",
            Blame::declaration,
            {},
            {"wanted: at most " + std::to_string(wanted) + " " + std::string(unit) + " in all"},
            {"unpack it where you can look at it, and declare a smaller input"}};
}

Result<> EntryReader::read_all(const EntryVisitor& visit) {
    for (;;) {
        if (options_.interrupted && options_.interrupted())
            return Error{"interrupted", "reading an archive was interrupted", Blame::environment, {}, {}, {}};
        TRY_ASSIGN(auto* raw, stream_.next());
        if (raw == nullptr) return {};
        TRY(one(raw, visit));
    }
}

// The name as the archive has it, cleaned; "" for the top folder. `role` is "" or of what it is the target.
Result<std::string> EntryReader::clean_path(std::string_view raw, std::string_view role) {
    const auto refuse = [&](const std::string& why) { return unsupported(std::string(role) + why); };
    if (!is_utf8(raw)) return refuse("has a name that is not UTF-8");
    if (std::any_of(raw.begin(), raw.end(), is_control)) return refuse("has a control character in its name");
    if (!raw.empty() && raw.front() == '/' && !options_.absolute_from_top)
        return refuse("has an absolute path");
    // Windows programs write them, and mean separators and drives.
    if (stream_.is_zip() && (raw.find('\\') != std::string_view::npos || has_drive(raw)))
        return refuse("has a backslash or a drive letter in its name");
    auto path = without_dots(raw);
    if (path.empty()) return path;
    if (const auto reason = reason_against(path)) return refuse(*reason);
    return path;
}

// Permissions and kind. A hard link has no kind of its own.
Result<> EntryReader::judge_kind(archive_entry* raw, ArchiveEntry& entry, bool& ignored) const {
    const auto permissions = library_.archive_entry_perm(raw);
    entry.executable = (permissions & 0111) != 0;
    if (library_.archive_entry_hardlink(raw) != nullptr) {
        entry.kind = EntryKind::hard_link;
        return {};
    }
    const auto type = library_.archive_entry_filetype(raw);
    if (type == AE_IFDIR) {
        entry.kind = EntryKind::directory;
    } else if (type == AE_IFLNK) {
        entry.kind = EntryKind::symlink;
    } else if (type == AE_IFREG || type == 0) {
        entry.kind = EntryKind::file;
        if ((permissions & (S_ISUID | S_ISGID)) != 0 && !options_.drop_set_id)
            return unsupported("is a set-user-id or set-group-id file");
    } else if (options_.ignore_devices) {
        ignored = true;
    } else {
        return unsupported("is a device, socket or FIFO");
    }
    return {};
}

Result<> EntryReader::remember(const ArchiveEntry& entry) {
    const auto [found, fresh] = seen_.emplace(entry.path, entry.kind);
    if (fresh || options_.allow_repeats) {
        found->second = entry.kind;
        return {};
    }
    if (found->second == EntryKind::directory && entry.kind == EntryKind::directory) return {};
    return unsupported("occurs twice");
}

Result<> EntryReader::one(archive_entry* raw, const EntryVisitor& visit) {
    const char* name = library_.archive_entry_pathname(raw);
    shown_ = shown_name(name == nullptr ? "?" : name);
    stream_.name_entry(shown_);
    if (++entries_ > options_.limits.entries) return too_large(options_.limits.entries, "entries");
    if (name == nullptr) return stream_.bad(stream_.warning().value_or("an entry has no name"));
    ArchiveEntry entry;
    TRY_ASSIGN(entry.path, clean_path(name, ""));
    if (stream_.warning()) return stream_.bad(*stream_.warning());
    bool ignored = false;
    TRY(judge_kind(raw, entry, ignored));
    if (ignored) return {};
    if (entry.path.empty()) {
        if (entry.kind != EntryKind::directory) return unsupported("is the top folder, and no folder");
        return {};
    }
    TRY(remember(entry));
    if (entry.kind == EntryKind::hard_link) return hard_link(raw, entry, visit);
    if (entry.kind == EntryKind::file) TRY(content(raw, entry));
    if (entry.kind == EntryKind::symlink) {
        const char* target = library_.archive_entry_symlink(raw);
        if (target == nullptr) return unsupported("is a symlink without a target that can be read");
        entry.target = target;
    }
    return visit(entry);
}

Result<> EntryReader::hard_link(archive_entry* raw, ArchiveEntry& entry, const EntryVisitor& visit) {
    TRY_ASSIGN(entry.target,
               clean_path(library_.archive_entry_hardlink(raw), "is a hard link whose target "));
    if (library_.archive_entry_size_is_set(raw) != 0 && library_.archive_entry_size(raw) > 0) {
        const auto known = seen_.find(entry.target);
        if (known == seen_.end() || known->second == EntryKind::directory)
            return unsupported("is a hard link to '" + shown_name(entry.target) + "', which is not there");
        ArchiveEntry first;
        first.path = entry.target;
        first.executable = entry.executable;
        TRY(content(raw, first));
        TRY(visit(first));
    }
    return visit(entry);
}

Result<> EntryReader::spend(std::uint64_t bytes) {
    if (bytes > most_ - bytes_) return too_large(most_, "bytes");
    bytes_ += bytes;
    return {};
}

// Gives `sink` the whole content, gaps as zeros; its size.
template <typename Sink>
Result<std::uint64_t> EntryReader::pieces(std::uint64_t declared, Sink sink) {
    static constexpr char zeros[1 << 16] = {};
    std::uint64_t at = 0;
    const auto pad = [&](std::uint64_t until) -> Result<> {
        TRY(spend(until - at));
        while (at < until) {
            const auto size = std::min<std::uint64_t>(sizeof zeros, until - at);
            if (options_.interrupted && options_.interrupted())
                return Error{
                    "interrupted", "reading an archive was interrupted", Blame::environment, {}, {}, {}};
            TRY(sink(std::string_view(zeros, static_cast<std::size_t>(size))));
            at += size;
        }
        return {};
    };
    for (;;) {
        TRY_ASSIGN(const auto piece, stream_.read());
        if (!piece) break;
        if (piece->offset < at) return stream_.bad("the content of an entry overlaps itself");
        TRY(pad(piece->offset));
        TRY(spend(piece->bytes.size()));
        TRY(sink(piece->bytes));
        at += piece->bytes.size();
    }
    if (declared > at) TRY(pad(declared));
    return at;
}

Result<> EntryReader::content(archive_entry* raw, ArchiveEntry& entry) {
    std::uint64_t declared = 0;
    if (library_.archive_entry_size_is_set(raw) != 0) {
        const auto size = library_.archive_entry_size(raw);
        if (size < 0) return stream_.bad("an entry has a negative size");
        declared = static_cast<std::uint64_t>(size);
        // Before a byte of it is written.
        if (declared > most_ - bytes_) return too_large(most_, "bytes");
    }
    if (options_.content == Content::in_memory) {
        TRY(pieces(declared, [&](std::string_view bytes) -> Result<> {
            entry.bytes += bytes;
            return {};
        }));
        return {};
    }
    TRY_ASSIGN(auto writer, store_.write_blob(entry.executable));
    TRY(pieces(declared, [&](std::string_view bytes) { return writer.write(bytes); }));
    TRY_ASSIGN(const auto written, writer.finish());
    entry.content = {written.digest, written.size, entry.executable};
    return {};
}

}  // namespace contract::inputs
