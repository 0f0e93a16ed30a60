// SPDX-License-Identifier: Apache-2.0
#include "saved_originals.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "contract/os/file.hpp"
#include "node_copy.hpp"

namespace contract::activation {

Result<SavedOriginals> SavedOriginals::open(const std::string& directory) {
    TRY(os::make_directories(directory, 0700));
    SavedOriginals saved;
    saved.directory_ = os::Fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!saved.directory_) return os::system_error("open", directory, errno);
    if (::fchmod(saved.directory_.get(), 0700) != 0)
        return os::system_error("change the mode of", directory, errno);
    return saved;
}

Result<std::string> SavedOriginals::save(int parent, const std::string& name) {
    struct stat status {};
    std::string id;
    do id = std::to_string(next_++);
    while (::fstatat(directory_.get(), id.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0);
    TRY(copy_node(parent, name, directory_.get(), id));
    return id;
}

Result<> SavedOriginals::bring_back(const std::string& id, int parent, const std::string& name) const {
    return copy_node(directory_.get(), id, parent, name);
}

}  // namespace contract::activation
