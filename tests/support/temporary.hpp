// SPDX-License-Identifier: Apache-2.0
//
// A directory for one test, removed at its end; in TMPDIR, or in /tmp.
#pragma once

#include <cstdlib>
#include <string>
#include <utility>

#include "contract/os/file.hpp"

namespace contract::test {

class TempDir {
public:
    TempDir() : TempDir(parent()) {}
    explicit TempDir(const std::string& parent)
        : directory_(os::TemporaryDirectory::create(parent, "contract-test").value()) {}
    const std::string& path() const { return directory_.path(); }
    std::string operator/(const std::string& relative) const { return path() + "/" + relative; }
    // Creates the directories above it.
    void write(const std::string& relative, std::string_view bytes, std::uint32_t mode = 0644) const {
        const std::string file = *this / relative;
        os::make_directories(file.substr(0, file.rfind('/'))).value();
        os::write_file(file, bytes, mode).value();
    }

private:
    static std::string parent() {
        const char* chosen = std::getenv("TMPDIR");
        return chosen == nullptr || *chosen == '\0' ? "/tmp" : chosen;
    }
    os::TemporaryDirectory directory_;
};

}  // namespace contract::test
