// SPDX-License-Identifier: Apache-2.0
#include "../../../src/build/patch.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "../../../src/build/unified_diff.hpp"

using namespace contract;
using build::FileChange;
using build::PatchProblem;

namespace {

std::vector<FileChange> parsed(std::string_view text) {
    auto result = build::parse_patch(text);
    if (auto* problem = std::get_if<PatchProblem>(&result)) FAIL(problem->message);
    return std::get<std::vector<FileChange>>(std::move(result));
}

PatchProblem refused(std::string_view text) {
    auto result = build::parse_patch(text);
    REQUIRE(std::holds_alternative<PatchProblem>(result));
    return std::get<PatchProblem>(result);
}

std::string applied(const FileChange& change, std::string_view old) {
    auto result = build::apply_change(change, old);
    if (auto* problem = std::get_if<PatchProblem>(&result)) FAIL(problem->message);
    return std::get<std::string>(result);
}

PatchProblem misfit(std::string_view patch, std::string_view old) {
    auto result = build::apply_change(parsed(patch).at(0), old);
    REQUIRE(std::holds_alternative<PatchProblem>(result));
    return std::get<PatchProblem>(result);
}

const std::string plain =
    "--- a/src/x.c\t2024-01-01 00:00:00\n"
    "+++ b/src/x.c\t2024-01-02 00:00:00\n"
    "@@ -1,3 +1,4 @@\n"
    " one\n"
    "-two\n"
    "+TWO\n"
    "+and a half\n"
    " three\n";

}  // namespace

TEST_CASE("patch: a plain unified diff changes what it says, where it says") {
    const auto changes = parsed("From: somebody\nSubject: a fix\n\n" + plain + "-- \n2.39.2\n");
    REQUIRE(changes.size() == 1);
    CHECK(changes[0].from == "src/x.c");
    CHECK(changes[0].to == "src/x.c");
    CHECK(applied(changes[0], "one\ntwo\nthree\nfour\n") == "one\nTWO\nand a half\nthree\nfour\n");
}

TEST_CASE("patch: hunks keep their places in the old file, and what is between them stays") {
    const auto changes = parsed(
        "--- a/x\n+++ b/x\n@@ -1,2 +1,3 @@\n a\n+new\n b\n@@ -5,2 +6,1 @@ function()\n e\n-f\n@@ -7,0 +8 "
        "@@\n+end\n");
    CHECK(applied(changes.at(0), "a\nb\nc\nd\ne\nf\ng\n") == "a\nnew\nb\nc\nd\ne\ng\nend\n");
}

TEST_CASE("patch: git says what is new, gone, moved, copied and executable") {
    const auto changes = parsed(
        "diff --git a/new.sh b/new.sh\nnew file mode 100755\nindex 0000000..1234567\n--- /dev/null\n+++ "
        "b/new.sh\n"
        "@@ -0,0 +1,2 @@\n+#!/bin/sh\n+true\n"
        "diff --git a/old b/old\ndeleted file mode 100644\n--- a/old\n+++ /dev/null\n@@ -1 +0,0 @@\n-gone\n"
        "diff --git a/from b/to\nsimilarity index 90%\nrename from from\nrename to to\n--- a/from\n+++ b/to\n"
        "@@ -1 +1 @@\n-x\n+y\n"
        "diff --git a/one b/two\nsimilarity index 100%\ncopy from one\ncopy to two\n"
        "diff --git a/tool b/tool\nold mode 100644\nnew mode 100755\n"
        "diff --git a/empty b/empty\nnew file mode 100644\nindex 0000000..e69de29\n");
    REQUIRE(changes.size() == 6);
    CHECK((changes[0].from.empty() && changes[0].to == "new.sh" && changes[0].executable == true));
    CHECK(applied(changes[0], "") == "#!/bin/sh\ntrue\n");
    CHECK((changes[1].from == "old" && changes[1].to.empty()));
    CHECK(applied(changes[1], "gone\n").empty());
    CHECK((changes[2].from == "from" && changes[2].to == "to" && !changes[2].keeps_old));
    CHECK((changes[3].from == "one" && changes[3].to == "two" && changes[3].keeps_old));
    CHECK((changes[4].from == "tool" && changes[4].to == "tool" && changes[4].executable == true));
    CHECK((changes[5].from.empty() && changes[5].to == "empty" && changes[5].executable == false));
}

