// SPDX-License-Identifier: Apache-2.0
#include "manifest.hpp"

#include <algorithm>
#include <array>

#include "contract/base/text.hpp"
#include "contract/json/json.hpp"

namespace contract::inputs {

namespace {

constexpr std::array<std::string_view, 2> index_types{
    "application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json"};
constexpr std::array<std::string_view, 2> manifest_types{
    "application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json"};
constexpr std::array<std::string_view, 2> config_types{"application/vnd.oci.image.config.v1+json",
                                                       "application/vnd.docker.container.image.v1+json"};
constexpr std::array<std::string_view, 6> layer_types{"application/vnd.oci.image.layer.v1.tar",
                                                      "application/vnd.oci.image.layer.v1.tar+gzip",
                                                      "application/vnd.oci.image.layer.v1.tar+zstd",
                                                      "application/vnd.docker.image.rootfs.diff.tar",
                                                      "application/vnd.docker.image.rootfs.diff.tar.gzip",
                                                      "application/vnd.docker.image.rootfs.diff.tar.zstd"};
constexpr std::array<std::string_view, 2> foreign_types{"application/vnd.oci.image.layer.nondistributable.",
                                                        "application/vnd.docker.image.rootfs.foreign."};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& types, std::string_view type) {
    return std::find(types.begin(), types.end(), type) != types.end();
}

std::string text_of(const json::Value& value, std::string_view key) {
    const auto* member = value.find(key);
    const auto* text = member == nullptr ? nullptr : std::get_if<std::string>(&member->data);
    return text == nullptr ? std::string() : *text;
}

const json::Array* array_of(const json::Value& value, std::string_view key) {
    const auto* member = value.find(key);
    return member == nullptr ? nullptr : std::get_if<json::Array>(&member->data);
}

Result<Descriptor> descriptor_of(const json::Value* value, const std::string& shown) {
    if (value == nullptr) return bad_image(shown, "its manifest has no config");
    Descriptor out;
    out.media_type = text_of(*value, "mediaType");
    const std::string digest = text_of(*value, "digest");
    const auto parsed = Digest::parse(digest);
    if (!digest.starts_with("sha256:") || !parsed)
        return bad_image(shown, "it names a part by '" + harmless(digest.substr(0, 160)) +
                                    "', which is no SHA-256 digest");
    out.digest = *parsed;
    const auto* size = value->find("size");
    const auto* number = size == nullptr ? nullptr : std::get_if<std::int64_t>(&size->data);
    if (number == nullptr || *number < 0) return bad_image(shown, "a part of it has no size");
    out.size = static_cast<std::uint64_t>(*number);
    return out;
}

Platform platform_of(const json::Value& value) {
    return Platform{text_of(value, "os"), text_of(value, "architecture"), text_of(value, "variant")};
}

Result<ImageIndex> index_of(const json::Array& entries, const std::string& shown) {
    if (entries.size() > most_images)
        return bad_image(shown, "its index has " + std::to_string(entries.size()) + " entries");
    ImageIndex out;
    for (const auto& entry : entries) {
        ImageIndex::Entry parsed;
        TRY_ASSIGN(parsed.descriptor, descriptor_of(&entry, shown));
        parsed.is_index = is_one_of(index_types, parsed.descriptor.media_type);
        if (const auto* platform = entry.find("platform")) parsed.platform = platform_of(*platform);
        // Whatever else an index may hold, signatures and bills of materials, is no image.
        if (parsed.is_index || is_one_of(manifest_types, parsed.descriptor.media_type))
            out.entries.push_back(std::move(parsed));
    }
    return out;
}

Result<> check_layer(const Descriptor& layer, const std::string& shown) {
    for (const auto prefix : foreign_types)
        if (layer.media_type.starts_with(prefix))
            return bad_image(shown, "a layer of it is foreign: its publisher does not let registries keep it")
                .with_note("layer: " + layer.digest.text());
    if (is_one_of(layer_types, layer.media_type)) return {};
    return bad_image(shown, "a layer of it is of the unknown kind '" +
                                harmless(layer.media_type.substr(0, 160)) + "'")
        .with_note("layer: " + layer.digest.text());
}

Result<ImageManifest> manifest_of(const json::Value& document, const json::Array& layers,
                                  const std::string& shown) {
    ImageManifest out;
    TRY_ASSIGN(out.config, descriptor_of(document.find("config"), shown));
    if (!is_one_of(config_types, out.config.media_type))
        return bad_image(shown, "it is no image of a file system but '" +
                                    harmless(out.config.media_type.substr(0, 160)) + "'");
    if (layers.size() > most_layers)
        return bad_image(shown, "it has " + std::to_string(layers.size()) + " layers");
    std::uint64_t total = 0;
    for (const auto& layer : layers) {
        TRY_ASSIGN(const auto descriptor, descriptor_of(&layer, shown));
        TRY(check_layer(descriptor, shown));
        if (descriptor.size > largest_image - total) return bad_image(shown, "it is larger than 64 GiB");
        total += descriptor.size;
        out.layers.push_back(descriptor);
    }
    return out;
}

struct Wanted {
    std::string_view system;
    std::string_view architecture;
    std::vector<std::string_view> variants;  // the most general first
};

// A variant that only newer processors have is nobody's choice: the same lock serves every machine.
const Wanted* wanted_for(const std::string& system) {
    static const std::vector<Wanted> table{
        {"x86_64-linux", "amd64", {"", "v1"}}, {"aarch64-linux", "arm64", {"", "v8"}},
        {"riscv64-linux", "riscv64", {""}},    {"ppc64le-linux", "ppc64le", {""}},
        {"s390x-linux", "s390x", {""}},        {"armv7l-linux", "arm", {"v7", "", "v6", "v5"}},
        {"i686-linux", "386", {""}},
    };
    const auto found =
        std::find_if(table.begin(), table.end(), [&](const Wanted& row) { return row.system == system; });
    return found == table.end() ? nullptr : &*found;
}

}  // namespace

