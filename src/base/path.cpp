// SPDX-License-Identifier: Apache-2.0
#include "contract/base/path.hpp"

#include "contract/base/text.hpp"

namespace contract::path {

std::string normalise(std::string_view path) {
    const bool absolute = is_absolute(path);
    std::vector<std::string> kept;
    for (const auto& part : split(path, '/')) {
        if (part.empty() || part == ".") continue;
        if (part == ".." && !kept.empty() && kept.back() != "..") {
            kept.pop_back();
        } else if (part != ".." || !absolute) {
            kept.push_back(part);
        }
    }
    const std::string text = (absolute ? "/" : "") + contract::join(kept, "/");
    return text.empty() ? "." : text;
}

std::string join(std::string_view directory, std::string_view relative) {
    if (is_absolute(relative) || directory.empty()) return std::string(relative);
    if (relative.empty()) return std::string(directory);
    return std::string(directory).append(directory.ends_with('/') ? "" : "/").append(relative);
}

std::string parent(std::string_view path) {
    const auto slash = path.rfind('/');
    if (slash == std::string_view::npos) return ".";
    return slash == 0 ? "/" : std::string(path.substr(0, slash));
}

std::string name(std::string_view path) {
    const auto slash = path.rfind('/');
    return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

std::vector<std::string> parts(std::string_view path) {
    std::vector<std::string> out;
    for (auto& part : split(path, '/'))
        if (!part.empty() && part != ".") out.push_back(std::move(part));
    return out;
}

bool is_absolute(std::string_view path) {
    return path.starts_with('/');
}

bool is_within(std::string_view path, std::string_view directory) {
    const auto inner = normalise(path);
    const auto outer = normalise(directory);
    if (inner == outer) return true;
    if (outer == ".") return !is_absolute(inner) && inner != ".." && !inner.starts_with("../");
    if (outer == "/") return is_absolute(inner);
    return inner.starts_with(outer + "/");
}

}  // namespace contract::path
