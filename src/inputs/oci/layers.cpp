// SPDX-License-Identifier: Apache-2.0
#include "layers.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <thread>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/os/lock.hpp"
#include "layered_tree.hpp"

namespace contract::inputs {

namespace {

constexpr std::string_view remembered = "oci-tree";
constexpr std::string_view rules = "1";  // changes when the same layers would give another tree

struct Sum {
    Digest digest;
    std::uint64_t size = 0;
};

Result<Sum> sum_of(const std::string& path) {
    TRY_ASSIGN(const auto fd, os::open_file(path, O_RDONLY | O_NOFOLLOW));
    Sha256 hash;
    Sum sum;
    std::string buffer(1 << 20, '\0');
    while (true) {
        const auto got = ::read(fd.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return os::system_error("read", path, errno);
        if (got == 0) break;
        hash.update(std::string_view(buffer).substr(0, static_cast<std::size_t>(got)));
        sum.size += static_cast<std::uint64_t>(got);
    }
    sum.digest = hash.finish();
    return sum;
}

Result<> remove_download(const std::string& path) {
    TRY(os::remove_tree(path));
    return os::remove_tree(path + ".etag");
}

// Keeps what came instead of the layer out of the way of the next download.
Error keep_bad(const core::LockedLayer& layer, const Sum& got, const std::string& path,
               const Registry& registry) {
    Error error = wrong_content("a layer of '" + harmless(registry.reference().text()) + "'", layer.digest,
                                got.digest, registry.blob_url(layer.digest));
    if (got.size != layer.size) {
        error.notes.push_back("wanted size: " + std::to_string(layer.size) + " bytes");
        error.notes.push_back("got size: " + std::to_string(got.size) + " bytes");
    }
    const std::string folder = path::join(path::parent(path), "rejected");
    const std::string kept = path::join(folder, got.digest.hex());
    if (os::make_directories(folder, 0700) && os::rename(path, kept))
        error.notes.push_back("kept: " + harmless(kept));
    if (const auto removed = os::remove_tree(path + ".etag"); !removed) return removed.error();
    return error;
}

// Too much is a download of something else; all of it may be a run that ended before it could add it.
Result<> prepare(const core::LockedLayer& layer, const std::string& path, bool& complete) {
    TRY_ASSIGN(const auto status, os::status(path));
    complete = status && status->type == os::FileType::regular && status->size == layer.size;
    if (status && status->size > layer.size) return remove_download(path);
    if (!complete || layer.size == 0) return {};
    TRY_ASSIGN(const auto sum, sum_of(path));
    complete = sum.digest == layer.digest;
    if (complete) return {};
    return remove_download(path);
}

Result<> fetch_layer(Registry& registry, const core::LockedLayer& layer, const Context& context,
                     const std::function<bool()>& interrupted) {
    const std::string folder = path::join(context.store.home(), "downloads");
    const std::string path = path::join(folder, layer.digest.hex());
    TRY(os::make_directories(folder, 0700));
    TRY_ASSIGN(const auto lock, os::FileLock::take(path + ".lock", os::FileLock::Wait::forever));
    if (context.store.has_blob(layer.digest)) return {};
    bool complete = false;
    TRY(prepare(layer, path, complete));
    for (bool again = false;; again = true) {
        std::uint64_t continued_from = 0;
        if (!complete) {
            TRY_ASSIGN(continued_from, registry.download(layer, path, interrupted));
        }
        TRY_ASSIGN(const auto sum, sum_of(path));
        if (sum.digest == layer.digest && sum.size == layer.size) break;
        // A part of an earlier run may have been bad from the start: once more, from the beginning.
        if (continued_from == 0 || again) return keep_bad(layer, sum, path, registry);
        TRY(remove_download(path));
    }
    TRY(context.store.add_blob_file(path));
    return remove_download(path);
}

// Work for several threads; the first failure ends it, and of several the first in the list is told.
class Fetch {
public:
    Fetch(Registry& registry, std::vector<core::LockedLayer> layers, const Context& context)
        : registry_(registry), layers_(std::move(layers)), context_(context), errors_(layers_.size()) {}

    Result<> run() {
        std::vector<std::thread> threads;
        const auto wanted = std::min<std::size_t>(std::max(1U, context_.jobs), layers_.size());
        for (std::size_t i = 1; i < wanted; ++i) threads.emplace_back([this] { work(); });
        work();
        for (auto& thread : threads) thread.join();
        // Those that were ended because of another are not the reason.
        for (const bool ended : {false, true})
            for (auto& error : errors_)
                if (error && (error->code == "interrupted") == ended) return std::move(*error);
        return {};
    }

private:
    void work() {
        while (!failed_) {
            const std::size_t index = next_++;
            if (index >= layers_.size()) return;
            auto result = fetch_layer(registry_, layers_[index], context_, [this] { return stopped(); });
            if (result) continue;
            errors_[index] = std::move(result).error();
            failed_ = true;
        }
    }

    bool stopped() const { return failed_ || (context_.interrupted && context_.interrupted()); }

    Registry& registry_;
    const std::vector<core::LockedLayer> layers_;
    const Context& context_;
    std::atomic<std::size_t> next_ = 0;
    std::atomic<bool> failed_ = false;
    std::vector<std::optional<Error>> errors_;
};

std::string key_of(const std::vector<core::LockedLayer>& layers) {
    std::string all;
    for (const auto& layer : layers) all += layer.digest.hex() + "\n";
    return std::string(rules) + ":" + Digest::of(all).hex();
}

// A blob as a file with a name, for the reader of archives: a hard link where that is possible.
Result<> place_blob(const core::LockedLayer& layer, const std::string& path, const Context& context) {
    core::Directory single;
    single.files.push_back({"", layer.digest, layer.size, false});
    TRY_ASSIGN(const auto tree, context.store.add_directory(single));
    TRY(context.store.place(tree, path, store::Placement::read_only));
    TRY_ASSIGN(const auto sum, sum_of(path));
    // A pin must not be made of a damaged blob. Reading it tells, and takes it out of the store.
    if (sum.digest != layer.digest) TRY(context.store.blob(layer.digest));
    return {};
}

Error in_layer(Error error, const core::LockedLayer& layer, const std::string& shown) {
    error.notes.push_back("layer: " + layer.digest.text());
    error.notes.push_back("image: " + harmless(shown));
    return error;
}

ReadOptions layer_options(const ArchiveLimits& limits, const Context& context) {
    ReadOptions options;
    options.limits = limits;
    options.drop_set_id = true;
    options.allow_repeats = true;
    options.ignore_devices = true;
    options.absolute_from_top = true;  // some tools that make images write them so
    options.interrupted = context.interrupted;
    return options;
}

}  // namespace

Result<> fetch_layers(Registry& registry, const std::vector<core::LockedLayer>& layers,
                      const Context& context) {
    std::vector<core::LockedLayer> missing;
    for (const auto& layer : layers) {
        const auto same = [&](const auto& other) { return other.digest == layer.digest; };
        if (!context.store.has_blob(layer.digest) && std::none_of(missing.begin(), missing.end(), same))
            missing.push_back(layer);
    }
    if (missing.empty()) return {};
    return Fetch(registry, std::move(missing), context).run();
}

Result<std::optional<Digest>> known_tree(const std::vector<core::LockedLayer>& layers,
                                         const Context& context) {
    TRY_ASSIGN(const auto known, context.store.recall(remembered, key_of(layers)));
    if (!known) return std::optional<Digest>{};
    const auto tree = Digest::parse(*known);
    return tree && context.store.has_tree(*tree) ? std::optional<Digest>(*tree) : std::nullopt;
}

Result<Digest> tree_of_layers(const std::vector<core::LockedLayer>& layers, const std::string& shown,
                              const Context& context) {
    TRY_ASSIGN(const auto directory, os::TemporaryDirectory::create(context.store.temporary(), "layer"));
    LayeredTree tree;
    ArchiveLimits left;  // for the image, not for each of its layers
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const std::string file = directory.path() + "/" + std::to_string(i);
        TRY(place_blob(layers[i], file, context));
        tree.begin_layer();
        const auto done = read_archive(file, layers[i].digest.text(), layer_options(left, context),
                                       context.store, [&](ArchiveEntry& entry) {
                                           left.entries -= std::min<std::uint64_t>(left.entries, 1);
                                           left.bytes -= std::min(left.bytes, entry.content.size);
                                           return tree.add(entry);
                                       });
        if (!done) return in_layer(done.error(), layers[i], shown);
        TRY(os::remove_tree(file));
    }
    TRY_ASSIGN(const auto digest, tree.finish(context.store));
    TRY(context.store.remember(remembered, key_of(layers), digest.text()));
    return digest;
}

}  // namespace contract::inputs
