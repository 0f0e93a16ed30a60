// SPDX-License-Identifier: Apache-2.0
#include "contract/store/store.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include "add_tree.hpp"
#include "blob_writer.hpp"
#include "contract/base/path.hpp"
#include "contract/os/file.hpp"
#include "contract/os/machine.hpp"
#include "home.hpp"
#include "place.hpp"
#include "state.hpp"

namespace contract::store {

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Result<Store> Store::open(const std::string& home) {
    const std::string clean = path::normalise(home);
    TRY(prepare_home(clean));
    TRY_ASSIGN(auto index, Index::open(clean));
    TRY_ASSIGN(auto lease, Lease::take(clean));
    return Store(std::make_unique<State>(clean, std::move(lease), std::move(index), os::boot_id()));
}

const std::string& Store::home() const {
    return state_->home;
}

std::string Store::temporary() const {
    return state_->home + "/tmp";
}

std::string Store::real_path(const core::StorePath& path) const {
    return state_->home + "/store/" + path.base();
}

Result<Digest> Store::add_blob(std::string_view bytes) {
    return state_->blobs.add(bytes);
}

Result<Digest> Store::add_blob_file(const std::string& path) {
    TRY_ASSIGN(const os::Fd fd, os::open_file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
    struct stat raw {};
    if (::fstat(fd.get(), &raw) != 0) return os::system_error("look at", path, errno);
    if (!S_ISREG(raw.st_mode)) return os::system_error("read", path, S_ISDIR(raw.st_mode) ? EISDIR : EINVAL);
    TRY_ASSIGN(const auto added, state_->blobs.add_copy(fd.get(), Kind::plain, path));
    return added.digest;
}

Result<BlobWriter> Store::write_blob(bool executable) {
    const Kind kind = executable ? Kind::executable : Kind::plain;
    return BlobWriter(std::make_unique<BlobWriter::State>(state_->blobs, kind));
}

bool Store::has_blob(const Digest& digest) const {
    return state_->blobs.find_again(digest);
}

Result<std::string> Store::blob(const Digest& digest) const {
    return state_->blobs.read(digest);
}

Result<std::string> Store::blob_file(const Digest& digest) const {
    TRY_ASSIGN(const bool whole, state_->blobs.verify(digest));
    if (!whole) return damaged(digest, "is missing, or was damaged and is gone now");
    const auto plain = state_->blobs.path(digest, Kind::plain);
    return os::exists(plain) ? plain : state_->blobs.path(digest, Kind::executable);
}

Result<Digest> Store::add_directory(const core::Directory& directory) {
    TRY_ASSIGN(const auto bytes, core::encode(directory));
    return state_->blobs.add(bytes);
}

Result<core::Directory> Store::directory(const Digest& digest) const {
    return read_directory(state_->blobs, digest);
}

Result<Digest> Store::import_tree(const std::string& path) {
    const bool ours = path::is_within(path, temporary());
    return add_tree(state_->blobs, path, ours ? Taking::move : Taking::copy);
}

Result<> Store::place(const Digest& tree, const std::string& path, Placement placement,
                      std::optional<std::uint32_t> owner) const {
    return place_tree(state_->blobs, tree, path, placement, owner);
}

std::string Store::log_file(const Digest& action) const {
    return state_->home + "/log/" + action.hex();
}

Result<> Store::remember_log(std::string_view repository, std::string_view target, const Digest& action) {
    return state_->index->put_log(repository, target, action);
}

Result<std::optional<Digest>> Store::last_log(std::string_view repository, std::string_view target) const {
    return state_->index->log(repository, target);
}

Result<std::optional<std::string>> Store::recall(std::string_view kind, std::string_view key) const {
    return state_->index->fact(kind, key);
}

Result<std::vector<std::pair<std::string, std::string>>> Store::recall_all(std::string_view kind) const {
    return state_->index->facts(kind);
}

Result<> Store::forget(std::string_view kind, std::string_view key) {
    return state_->index->forget_fact(kind, key);
}

Result<> Store::remember(std::string_view kind, std::string_view key, std::string_view value) {
    return state_->index->put_fact(kind, key, value);
}

}  // namespace contract::store
