// SPDX-License-Identifier: Apache-2.0
//
// What a registry says about an image: indexes, manifests and configurations of OCI and of Docker, from
// bytes that the caller has compared with their digest. What kind of document it is decides the document
// alone, never a header beside it. Nothing here fetches.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "contract/base/digest.hpp"

namespace contract::inputs {

constexpr std::uint64_t largest_manifest = std::uint64_t{4} << 20;  // bytes
constexpr std::uint64_t largest_config = std::uint64_t{8} << 20;
constexpr std::size_t most_layers = 1000;
constexpr std::size_t most_images = 1000;                         // of an index
constexpr std::uint64_t largest_image = std::uint64_t{64} << 30;  // all layers, compressed

// "linux/arm64/v8"; the variant may be empty.
struct Platform {
    std::string os;
    std::string architecture;
    std::string variant;
    std::string text() const;
    friend bool operator==(const Platform&, const Platform&) = default;
};

struct Descriptor {
    std::string media_type;
    Digest digest;
    std::uint64_t size = 0;  // bytes
};

struct ImageIndex {
    struct Entry {
        Descriptor descriptor;
        std::optional<Platform> platform;
        bool is_index = false;
    };
    std::vector<Entry> entries;
};

struct ImageManifest {
    Descriptor config;
    std::vector<Descriptor> layers;  // lowest first
};

struct ImageConfig {
    Platform platform;
    std::string created;  // RFC 3339, as it stands; empty where it is not told
};

// `shown` names the image in messages. Errors: bad-image (not what it must be, an artefact that is no image,
// layers that may not be handed on, layers of an unknown kind, more than the limits above).
Result<std::variant<ImageIndex, ImageManifest>> parse_manifest(std::string_view bytes,
                                                               const std::string& shown);
Result<ImageConfig> parse_config(std::string_view bytes, const std::string& shown);

// Whether an image for `platform` is one for `system` ("aarch64-linux"); false for what is not linux.
bool serves(const Platform& platform, const std::string& system);

// The entry for `system`; the most general variant of several. Errors: platform-missing, which tells what is
// offered; bad-image where only an index in the index could have it.
Result<ImageIndex::Entry> choose(const ImageIndex& index, const std::string& system,
                                 const std::string& shown);
Error platform_missing(const std::string& system, std::vector<std::string> offered, const std::string& shown);

Error bad_image(const std::string& shown, const std::string& reason);

}  // namespace contract::inputs
