// SPDX-License-Identifier: Apache-2.0
//
// A real git repository for one test, made by the `git` program: no configuration of the machine, a fixed
// author and a fixed clock, so the same script gives the same commit ids everywhere.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/os/process.hpp"

namespace contract::test {

enum class Layout { work_tree, bare };

class GitRepository {
public:
    // `path` is created; the branch is "main".
    explicit GitRepository(std::string path, Layout layout = Layout::work_tree) : path_(std::move(path)) {
        os::make_directories(path_).value();
        git(layout == Layout::bare ? std::vector<std::string>{"init", "-q", "--bare", "-b", "main"}
                                   : std::vector<std::string>{"init", "-q", "-b", "main"});
    }

    const std::string& path() const { return path_; }
    std::string operator/(const std::string& relative) const { return path_ + "/" + relative; }

    // Runs `git ARGUMENTS` in the repository; its output without the last newline. Throws when it fails.
    std::string git(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), "git");
        os::ProcessRequest request;
        request.command = std::move(arguments);
        request.environment = environment();
        request.directory = path_;
        request.output_limit = std::uint64_t{1} << 26;
        const auto result = os::run(request).value();
        if (!result.succeeded()) throw std::runtime_error(join(request.command, " ") + ": " + result.errors);
        return result.output.substr(0, result.output.find_last_not_of('\n') + 1);
    }

    // Writes a file of the work tree, not yet added. Creates the directories above it.
    void write(const std::string& relative, std::string_view bytes, std::uint32_t mode = 0644) const {
        const std::string file = *this / relative;
        os::make_directories(file.substr(0, file.rfind('/'))).value();
        os::remove_tree(file).value();
        os::write_file(file, bytes, mode).value();
    }
    void symlink(const std::string& target, const std::string& relative) const {
        const std::string file = *this / relative;
        os::make_directories(file.substr(0, file.rfind('/'))).value();
        os::make_symlink(target, file).value();
    }
    void remove(const std::string& relative) const { os::remove_tree(*this / relative).value(); }

    // Adds and commits everything in the work tree; the new commit's id. Each commit is a minute after the
    // one before; the first is at 2026-01-01T00:01:00Z.
    std::string commit(const std::string& message = "change") {
        ++minutes_;
        git({"add", "-A"});
        git({"commit", "-q", "--allow-empty", "--no-verify", "-m", message});
        return head();
    }
    void tag(const std::string& name) const { git({"tag", name}); }  // lightweight
    void annotated_tag(const std::string& name) const { git({"tag", "-a", "-m", name, name}); }
    void branch(const std::string& name) const { git({"branch", "-f", name}); }
    std::string head() const { return git({"rev-parse", "HEAD"}); }

private:
    os::Environment environment() const {
        const std::string date = std::to_string(1767225600 + 60 * minutes_) + " +0000";
        const char* path = std::getenv("PATH");
        return {{"PATH", path == nullptr ? "/usr/bin:/bin" : path},
                {"HOME", "/nonexistent"},
                {"GIT_CONFIG_NOSYSTEM", "1"},
                {"GIT_CONFIG_GLOBAL", "/dev/null"},
                // No second process after each commit, and no waiting for a disk: nothing is kept.
                {"GIT_CONFIG_COUNT", "2"},
                {"GIT_CONFIG_KEY_0", "maintenance.auto"},
                {"GIT_CONFIG_VALUE_0", "false"},
                {"GIT_CONFIG_KEY_1", "core.fsync"},
                {"GIT_CONFIG_VALUE_1", "none"},
                {"GIT_TERMINAL_PROMPT", "0"},
                {"GIT_AUTHOR_NAME", "A U Thor"},
                {"GIT_AUTHOR_EMAIL", "author@example.org"},
                {"GIT_AUTHOR_DATE", date},
                {"GIT_COMMITTER_NAME", "C O Mitter"},
                {"GIT_COMMITTER_EMAIL", "committer@example.org"},
                {"GIT_COMMITTER_DATE", date},
                {"TZ", "UTC"},
                {"LC_ALL", "C"}};
    }

    std::string path_;
    std::int64_t minutes_ = 0;
};

}  // namespace contract::test
