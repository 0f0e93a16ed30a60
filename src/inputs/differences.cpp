// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "contract/base/text.hpp"
#include "kinds.hpp"

namespace contract::inputs {

namespace {

using Lines = std::vector<std::string>;

std::string size_text(std::uint64_t bytes) {
    if (bytes < 10'000) return std::to_string(bytes) + " B";
    if (bytes < 10'000'000) return std::to_string(bytes / 1000) + " kB";
    return std::to_string(bytes / 1'000'000) + " MB";
}

std::string moved_size(std::uint64_t before, std::uint64_t after) {
    return "size " + size_text(before) + " -> " + size_text(after);
}

std::uint64_t total(const std::vector<core::LockedPackage>& packages) {
    std::uint64_t bytes = 0;
    for (const auto& package : packages) bytes += package.size;
    return bytes;
}

void compare_packages(const std::vector<core::LockedPackage>& before,
                      const std::vector<core::LockedPackage>& after, Lines& lines) {
    std::map<std::string, std::pair<std::string, std::string>> versions;
    for (const auto& package : before) versions[package.name].first = package.version;
    for (const auto& package : after) versions[package.name].second = package.version;
    for (const auto& [name, pair] : versions) {
        const auto& [old, now] = pair;
        if (old == now) continue;
        if (old.empty())
            lines.push_back("+ " + name + " " + now);
        else if (now.empty())
            lines.push_back("- " + name + " " + old);
        else
            lines.push_back(name + " " + old + " -> " + now);
    }
    if (total(before) != total(after)) lines.push_back(moved_size(total(before), total(after)));
}

// The packages of all systems are usually the same in number and version: only a system that differs from the
// first one is told by itself.
Lines package_differences(const core::Pin& before, const core::Pin& after) {
    Lines lines;
    Lines first;
    for (const auto& [system, packages] : after.packages) {
        const auto old = before.packages.find(system);
        Lines these;
        compare_packages(old == before.packages.end() ? std::vector<core::LockedPackage>{} : old->second,
                         packages, these);
        if (these.empty() || these == first) continue;
        lines.push_back(system + ":");
        for (const auto& line : these) lines.push_back("  " + line);
        if (first.empty()) first = std::move(these);
    }
    return lines;
}

Lines image_differences(const core::Pin& before, const core::Pin& after) {
    Lines lines;
    for (const auto& [system, image] : after.images) {
        const auto old = before.images.find(system);
        if (old != before.images.end() && old->second == image) continue;
        const auto bytes = [](const core::LockedImage& of) {
            std::uint64_t sum = 0;
            for (const auto& layer : of.layers) sum += layer.size;
            return sum;
        };
        lines.push_back(system + ": " + count(image.layers.size(), "layer") + ", " +
                        moved_size(old == before.images.end() ? 0 : bytes(old->second), bytes(image)));
    }
    return lines;
}

}  // namespace

Lines differences(const core::Input& input, const core::Pin& before, const core::Pin& after,
                  const Context& context) {
    if (const auto* git = std::get_if<core::GitSource>(&input.source))
        return commits_between(*git, before, after, context);
    if (std::holds_alternative<core::DebSource>(input.source)) return package_differences(before, after);
    if (std::holds_alternative<core::OciSource>(input.source)) return image_differences(before, after);
    if (before.size != after.size) return {moved_size(before.size, after.size)};
    return {};
}

}  // namespace contract::inputs
