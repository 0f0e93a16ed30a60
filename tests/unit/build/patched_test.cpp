// SPDX-License-Identifier: Apache-2.0
//
// Sources as builds find them: selected and patched.
#include <catch2/catch.hpp>

#include "workshop.hpp"

using namespace contract;
using namespace contract::test;

namespace {

struct Patched : Workshop {
    // A package that keeps its source, with patches in this order.
    void package_of(const std::string& name, const std::vector<std::string>& patches) {
        package(name, "cp -rp . $out");
        give_source(tree("source"));
        auto& action = plan.packages.back();
        for (const auto& patch : patches) {
            core::Directory file;
            file.files.push_back({"x.patch", store.add_blob(patch).value(), patch.size(), false});
            action.recipe.patches.push_back(store.add_directory(file).value());
            action.patches.push_back({"patches/" + std::to_string(action.patches.size()) + ".patch",
                                      {"contract.toml", 9, 1, 9, 5, 90, 94}});
        }
        action.output = core::output_path(action.recipe);
    }
    Digest tree(const std::string& name) {
        directory.write(name + "/src/a.c", "one\ntwo\n");
        directory.write(name + "/tool", "old\n", 0644);
        directory.write(name + "/gone", "gone\n");
        os::make_symlink("/etc", directory / (name + "/escape")).value();
        return store.import_tree(directory / name).value();
    }
    std::string file(const build::Built& built, const std::string& name) {
        return read(built, "packages.p", name);
    }
};

const std::string first = "--- a/src/a.c\n+++ b/src/a.c\n@@ -1,2 +1,2 @@\n one\n-two\n+TWO\n";
const std::string second =
    "--- a/src/a.c\n+++ b/src/a.c\n@@ -1,2 +1,3 @@\n one\n TWO\n+three\n"
    "diff --git a/tool b/tool\nold mode 100644\nnew mode 100755\n"
    "diff --git a/gone b/gone\ndeleted file mode 100644\n--- a/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-gone\n"
    "diff --git a/new/deep/b.c b/new/deep/b.c\nnew file mode 100644\n--- /dev/null\n+++ b/new/deep/b.c\n"
    "@@ -0,0 +1 @@\n+fresh\n"
    "diff --git a/src/a.c b/src/copy.c\nsimilarity index 100%\ncopy from src/a.c\ncopy to src/copy.c\n";

}  // namespace

TEST_CASE("patches are applied in order, and may add, remove, copy and change modes") {
    Patched workshop;
    workshop.package_of("p", {first, second});
    const auto built = workshop.build();
    REQUIRE(told(built).empty());
    CHECK(workshop.file(built, "src/a.c") == "one\nTWO\nthree\n");
    CHECK(workshop.file(built, "src/copy.c") == "one\nTWO\nthree\n");
    CHECK(workshop.file(built, "new/deep/b.c") == "fresh\n");
    const auto& output = built.outputs.at("packages.p").real_path;
    CHECK_FALSE(os::exists(output + "/gone"));
    CHECK((os::status(output + "/tool").value()->mode & 0111) == 0111);
}

TEST_CASE("a patch that does not apply says what it expected and what is there") {
    Patched workshop;
    workshop.package_of("p", {second});
    const auto built = workshop.build();
    REQUIRE(built.result.findings.size() == 1);
    const auto& finding = built.result.findings[0];
    CHECK(finding.code == "build.patch-failed");
    CHECK(finding.target == "packages.p");
    CHECK(finding.where->line == 9);
    CHECK(finding.message ==
          "'patches/0.patch' cannot be applied to the source of 'packages.p': hunk 1 of 'src/a.c' does not "
          "fit: "
          "line 2 of the file is another");
    CHECK(has_evidence(finding, "patch", "patches/0.patch, line 5"));
    CHECK(has_evidence(finding, "expected", "TWO"));
    CHECK(has_evidence(finding, "found", "two"));
}

TEST_CASE("a patch never leaves the source, and never writes over what it does not know") {
    const auto message = [](const std::string& patch) {
        Patched workshop;
        workshop.package_of("p", {patch});
        const auto built = workshop.build();
        REQUIRE(built.result.findings.size() == 1);
        CHECK(built.result.findings[0].code == "build.patch-failed");
        const auto& text = built.result.findings[0].message;
        return text.substr(text.find("': ") + 3);
    };
    CHECK(message("--- /dev/null\n+++ b/escape/evil\n@@ -0,0 +1 @@\n+x\n") ==
          "'escape/evil' lies behind 'escape', which is no directory of the source");
    CHECK(message("--- a/escape\n+++ b/escape\n@@ -1 +1 @@\n-x\n+y\n") ==
          "'escape' is no regular file of the source");
    CHECK(message("--- /dev/null\n+++ b/tool\n@@ -0,0 +1 @@\n+x\n") ==
          "'tool' is new, and the source has it");
    CHECK(message("--- a/none\n+++ b/none\n@@ -1 +1 @@\n-x\n+y\n") == "the source has no file 'none'");
    CHECK(message("--- a/src/a.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-one\n") ==
          "'src/a.c' is removed, and has more lines than the patch knows");
    CHECK(message("--- /dev/null\n+++ b/tool/below\n@@ -0,0 +1 @@\n+x\n") ==
          "'tool/below' lies behind 'tool', which is no directory of the source");
    CHECK(message("hello\n") == "it changes no file: it is no unified diff");
}

TEST_CASE("of a source only what is selected is there") {
    Patched workshop;
    workshop.package_of("p", {});
    auto& action = workshop.plan.packages.back();
    action.recipe.include = {"src", "tool"};
    action.recipe.exclude = {"*.c"};
    action.output = core::output_path(action.recipe);
    const auto built = workshop.build();
    REQUIRE(told(built).empty());
    CHECK(os::list_directory(built.outputs.at("packages.p").real_path).value() ==
          std::vector<std::string>{"tool"});

    Patched nothing;
    nothing.package_of("p", {});
    nothing.plan.packages.back().recipe.include = {"*.py"};
    const auto none = nothing.build();
    CHECK(told(none) ==
          std::vector<std::string>{
              "build.empty-source packages.p: no file of the source of 'packages.p' is selected"});
}
