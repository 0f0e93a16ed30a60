// SPDX-License-Identifier: Apache-2.0
//
// Every file is written aside in the place's own tmp/, and appears under its name when it is whole. Blobs
// come first, then the disk is synchronised, then statements in the order of their needs: whoever reads a
// statement finds all that it names, also after a kill or a power failure in between. What a killed copy left
// in tmp/ the next one removes when it is a day old.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "contract/os/file.hpp"
#include "contract/os/lock.hpp"
#include "contract/os/machine.hpp"
#include "layout.hpp"

namespace contract::copy {

namespace {

constexpr std::int64_t day_ns = std::int64_t{24 * 60 * 60} * 1'000'000'000;
constexpr std::size_t piece_size = std::size_t{1} << 17;

// Readable for whoever may come there: by the umask.
constexpr std::uint32_t file_mode = 0444;
constexpr std::uint32_t folder_mode = 0755;

class DirectoryDestination : public Destination {
public:
    DirectoryDestination(std::string top, os::TemporaryDirectory aside)
        : top_(std::move(top)), aside_(std::move(aside)) {}

    std::string name() const override { return top_; }

    Result<std::vector<BlobName>> missing(const std::vector<BlobName>& blobs) override {
        std::vector<BlobName> out;
        for (const auto& blob : blobs) {
            TRY_ASSIGN(const auto there, os::status(layout::blob(top_, blob.digest)));
            if (!there || there->type != os::FileType::regular || there->size != blob.size)
                out.push_back(blob);
        }
        return out;
    }

    Result<> write(const std::vector<BlobName>& blobs, const store::Store& store) override {
        for (const auto& blob : blobs) {
            TRY_ASSIGN(const auto from, store.blob_file(blob.digest));
            const std::string to = layout::blob(top_, blob.digest);
            TRY_ASSIGN(const os::Fd read, os::open_file(from, O_RDONLY));
            TRY_ASSIGN(const os::Fd written, aside_file());
            TRY(copy_bytes(read.get(), from, written.get(), to));
            TRY(put(to));
        }
        return {};
    }

    Result<> publish(const std::vector<Statement>& statements) override {
        TRY(os::sync_file_system(top_));
        // Two writers at once would lose one another's signatures.
        TRY_ASSIGN(const auto lock,
                   os::FileLock::take(layout::temporary(top_) + "/lock", os::FileLock::Wait::forever));
        for (const auto& statement : statements) TRY(publish_one(statement));
        return os::sync_file_system(top_);
    }

private:
    std::string aside_name() const { return aside_.path() + "/file"; }

    Result<os::Fd> aside_file() const {
        TRY(os::remove_tree(aside_name()));
        return os::open_file(aside_name(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, file_mode);
    }

    Result<> put(const std::string& to) const {
        TRY(os::make_directories(path::parent(to), folder_mode));
        return os::rename(aside_name(), to);
    }

    // Each error names its own side: it may be the other disk that is full.
    static Result<> copy_bytes(int from, const std::string& from_name, int to, const std::string& to_name) {
        std::string buffer(piece_size, '\0');
        for (;;) {
            const ssize_t got = ::read(from, buffer.data(), buffer.size());
            if (got == 0) return {};
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) return os::system_error("read", from_name, errno);
            TRY(os::write_all(to, {buffer.data(), static_cast<std::size_t>(got)}, to_name));
        }
    }

    Result<> put_text(const std::string& text, const std::string& to) const {
        TRY_ASSIGN(const os::Fd fd, aside_file());
        TRY(os::write_all(fd.get(), text, to));
        return put(to);
    }

    // The result first: its path names it, and not the other way round.
    Result<> publish_one(Statement statement) const {
        if (auto* result = std::get_if<ResultStatement>(&statement)) {
            const std::string file = layout::result(top_, result->row.action);
            keep_signatures(*result, file);
            TRY(put_text(encode(statement), file));
        }
        return put_text(encode(statement), layout::path(top_, path_of(statement)));
    }

    // Who else has signed the same before goes on being believed.
    static void keep_signatures(ResultStatement& result, const std::string& file) {
        const auto text = os::read_file(file, largest_statement);
        const auto before = text ? parse_statement(*text, file) : Result<Statement>(Error{});
        const auto* old = before ? std::get_if<ResultStatement>(&*before) : nullptr;
        if (old == nullptr || signed_text(*old) != signed_text(result)) return;
        for (const auto& signature : old->signatures) {
            bool known = false;
            for (const auto& own : result.signatures) known = known || own.key == signature.key;
            if (!known) result.signatures.push_back(signature);
        }
    }

    std::string top_;
    os::TemporaryDirectory aside_;
};

// No more than that: where several people may write, tmp/ may be a symlink to anywhere.
Result<> remove_left_behind(const std::string& folder) {
    TRY_ASSIGN(const auto names, os::list_directory(folder));
    for (const auto& name : names) {
        if (!name.starts_with("copy.")) continue;
        const std::string one = path::join(folder, name);
        const auto there = os::status(one);
        if (!there || !*there || (*there)->mtime_ns >= os::now_seconds() * 1'000'000'000 - day_ns) continue;
        // Somebody else may be faster.
        ::unlink((one + "/file").c_str());
        ::rmdir(one.c_str());
    }
    return {};
}

// Whoever else may write there could put symlinks in root's way.
Result<> refuse_others(const std::string& directory) {
    if (!os::is_root()) return {};
    TRY_ASSIGN(const auto there, os::target_status(directory));
    if (there && there->uid == 0 && (there->mode & 022) == 0) return {};
    return layout::bad_place(directory,
                             "can be written to by somebody else than root, who therefore does not");
}

}  // namespace

Result<std::unique_ptr<Destination>> open_destination(const std::string& directory) {
    TRY(os::make_directories(directory, folder_mode));
    TRY(refuse_others(directory));
    // Of another process that makes it at this moment there may be tmp/ already.
    TRY_ASSIGN(const auto names, os::list_directory(directory));
    TRY_ASSIGN(const bool is_one, layout::is_place(directory));
    const bool empty = names.empty() || names == std::vector<std::string>{"tmp"};
    if (!is_one && !empty)
        return layout::bad_place(directory,
                                 "has other things in it: results are copied to a directory of "
                                 "their own");
    TRY(os::make_directories(layout::temporary(directory), folder_mode));
    TRY(remove_left_behind(layout::temporary(directory)));
    TRY_ASSIGN(auto aside, os::TemporaryDirectory::create(layout::temporary(directory), "copy"));
    if (!is_one) {
        TRY(os::write_file(aside.path() + "/file", layout::marker_text, file_mode));
        TRY(os::rename(aside.path() + "/file", layout::marker(directory)));
    }
    return std::unique_ptr<Destination>(std::make_unique<DirectoryDestination>(directory, std::move(aside)));
}

}  // namespace contract::copy
