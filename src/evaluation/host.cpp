// SPDX-License-Identifier: Apache-2.0
//
// A host's options → its generation and its probes. Everything that is declared ends as files and directories
// with an owner and a place in the declaration; activation decides nothing of what they hold.
#include <algorithm>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "hosts.hpp"
#include "rendering.hpp"

namespace contract::evaluation {

namespace {

void render(Rendering& rendering, const Declared& declared) {
    if (declared.group == "files") return render_file(rendering, declared);
    if (declared.group == "directories") return render_directory(rendering, declared);
    if (declared.group == "units") return render_service(rendering, declared);
    if (declared.group == "timers") return render_timer(rendering, declared);
    if (declared.group == "secrets") return render_secret(rendering, declared);
    if (declared.group == "probes") return render_probe(rendering, declared);
}

template <typename List>
void sort_by_name(List& list) {
    std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
}

template <typename List>
void sort_by_path(List& list) {
    std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
}

void sort(core::Generation& generation) {
    sort_by_path(generation.entries);
    sort_by_name(generation.units);
    sort_by_name(generation.users);
    sort_by_name(generation.groups);
    sort_by_name(generation.secrets);
    sort_by_path(generation.agreed);
}

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

const Declared* Rendering::find(const std::string& group, const std::string& key) const {
    for (const Declared& declared : entries)
        if (declared.group == group && declared.key == key) return &declared;
    return nullptr;
}

void Rendering::add_file(const std::string& path, const std::string& option, const Span& where,
                         std::string bytes) {
    core::GenerationEntry entry;
    entry.path = (is_home ? ".config/" : "/etc/") + path;
    entry.option = option;
    entry.where = where;
    if (is_home) entry.owner = entry.group = "";
    entry.content = core::FileText{std::move(bytes)};
    out.generation.entries.push_back(std::move(entry));
}

bool is_place(const Rendering& rendering, std::string_view path) {
    if (path.empty() || has_control(path) || path::normalise(path) != path) return false;
    if (!rendering.is_home) return path::is_absolute(path) && path != "/";
    return !path::is_absolute(path) && path != "." && path != ".." && !path.starts_with("../");
}

std::string place_help(const Rendering& rendering) {
    return rendering.is_home ? "paths of a home start in the home directory: \".config/app/settings\""
                             : "paths of a host are absolute: \"/etc/app/settings\"";
}

std::optional<RenderedHost> render_host(State& state, std::size_t target, const HostRun& run,
                                        const std::string& host_class) {
    Rendering rendering{state,
                        target,
                        host_class == "home",
                        read_entries(run, host_class),
                        read_single_options(run, host_class),
                        {}};
    for (const Declared& declared : rendering.entries) render(rendering, declared);
    if (!rendering.is_home) {
        render_accounts(rendering);
        render_kernel(rendering);
        render_protected(rendering);
    }
    render_login(rendering);
    if (!state.targets[target].usable()) return std::nullopt;
    sort(rendering.out.generation);
    return std::move(rendering.out);
}

}  // namespace contract::evaluation
