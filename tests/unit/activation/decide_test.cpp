// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include "engine.hpp"

using namespace contract;
using namespace contract::activation;
using namespace contract::test;

namespace {

// The only step, which must not come with a problem.
Step only_step(const Change& change) {
    REQUIRE(change.problems.empty());
    REQUIRE(change.steps.size() == 1);
    return change.steps.front();
}
Problem only_problem(const Change& change) {
    REQUIRE(change.problems.size() == 1);
    return change.problems.front();
}
LastWritten wrote(const Wanted& wanted) {
    return {{wanted.path.substr(1), Written{wanted.state, {}, {}}}};
}

}  // namespace

TEST_CASE("Nothing there: create") {
    Engine engine;
    CHECK(only_step(engine.decide({file("/motd", "a")})).action == Action::create);
}

TEST_CASE("Equal and not ours: adopted, nothing is written") {
    Engine engine;
    engine.write("motd", "a");
    const auto change = engine.decide({file("/motd", "a")});
    CHECK(only_step(change).action == Action::adopt);
    CHECK_FALSE(change.writes());
}

TEST_CASE("The same content with another mode is a collision") {
    Engine engine;
    engine.write("motd", "a", 0600);
    CHECK(only_problem(engine.decide({file("/motd", "a")})).obstacle == Obstacle::collision);
}

TEST_CASE("The same content with another recorded owner is a collision") {
    Engine engine;
    engine.write("motd", "a");
    engine.tree().owners().set("motd", {"games", "games"});
    CHECK(only_problem(engine.decide({file("/motd", "a")})).actual.owner.user == "games");
}

TEST_CASE("Anything else is a collision, and replaced where it may be saved") {
    Engine engine;
    engine.write("motd", "other");
    CHECK(only_problem(engine.decide({file("/motd", "a")})).actual.size == 5);
    CHECK(only_step(engine.decide({saving(file("/motd", "a"))})).action == Action::replace);
}

TEST_CASE("Ours and unchanged: replaced when something else is wanted, otherwise nothing") {
    Engine engine;
    engine.write("motd", "a");
    CHECK(only_step(engine.decide({file("/motd", "b")}, wrote(file("/motd", "a")))).action ==
          Action::replace);
    CHECK(engine.decide({file("/motd", "a")}, wrote(file("/motd", "a"))).steps.empty());
}

TEST_CASE("Ours and deleted: created again, with a note") {
    Engine engine;
    const auto step = only_step(engine.decide({file("/motd", "a")}, wrote(file("/motd", "a"))));
    CHECK(step.action == Action::create);
    CHECK(step.note == "deleted since it was written");
}

TEST_CASE("Ours and edited to what is wanted: adopted") {
    Engine engine;
    engine.write("motd", "b");
    CHECK(only_step(engine.decide({file("/motd", "b")}, wrote(file("/motd", "a")))).action == Action::adopt);
}

TEST_CASE("Ours and edited to something else: refused, unless it may be saved") {
    Engine engine;
    engine.write("motd", "edited");
    CHECK(only_problem(engine.decide({file("/motd", "b")}, wrote(file("/motd", "a")))).obstacle ==
          Obstacle::modified);
    CHECK(only_step(engine.decide({saving(file("/motd", "b"))}, wrote(file("/motd", "a")))).action ==
          Action::replace);
}

TEST_CASE("What happens to an edit is said apart from what happens to a stranger") {
    Engine engine;
    engine.write("motd", "edited");
    auto wanted = file("/motd", "b");
    wanted.on_collision = core::OnCollision::save;
    CHECK(only_problem(engine.decide({wanted}, wrote(file("/motd", "a")))).obstacle == Obstacle::modified);
    wanted.on_collision = core::OnCollision::refuse;
    wanted.on_modified = core::OnModified::save;
    CHECK(only_problem(engine.decide({wanted})).obstacle == Obstacle::collision);
}

TEST_CASE("An edit that is kept stays, is no change, and is an edit the next time too") {
    Engine engine;
    auto wanted = file("/motd", "b");
    wanted.on_modified = core::OnModified::keep;
    const auto before = wrote(file("/motd", "a"));
    engine.write("motd", "edited");
    const auto change = engine.decide({wanted}, before);
    CHECK(only_step(change).action == Action::keep);
    CHECK_FALSE(change.writes());
    const auto applied = engine.apply({wanted}, before).value();
    CHECK(os::read_file(engine / "motd").value() == "edited");
    CHECK(verify(engine.tree(), {wanted}, applied));
    CHECK_FALSE(verify(engine.tree(), {wanted}, {}));
    const auto last = last_written(engine.tree(), {wanted}, applied, before);
    CHECK(only_step(engine.decide({wanted}, last)).action == Action::keep);
    CHECK(only_step(engine.decide({}, last)).action == Action::keep);
    // The next version that nobody has edited is written.
    engine.write("motd", "a");
    CHECK(only_step(engine.decide({wanted}, last)).action == Action::replace);
}