TEST_CASE("patch: line ends are part of a line, and a last line may have none") {
    const std::string text =
        "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end "
        "of file\n";
    CHECK(applied(parsed(text).at(0), "a\nb") == "a\nc");
    auto result = build::apply_change(parsed(text).at(0), "a\nb\n");
    CHECK(std::get<PatchProblem>(result).found == "b (with another line end)");
    CHECK(applied(parsed("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\r\n+b\r\n").at(0), "a\r\n") == "b\r\n");
    CHECK(std::holds_alternative<PatchProblem>(
        build::apply_change(parsed("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n").at(0), "a\r\n")));
    // Some mailers take the blank of an empty line.
    CHECK(applied(parsed("--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n").at(0), "a\n\nb\n") ==
          "a\n\nc\n");
}

TEST_CASE("patch: names are unquoted and lose their first part") {
    CHECK(
        parsed("--- \"a/\\303\\244 b\\t.c\"\n+++ \"b/\\303\\244 b\\t.c\"\n@@ -1 +1 @@\n-a\n+b\n").at(0).to ==
        "\xC3\xA4 b\t.c");
    CHECK(parsed("--- pkg-1.0/a b.c\t1\n+++ pkg-1.0.new/a b.c\t2\n@@ -1 +1 @@\n-a\n+b\n").at(0).to ==
          "a b.c");
    CHECK(parsed("diff --git a/a b.c b/a b.c\nold mode 100644\nnew mode 100755\n").at(0).from == "a b.c");
    CHECK(parsed("--- a/x.c.orig\n+++ b/x.c\n@@ -1 +1 @@\n-a\n+b\n").at(0).from == "x.c");
}

TEST_CASE("patch: what cannot be honoured is refused with its line") {
    struct Case {
        std::string text, message;
        std::size_t line;
    };
    const std::vector<Case> cases{
        {"", "it changes no file: it is no unified diff", 1},
        {"hello\nthere\n", "it changes no file: it is no unified diff", 2},
        {"@@ -1 +1 @@\n-a\n+b\n", "a hunk that belongs to no file", 1},
        {"--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n", "a hunk that ends too early", 4},
        {"--- a/x\n+++ b/x\n@@ -1,2 +1,1 @@\n a\n+b\n", "a hunk whose lines are not those that it announces",
         5},
        {"--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n*b\n", "a hunk whose lines are not those that it announces",
         5},
        {"--- a/x\n+++ b/x\n@@ -x +1 @@\n a\n", "a line that starts a hunk and has no numbers", 3},
        {"--- a/x\n+++ b/x\n@@ -0,0 +0,0 @@\n", "a hunk without lines", 3},
        {"--- a/../../etc/passwd\n+++ b/../../etc/passwd\n@@ -1 +1 @@\n-a\n+b\n",
         "'a/../../etc/passwd' is no file of the source", 1},
        {"--- /etc/passwd\n+++ /etc/passwd\n@@ -1 +1 @@\n-a\n+b\n", "'/etc/passwd' is no file of the source",
         1},
        {"--- x\n+++ x\n@@ -1 +1 @@\n-a\n+b\n", "'x' is no file of the source", 1},
        {"--- /dev/null\n+++ /dev/null\n@@ -1 +1 @@\n-a\n+b\n", "a change of no file", 5},
        {"diff --git a/x b/x\nindex 1..2 100644\nGIT binary patch\nliteral 0\n", "a binary change", 3},
        {"diff --git a/x b/x\nBinary files a/x and b/x differ\n", "a binary change", 2},
        {"diff --git a/x b/x\nnew file mode 120000\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+y\n",
         "a change of something that is no regular file", 2},
    };
    for (const auto& [text, message, line] : cases) {
        INFO(text);
        const auto problem = refused(text);
        CHECK(problem.message == message);
        CHECK(problem.line == line);
    }
}

