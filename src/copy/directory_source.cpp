// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "layout.hpp"

namespace contract::copy {

namespace layout {

Error bad_place(const std::string& top, std::string_view what) {
    return {"bad-place",
            "'" + harmless(top) + "' " + std::string(what),
            Blame::environment,
            {},
            {},
            {"name a directory that `contract copy --to` made, one that is empty or missing to copy to, or "
             "ssh://[USER@]HOST[:PORT]/PATH"}};
}

Result<bool> is_place(const std::string& top) {
    const auto there = os::target_status(marker(top));
    if (!there) return there.error();
    if (!*there) return false;
    TRY_ASSIGN(const auto text, os::read_file(marker(top), 4096));
    if (text != marker_text)
        return bad_place(top, "was written by a newer contract, or its file 'contract-copy' is damaged");
    return true;
}

}  // namespace layout

namespace {

constexpr std::size_t piece_size = std::size_t{1} << 17;

class DirectorySource : public Source {
public:
    explicit DirectorySource(std::string top) : top_(std::move(top)) {}

    std::string name() const override { return top_; }
    std::string file_of(const Digest& blob) const override { return layout::blob(top_, blob); }

    Result<std::optional<std::string>> statement_of(const Digest& action) override {
        return text_of(layout::result(top_, action));
    }
    Result<std::optional<std::string>> statement_at(const core::StorePath& path) override {
        return text_of(layout::path(top_, path));
    }

    Result<> read(const std::vector<BlobName>& blobs, const Take& take) override {
        for (std::size_t index = 0; index < blobs.size(); ++index) TRY(read_one(blobs[index], index, take));
        return {};
    }

private:
    static Result<std::optional<std::string>> text_of(const std::string& file) {
        TRY_ASSIGN(const auto there, os::target_status(file));
        if (!there) return std::optional<std::string>();
        if (there->type != os::FileType::regular) return copy_damaged(file, "it is no regular file");
        if (there->size > largest_statement) return copy_damaged(file, "it is larger than any statement");
        TRY_ASSIGN(auto text, os::read_file(file, largest_statement));
        return std::optional(std::move(text));
    }

    Result<> read_one(const BlobName& blob, std::size_t index, const Take& take) const {
        const std::string file = file_of(blob.digest);
        // Without O_NONBLOCK a FIFO would wait for its writer.
        const os::Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
        if (!fd && errno == ENOENT)
            return Error{"copy-missing",
                         "'" + harmless(top_) + "' does not have the blob '" + blob.digest.hex() + "'",
                         Blame::environment,
                         {},
                         {},
                         {"copy it there anew with `contract copy --to`: that puts back what is missing"}};
        if (!fd) return os::system_error("open", file, errno);
        struct stat raw {};
        if (::fstat(fd.get(), &raw) != 0) return os::system_error("look at", file, errno);
        if (!S_ISREG(raw.st_mode)) return copy_damaged(file, "it is no regular file");
        if (static_cast<std::uint64_t>(raw.st_size) != blob.size)
            return copy_damaged(
                file, "it has " + std::to_string(raw.st_size) + " bytes, not " + std::to_string(blob.size));
        return pieces(fd.get(), file, blob.size, index, take);
    }

    // It may change meanwhile; not more than was said is read.
    static Result<> pieces(int fd, const std::string& file, std::uint64_t size, std::size_t index,
                           const Take& take) {
        if (size == 0) return take(index, {});
        std::string buffer(piece_size, '\0');
        while (size > 0) {
            const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(size, buffer.size()));
            const ssize_t got = ::read(fd, buffer.data(), most);
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) return os::system_error("read", file, errno);
            if (got == 0) return copy_damaged(file, "it is cut off");
            TRY(take(index, {buffer.data(), static_cast<std::size_t>(got)}));
            size -= static_cast<std::uint64_t>(got);
        }
        return {};
    }

    std::string top_;
};

}  // namespace

Result<std::unique_ptr<Source>> open_source(const std::string& directory) {
    TRY_ASSIGN(const auto there, os::target_status(directory));
    if (!there) return layout::bad_place(directory, "is not there");
    if (there->type != os::FileType::directory) return layout::bad_place(directory, "is no directory");
    TRY_ASSIGN(const bool is_one, layout::is_place(directory));
    if (!is_one)
        return layout::bad_place(directory,
                                 "is no directory that results were copied to: it has no file "
                                 "'contract-copy'");
    return std::unique_ptr<Source>(std::make_unique<DirectorySource>(directory));
}

}  // namespace contract::copy
