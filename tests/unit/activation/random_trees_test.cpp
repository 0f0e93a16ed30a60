// SPDX-License-Identifier: Apache-2.0
//
// Random trees and random generations, the same ones every time: whatever is there, applying and taking back
// changes nothing, and a second decision finds nothing to do.
#include <sys/stat.h>

#include <random>
#include <set>

#include "contract/base/text.hpp"
#include "engine.hpp"

using namespace contract;
using namespace contract::activation;
using namespace contract::test;

namespace {

class Random {
public:
    explicit Random(unsigned seed) : engine_(seed) {}
    unsigned below(unsigned limit) { return static_cast<unsigned>(engine_() % limit); }
    std::string path() {
        std::string text;
        for (unsigned depth = 1 + below(4); depth > 0; --depth)
            text += std::string("/") + static_cast<char>('a' + below(3));
        return text;
    }

private:
    std::mt19937 engine_;
};

const std::vector<std::uint32_t> modes{0600, 0644, 0755, 0400, 01777};

void grow(Engine& engine, Random& random) {
    for (int i = 0; i < 8; ++i) {
        const std::string path = engine.root() + random.path();
        if (!os::make_directories(path.substr(0, path.rfind('/')))) continue;
        if (os::exists(path)) continue;
        const unsigned kind = random.below(3);
        if (kind == 0) os::write_file(path, std::string(random.below(9), 'x')).value();
        if (kind == 1) os::make_symlink(random.below(2) == 0 ? "/nowhere" : "a", path).value();
        if (kind == 2) os::make_directories(path).value();
        if (kind != 1) REQUIRE(::chmod(path.c_str(), modes[random.below(5)] | 0700) == 0);
    }
}

// Nothing below a file, nothing twice: what check_generation lets through.
std::vector<Wanted> generation(Random& random) {
    std::vector<Wanted> wanted;
    std::set<std::string> taken, files;
    for (int i = 0; i < 7; ++i) {
        const std::string path = random.path();
        const bool is_folder = random.below(4) == 0;
        bool clash = !taken.insert(path).second;
        for (const auto& other : taken)
            if (other != path)
                clash = clash || (other.starts_with(path + "/") && !is_folder) ||
                        (path.starts_with(other + "/") && files.count(other) > 0);
        if (clash) {
            continue;
        }
        if (!is_folder) files.insert(path);
        const std::uint32_t mode = modes[random.below(5)];
        if (is_folder)
            wanted.push_back(saving(folder(path, mode | 0700)));
        else if (random.below(4) == 0)
            wanted.push_back(saving(symlink_to(path, "/target")));
        else
            wanted.push_back(saving(file(path, std::string(random.below(9), 'x'), mode)));
    }
    return wanted;
}

}  // namespace

TEST_CASE("Applying and taking back random generations on random trees is the identity") {
    int applied_some = 0, refused = 0;
    for (unsigned seed = 1; seed <= 300; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        Engine engine;
        grow(engine, random);
        const std::string before = engine.picture();
        const auto one = generation(random);
        const auto change = engine.decide(one);
        if (!change.problems
                 .empty()) {  // a symlinked parent, a file as parent: nothing may have been touched
            ++refused;
            CHECK(engine.picture() == before);
            continue;
        }
        ++applied_some;
        const auto first = engine.apply(one);
        INFO((first ? std::string{} : first.error().message + " " + join(first.error().notes, "; ")));
        REQUIRE(first);
        const auto& applied = *first;
        REQUIRE(verify(engine.tree(), one));
        const auto last = last_written(engine.tree(), one, applied, {});
        REQUIRE(engine.decide(one, last).steps.empty());
        REQUIRE_FALSE(engine.decide(one).writes());
        const std::string between = engine.picture();

        // A second generation on top, taken back; then an empty one: both ways lead home.
        const auto two = generation(random);
        if (engine.decide(two, last).problems.empty()) {
            const auto replaced = engine.apply(two, last);
            INFO((replaced ? std::string{}
                           : replaced.error().message + " " + join(replaced.error().notes, "; ")));
            REQUIRE(replaced);
            const auto& second = *replaced;
            REQUIRE(verify(engine.tree(), two));
            REQUIRE(engine.decide(two, last_written(engine.tree(), two, second, last)).steps.empty());
            REQUIRE(undo(engine.tree(), second, engine.saved()));
            REQUIRE(engine.picture() == between);
        }
        if (seed % 2 == 0)
            REQUIRE(undo(engine.tree(), applied, engine.saved()));
        else
            REQUIRE(engine.apply({}, last));
        REQUIRE(engine.picture() == before);
    }
    CHECK(applied_some > 100);
    CHECK(refused > 10);
}
