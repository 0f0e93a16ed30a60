// SPDX-License-Identifier: Apache-2.0
#include "contract/inputs/vendor.hpp"

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "git_copy.hpp"
#include "kinds.hpp"
#include "oci/layers.hpp"
#include "oci/registry.hpp"
#include "url_download.hpp"

namespace contract::inputs {

namespace {

std::string file_url(const std::string& path) {
    std::string out = "file://";
    constexpr std::string_view hex = "0123456789ABCDEF";
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = byte > 0x20 && byte < 0x7F && c != '%' && c != '?' && c != '#';
        if (plain) {
            out.push_back(c);
        } else {
            out.push_back('%');
            out.push_back(hex[byte >> 4]);
            out.push_back(hex[byte & 15]);
        }
    }
    return out;
}

// Whole or not at all; a file of that name is the content already, since names are digests or pinned paths.
Result<> place_file(const Digest& digest, std::uint64_t size, const std::string& path,
                    const Context& context) {
    if (os::exists(path)) return {};
    TRY(os::make_directories(path::parent(path)));
    TRY_ASSIGN(const auto alone,
               context.store.add_directory({{core::FileNode{"", digest, size, false}}, {}, {}}));
    return context.store.place(alone, path, store::Placement::writable);
}

class Vendor {
public:
    Vendor(const core::PlannedInput& input, const std::string& directory, const Context& context,
           Vendored& out)
        : input_(input), directory_(directory), context_(context), out_(out) {}

    Result<> run() {
        switch (input_.kind) {
            case core::InputKind::url: return url();
            case core::InputKind::deb: return deb();
            case core::InputKind::oci: return oci();
            case core::InputKind::git: return git();
            case core::InputKind::path: leave_out("is a folder beside the repository"); return {};
            case core::InputKind::host: leave_out("is the machine's own"); return {};
        }
        throw InternalError("inputs::vendor: an unknown kind");
    }

private:
    void leave_out(const std::string& reason) { out_.left_out.push_back(input_.target + " " + reason); }

    // Two inputs may have one address.
    void mirror(const std::string& from, const std::string& to) {
        for (const auto& known : out_.configuration.mirrors)
            if (known.first == from) return;
        out_.configuration.mirrors.emplace_back(from, to);
    }

    Result<> url() {
        TRY(hold_url(input_, context_));
        const std::string path = path::join(directory_, "files/" + input_.pin.sha256.hex());
        TRY(place_file(input_.pin.sha256, input_.pin.size, path, context_));
        mirror(input_.url, file_url(path));
        return {};
    }

    Result<> deb() {
        TRY(hold_deb(input_, context_));
        const auto& source = std::get<core::DebSource>(input_.source);
        const std::string name = source.archive
                                     ? source.archive->value
                                     : Digest::of(source.mirrors.front().value).hex().substr(0, 16);
        const std::string pool = path::join(directory_, "debian/" + name);
        for (const auto& [system, packages] : input_.pin.packages)
            for (const auto& package : packages)
                TRY(place_file(package.sha256, package.size, path::join(pool, package.path), context_));
        if (source.archive) out_.configuration.archives[name].place.mirrors = {file_url(pool)};
        for (const auto& place : source.mirrors) mirror(place.value, file_url(pool));
        return {};
    }

    Result<> oci() {
        TRY_ASSIGN(const auto reference, parse_reference(input_.url));
        Registry registry(reference, context_);
        const std::string folder =
            path::join(directory_, "oci/" + Digest::of(reference.base_url() + reference.repository).hex());
        for (const auto& [system, image] : input_.pin.images) {
            TRY(fetch_layers(registry, image.layers, context_));
            for (const auto& layer : image.layers)
                TRY(place_file(layer.digest, layer.size, path::join(folder, layer.digest.text()), context_));
        }
        mirror(reference.base_url() + reference.repository + "/blobs/", file_url(folder) + "/");
        return {};
    }

    Result<> git() {
        TRY_ASSIGN(const auto location, location_of(input_.url, context_.contract_directory, context_));
        if (location.transport == git::Transport::local) {
            leave_out("is a repository of this machine");
            return {};
        }
        const std::string to = path::join(directory_, "git/" + Digest::of(location.name).hex());
        TRY(with_commit(
            location, input_.ref, input_.pin.rev, context_,
            [&](const git::Repository& repository) { return copy_repository(repository.folder(), to); }));
        const auto* source = std::get_if<core::GitSource>(&input_.source);
        if (source != nullptr && source->submodules)
            leave_out("has submodules, which are not copied: they have addresses of their own");
        mirror(input_.url, file_url(to));
        return {};
    }

    Result<> copy_repository(const std::string& from, const std::string& to) {
        TRY(os::remove_tree(to));  // an older copy may lack the commit
        TRY(os::make_directories(path::parent(to)));
        TRY_ASSIGN(const auto tree, context_.store.import_tree(from));
        return context_.store.place(tree, to, store::Placement::writable);
    }

    const core::PlannedInput& input_;
    const std::string& directory_;
    const Context& context_;
    Vendored& out_;
};

}  // namespace

Result<> vendor(const core::PlannedInput& input, const std::string& directory, const Context& context,
                Vendored& vendored) {
    return Vendor(input, directory, context, vendored).run();
}

}  // namespace contract::inputs
