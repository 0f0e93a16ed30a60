// SPDX-License-Identifier: Apache-2.0
//
// Decompression is nearly all of the work, and a package is the smallest part of it that stands alone. So
// each thread takes the largest package that is left, and only the short rest, putting the lists of entries
// together, is done by one.
#include "unpack.hpp"

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>
#include <tuple>

#include "alternatives.hpp"
#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "dpkg_database.hpp"
#include "layout.hpp"

namespace contract::inputs::deb {

namespace {

using PackageResult = std::optional<Result<PackageFile>>;

// The places in `packages`, the largest file first.
Result<std::vector<std::size_t>> by_size(const std::vector<DebFile>& packages) {
    std::vector<std::pair<std::uint64_t, std::size_t>> sizes;
    for (std::size_t i = 0; i < packages.size(); ++i) {
        TRY_ASSIGN(const auto status, os::target_status(packages[i].path));
        sizes.emplace_back(status ? status->size : 0, i);
    }
    std::stable_sort(sizes.begin(), sizes.end(), [](auto& a, auto& b) { return a.first > b.first; });
    std::vector<std::size_t> out;
    for (const auto& [size, index] : sizes) out.push_back(index);
    return out;
}

std::vector<PackageResult> read_all(const std::vector<DebFile>& packages,
                                    const std::vector<std::size_t>& order, store::Store& store, unsigned jobs,
                                    const std::function<bool()>& interrupted) {
    std::vector<PackageResult> results(packages.size());
    std::atomic<std::size_t> next = 0;
    std::atomic<bool> failed = false;
    const auto stop = [&] { return interrupted && interrupted(); };
    const auto work = [&] {
        for (std::size_t i = next++; i < order.size() && !failed; i = next++) {
            const auto index = order[i];
            results[index].emplace(read_package(packages[index], store, stop));
            if (!*results[index]) failed = true;
        }
    };
    std::vector<std::thread> threads;
    const auto helpers = std::min<std::size_t>(jobs < 1 ? 0 : jobs - 1, packages.size());
    for (std::size_t i = 0; i < helpers; ++i) threads.emplace_back(work);
    work();
    for (auto& thread : threads) thread.join();
    return results;
}

Result<std::vector<PackageFile>> read_sorted(const std::vector<DebFile>& packages, store::Store& store,
                                             unsigned jobs, const std::function<bool()>& interrupted) {
    TRY_ASSIGN(const auto order, by_size(packages));
    auto results = read_all(packages, order, store, jobs, interrupted);
    std::vector<PackageFile> out;
    for (auto& result : results) {
        if (result && !*result) return std::move(*result).error();
    }
    for (auto& result : results) {
        if (!result) throw InternalError("unpack_packages: a package was not read");
        out.push_back(std::move(**result));
    }
    std::sort(out.begin(), out.end(), [](const PackageFile& a, const PackageFile& b) {
        return std::tie(a.name, a.architecture, a.version) < std::tie(b.name, b.architecture, b.version);
    });
    const auto twice =
        std::adjacent_find(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.is(b); });
    if (twice == out.end()) return out;
    return Error{"package-conflict",
                 "the package '" + twice->name + "' is there twice",
                 Blame::declaration,
                 {},
                 {"package: " + harmless(twice->shown), "package: " + harmless((twice + 1)->shown)},
                 {"run `contract update` for the input"}};
}

Result<> add_links(TreeBuilder& tree, const UnpackRules& rules) {
    for (const auto& [link, target] : rules.links) {
        const auto at = behind_links(tree, merged_path(join(path::parts(link), "/")));
        const auto* there = at.empty() ? nullptr : tree.find(at);
        const bool folder =
            there != nullptr && std::holds_alternative<std::unique_ptr<TreeBuilder::Folder>>(*there);
        if (at.empty() || folder)
            return Error{"package-conflict",
                         "the link '" + shown_name(link) + "' would take the place of a folder",
                         Blame::declaration,
                         {},
                         {},
                         {"choose another path in `links`"}};
        TRY(tree.add_link(at, target));
    }
    return {};
}

Error unknown_layout(int layout) {
    return {"layout-unknown",
            "packages cannot be unpacked by the rules of layout " + std::to_string(layout),
            Blame::declaration,
            {},
            {"wanted: layout 1 to " + std::to_string(newest_layout), "got: layout " + std::to_string(layout)},
            {"use the newer contract that wrote the lock, or run `contract update` with this one"}};
}

}  // namespace

Result<Unpacked> unpack_packages(const std::vector<DebFile>& files, const UnpackRules& rules,
                                 store::Store& store, unsigned jobs,
                                 const std::function<bool()>& interrupted) {
    if (rules.layout < 1 || rules.layout > newest_layout) return unknown_layout(rules.layout);
    TRY_ASSIGN(const auto packages, read_sorted(files, store, jobs, interrupted));
    TreeBuilder tree;
    Layout layout(packages);
    if (rules.configure) layout.rename = conffile_aside;
    TRY(layout.build(tree));
    Unpacked out;
    if (rules.configure)
        TRY(add_dpkg_database(tree, packages, layout, store));
    else
        TRY(add_alternatives(tree, packages, out.notes));
    TRY(add_links(tree, rules));
    TRY_ASSIGN(out.tree, tree.finish(store));
    return out;
}

Result<Unpacked> unpack_packages(const std::vector<core::LockedPackage>& packages,
                                 const core::DebSource& source, int layout, const Context& context) {
    std::vector<DebFile> files;
    for (const auto& package : packages) {
        TRY_ASSIGN(auto file, context.store.blob_file(package.sha256));
        files.push_back({std::move(file), path::name(package.path)});
    }
    UnpackRules rules;
    rules.layout = layout;
    rules.configure = source.configure;
    for (const auto& [link, target] : source.links) rules.links.emplace_back(link.value, target.value);
    return unpack_packages(files, rules, context.store, context.jobs, context.interrupted);
}

}  // namespace contract::inputs::deb
