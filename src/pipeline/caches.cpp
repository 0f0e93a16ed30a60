// SPDX-License-Identifier: Apache-2.0
#include "caches.hpp"

#include "contract/build/look_up.hpp"
#include "contract/copy/receive.hpp"
#include "place.hpp"

namespace contract::pipeline {

namespace {

// One by one, needs first: what was taken stays taken, whatever comes after it.
Result<> take_from(const std::string& name, const build::Request& request, const core::ResultKeys& keys,
                   std::vector<build::LookedUp>& lacking) {
    TRY_ASSIGN(const auto place, open_place(name, Opening::to_read, request.interrupted));
    copy::Receiver receiver{request.store, keys.trusted, request.interrupted};
    for (const auto& one : lacking) receiver.actions.emplace(one.path, *one.action);
    std::vector<build::LookedUp> left;
    for (const auto& one : lacking) {
        TRY_ASSIGN(const auto received, copy::receive(receiver, place.source(), {{one.path, one.action}}));
        if (!received.absent.empty()) left.push_back(one);
    }
    lacking = std::move(left);
    return place.close();
}

core::Finding warning_of(const std::string& name, const Error& error) {
    auto finding = core::finding_from(core::Stage::build, "", error);
    finding.severity = core::Severity::warning;
    finding.evidence.push_back({"note", "the cache '" + name + "' is left out of this run", {}});
    return finding;
}

}  // namespace

std::vector<core::Finding> take_from_caches(const build::Request& request, const core::ResultKeys& keys) {
    std::vector<core::Finding> findings;
    if (keys.caches.empty()) return findings;
    std::vector<build::LookedUp> lacking;
    // Inputs come from where the contract says, or along with what needs them.
    for (auto& one : build::look_up(request))
        if (!one.here && one.action) lacking.push_back(std::move(one));
    for (const auto& name : keys.caches) {
        if (lacking.empty()) break;
        if (request.offline && is_remote(name)) continue;
        const auto done = take_from(name, request, keys, lacking);
        if (!done && done.error().code == "interrupted") break;
        if (!done) findings.push_back(warning_of(name, done.error()));
    }
    return findings;
}

}  // namespace contract::pipeline
