// SPDX-License-Identifier: Apache-2.0
#include "registry.hpp"

#include "contract/base/text.hpp"
#include "contract/json/json.hpp"

namespace contract::inputs {

namespace {

constexpr std::uint64_t largest_tag_list = 1 << 20;  // bytes

constexpr const char* accepted_manifests =
    "Accept: application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.docker.distribution.manifest.v2+json";

}  // namespace

Error wrong_content(const std::string& what, const Digest& wanted, const Digest& got,
                    const std::string& url) {
    return Error{"hash-mismatch",
                 what + " is not what its digest says",
                 Blame::environment,
                 {},
                 {"wanted: " + wanted.text(), "got: " + got.text(), "url: " + net::shown(url)},
                 {"try again; if it stays so, the registry or something on the way to it changes content"}};
}

// The mirrors of the user see the registry as it is written; one well-known registry answers elsewhere.
std::string Registry::url(const std::string& rest) const {
    const std::string written = reference_.base_url() + reference_.repository + "/" + rest;
    const std::string mirrored = core::mirrored(context_.configuration, written);
    if (mirrored != written ||
        (reference_.registry != "docker.io" && reference_.registry != "index.docker.io"))
        return mirrored;
    return "https://registry-1.docker.io/v2/" + reference_.repository + "/" + rest;
}

std::string Registry::blob_url(const Digest& digest) const {
    return url("blobs/" + digest.text());
}

Result<net::Response> Registry::get_manifest(const std::string& name) {
    net::Request request;
    request.url = url("manifests/" + name);
    request.headers = {accepted_manifests};
    request.most_bytes = largest_manifest;
    auto response = session_.get(std::move(request));
    if (!response && response.error().code == "too-large")
        return bad_image(reference_.text(), "its manifest is larger than 4 MiB");
    return response;
}

Error Registry::gone(const Digest& digest, const Error& error) const {
    Error out{"pin-unreachable",
              "the registry has no " + digest.text() + " in '" + harmless(reference_.registry) + "/" +
                  harmless(reference_.repository) + "'",
              Blame::environment,
              {},
              error.notes,
              {"it was removed there, or never was: pin another image, with contract update or another "
               "digest, or have it pushed again"}};
    return out;
}

// Suggests the closest tag, where the registry lists them.
Error Registry::tag_missing(const Error& error) {
    Error out{"ref-missing",      "there is no image '" + harmless(reference_.text()) + "'",
              Blame::declaration, {},
              error.notes,        {}};
    net::Request request;
    request.url = url("tags/list");
    request.most_bytes = largest_tag_list;
    request.attempts = 1;
    const auto response = session_.get(std::move(request));
    const auto answer = response ? json::read(response->body) : Result<json::Value>(error);
    const auto* list = answer ? answer->find("tags") : nullptr;
    const auto* array = list == nullptr ? nullptr : std::get_if<json::Array>(&list->data);
    std::vector<std::string> tags;
    for (const auto& tag : array == nullptr ? json::Array{} : *array)
        if (const auto* text = std::get_if<std::string>(&tag.data)) tags.push_back(*text);
    if (const auto close = nearest(reference_.tag, tags))
        return std::move(out).with_help("did you mean '" + harmless(*close) + "'?");
    return std::move(out).with_help("correct the repository or the tag of the reference");
}

Result<Registry::Document> Registry::manifest() {
    auto response = get_manifest(reference_.manifest());
    if (!response && response.error().code == "not-found")
        return reference_.digest ? gone(*reference_.digest, response.error()) : tag_missing(response.error());
    if (!response) return std::move(response).error();
    Document out{std::move(response->body), {}};
    out.digest = Digest::of(out.bytes);
    // What a tag means nobody can check, but a body that was cut or changed on its way can be seen.
    std::optional<Digest> wanted = reference_.digest;
    if (const auto told = response->headers.find("docker-content-digest");
        !wanted && told != response->headers.end())
        if (const auto parsed = Digest::parse(told->second)) wanted = *parsed;
    if (wanted && *wanted != out.digest)
        return wrong_content("the manifest of '" + harmless(reference_.text()) + "'", *wanted, out.digest,
                             url("manifests/" + reference_.manifest()));
    return out;
}

Result<Registry::Document> Registry::manifest(const Descriptor& wanted) {
    auto response = get_manifest(wanted.digest.text());
    if (!response && response.error().code == "not-found") return gone(wanted.digest, response.error());
    if (!response) return std::move(response).error();
    const Digest got = Digest::of(response->body);
    if (got != wanted.digest)
        return wrong_content("a manifest of '" + harmless(reference_.text()) + "'", wanted.digest, got,
                             url("manifests/" + wanted.digest.text()));
    return Document{std::move(response->body), got};
}

Result<std::string> Registry::configuration(const Descriptor& wanted) {
    if (wanted.size > largest_config)
        return bad_image(reference_.text(), "its configuration is larger than 8 MiB");
    net::Request request;
    request.url = blob_url(wanted.digest);
    request.most_bytes = largest_config;
    auto response = session_.get(std::move(request));
    if (!response && response.error().code == "not-found") return gone(wanted.digest, response.error());
    if (!response) return std::move(response).error();
    const Digest got = Digest::of(response->body);
    if (got != wanted.digest)
        return wrong_content("the configuration of '" + harmless(reference_.text()) + "'", wanted.digest, got,
                             blob_url(wanted.digest));
    return std::move(response->body);
}

Result<> Registry::download(const core::LockedLayer& layer, const std::string& path,
                            const std::function<bool()>& interrupted) {
    net::Request request;
    request.url = blob_url(layer.digest);
    request.most_bytes = layer.size;
    request.interrupted = interrupted;
    if (context_.progress)
        request.progress = [this, url = request.url](std::uint64_t got, std::optional<std::uint64_t> total) {
            context_.progress(url, got, total);
        };
    const auto response = session_.download(std::move(request), path);
    if (response) return {};
    if (response.error().code == "not-found") return gone(layer.digest, response.error());
    if (response.error().code != "too-large") return response.error();
    Error error = wrong_content("a layer of '" + harmless(reference_.text()) + "'", layer.digest, {},
                                blob_url(layer.digest));
    error.notes = {"wanted: " + layer.digest.text(), "wanted size: " + std::to_string(layer.size) + " bytes",
                   "got: more than that", "url: " + net::shown(blob_url(layer.digest))};
    return error;
}

}  // namespace contract::inputs
