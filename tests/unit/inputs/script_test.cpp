// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "../../../src/inputs/deb/alternatives.hpp"
#include "../../../src/inputs/deb/shell_words.hpp"
#include "../../../src/inputs/deb/version.hpp"
#include "contract/os/process.hpp"

using namespace contract;
using namespace contract::inputs;
using namespace contract::inputs::deb;

namespace {

// "a b ?; c": words between blanks, commands between semicolons, "?" for what is not known.
std::string commands(std::string_view script) {
    std::string out;
    for (const auto& command : shell_commands(script)) {
        if (!out.empty()) out += ";";
        bool first = true;
        for (const auto& word : command.words) {
            out += (first ? "" : " ") + word.value_or("?");
            first = false;
        }
    }
    return out;
}

std::string alternatives(std::string_view script) {
    std::string out;
    std::vector<std::string> unclear;
    for (const auto& found : alternatives_of(script, unclear)) {
        out += found.master.link + " " + found.master.name + " " + found.master.path + " " +
               std::to_string(found.priority);
        for (const auto& slave : found.slaves) out += " +" + slave.name;
        out += "\n";
    }
    for (const auto& text : unclear) out += "? " + text + "\n";
    return out;
}

}  // namespace

TEST_CASE("words of a script") {
    CHECK(commands("").empty());
    CHECK(commands("a b\nc;d&&e||f|g & h # i") == "a b;c;d;e;f;g;h");
    CHECK(commands("a 'b c' \"d e\" f\\ g \"\"'' h#i") == "a b c d e f g  h#i");
    CHECK(commands("a \\\n  b\\\nc # x \\\nd") == "a bc;d");
    CHECK(commands("X=1\nY=\"$X\"2 Z='$X'\na $X ${Y} \"$Z\" '$X'") == "a 1 12 $X $X");
    CHECK(commands("a $X ${X:-1} $(b c) `d` $1 $@ x*") == "a ? ? ? ? ? ? ?");
    CHECK(commands("if [ -e x ]; then a; else b; fi; ! c") == "? -e x ];a;b;c");
    CHECK(commands("case \"$1\" in configure|x) a;; *) b;; esac; c") == "x;a;?;b;c");
    CHECK(commands("for i in 1 2; do a $i; done; b") == "a 1;a 2;b");
    CHECK(commands("for i in $X; do a $i; done") == "a ?");
    CHECK(commands("P=1; if x; then P=2; fi; a $P") == "x;a ?");
    CHECK(commands("P=1; a $P; P=2; a $P") == "a 1;a 2");
    CHECK(commands("cat <<EOF\na\nEOF\nb <<-'X'\n\tc\n\tX\nd") == "cat <<EOF;b <<-X;d");
    CHECK(commands("'unfinished") == "unfinished");
    CHECK(commands("\"$") == "$");
    CHECK(commands("${") == "?");
    CHECK(commands("$(") == "?");
    CHECK(commands("a\\") == "a");
    // Values that double with every step, and loops in loops, come to an end.
    std::string doubling = "A=aaaaaaaa\n";
    for (int i = 0; i < 64; ++i) doubling += "A=$A$A\n";
    CHECK(commands(doubling + "x $A") == "x ?");
    std::string loops;
    for (int i = 0; i < 40; ++i) loops += "for v" + std::to_string(i) + " in 1 2 3 4 5 6 7 8; do ";
    std::string use = "x";
    for (int i = 0; i < 40; ++i) use += " $v" + std::to_string(i);
    CHECK(commands(loops + use).empty());
    CHECK(commands(std::string(1 << 20, '(')).empty());
}

TEST_CASE("alternatives in scripts") {
    CHECK(
        alternatives("update-alternatives --install /usr/bin/cc cc /usr/bin/gcc 20 \\\n  #--slave a b c\n") ==
        "/usr/bin/cc cc /usr/bin/gcc 20\n");
    CHECK(alternatives("update-alternatives --quiet \\\n --install /b/a a /b/c -3 --slave /m/a a.1 /m/c \\\n"
                       "  --slave /n/a a.2 /n/c || true") == "/b/a a /b/c -3 +a.1 +a.2\n");
    CHECK(alternatives("update-alternatives --remove a /b/c; update-alternatives --auto a").empty());
    CHECK(alternatives("echo update-alternatives --install /b/a a /b/c 1").empty());
    CHECK(alternatives("update-alternatives --install /b/a a /b/c $PRIO") ==
          "? update-alternatives --install /b/a a /b/c $PRIO\n");
    // Names that would leave their folder, and paths that say nothing without one.
    for (const char* bad : {"/b/a ../../x /b/c 1", "/b/a .. /b/c 1", "b/a a /b/c 1", "/b/a a c 1",
                            "/b/a a /b/c 1x", "/b/a a /b/c 99999999999999999999", "/b/a a", ""}) {
        INFO(bad);
        const std::string command = std::string("update-alternatives --install ") + bad;
        CHECK(alternatives(command).substr(0, 1) == "?");
    }
    CHECK(alternatives("update-alternatives --install /b/a a /b/c 1 --slave /m/a ../a /m/c").substr(0, 1) ==
          "?");
}

TEST_CASE("versions compare as dpkg compares them") {
    const char* versions[] = {
        "1.0",      "1.0-1", "1.0-1~bpo1", "1.0~rc1-1", "1:0.1",          "1.10",    "1.9",   "1.0a",
        "1.0+b1-1", "0",     "00",         "1.0-1+b1",  "2.36-9+deb12u4", "2.36-10", "1-1-1", "0:1.0"};
    std::string script;
    for (const char* a : versions)
        for (const char* b : versions)
            script += std::string("dpkg --compare-versions '") + a + "' lt '" + b +
                      "' && echo -1 || { dpkg --compare-versions '" + a + "' gt '" + b +
                      "' && echo 1 || echo 0; }\n";
    os::ProcessRequest request;
    request.command = {"sh", "-c", script};
    request.environment = os::current_environment();
    const auto theirs = os::run(request).value();
    std::string ours;
    for (const char* a : versions)
        for (const char* b : versions) {
            const int difference = compare_versions(a, b);
            ours += std::to_string(difference < 0 ? -1 : difference > 0 ? 1 : 0) + "\n";
        }
    CHECK(theirs.output == ours);
}

TEST_CASE("a list of packages names one") {
    CHECK(names_package("a, b", "b", "1"));
    CHECK(names_package("a (<< 2), b:any (>= 1)", "b", "1"));
    CHECK(names_package("a(<<2)", "a", "1"));
    CHECK(names_package("a (<< 1), a (= 3)", "a", "3"));
    CHECK_FALSE(names_package("a (<< 2)", "a", "2"));
    CHECK(names_package("a (<= 2)", "a", "2"));
    CHECK_FALSE(names_package("ab, ba", "a", "2"));
    CHECK_FALSE(names_package("", "a", "2"));
    CHECK_FALSE(names_package("a (<< ", "a", "0"));
    CHECK_FALSE(names_package("a (x 1)", "a", "1"));
}
