// SPDX-License-Identifier: Apache-2.0
#include "contract/pipeline/copy.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "caches.hpp"
#include "contract/base/text.hpp"
#include "contract/build/look_up.hpp"
#include "contract/build/record.hpp"
#include "contract/copy/key_file.hpp"
#include "contract/copy/serve.hpp"
#include "contract/pipeline/configuration.hpp"
#include "contract/pipeline/garbage.hpp"
#include "contract/pipeline/load.hpp"
#include "place.hpp"

namespace contract::pipeline {

namespace {

core::StorePath root_of(const std::string& record) {
    const auto read = build::decode_record(record);
    return read && read->root.kind == core::RootKind::tree ? read->root.path : core::StorePath();
}

bool is_known(const core::Plan& plan, const std::string& target) {
    const auto among = [&](const auto& list) {
        return std::any_of(list.begin(), list.end(), [&](const auto& one) { return one.target == target; });
    };
    return among(plan.packages) || among(plan.checks) || among(plan.formatters) || among(plan.inputs) ||
           among(plan.shells) || among(plan.commands) || among(plan.toolchains) || among(plan.hosts) ||
           among(plan.probes) || among(plan.unplanned);
}

class Copying {
public:
    Copying(const CopyRequest& request, CopyResult& result) : request_(request), result_(result) {}

    Result<> run() {
        TRY_ASSIGN(auto store, store::Store::open(request_.home));
        auto configuration = load_configuration();
        append(configuration.findings);
        result_.sources = configuration.sources;
        if (!configuration.findings.empty()) return {};
        configuration_ = std::move(configuration.configuration);
        keys_ = std::move(configuration.keys);
        const auto planned = plan_of(store);
        const auto& plan = planned.evaluated.plan;
        if (!planned.loaded.usable) return {};
        for (const auto& target : request_.targets)
            if (!is_known(plan, target)) result_.strangers.push_back(target);
        if (!result_.strangers.empty()) return {};
        (void)remember_roots(store, request_.directory, plan, is_whole(planned));
        const build::Request wanted{plan,
                                    store,
                                    request_.directory,
                                    request_.jobs,
                                    request_.offline,
                                    request_.targets,
                                    request_.progress,
                                    request_.interrupted,
                                    configuration_,
                                    false,
                                    false,
                                    planned.revision};
        return request_.direction == CopyRequest::Direction::to ? send(wanted) : receive(wanted);
    }

private:
    void append(const std::vector<core::Finding>& findings) {
        result_.findings.insert(result_.findings.end(), findings.begin(), findings.end());
    }

    Planned plan_of(store::Store& store) {
        inputs::Context context{store, request_.directory, request_.offline};
        context.configuration = configuration_;
        context.interrupted = request_.interrupted;
        auto planned = plan(context, request_.system);
        append(planned.evaluated.result.findings);
        const auto& sources = planned.loaded.manifest.sources;
        result_.sources.insert(sources.begin(), sources.end());
        return planned;
    }

    // Before anything is built for a place that cannot be signed for.
    Result<SecretKey> signing_key() const {
        if (keys_.signing) return copy::load_key(*keys_.signing);
        return Error{"key-missing",
                     "there is no key to sign results with",
                     Blame::environment,
                     {},
                     {},
                     {"make one with `contract key new NAME`; it says what to write into config.toml"}};
    }

    Result<> send(const build::Request& wanted) {
        TRY_ASSIGN(const auto key, signing_key());
        TRY_ASSIGN(const auto place, open_place(request_.place, Opening::to_write, request_.interrupted));
        append(take_from_caches(wanted, keys_));
        append(build::build(wanted).result.findings);
        TRY_ASSIGN(const auto exporter, copy::Exporter::of(wanted.store, &key, root_of));
        std::vector<Digest> actions;
        std::vector<core::StorePath> paths;
        for (const auto& one : build::look_up(wanted)) {
            if (!one.asked || !one.here) continue;  // what did not pass has its finding
            if (one.action)
                actions.push_back(*one.action);
            else
                paths.push_back(one.path);
        }
        TRY_ASSIGN(const auto sent, copy::send(wanted.store, exporter, place.destination(), actions, paths,
                                               request_.interrupted));
        TRY(place.close());
        const std::set<core::StorePath> distinct(sent.paths.begin(), sent.paths.end());
        result_.paths = distinct.size();
        result_.blobs = sent.blobs;
        result_.bytes = sent.bytes;
        result_.copied = true;
        return {};
    }

    Result<> receive(const build::Request& wanted) {
        TRY_ASSIGN(const auto place, open_place(request_.place, Opening::to_read, request_.interrupted));
        copy::Receiver receiver{wanted.store, keys_.trusted, request_.interrupted};
        std::vector<copy::Wanted> asked;
        std::multimap<core::StorePath, std::string> names;
        for (const auto& one : build::look_up(wanted)) {
            if (one.action) receiver.actions.emplace(one.path, *one.action);
            if (!one.asked || one.here) continue;
            asked.push_back({one.path, one.action});
            names.emplace(one.path, one.target);
        }
        TRY_ASSIGN(const auto received, copy::receive(receiver, place.source(), asked));
        TRY(place.close());
        for (const auto& path : received.absent) note_absent(names, path);
        result_.paths = received.taken.size();
        result_.blobs = received.blobs;
        result_.bytes = received.bytes;
        result_.copied = true;
        return {};
    }

    // Who copies all there is takes what there is; who names a target means it.
    void note_absent(const std::multimap<core::StorePath, std::string>& names, const core::StorePath& path) {
        const auto name = names.find(path);
        const std::string target = name == names.end() ? path.base() : name->second;
        if (request_.targets.empty()) {
            result_.absent.push_back(target);
            return;
        }
        result_.findings.push_back(core::finding_from(
            core::Stage::build, target,
            {"copy-missing",
             "'" + harmless(request_.place) + "' does not have '" + target + "' as it is planned here",
             Blame::environment,
             {},
             {},
             {"copy it there with `contract copy --to`, or build it here"}}));
    }

    const CopyRequest& request_;
    CopyResult& result_;
    core::Configuration configuration_;
    core::ResultKeys keys_;
};

}  // namespace

CopyResult copy(const CopyRequest& request) {
    CopyResult result;
    const auto done = Copying(request, result).run();
    if (!done && done.error().code != "interrupted")
        result.findings.push_back(core::finding_from(core::Stage::build, "", done.error()));
    return result;
}

Result<> serve_copy(const std::string& home, int in, int out) {
    TRY_ASSIGN(auto store, store::Store::open(home));
    const auto configuration = load_configuration();
    const auto& keys = configuration.keys;
    copy::ServeRequest request{store, keys.trusted, nullptr, std::nullopt, root_of};
    auto key = keys.signing ? copy::load_key(*keys.signing) : Result<SecretKey>(Error{});
    if (key) request.key = &*key;
    if (keys.signing && !key) request.key_error = key.error();
    for (const auto& finding : configuration.findings)
        request.broken = Error{"bad-configuration", finding.message, finding.blame, {}, {}, finding.help};
    return copy::serve(request, in, out);
}

}  // namespace contract::pipeline