TEST_CASE("patch: no fuzz and no offset: what differs is shown beside what was expected") {
    const auto problem = misfit(plain, "one\n2\nthree\n");
    CHECK(problem.message == "hunk 1 of 'src/x.c' does not fit: line 2 of the file is another");
    CHECK(problem.line == 5);
    CHECK(problem.expected == "two");
    CHECK(problem.found == "2");
    CHECK(misfit(plain, "one\ntwo\n").found == "(the file ends before it)");
    CHECK(misfit(plain, "zero\none\ntwo\nthree\n").help.starts_with("its lines stand at line 2, not 1"));
    CHECK(misfit(plain, "one\nTWO\nand a half\nthree\n").help.ends_with("if the source has the change"));
    CHECK(misfit("--- a/x\n+++ b/x\n@@ -9,0 +9,1 @@\n+x\n", "a\n").found == "(the file ends before it)");
    CHECK(misfit("--- a/x\n+++ b/x\n@@ -2 +2 @@\n-b\n+c\n@@ -1 +1 @@\n-a\n+d\n", "a\nb\n").message ==
          "hunk 2 of 'x' stands before the one in front of it");
}

TEST_CASE("patch: damaged patches end in a problem or in a change, never in harm") {
    std::mt19937 random(20240122);
    const std::string seed =
        plain + "diff --git a/f b/g\nrename from f\nrename to g\n--- a/f\n+++ b/g\n@@ -1 +1 @@\n-x\n+y\n";
    std::size_t good = 0;
    for (int i = 0; i < 4000; ++i) {
        std::string text = seed;
        for (std::size_t times = 1 + random() % 3; times > 0; --times) {
            const std::size_t at = random() % text.size();
            if (random() % 2 == 0)
                text[at] = static_cast<char>(random() % 256);
            else
                text.erase(at, random() % 20);
        }
        const auto result = build::parse_patch(text);
        const auto* changes = std::get_if<std::vector<FileChange>>(&result);
        if (changes == nullptr) continue;
        ++good;
        for (const auto& change : *changes) {
            CHECK((change.from.find("..") != 0 && change.to.find("..") != 0));
            (void)build::apply_change(change, "one\ntwo\nthree\n");
        }
    }
    CHECK(good > 100);
    CHECK(good < 3900);
}

TEST_CASE("difference: it is a patch that makes the one text of the other") {
    std::mt19937 random(7);
    for (int i = 0; i < 400; ++i) {
        std::string before, after;
        for (std::size_t line = random() % 40; line > 0; --line) {
            const std::string text = "line " + std::to_string(random() % 9) + "\n";
            if (random() % 8 != 0) before += text;
            if (random() % 8 != 0) after += text;
        }
        if (random() % 4 == 0 && !after.empty()) after.pop_back();
        const auto difference = build::unified_diff("x", before, after);
        INFO(difference);
        if (before == after) {
            CHECK(difference.empty());
            continue;
        }
        CHECK(applied(parsed(difference).at(0), before) == after);
    }
}

TEST_CASE("difference: it shows three lines around, and what is near in one hunk") {
    CHECK(build::unified_diff("a.sh", "1\n2\n3\n4\n5\n6\n", "1\n2\n3\n4\nfive\n6\n") ==
          "--- a/a.sh\n+++ b/a.sh\n@@ -2,5 +2,5 @@\n 2\n 3\n 4\n-5\n+five\n 6\n");
    CHECK(build::unified_diff("x", "", "a\n") == "--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+a\n");
    CHECK(build::unified_diff("x", "a", "") ==
          "--- a/x\n+++ b/x\n@@ -1 +0,0 @@\n-a\n\\ No newline at end of file\n");
}

TEST_CASE("difference: texts with little in common are told as one block") {
    std::string before, after;
    for (int i = 0; i < 2000; ++i) {
        before += "old " + std::to_string(i) + "\n";
        after += "new " + std::to_string(i) + "\n";
    }
    const auto difference = build::unified_diff("x", "same\n" + before, "same\n" + after);
    CHECK(difference.starts_with("--- a/x\n+++ b/x\n@@ -1,2001 +1,2001 @@\n same\n-old 0\n"));
    CHECK(applied(parsed(difference).at(0), "same\n" + before) == "same\n" + after);
}
