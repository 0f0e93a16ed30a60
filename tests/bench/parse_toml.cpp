// SPDX-License-Identifier: Apache-2.0
//
// parse_toml FILE RUNS: how long toml++ alone takes to parse a file and to free what it made, in milliseconds
// of the processor. What reading a contract costs beyond it is our own work.
#include <malloc.h>
#include <time.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

double milliseconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
#ifdef __GLIBC__
    ::mallopt(M_TRIM_THRESHOLD, 256 << 20);  // as `contract` does
    ::mallopt(M_MMAP_THRESHOLD, 32 << 20);
#endif
    std::ifstream in(argv[1], std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    std::vector<double> times;
    for (int i = 0; i < std::atoi(argv[2]); ++i) {
        const double start = milliseconds();
        try {
            if (toml::parse(text).empty()) return 1;
        } catch (const toml::parse_error& error) {
            std::fprintf(stderr, "%s: %s\n", argv[1], std::string(error.description()).c_str());
            return 1;
        }
        times.push_back(milliseconds() - start);
    }
    if (times.empty()) return 2;
    std::sort(times.begin(), times.end());
    std::printf("{\"min_ms\": %.3f, \"median_ms\": %.3f}\n", times.front(), times[times.size() / 2]);
    return 0;
}
