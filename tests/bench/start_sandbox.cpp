// SPDX-License-Identifier: Apache-2.0
//
// start_sandbox HELPER BWRAP WORK BINDS RUNS
//
// Starts /bin/true in our sandbox and in bubblewrap's, in turn, with the same mounts, namespaces and
// identity, and prints how long each start took, to the end of everything inside. BWRAP "-" leaves the peer
// out. Both are started from this process with posix_spawn, ours from memory, as `contract` starts the bytes
// of HELPER that it has in itself. It installs a system call filter as well, which bubblewrap is not asked
// for.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "contract/os/file.hpp"
#include "contract/sandbox/helper_image.hpp"
#include "contract/sandbox/sandbox.hpp"

using namespace contract;

namespace {

using Clock = std::chrono::steady_clock;

const std::vector<std::string> folders = {"/usr", "/bin", "/lib", "/lib64"};

double milliseconds_since(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

sandbox::Request request_for(const std::string& work, int binds) {
    sandbox::Request request;
    request.root.kind = core::RootKind::host;
    request.root.folders = folders;
    request.build_directory = work + "/build";
    request.scratch = work + "/scratch";
    request.environment = {{"PATH", "/bin"}};
    request.command = {"/bin/true"};
    for (int i = 0; i < binds; ++i) {
        const std::string name = "/store/" + std::to_string(i);
        request.mounts.push_back({work + name, "/var/lib/contract" + name, false});
    }
    return request;
}

bool prepare(const std::string& work, const sandbox::Request& request) {
    std::filesystem::create_directories(request.build_directory);
    std::filesystem::create_directories(request.scratch);
    for (const auto& mount : request.mounts) std::filesystem::create_directories(mount.source);
    const auto owner = sandbox::build_owner();
    return ::chmod(work.c_str(), 0755) == 0 && ::chown(request.build_directory.c_str(), owner, owner) == 0;
}

// The operations that sealed_setup makes of such a request, in bubblewrap's words, but for the files below
// /etc, which come after them as descriptors.
std::vector<std::string> bwrap_arguments(const std::string& bwrap, const sandbox::Request& request) {
    std::vector<std::string> words = {
        bwrap,           "--unshare-user",   "--unshare-ipc", "--unshare-pid", "--unshare-net",
        "--unshare-uts", "--unshare-cgroup", "--uid",         "1000",          "--gid",
        "1000",          "--hostname",       "contract",      "--new-session", "--die-with-parent",
        "--clearenv",    "--setenv",         "PATH",          "/bin"};
    const auto add = [&](std::initializer_list<std::string> more) { words.insert(words.end(), more); };
    for (const auto& folder : folders) {
        const auto status = os::status(folder);
        if (!status || !*status) continue;
        const auto target = os::read_link(folder);
        if ((*status)->type == os::FileType::symlink && target)
            add({"--symlink", *target, folder});
        else
            add({"--ro-bind", folder, folder});
    }
    add({"--tmpfs", "/tmp", "--proc", "/proc", "--dev", "/dev"});
    add({"--bind", request.build_directory, request.build_target});
    for (const auto& mount : request.mounts) add({"--ro-bind", mount.source, mount.target});
    add({"--chdir", "/build"});
    return words;
}

// How long, or less than nothing when it did not end well.
double start_bwrap(std::vector<std::string> words, const sandbox::Setup& setup) {
    const auto start = Clock::now();
    std::vector<os::Fd> files;
    for (const auto& step : setup.mounts) {
        const auto* file = std::get_if<sandbox::MakeFile>(&step);
        if (file == nullptr) continue;
        auto content = os::memory_file("bench", file->bytes);
        if (!content || ::fcntl(content->get(), F_SETFD, 0) != 0) return -1;
        words.insert(words.end(), {"--file", std::to_string(content->get()), file->target});
        files.push_back(std::move(*content));
    }
    words.insert(words.end(), {"--remount-ro", "/", "/bin/true"});
    std::vector<char*> pointers;
    for (auto& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    char* const environment[] = {nullptr};
    pid_t pid = -1;
    if (::posix_spawn(&pid, pointers[0], nullptr, nullptr, pointers.data(), environment) != 0) return -1;
    int status = 0;
    if (::waitpid(pid, &status, 0) != pid || status != 0) return -1;
    return milliseconds_since(start);
}

double start_ours(const sandbox::Request& request) {
    const auto start = Clock::now();
    const auto result = sandbox::run(sandbox::sealed_setup(request), {}, nullptr);
    if (!result) std::fprintf(stderr, "%s\n", result.error().message.c_str());
    if (!result || result->end != sandbox::RunResult::End::exited || result->status != 0) return -1;
    return milliseconds_since(start);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 6) return 2;
    const auto helper = os::read_file(argv[1], 64 << 20);
    if (!helper) return 1;
    sandbox::set_helper_image(*helper);
    const std::string bwrap = argv[2];
    const auto request = request_for(argv[3], std::atoi(argv[4]));
    if (!prepare(argv[3], request)) return 1;
    const auto words = bwrap_arguments(bwrap, request);
    const auto setup = sandbox::sealed_setup(request);
    for (int run = -1; run < std::atoi(argv[5]); ++run) {
        const double ours = start_ours(request);
        const double theirs = bwrap == "-" ? 0 : start_bwrap(words, setup);
        if (ours < 0 || theirs < 0) return 1;
        if (run >= 0) std::printf("%.3f %.3f\n", ours, theirs);  // the first one only warms up
    }
    return 0;
}
