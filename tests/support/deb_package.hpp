// SPDX-License-Identifier: Apache-2.0
//
// Debian packages for one test, built by the real dpkg-deb.
#pragma once

#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>

#include "contract/os/file.hpp"
#include "contract/os/process.hpp"
#include "temporary.hpp"

namespace contract::test {

// The output of a program that must succeed.
inline std::string output_of(std::vector<std::string> command, const std::string& directory = "") {
    os::ProcessRequest request;
    request.command = std::move(command);
    request.environment = os::current_environment();
    request.environment["PATH"] += ":/usr/sbin:/sbin";
    request.directory = directory;
    request.deadline = std::chrono::minutes(5);
    const auto result = os::run(request).value();
    if (!result.succeeded())
        throw std::runtime_error(request.command.front() + ": " + result.errors + result.output);
    return result.output;
}

class DebPackage {
public:
    // `fields`: more lines of the control file, each with its line break.
    explicit DebPackage(std::string name, std::string version = "1.0-1", std::string fields = "",
                        std::string architecture = "amd64")
        : name_(std::move(name)), version_(std::move(version)) {
        control("control", "Package: " + name_ + "\nVersion: " + version_ +
                               "\nArchitecture: " + architecture + "\nMaintainer: A <a@example.org>\n" +
                               fields + "Description: for a test\n");
    }
    DebPackage& file(const std::string& path, std::string_view bytes, std::uint32_t mode = 0644) {
        tree_.write("tree/" + path, bytes, mode);
        return *this;
    }
    DebPackage& link(const std::string& path, const std::string& target) {
        folder(path.substr(0, path.rfind('/')));
        os::make_symlink(target, at(path)).value();
        return *this;
    }
    DebPackage& hard_link(const std::string& path, const std::string& existing) {
        folder(path.substr(0, path.rfind('/')));
        output_of({"ln", at(existing), at(path)});
        return *this;
    }
    DebPackage& folder(const std::string& path) {
        os::make_directories(at(path)).value();
        return *this;
    }
    // A file of the control part; scripts are executable.
    DebPackage& control(const std::string& name, std::string_view bytes) {
        tree_.write("tree/DEBIAN/" + name, bytes, bytes.starts_with("#!") ? 0755 : 0644);
        return *this;
    }
    // Writes DIRECTORY/NAME.deb; its path.
    std::string build(const std::string& directory, const std::string& compression = "gzip") const {
        const std::string out = directory + "/" + name_ + "_" + version_ + ".deb";
        os::make_directories(directory).value();
        output_of({"dpkg-deb", "-Z" + compression, "--root-owner-group", "--build", tree_ / "tree", out});
        return out;
    }

private:
    std::string at(const std::string& path) const { return tree_ / ("tree/" + path); }

    TempDir tree_;
    std::string name_;
    std::string version_;
};

}  // namespace contract::test
