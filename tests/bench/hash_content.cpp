// SPDX-License-Identifier: Apache-2.0
//
// hash_content HOME BYTES
//
// Prints two speeds in millions of bytes a second: of SHA-256 over memory, and of hashing again a blob of the
// store at HOME that has BYTES bytes and lies in memory already. The blob is made when the store does not
// have it.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "contract/store/store.hpp"

using namespace contract;

namespace {

// Of the processor, the reading included: what else runs on the machine does not count.
double now_us() {
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

double speed(std::size_t bytes, double start) {
    return static_cast<double>(bytes) / (now_us() - start);
}

int fail(const Error& error) {
    std::fprintf(stderr, "%s\n", error.message.c_str());
    return 1;
}

std::string content(std::size_t size) {
    std::string bytes(size, '\0');
    std::uint64_t state = 7;
    for (auto& byte : bytes) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        byte = static_cast<char>(state >> 56);
    }
    return bytes;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    const auto size = static_cast<std::size_t>(std::strtoull(argv[2], nullptr, 10));
    auto store = store::Store::open(argv[1]);
    if (!store) return fail(store.error());
    const std::string bytes = content(size);
    double start = now_us();
    const auto digest = Digest::of(bytes);
    const double of_memory = speed(size, start);
    if (!store->has_blob(digest))
        if (const auto added = store->add_blob(bytes); !added) return fail(added.error());
    if (const auto warm = store->blob_file(digest); !warm) return fail(warm.error());
    start = now_us();
    if (const auto file = store->blob_file(digest); !file) return fail(file.error());
    std::printf("%.1f %.1f\n", of_memory, speed(size, start));
    return 0;
}
