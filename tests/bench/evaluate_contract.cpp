// SPDX-License-Identifier: Apache-2.0
//
// Evaluates a contract from a directory a number of times, in one process, and prints how long each took and
// how much memory was used at most. What reads files is left out of the time: everything is read before.
#include <malloc.h>
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "contract/evaluation/evaluate.hpp"
#include "contract/manifest/manifest_file.hpp"
#include "contract/manifest/module_file.hpp"

namespace {

using namespace contract;

// Of the processor: what else runs on the machine does not count. There is one thread.
double milliseconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

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
    Result<std::vector<std::string>> list(const std::vector<std::string>&) override {
        return std::vector<std::string>{};
    }
    Result<Digest> tree_of(const std::vector<std::string>&) override { return Digest::of(""); }

    // How long the module files take to parse: evaluation does it once.
    double parse_modules() const {
        const double start = milliseconds();
        for (const auto& [name, text] : files_)
            if (name != "contract.toml") (void)manifest::parse_module({name, "", name, text});
        return milliseconds() - start;
    }

private:
    std::map<std::string, std::string, std::less<>> files_;
};

long peak_kilobytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return 2;
#ifdef __GLIBC__
    ::mallopt(M_TRIM_THRESHOLD, 256 << 20);  // as `contract` does
    ::mallopt(M_MMAP_THRESHOLD, 32 << 20);
#endif
    const int runs = argc > 2 ? std::atoi(argv[2]) : 5;
    LoadedFiles files(argv[1]);
    const auto text = files.read("contract.toml");
    if (!text) return 1;
    const double parse_start = milliseconds();
    const auto parsed = manifest::parse_manifest("contract.toml", *text);
    const double parse = milliseconds() - parse_start;
    const long before = peak_kilobytes();
    std::vector<double> times;
    std::size_t hosts = 0;
    std::size_t entries = 0;
    for (int i = 0; i < runs; ++i) {
        const double start = milliseconds();
        const auto evaluated = evaluation::evaluate({parsed.manifest, std::nullopt, "x86_64-linux", files});
        times.push_back(milliseconds() - start);
        for (const auto& finding : evaluated.result.findings)
            if (finding.severity == core::Severity::error) {
                std::fprintf(stderr, "%s: %s\n", finding.code.c_str(), finding.message.c_str());
                return 1;
            }
        hosts = evaluated.plan.hosts.size();
        entries = 0;
        for (const auto& host : evaluated.plan.hosts) entries += host.generation.entries.size();
    }
    std::vector<double> parses;
    for (int i = 0; i < runs; ++i) parses.push_back(files.parse_modules());
    std::sort(parses.begin(), parses.end());
    std::sort(times.begin(), times.end());
    std::printf(
        "{\"parse_ms\": %.3f, \"modules_ms\": %.3f, \"min_ms\": %.3f, \"median_ms\": %.3f, \"hosts\": %zu, "
        "\"entries\": %zu, "
        "\"peak_kb\": %ld, \"peak_before_kb\": %ld}\n",
        parse, parses.front(), times.front(), times[times.size() / 2], hosts, entries, peak_kilobytes(),
        before);
    return 0;
}