TEST_CASE("No longer wanted: removed, forgotten when it is gone, kept when it was edited") {
    Engine engine;
    const auto last = wrote(file("/motd", "a"));
    CHECK(only_step(engine.decide({}, last)).action == Action::forget);
    engine.write("motd", "a");
    CHECK(only_step(engine.decide({}, last)).action == Action::remove);
    engine.write("motd", "edited");
    CHECK(only_step(engine.decide({}, last)).action == Action::keep);
}

TEST_CASE("No longer wanted and there before us: what was adopted stays") {
    Engine engine;
    engine.write("motd", "a");
    const auto applied = engine.apply({file("/motd", "a")}).value();
    const auto last = last_written(engine.tree(), {file("/motd", "a")}, applied, {});
    CHECK(only_step(engine.decide({}, last)).action == Action::keep);
}

TEST_CASE("A dangling symlink in the way is a collision") {
    Engine engine;
    os::make_symlink("/nowhere", engine / "motd").value();
    const auto problem = only_problem(engine.decide({file("/motd", "a")}));
    CHECK(problem.actual.kind == Kind::symlink);
    CHECK(problem.actual.target == "/nowhere");
}

TEST_CASE("A special file in the way is a collision even where saving is allowed") {
    Engine engine;
    REQUIRE(::mkfifo((engine / "motd").c_str(), 0600) == 0);
    CHECK(only_problem(engine.decide({saving(file("/motd", "a"))})).actual.kind == Kind::special);
}

TEST_CASE("A symlinked parent is refused, whatever may be saved") {
    Engine engine;
    engine.write("checkout/motd", "precious");
    os::make_symlink("checkout", engine / "etc").value();
    const auto problem = only_problem(engine.decide({saving(file("/etc/motd", "a"))}));
    CHECK(problem.obstacle == Obstacle::symlinked_parent);
    CHECK(problem.place == "etc");
}

TEST_CASE("A file where a parent has to be is in the way") {
    Engine engine;
    engine.write("etc", "a file");
    CHECK(only_problem(engine.decide({file("/etc/motd", "a")})).obstacle == Obstacle::parent_in_the_way);
}

TEST_CASE("Every obstacle is in one list") {
    Engine engine;
    engine.write("a", "1");
    engine.write("b/c", "2");
    os::make_symlink("b", engine / "d").value();
    const auto change =
        engine.decide({file("/a", "x"), file("/b/c", "x"), file("/b", "x"), file("/d/e", "x")});
    CHECK(change.problems.size() == 4);
}

TEST_CASE("Missing parents are made first, and once") {
    Engine engine;
    const auto change = engine.decide({file("/a/b/c", "x"), file("/a/b/d", "x")});
    REQUIRE(change.steps.size() == 4);
    CHECK(change.steps[0].place == "a");
    CHECK(change.steps[1].place == "a/b");
    CHECK(change.steps[0].action == Action::make_parent);
}

TEST_CASE("The links of a merged /usr are resolved, and two names of one path found") {
    Engine engine;
    os::make_directories(engine / "usr/bin").value();
    os::make_symlink("usr/bin", engine / "bin").value();
    engine.reopen();
    CHECK(engine.tree().place_of("/bin/x") == "usr/bin/x");
    CHECK(engine.tree().place_of("/bin") == "bin");
    CHECK(only_step(engine.decide({file("/bin/x", "1")})).place == "usr/bin/x");
    CHECK(only_problem(engine.decide({file("/bin/x", "1"), file("/usr/bin/x", "1")})).obstacle ==
          Obstacle::same_place);
}

TEST_CASE("A link like /bin that leads out of the tree is not followed out of it") {
    Engine engine;
    TempDir outside;
    os::make_symlink("../../../../../../../.." + outside.path(), engine / "bin").value();
    engine.reopen();
    const auto change = engine.decide({file("/bin/x", "1")});
    for (const auto& step : change.steps) CHECK(step.place.find("..") == std::string::npos);
    CHECK_FALSE(os::exists(outside / "x"));
}

TEST_CASE("A name too long for the file system is reported with the path") {
    Engine engine;
    CHECK(only_problem(engine.decide({file("/" + std::string(300, 'a'), "1")})).obstacle ==
          Obstacle::unreadable);
}
