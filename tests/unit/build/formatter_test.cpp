// SPDX-License-Identifier: Apache-2.0
//
// Formatters as they are checked: on a copy, in batches, by what they leave.
#include <catch2/catch.hpp>

#include "workshop.hpp"

using namespace contract;
using namespace contract::test;

namespace {

struct Formatters : Workshop {
    core::PlannedFormatter formatter{"formatters.f", {"contract.toml", 3, 1, 3, 15, 30, 44}, "", {}, {}, {}};

    // A batch of the files, which are put into the source with these texts.
    void batch(const std::string& script, const std::vector<std::pair<std::string, std::string>>& files) {
        const std::string name = "source" + std::to_string(formatter.batches.size());
        auto made = action(plan, "formatters.f", script);
        made.recipe.command.push_back("f");
        for (const auto& [file, text] : files) {
            directory.write(name + "/" + file, text);
            made.files.push_back(file);
            made.recipe.command.push_back(file);
        }
        made.recipe.source = store.import_tree(directory / name).value();
        made.output = core::output_path(made.recipe);
        formatter.batches.push_back(made);
    }
    build::Built run() {
        plan.formatters = {formatter};
        return build();
    }
};

const std::string upper =
    "for f; do tr a-z A-Z < \"$f\" > \"$f.new\"; cat \"$f.new\" > \"$f\"; rm \"$f.new\"; done";

}  // namespace

TEST_CASE("a formatter that changes nothing passes, and is not run again") {
    Formatters workshop;
    workshop.batch(upper, {{"a", "A\n"}, {"d/b", "B\n"}});
    const auto built = workshop.run();
    CHECK(told(built).empty());
    CHECK(outcome(built, "formatters.f").outcome == core::Outcome::passed);
    CHECK(built.outputs.empty());
    CHECK(outcome(workshop.run(), "formatters.f").cached);
}

TEST_CASE("a formatter that would change a file fails with the difference") {
    Formatters workshop;
    workshop.batch(upper, {{"a", "A\n"}, {"d/b", "one\nTWO\n"}});
    const auto built = workshop.run();
    REQUIRE(built.result.findings.size() == 1);
    const auto& finding = built.result.findings[0];
    CHECK(finding.code == "build.unformatted");
    CHECK(finding.message == "'formatters.f' would change 1 file");
    CHECK(has_evidence(finding, "difference", "--- a/d/b\n+++ b/d/b\n@@ -1,2 +1,2 @@\n-one\n+ONE\n TWO"));
    REQUIRE(built.formatted.size() == 1);
    CHECK(built.formatted[0].path == "d/b");
    CHECK(built.formatted[0].formatter == "formatters.f");
    CHECK(workshop.store.blob(built.formatted[0].before).value() == "one\nTWO\n");
    CHECK(workshop.store.blob(built.formatted[0].after).value() == "ONE\nTWO\n");
    CHECK(outcome(built, "formatters.f").outcome == core::Outcome::failed);
    CHECK(os::read_file(workshop.directory / "source0/d/b").value() == "one\nTWO\n");
}

TEST_CASE("batches are one target: the worst of them counts, and only it is run again") {
    Formatters workshop;
    workshop.batch(upper, {{"a", "A\n"}});
    workshop.batch(upper, {{"b", "b\n"}});
    workshop.batch(upper, {{"c", "C\n"}});
    const auto first = workshop.run();
    CHECK(first.result.targets.size() == 1);
    CHECK(outcome(first, "formatters.f").outcome == core::Outcome::failed);
    CHECK(first.formatted.size() == 1);
    std::size_t cached = 0, ran = 0;
    workshop.progress = [&](const build::Progress& progress) {
        if (progress.kind == build::Progress::Kind::finished) ++(progress.cached ? cached : ran);
    };
    const auto second = workshop.run();
    CHECK(cached == 2);
    CHECK(ran == 1);
    CHECK_FALSE(outcome(second, "formatters.f").cached);
}

TEST_CASE("a formatter that fails, or takes a file away, formats nothing") {
    Formatters failing;
    failing.batch("echo broken; exit 3", {{"a", "a\n"}});
    const auto failed = failing.run();
    CHECK(told(failed) == std::vector<std::string>{
                              "build.failed formatters.f: formatter 'f' failed: it exited with status 3"});
    CHECK(failed.formatted.empty());

    Formatters removing;
    removing.batch("rm a", {{"a", "a\n"}, {"b", "b\n"}});
    const auto removed = removing.run();
    CHECK(told(removed) ==
          std::vector<std::string>{
              "build.failed formatters.f: 'formatters.f' removed 'a', or made something else of it"});

    Formatters linking;
    linking.batch("rm a; ln -s b a", {{"a", "a\n"}, {"b", "b\n"}});
    CHECK(linking.run().result.findings.at(0).code == "build.failed");
}

TEST_CASE("a difference that is long is cut, and one that is no text is not shown") {
    Formatters workshop;
    std::string many;
    for (int i = 0; i < 300; ++i) many += "line " + std::to_string(i) + "\n";
    workshop.batch(upper, {{"many", many}, {"z.bin", "\xFF\xFE"}});
    workshop.formatter.batches[0].recipe.command[3] = "tr a-z A-Z < many > n; cat n > many; echo x > z.bin";
    const auto built = workshop.run();
    const auto& finding = built.result.findings.at(0);
    CHECK(finding.message == "'formatters.f' would change 2 files");
    CHECK(has_evidence(finding, "difference", "more lines)"));
    CHECK(built.formatted.size() == 2);
}