Error bad_image(const std::string& shown, const std::string& reason) {
    return Error{"bad-image",
                 "'" + harmless(shown) + "' cannot be used: " + reason,
                 Blame::declaration,
                 {},
                 {},
                 {"name another image, or have this one made and pushed again with a current tool"}};
}

std::string Platform::text() const {
    return os + "/" + architecture + (variant.empty() ? "" : "/" + variant);
}

Result<std::variant<ImageIndex, ImageManifest>> parse_manifest(std::string_view bytes,
                                                               const std::string& shown) {
    if (bytes.size() > largest_manifest) return bad_image(shown, "its manifest is larger than 4 MiB");
    const auto document = json::read(bytes);
    if (!document) return bad_image(shown, "its manifest is no JSON: " + document.error().message);
    const auto* version = document->find("schemaVersion");
    const auto* number = version == nullptr ? nullptr : std::get_if<std::int64_t>(&version->data);
    if (number != nullptr && *number == 1)
        return bad_image(shown, "its manifest has schema 1, which does not name its layers safely");
    if (number == nullptr || *number != 2)
        return bad_image(shown, "what the registry sent is no manifest of an image");
    const auto* entries = array_of(*document, "manifests");
    const auto* layers = array_of(*document, "layers");
    const std::string type = text_of(*document, "mediaType");
    // Two readers of a document that is both would see two images behind one digest.
    if (entries != nullptr && (layers != nullptr || document->find("config") != nullptr))
        return bad_image(shown, "its manifest is an index and an image at once");
    const bool typed_index = is_one_of(index_types, type);
    const bool typed_manifest = is_one_of(manifest_types, type);
    if ((entries == nullptr && layers == nullptr) || (!type.empty() && !typed_index && !typed_manifest) ||
        (typed_index && entries == nullptr) || (typed_manifest && layers == nullptr))
        return bad_image(shown, "what the registry sent is no manifest of an image");
    if (entries != nullptr) {
        TRY_ASSIGN(auto index, index_of(*entries, shown));
        return std::variant<ImageIndex, ImageManifest>(std::move(index));
    }
    TRY_ASSIGN(auto manifest, manifest_of(*document, *layers, shown));
    return std::variant<ImageIndex, ImageManifest>(std::move(manifest));
}

Result<ImageConfig> parse_config(std::string_view bytes, const std::string& shown) {
    const auto document = json::read(bytes);
    if (!document) return bad_image(shown, "its configuration is no JSON: " + document.error().message);
    return ImageConfig{platform_of(*document), text_of(*document, "created")};
}

bool serves(const Platform& platform, const std::string& system) {
    const auto* wanted = wanted_for(system);
    return wanted != nullptr && platform.os == "linux" && platform.architecture == wanted->architecture &&
           std::find(wanted->variants.begin(), wanted->variants.end(), platform.variant) !=
               wanted->variants.end();
}

Error platform_missing(const std::string& system, std::vector<std::string> offered,
                       const std::string& shown) {
    std::sort(offered.begin(), offered.end());
    offered.erase(std::unique(offered.begin(), offered.end()), offered.end());
    const auto* wanted = wanted_for(system);
    const std::string name = wanted == nullptr ? "" : "linux/" + std::string(wanted->architecture);
    return Error{"platform-missing",
                 "'" + harmless(shown) + "' has nothing for the system '" + harmless(system) + "'",
                 Blame::declaration,
                 {},
                 {"wanted: " + name, "offered: " + (offered.empty() ? "nothing" : join(offered, ", "))},
                 {"take an image that has it, or leave the system out of `systems` of [contract]"}};
}

Result<ImageIndex::Entry> choose(const ImageIndex& index, const std::string& system,
                                 const std::string& shown) {
    const auto* wanted = wanted_for(system);
    std::vector<std::string> offered;
    bool nested = false;
    for (const auto& entry : index.entries) {
        nested = nested || (entry.is_index && !entry.platform);
        if (entry.platform && entry.platform->os != "unknown")
            offered.push_back(harmless(entry.platform->text()).substr(0, 100));
    }
    for (const auto variant : wanted == nullptr ? std::vector<std::string_view>{} : wanted->variants)
        for (const auto& entry : index.entries) {
            if (!entry.platform || !serves(*entry.platform, system) || entry.platform->variant != variant)
                continue;
            if (entry.is_index) return bad_image(shown, "its index leads to another index");
            return entry;
        }
    // Without a platform only the configuration tells; one such image is worth the look.
    std::vector<const ImageIndex::Entry*> silent;
    for (const auto& entry : index.entries)
        if (!entry.platform && !entry.is_index) silent.push_back(&entry);
    if (silent.size() == 1) return *silent.front();
    if (nested) return bad_image(shown, "its index leads to another index");
    return platform_missing(system, offered, shown);
}

}  // namespace contract::inputs
