// SPDX-License-Identifier: Apache-2.0
#include "sink.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <optional>

#include "contract/base/digest.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "failure.hpp"

namespace contract::net {

namespace {

constexpr std::uint64_t most_validator_bytes = 1024;

std::string header(const Head& head, const std::string& name) {
    const auto found = head.headers.find(name);
    return found == head.headers.end() ? std::string() : found->second;
}

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

bool fits(std::uint64_t have, std::uint64_t more, std::uint64_t most) {
    return have <= most && more <= most - have;
}

// Refuses by what the server announces, before a byte of it is read.
Result<> check_length(const Head& head, std::uint64_t have, const Request& request) {
    const auto length = number(header(head, "content-length"));
    if (length && !fits(have, *length, request.most_bytes)) return too_large(request);
    return {};
}

bool is_printable(std::string_view text) {
    for (const char c : text)
        if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e) return false;
    return true;
}

// What If-Range may name: a strong entity tag, or else the date. "" for neither.
std::string validator_of(const Head& head) {
    std::string text = header(head, "etag");
    if (!text.starts_with('"')) text = header(head, "last-modified");
    return text.size() <= most_validator_bytes && is_printable(text) ? text : "";
}

// Whether a 206 begins where our part ends: "bytes 100-199/200".
bool continues_at(const Head& head, std::uint64_t size) {
    const std::string range = header(head, "content-range");
    if (!range.starts_with("bytes ")) return false;
    const auto dash = range.find('-');
    return dash != std::string::npos && number(std::string_view(range).substr(6, dash - 6)) == size;
}

}  // namespace

bool MemorySink::wants(const Head& head) const {
    return head.status >= 200 && head.status < 300 && head.status != 206;
}

Result<> MemorySink::begin(const Head& head) {
    body_.clear();
    return check_length(head, 0, *request_);
}

Result<> MemorySink::write(std::string_view bytes) {
    if (!fits(body_.size(), bytes.size(), request_->most_bytes)) return too_large(*request_);
    body_ += bytes;
    return {};
}

Result<FileSink> FileSink::open(const Request& request, const std::string& path) {
    FileSink sink(request);
    sink.path_ = path;
    sink.note_path_ = sink.path_ + ".etag";
    TRY_ASSIGN(sink.file_, os::open_file(sink.path_, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0644));
    struct stat status {};
    if (::fstat(sink.file_.get(), &status) != 0) return os::system_error("read", sink.path_, errno);
    if (!S_ISREG(status.st_mode)) return os::system_error("write", sink.path_, EINVAL);
    sink.size_ = static_cast<std::uint64_t>(status.st_size);
    const auto note = os::read_file(sink.note_path_, most_validator_bytes + 128);
    const std::string owner = Digest::of(request.url).hex() + " ";
    if (sink.size_ > 0 && note && note->starts_with(owner) && is_printable(*note)) {
        sink.validator_ = note->substr(owner.size());
        sink.found_ = sink.size_;
    }
    if (sink.size_ > request.most_bytes) sink.validator_.clear();
    return sink;
}

std::vector<std::string> FileSink::headers() {
    asked_for_rest_ = size_ > 0 && !validator_.empty();
    if (!asked_for_rest_) return {};
    return {"Range: bytes=" + std::to_string(size_) + "-", "If-Range: " + validator_};
}

bool FileSink::wants(const Head& head) const {
    if (head.status == 206) return asked_for_rest_ && continues_at(head, size_);
    return head.status >= 200 && head.status < 300;
}

Result<> FileSink::begin(const Head& head) {
    if (head.status != 206) return begin_anew(head);
    TRY(check_length(head, size_, *request_));
    if (::lseek(file_.get(), 0, SEEK_END) < 0) return os::system_error("write", path_, errno);
    if (size_ == found_) continued_from_ = found_;
    return {};
}

Result<> FileSink::begin_anew(const Head& head) {
    TRY(check_length(head, 0, *request_));
    TRY(os::remove_tree(note_path_));
    if (::ftruncate(file_.get(), 0) != 0 || ::lseek(file_.get(), 0, SEEK_SET) < 0)
        return os::system_error("write", path_, errno);
    size_ = found_ = continued_from_ = 0;
    validator_ = validator_of(head);
    if (validator_.empty()) return {};
    return os::replace_file(note_path_, Digest::of(request_->url).hex() + " " + validator_, 0600);
}

Result<> FileSink::write(std::string_view bytes) {
    if (!fits(size_, bytes.size(), request_->most_bytes)) return too_large(*request_);
    const auto written = os::write_all(file_.get(), bytes, path_);
    if (written)
        size_ += bytes.size();
    else {
        // A part of `bytes` may be there: what counts is what the file holds.
        const auto end = ::lseek(file_.get(), 0, SEEK_END);
        if (end >= 0) size_ = static_cast<std::uint64_t>(end);
    }
    return written;
}

bool FileSink::start_anew() {
    const bool changed = asked_for_rest_;
    validator_.clear();
    return changed;
}

Result<> FileSink::finish() {
    return os::remove_tree(note_path_);
}

}  // namespace contract::net
