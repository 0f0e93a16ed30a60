// SPDX-License-Identifier: Apache-2.0
#include "references.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "contract/base/path.hpp"
#include "contract/os/file.hpp"

namespace contract::build {

namespace {

constexpr std::size_t hash_length = 32;

constexpr std::array<bool, 256> base32_alphabet() {
    std::array<bool, 256> table{};
    for (int c = 'a'; c <= 'z'; ++c) table[static_cast<std::size_t>(c)] = true;
    for (int c = '2'; c <= '7'; ++c) table[static_cast<std::size_t>(c)] = true;
    return table;
}
constexpr auto in_alphabet = base32_alphabet();

bool is_base32(char c) {
    return in_alphabet[static_cast<unsigned char>(c)];
}

// A build may leave files without read permission; the store will set the modes anyway.
Result<> make_readable(const std::string& path, const os::FileStatus& status) {
    const std::uint32_t needed = status.type == os::FileType::directory ? 0500u : 0400u;
    if ((status.mode & needed) == needed) return {};
    if (::chmod(path.c_str(), status.mode | needed) != 0) return os::system_error("read", path, errno);
    return {};
}

Result<> scan_file(const std::string& path, ReferenceScanner& scanner) {
    TRY_ASSIGN(const os::Fd fd, os::open_file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
    std::string buffer(1u << 17, '\0');
    for (;;) {
        const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return os::system_error("read", path, errno);
        if (got == 0) break;
        scanner.add(std::string_view(buffer).substr(0, static_cast<std::size_t>(got)));
    }
    scanner.end_of_stream();
    return {};
}

// Deeper than any output may be: the store refuses it by name.
constexpr int deepest = 256;

Result<> scan_below(const std::string& path, ReferenceScanner& scanner, int depth = 0) {
    if (depth > deepest) return {};
    TRY_ASSIGN(const auto status, os::status(path));
    if (!status) return {};
    switch (status->type) {
        case os::FileType::symlink: {
            TRY_ASSIGN(const auto target, os::read_link(path));
            scanner.add(target);
            scanner.end_of_stream();
            return {};
        }
        case os::FileType::regular: TRY(make_readable(path, *status)); return scan_file(path, scanner);
        case os::FileType::directory: {
            TRY(make_readable(path, *status));
            TRY_ASSIGN(const auto names, os::list_directory(path));
            for (const auto& name : names) TRY(scan_below(path::join(path, name), scanner, depth + 1));
            return {};
        }
        case os::FileType::other: return {};  // the store refuses it by name when it takes the output in
    }
    return {};
}

}  // namespace

ReferenceScanner::ReferenceScanner(const std::vector<core::StorePath>& candidates) {
    for (const auto& path : candidates) candidates_.push_back({path, false});
    for (std::size_t i = 0; i < candidates_.size(); ++i) by_hash_.emplace(candidates_[i].path.hash(), i);
}

void ReferenceScanner::add(std::string_view piece) {
    if (carry_.empty()) {
        search(piece);
    } else {
        // Only what lies across the border needs a copy.
        std::string border = carry_;
        border.append(piece.substr(0, hash_length - 1));
        search(border);
        search(piece);
    }
    constexpr std::size_t kept = hash_length - 1;
    if (piece.size() >= kept) {
        carry_ = piece.substr(piece.size() - kept);
    } else {
        carry_.append(piece);
        if (carry_.size() > kept) carry_.erase(0, carry_.size() - kept);
    }
}

void ReferenceScanner::end_of_stream() {
    carry_.clear();
}

// A window of 32 bytes is looked at from its end: a byte outside the alphabet moves the window behind it, so
// that most bytes of a binary are never read. `known` bytes at its start are in the alphabet already, which
// keeps the search linear in long runs of letters.
void ReferenceScanner::search(std::string_view bytes) {
    std::size_t start = 0, known = 0;
    while (start + hash_length <= bytes.size()) {
        std::size_t end = hash_length;
        while (end > known && is_base32(bytes[start + end - 1])) --end;
        if (end > known) {
            start += end;
            known = hash_length - end;
            continue;
        }
        const auto candidate = by_hash_.find(bytes.substr(start, hash_length));
        if (candidate != by_hash_.end()) candidates_[candidate->second].found = true;
        ++start;
        known = hash_length - 1;
    }
}

std::vector<core::StorePath> ReferenceScanner::found() const {
    std::vector<core::StorePath> out;
    for (const auto& candidate : candidates_)
        if (candidate.found) out.push_back(candidate.path);
    std::sort(out.begin(), out.end());
    return out;
}

Result<std::vector<core::StorePath>> scan_references(const std::string& path,
                                                     const std::vector<core::StorePath>& candidates) {
    ReferenceScanner scanner(candidates);
    TRY(scan_below(path, scanner));
    return scanner.found();
}

}  // namespace contract::build
