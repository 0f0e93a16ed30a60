// SPDX-License-Identifier: Apache-2.0
#include "build_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "builder_files.hpp"
#include "contract/base/path.hpp"
#include "contract/os/file.hpp"

namespace contract::build {

std::optional<BuildFile> build_file_at(const std::string& file) {
    constexpr std::size_t longest_line = 256;
    const auto status = os::status(file);
    if (!status || !*status) return std::nullopt;
    const bool writable = ((*status)->mode & 0222) != 0;
    if ((*status)->type == os::FileType::directory) return BuildFile{false, {}, writable, true};
    if ((*status)->type != os::FileType::regular) return std::nullopt;
    const auto fd = os::open_file(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (!fd) return std::nullopt;
    std::string begin(longest_line, '\0');
    const auto got = ::read(fd->get(), begin.data(), begin.size());
    begin.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return BuildFile{((*status)->mode & 0111) != 0, begin.substr(0, begin.find('\n')), writable};
}

LookAtFile look_below(const std::string& top) {
    return [top](const std::string& relative) -> std::optional<BuildFile> {
        const auto file = path::normalise(path::join(top, relative));
        if (!path::is_within(file, top)) return std::nullopt;
        const auto between = obstacle(top, file.substr(top.size()));
        return between && !*between ? build_file_at(file) : std::nullopt;
    };
}

}  // namespace contract::build
