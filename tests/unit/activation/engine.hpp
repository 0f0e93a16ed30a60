// SPDX-License-Identifier: Apache-2.0
//
// A real directory to apply to, and short ways to say what is wanted of it.
#pragma once

#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "../../../src/activation/apply.hpp"
#include "contract/os/machine.hpp"
#include "skip.hpp"
#include "temporary.hpp"

namespace contract::test {

inline activation::Wanted file(const std::string& path, const std::string& bytes, std::uint32_t mode = 0644) {
    activation::Wanted wanted;
    wanted.path = path;
    wanted.bytes = bytes;
    wanted.state = {activation::Kind::regular, mode, bytes.size(), Digest::of(bytes), {}, {"root", "root"}};
    return wanted;
}
inline activation::Wanted folder(const std::string& path, std::uint32_t mode = 0755) {
    activation::Wanted wanted;
    wanted.path = path;
    wanted.state = {activation::Kind::directory, mode, 0, {}, {}, {"root", "root"}};
    return wanted;
}
inline activation::Wanted symlink_to(const std::string& path, const std::string& target) {
    activation::Wanted wanted;
    wanted.path = path;
    wanted.bytes = target;
    wanted.state = {activation::Kind::symlink, 0, 0, Digest::of(target), target, {"root", "root"}};
    return wanted;
}
inline activation::Wanted saving(activation::Wanted wanted) {
    wanted.on_collision = core::OnCollision::save;
    wanted.on_modified = core::OnModified::save;
    return wanted;
}

// <temporary>/root with its owners beside it, and <temporary>/saved.
class Engine {
public:
    Engine() {
        need_openat2();
        os::make_directories(root()).value();
        reopen();
    }
    std::string root() const { return directory_ / "root"; }
    std::string operator/(const std::string& place) const { return root() + "/" + place; }
    void write(const std::string& place, const std::string& bytes, std::uint32_t mode = 0644) const {
        directory_.write("root/" + place, bytes, mode);
        os::remove_tree(*this / ".unused").value();
    }
    void reopen() {
        tree_.emplace(activation::Tree::open(root(), activation::Ownership::recorded).value());
        saved_.emplace(activation::SavedOriginals::open(directory_ / "saved").value());
    }
    activation::Tree& tree() { return *tree_; }
    activation::SavedOriginals& saved() { return *saved_; }
    std::string saved_directory() const { return directory_ / "saved"; }

    activation::Change decide(const std::vector<activation::Wanted>& wanted,
                              const activation::LastWritten& last = {}) const {
        return activation::decide(*tree_, wanted, last);
    }
    Result<activation::Applied> apply(const std::vector<activation::Wanted>& wanted,
                                      const activation::LastWritten& last = {}) {
        const auto change = decide(wanted, last);
        REQUIRE(change.problems.empty());
        return activation::apply(*tree_, change, wanted, *saved_);
    }
    // What is there, in words, sorted: two equal texts are two equal trees.
    std::string picture() const {
        std::string text;
        const auto everything = tree_->snapshot().value();
        for (const auto& [place, observed] : everything)
            text += place + ": " + activation::describe(observed) + " " + observed.content.hex() + "\n";
        return text;
    }

private:
    TempDir directory_;
    std::optional<activation::Tree> tree_;
    std::optional<activation::SavedOriginals> saved_;
};

}  // namespace contract::test
