// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cerrno>

#include "contract/activation/activation.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/os/machine.hpp"
#include "rehearse.hpp"

namespace contract::activation {

namespace {

constexpr std::chrono::minutes longest{10};

// Root is somebody else in there, to whom what it may write has to belong.
Result<> give_to_rehearsal(const std::string& path) {
    if (!os::is_root()) return {};
    const auto owner = sandbox::build_owner();
    if (::lchown(path.c_str(), owner, owner) != 0) return os::system_error("give away", path, errno);
    return {};
}

Error ended_early(const sandbox::RunResult& result, const std::string& log) {
    std::string how = "status " + std::to_string(result.status);
    if (result.end == sandbox::RunResult::End::signalled) how = "signal " + std::to_string(result.status);
    if (result.end == sandbox::RunResult::End::timeout) how = "its deadline";
    if (result.end == sandbox::RunResult::End::silence) how = "its deadline for silence";
    if (result.end == sandbox::RunResult::End::output_limit) how = "too much output";
    const std::string tail = log.size() > 2000 ? log.substr(log.size() - 2000) : log;
    return Error{"rehearsal-failed",
                 "the rehearsal ended early, with " + how,
                 Blame::internal,
                 {},
                 {"log: " + harmless(tail)},
                 {}};
}

}  // namespace

// The process runs code of ours only, over data, behind every namespace that a build has. Two things differ:
//
// * It is root in its user namespace, over files that are all its own: a generation may have a directory that
//   its owner cannot enter. Of root's capabilities it keeps that one (capabilities.hpp), which
//   drop_capabilities would take as well. Outside it is who a build is: the caller, or for root an id that
//   nobody has.
// * It needs openat2, so that it is the engine of a real activation that is rehearsed; the filter for builds
//   refuses that call since it cannot see the mode of a file that is created. So there is no filter. What a
//   filter would refuse needs capabilities that are gone or reaches only what the other namespaces hold.
//
// Nothing of what a reduced sandbox lacks matters to code that looks at its own files only, so that is enough
// whatever the contract asks of builds.
sandbox::Setup rehearsal_setup(const std::string& scratch,
                               const std::vector<sandbox::Request::Mount>& outputs) {
    sandbox::Request request;
    request.mounts = outputs;
    request.build_directory = scratch + "/build";
    request.builtin = std::string(rehearsal_builtin().name);
    request.scratch = scratch + "/root";
    sandbox::Setup setup = sandbox::sealed_setup(request);
    setup.argument = "/build";
    setup.inner_id = 0;
    setup.drop_capabilities = false;
    setup.filter_system_calls = false;
    setup.least_level = core::SandboxLevel::reduced;
    return setup;
}

Result<std::vector<Rehearsal>> rehearse_sealed(const store::Store& store,
                                               const std::vector<RehearsalRequest>& requests,
                                               const std::vector<sandbox::Request::Mount>& outputs) {
    TRY_ASSIGN(const auto scratch, os::TemporaryDirectory::create(store.temporary(), "rehearsal"));
    TRY(os::make_directories(scratch.path() + "/build"));
    TRY(os::make_directories(scratch.path() + "/root"));
    TRY(os::write_file(scratch.path() + "/build/request", encode(requests), 0600));
    for (const auto* path : {"/build", "/build/request"}) TRY(give_to_rehearsal(scratch.path() + path));
    sandbox::RunLimits limits;
    limits.timeout = limits.silence = longest;
    std::string log;
    TRY_ASSIGN(const auto result, sandbox::run(rehearsal_setup(scratch.path(), outputs), limits,
                                               [&](std::string_view bytes) { log.append(bytes); }));
    std::vector<Rehearsal> rehearsals;
    for (const auto& line : split(log, '\n')) {
        if (!line.starts_with("rehearsal:")) continue;
        TRY_ASSIGN(auto rehearsal, decode_rehearsal(line));
        rehearsals.push_back(std::move(rehearsal));
    }
    const bool whole = result.end == sandbox::RunResult::End::exited && result.status == 0;
    if (!whole || rehearsals.size() != requests.size()) return ended_early(result, log);
    return rehearsals;
}

}  // namespace contract::activation
