// SPDX-License-Identifier: Apache-2.0
//
// Evaluates a contract from a directory a number of times, in one process, and prints how long each took and
// how much memory was used at most. What reads files is left out of the time: everything is read before.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "contract/evaluation/evaluate.hpp"
#include "contract/manifest/manifest_file.hpp"

namespace {

using namespace contract;

class LoadedFiles final : public core::Files {
public:
    explicit LoadedFiles(const std::filesystem::path& root) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
            if (!entry.is_regular_file()) continue;
            std::ifstream in(entry.path(), std::ios::binary);
            files_[std::filesystem::relative(entry.path(), root).string()] =
                std::string(std::istreambuf_iterator<char>(in), {});
        }
    }
    Result<std::string> read(std::string_view path) override {
        const auto found = files_.find(path);
        if (found != files_.end()) return found->second;
        return Error{"missing-file", "no file '" + std::string(path) + "'", Blame::declaration, {}, {}, {}};
    }
    Result<Digest> tree(std::string_view path, const std::vector<std::string>&,
                        const std::vector<std::string>&) override {
        return Digest::of(path);
    }

private:
    std::map<std::string, std::string, std::less<>> files_;
};

double milliseconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

long peak_kilobytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return 2;
    const int runs = argc > 2 ? std::atoi(argv[2]) : 5;
    LoadedFiles files(argv[1]);
    const auto text = files.read("contract.toml");
    if (!text) return 1;
    const auto parse_start = std::chrono::steady_clock::now();
    const auto parsed = manifest::parse_manifest("contract.toml", *text);
    const double parse = milliseconds_since(parse_start);
    const long before = peak_kilobytes();
    std::vector<double> times;
    std::size_t hosts = 0;
    std::size_t entries = 0;
    for (int i = 0; i < runs; ++i) {
        const auto start = std::chrono::steady_clock::now();
        const auto evaluated = evaluation::evaluate({parsed.manifest, std::nullopt, "x86_64-linux", files});
        times.push_back(milliseconds_since(start));
        for (const auto& finding : evaluated.result.findings)
            if (finding.severity == core::Severity::error) {
                std::fprintf(stderr, "%s: %s\n", finding.code.c_str(), finding.message.c_str());
                return 1;
            }
        hosts = evaluated.plan.hosts.size();
        entries = 0;
        for (const auto& host : evaluated.plan.hosts) entries += host.generation.entries.size();
    }
    std::sort(times.begin(), times.end());
    std::printf(
        "{\"parse_ms\": %.3f, \"min_ms\": %.3f, \"median_ms\": %.3f, \"hosts\": %zu, \"entries\": %zu, "
        "\"peak_kb\": %ld, \"peak_before_kb\": %ld}\n",
        parse, times.front(), times[times.size() / 2], hosts, entries, peak_kilobytes(), before);
    return 0;
}
