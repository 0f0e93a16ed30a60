// SPDX-License-Identifier: Apache-2.0
#include "helper_program.hpp"

#include <fcntl.h>
#include <sys/mman.h>

#include "contract/os/fd.hpp"
#include "contract/os/file.hpp"
#include "contract/sandbox/helper_image.hpp"
#include "contract/sandbox/sandbox.hpp"

namespace contract::sandbox {

namespace {

constexpr const char* this_program = "/proc/self/exe";
constexpr int above_agreed = 10;  // the descriptors that run() and the helper agree on lie below

std::string& executable() {
    static std::string path = this_program;
    return path;
}

std::string_view& image_bytes() {
    static std::string_view bytes;
    return bytes;
}

// Sealed, so that nothing that runs from it can change what runs after it, and open for reading only: a file
// that somebody may write to is not executed.
os::Fd image_file(std::string_view bytes) {
    const os::Fd file(::memfd_create("contract-sandbox", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!file || !os::write_all(file.get(), bytes, "the sandbox helper")) return {};
    if (::fcntl(file.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
        return {};
    const auto readable = os::open_file("/proc/self/fd/" + std::to_string(file.get()), O_RDONLY);
    return readable ? os::Fd(::fcntl(readable->get(), F_DUPFD_CLOEXEC, above_agreed)) : os::Fd();
}

}  // namespace

void set_helper_executable(std::string path) {
    executable() = std::move(path);
}

void set_helper_image(std::string_view bytes) {
    image_bytes() = bytes;
}

const std::string& helper_executable() {
    return executable();
}

const std::string& helper_image() {
    static const std::string none;
    if (image_bytes().empty() || executable() != this_program) return none;
    static const os::Fd file = image_file(image_bytes());
    static const std::string path = file ? "/proc/self/fd/" + std::to_string(file.get()) : std::string();
    return path;
}

}  // namespace contract::sandbox
