// SPDX-License-Identifier: Apache-2.0
//
// Small content stays in memory until its digest is known: what the store has already, and most of what an
// archive holds twice is small, is then never written at all.
#include "contract/store/blob_writer.hpp"

#include <string>

#include "blob_writer.hpp"
#include "contract/os/file.hpp"

namespace contract::store {

BlobWriter::BlobWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
BlobWriter::BlobWriter(BlobWriter&&) noexcept = default;
BlobWriter& BlobWriter::operator=(BlobWriter&&) noexcept = default;
BlobWriter::~BlobWriter() = default;

Result<> BlobWriter::write(std::string_view bytes) {
    if (!state_) throw InternalError("BlobWriter: written to after its end");
    State& state = *state_;
    state.hash.update(bytes);
    state.size += bytes.size();
    if (!state.aside && state.held.size() + bytes.size() <= State::held_at_most) {
        state.held += bytes;
        return {};
    }
    if (!state.aside) {
        TRY_ASSIGN(auto aside, Aside::create(state.blobs.home()));
        state.aside.emplace(std::move(aside));
        TRY(os::write_all(state.aside->fd(), state.held, state.aside->path()));
        state.held = {};
    }
    return os::write_all(state.aside->fd(), bytes, state.aside->path());
}

Result<WrittenBlob> BlobWriter::finish() {
    if (!state_) throw InternalError("BlobWriter: finished twice");
    const auto state = std::move(state_);
    const WrittenBlob out{state->hash.finish(), state->size};
    if (state->blobs.find_again(out.digest, out.size)) return out;
    if (!state->aside) {
        TRY_ASSIGN(auto aside, Aside::create(state->blobs.home()));
        state->aside.emplace(std::move(aside));
        TRY(os::write_all(state->aside->fd(), state->held, state->aside->path()));
    }
    TRY(make_canonical(state->aside->fd(), state->kind, state->aside->path()));
    TRY(state->blobs.publish(state->aside->path(), out.digest, out.size, state->kind));
    return out;
}

}  // namespace contract::store
