// SPDX-License-Identifier: Apache-2.0
//
// oci inputs. `resolve` asks the registry what a reference means and follows digests from there: index,
// manifest, layers. From the lock only layers are fetched, by digest; a tag is never asked again.
#include <algorithm>
#include <ctime>

#include "../kinds.hpp"
#include "contract/base/text.hpp"
#include "created.hpp"
#include "layers.hpp"

namespace contract::inputs {

namespace {

// An image that was found for one system.
struct Found {
    core::LockedImage image;
    std::string created;  // RFC 3339; empty where the image does not say
};

Error offline(const Reference& reference) {
    return Error{"offline",
                 "'" + harmless(reference.text()) + "' would have to be fetched, and --offline forbids it",
                 Blame::environment,
                 {},
                 {},
                 {"run once without --offline; what was fetched stays in the store"}};
}

Found found_image(const Digest& digest, const ImageManifest& manifest, const ImageConfig& config) {
    Found out;
    out.image.manifest = digest;
    for (const auto& layer : manifest.layers) out.image.layers.push_back({layer.digest, layer.size});
    out.created = config.created;
    return out;
}

Result<ImageConfig> config_of(Registry& registry, const ImageManifest& manifest) {
    TRY_ASSIGN(const auto bytes, registry.configuration(manifest.config));
    return parse_config(bytes, registry.reference().text());
}

// What an index says of a platform is taken from it; where it is silent, the image's configuration decides.
Result<Found> from_index(Registry& registry, const ImageIndex& index, const std::string& system) {
    const std::string shown = registry.reference().text();
    TRY_ASSIGN(const auto entry, choose(index, system, shown));
    TRY_ASSIGN(const auto document, registry.manifest(entry.descriptor));
    TRY_ASSIGN(const auto parsed, parse_manifest(document.bytes, shown));
    const auto* manifest = std::get_if<ImageManifest>(&parsed);
    if (manifest == nullptr) return bad_image(shown, "its index leads to another index");
    TRY_ASSIGN(const auto config, config_of(registry, *manifest));
    if (!entry.platform && !serves(config.platform, system))
        return platform_missing(system, {config.platform.text()}, shown);
    return found_image(document.digest, *manifest, config);
}

std::vector<std::string> linux_systems(const std::vector<std::string>& systems) {
    std::vector<std::string> out;
    for (const auto& system : systems)
        if (system.ends_with("-linux")) out.push_back(system);
    return out;
}

Result<std::map<std::string, Found>> find_images(Registry& registry, const Registry::Document& document,
                                                 const std::vector<std::string>& systems) {
    const std::string shown = registry.reference().text();
    std::map<std::string, Found> out;
    TRY_ASSIGN(const auto parsed, parse_manifest(document.bytes, shown));
    if (const auto* index = std::get_if<ImageIndex>(&parsed)) {
        for (const auto& system : systems) {
            TRY_ASSIGN(auto found, from_index(registry, *index, system));
            out.emplace(system, std::move(found));
        }
        return out;
    }
    const auto& manifest = std::get<ImageManifest>(parsed);
    TRY_ASSIGN(const auto config, config_of(registry, manifest));
    for (const auto& system : systems) {
        if (!serves(config.platform, system))
            return platform_missing(system, {config.platform.text()}, shown);
        out.emplace(system, found_image(document.digest, manifest, config));
    }
    return out;
}

// An image tells its own date, so this is a cool-down against haste, not against a liar.
Result<> check_age(const Found& found, std::int64_t least_seconds, const std::string& shown) {
    const auto created = parse_time(found.created);
    if (created && *created <= std::time(nullptr) - least_seconds) return {};
    return Error{"too-young",
                 "'" + harmless(shown) + "' is younger than `min_age` allows" +
                     (created ? "" : ", or does not say how old it is"),
                 Blame::declaration,
                 {},
                 {"wanted: made at least " + std::to_string(least_seconds) + " seconds ago",
                  "got: " + (created ? "made " + harmless(found.created) : "no date that can be read")},
                 {"wait, take an older tag, or lower `min_age`"}};
}

Result<Digest> make_tree(Registry& registry, const core::LockedImage& image, const Context& context) {
    TRY_ASSIGN(const auto known, known_tree(image.layers, context));
    if (known) return *known;
    TRY(fetch_layers(registry, image.layers, context));
    return tree_of_layers(image.layers, registry.reference().text(), context);
}

Result<core::Pin> pin_of(const Reference& reference, const Wish& wish, const Context& context) {
    if (context.offline) return offline(reference);
    Registry registry(reference, context);
    TRY_ASSIGN(const auto document, registry.manifest());
    TRY_ASSIGN(const auto images, find_images(registry, document, linux_systems(wish.systems)));
    if (wish.min_age_seconds)
        for (const auto& [system, found] : images)
            TRY(check_age(found, *wish.min_age_seconds, reference.text()));
    core::Pin pin;
    pin.index = document.digest;
    for (const auto& [system, found] : images) {
        TRY_ASSIGN(const auto tree, make_tree(registry, found.image, context));
        pin.images.emplace(system, found.image);
        pin.trees.emplace(system, tree);
    }
    return pin;
}

// Never for bad-url: the line of a reference with a password in it must not be printed.
bool is_about_reference(const Error& error) {
    static const std::vector<std::string> codes{"ref-missing", "platform-missing", "bad-image", "too-young"};
    return std::find(codes.begin(), codes.end(), error.code) != codes.end();
}

}  // namespace

Result<core::Pin> resolve_oci(const core::OciSource& source, const Wish& wish, const Context& context) {
    TRY_ASSIGN(const auto reference, parse_reference(source.reference.value));
    auto pin = pin_of(reference, wish, context);
    if (pin || pin.error().where || !is_about_reference(pin.error())) return pin;
    return std::move(pin).error().at(source.reference.where);
}

Result<> materialise_oci(const core::PlannedInput& input, const Context& context) {
    if (context.store.has_tree(input.tree)) return {};
    TRY_ASSIGN(const auto reference, parse_reference(input.url));
    const auto pinned = std::find_if(input.pin.trees.begin(), input.pin.trees.end(),
                                     [&](const auto& entry) { return entry.second == input.tree; });
    const auto image =
        pinned == input.pin.trees.end() ? input.pin.images.end() : input.pin.images.find(pinned->first);
    if (image == input.pin.images.end())
        return Error{"hash-mismatch",
                     "contract.lock pins no image for the content of '" + harmless(input.target) + "'",
                     Blame::declaration,
                     {},
                     {"wanted: " + input.tree.text()},
                     {"the lock was changed by hand: take it back, or run contract update"}};
    const auto& layers = image->second.layers;
    const bool complete = std::all_of(layers.begin(), layers.end(), [&](const auto& layer) {
        return context.store.has_blob(layer.digest);
    });
    if (!complete && context.offline) return offline(reference);
    Registry registry(reference, context);
    TRY(fetch_layers(registry, layers, context));
    TRY_ASSIGN(const auto tree, tree_of_layers(layers, reference.text(), context));
    if (tree != input.tree) return hash_mismatch(input, tree);
    return {};
}

}  // namespace contract::inputs
