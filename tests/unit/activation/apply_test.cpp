// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>

#include "engine.hpp"

using namespace contract;
using namespace contract::activation;
using namespace contract::test;

TEST_CASE("Applied paths have content, mode and recorded owner") {
    Engine engine;
    auto secret = file("/etc/agent/secret", "s3", 0640);
    secret.state.owner = {"root", "games"};
    const std::vector wanted{secret, folder("/srv/data", 01770), symlink_to("/etc/alias", "agent/secret")};
    REQUIRE(engine.apply(wanted));
    CHECK(verify(engine.tree(), wanted));
    CHECK(os::read_file(engine / "etc/agent/secret").value() == "s3");
    CHECK(os::status(engine / "etc/agent/secret").value()->mode == 0640);
    CHECK(os::status(engine / "srv/data").value()->mode == 01770);
    CHECK(os::read_link(engine / "etc/alias").value() == "agent/secret");
    CHECK(engine.tree().owners().of("etc/agent/secret").group == "games");
}

TEST_CASE("A second time there is nothing to do") {
    Engine engine;
    const std::vector wanted{file("/etc/motd", "a"), folder("/srv", 0711)};
    const auto applied = engine.apply(wanted).value();
    CHECK(engine.decide(wanted, last_written(engine.tree(), wanted, applied, {})).steps.empty());
    CHECK_FALSE(engine.decide(wanted).writes());
}

TEST_CASE("Adopting an equal file does not touch it") {
    Engine engine;
    engine.write("motd", "a");
    const auto inode = os::status(engine / "motd").value()->inode;
    REQUIRE(engine.apply({file("/motd", "a")}));
    CHECK(os::status(engine / "motd").value()->inode == inode);
}

TEST_CASE("Taking back restores bytes, modes, symlinks and directories with all that is in them") {
    Engine engine;
    engine.write("file", "old", 0604);
    os::make_symlink("/nowhere", engine / "dangling").value();
    os::make_directories(engine / "empty").value();
    engine.write("full/below/deep", "kept", 0400);
    os::make_symlink("deep", engine / "full/below/link").value();
    REQUIRE(::chmod((engine / "full").c_str(), 0710) == 0);
    os::make_directories(engine / "mode").value();
    const std::string before = engine.picture();
    const std::vector wanted{saving(file("/file", "new")),   saving(file("/dangling", "new")),
                             saving(file("/empty", "new")),  saving(symlink_to("/full", "file")),
                             saving(folder("/mode", 01777)), file("/new/file", "new")};
    const auto applied = engine.apply(wanted).value();
    CHECK(verify(engine.tree(), wanted));
    CHECK(engine.picture() != before);
    REQUIRE(undo(engine.tree(), applied, engine.saved()));
    CHECK(engine.picture() == before);
}

TEST_CASE("Going to an empty generation restores the originals too") {
    Engine engine;
    engine.write("file", "old", 0604);
    engine.write("full/below", "kept");
    os::make_directories(engine / "mode", 0700).value();
    const std::string before = engine.picture();
    const std::vector wanted{saving(file("/file", "new")), saving(file("/full", "new")),
                             saving(folder("/mode", 01777)), file("/new/deep/file", "new")};
    const auto applied = engine.apply(wanted).value();
    REQUIRE(engine.apply({}, last_written(engine.tree(), wanted, applied, {})));
    CHECK(engine.picture() == before);
}

TEST_CASE("The first original comes back after two generations") {
    Engine engine;
    engine.write("file", "original");
    const std::vector one{saving(file("/file", "1"))}, two{saving(file("/file", "2"))};
    const auto first = last_written(engine.tree(), one, engine.apply(one).value(), {});
    const auto second = last_written(engine.tree(), two, engine.apply(two, first).value(), first);
    CHECK(os::read_file(engine / "file").value() == "2");
    REQUIRE(engine.apply({}, second));
    CHECK(os::read_file(engine / "file").value() == "original");
}

TEST_CASE("A file of ours becomes a directory, and a directory of ours a file") {
    Engine engine;
    const std::vector one{file("/a", "file"), file("/b/c", "below")};
    const std::vector two{file("/a/x", "below"), file("/b", "file")};
    const auto first = last_written(engine.tree(), one, engine.apply(one).value(), {});
    const std::string before = engine.picture();
    const auto applied = engine.apply(two, first).value();
    CHECK(verify(engine.tree(), two));
    CHECK(engine.decide(two, last_written(engine.tree(), two, applied, first)).steps.empty());
    REQUIRE(undo(engine.tree(), applied, engine.saved()));
    CHECK(engine.picture() == before);
}

TEST_CASE("A directory of ours with a foreign file in it is never replaced or removed") {
    Engine engine;
    const std::vector one{file("/b/c", "below")};
    const auto first = last_written(engine.tree(), one, engine.apply(one).value(), {});
    engine.write("b/foreign", "precious");
    CHECK(engine.decide({file("/b", "file")}, first).problems.size() == 1);
    REQUIRE(engine.apply({}, first));
    CHECK(os::read_file(engine / "b/foreign").value() == "precious");
    CHECK_FALSE(os::exists(engine / "b/c"));
}

TEST_CASE("Verification finds a file, a mode and a missing path that were changed after applying") {
    Engine engine;
    const std::vector wanted{file("/a", "1"), file("/b", "2"), file("/c", "3")};
    REQUIRE(engine.apply(wanted));
    engine.write("a", "tampered");
    REQUIRE(::chmod((engine / "b").c_str(), 0600) == 0);
    os::remove_tree(engine / "c").value();
    const auto verified = verify(engine.tree(), wanted);
    REQUIRE_FALSE(verified);
    CHECK(verified.error().code == "verify-failed");
    CHECK(verified.error().notes.size() == 3);
}

TEST_CASE("What changed between the decision and the writing is not overwritten") {
    Engine engine;
    engine.write("file", "old");
    const std::vector wanted{file("/early", "1"), saving(file("/file", "new"))};
    const auto change = engine.decide(wanted);
    const auto rival = GENERATE(std::string("file"), std::string("early"));
    engine.write(rival, "somebody else's");
    const std::string before = engine.picture();
    const auto applied = activation::apply(engine.tree(), change, wanted, engine.saved());
    REQUIRE_FALSE(applied);
    CHECK(applied.error().code == "changed-meanwhile");
    CHECK(engine.picture() == before);
}

TEST_CASE("What changed after the saving is exchanged back") {
    Engine engine;
    engine.write("file", "old");
    engine.write("other", "old");
    const std::vector wanted{saving(file("/file", "new")), saving(file("/other", "new"))};
    auto change = engine.decide(wanted);
    // As if "other" changed when the copies were made already: its step expects what is no longer there.
    REQUIRE(change.steps.size() == 2);
    change.steps[1].action = Action::change_mode;
    change.steps[1].before.content = Digest::of("something else");
    const std::string before = engine.picture();
    const auto applied = activation::apply(engine.tree(), change, wanted, engine.saved());
    REQUIRE_FALSE(applied);
    CHECK(engine.picture() == before);
}

TEST_CASE("Taking back leaves what was edited since, and says so") {
    Engine engine;
    const auto applied = engine.apply({file("/a", "1"), file("/b", "2")}).value();
    engine.write("a", "edited");
    const auto undone = undo(engine.tree(), applied, engine.saved());
    REQUIRE_FALSE(undone);
    CHECK(undone.error().code == "not-taken-back");
    CHECK(os::read_file(engine / "a").value() == "edited");
    CHECK_FALSE(os::exists(engine / "b"));
}

TEST_CASE("When an original cannot be saved nothing is touched") {
    Engine engine;
    engine.write("file", "old");
    os::make_directories(engine / "full").value();
    REQUIRE(::mkfifo((engine / "full/pipe").c_str(), 0600) == 0);
    const std::string before = engine.picture();
    const auto applied = engine.apply({saving(file("/file", "new")), saving(file("/full", "new"))});
    REQUIRE_FALSE(applied);
    CHECK(applied.error().code == "cannot-save");
    CHECK(engine.picture() == before);
}

TEST_CASE("A symlink put in the place of a parent leads nowhere") {
    Engine engine;
    TempDir outside;
    os::make_directories(engine / "etc").value();
    const std::vector wanted{file("/etc/motd", "a")};
    const auto change = engine.decide(wanted);
    os::remove_tree(engine / "etc").value();
    os::make_symlink(outside.path(), engine / "etc").value();
    const auto applied = activation::apply(engine.tree(), change, wanted, engine.saved());
    REQUIRE_FALSE(applied);
    CHECK(applied.error().code == "changed-meanwhile");
    CHECK_FALSE(os::exists(outside / "motd"));
}

TEST_CASE("Read-only ancestors do not stop root, and keep their mode") {
    need_root("a read-only directory stops everybody but root");
    Engine engine;
    os::make_directories(engine / "etc/sealed").value();
    REQUIRE(::chmod((engine / "etc/sealed").c_str(), 0555) == 0);
    const std::string before = engine.picture();
    const auto applied = engine.apply({file("/etc/sealed/a", "1")}).value();
    REQUIRE(undo(engine.tree(), applied, engine.saved()));
    CHECK(engine.picture() == before);
}

TEST_CASE("Paths near the limit of the file system work") {
    Engine engine;
    const std::string part(255, 'n');
    std::string path;
    for (int i = 0; i < 12; ++i) path += "/" + part;
    const std::string before = engine.picture();
    const auto applied = engine.apply({file(path, "deep")}).value();
    REQUIRE(undo(engine.tree(), applied, engine.saved()));
    CHECK(engine.picture() == before);
}

TEST_CASE("Real owners are applied and come back, where this process may change them") {
    need_root("only root can change owners");
    TempDir directory;
    directory.write("root/etc/passwd", "root:x:0:0::/:/bin/sh\nagent:x:4242:4242::/:/bin/sh\n");
    directory.write("root/etc/group", "root:x:0:\nagent:x:4243:\n");
    directory.write("root/old", "1");
    REQUIRE(::chown((directory / "root/old").c_str(), 77, 78) == 0);
    auto tree = Tree::open(directory / "root", Ownership::applied).value();
    auto saved = SavedOriginals::open(directory / "saved").value();
    auto wanted = std::vector{saving(file("/old", "2", 0600)), folder("/srv")};
    for (auto& want : wanted) want.state.owner = {"agent", "agent"};
    const auto applied = apply(tree, decide(tree, wanted, {}), wanted, saved).value();
    CHECK(verify(tree, wanted));
    CHECK(os::status(directory / "root/old").value()->uid == 4242);
    CHECK(os::status(directory / "root/srv").value()->gid == 4243);
    REQUIRE(undo(tree, applied, saved));
    CHECK(os::status(directory / "root/old").value()->uid == 77);
    CHECK(os::status(directory / "root/old").value()->gid == 78);
    wanted[0].state.owner = {"nobody-knows", "root"};
    const auto refused = apply(tree, decide(tree, wanted, {}), wanted, saved);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "unknown-owner");
}

TEST_CASE("Saved originals are for their owner alone") {
    Engine engine;
    CHECK(os::status(engine.saved_directory()).value()->mode == 0700);
}

TEST_CASE("A damaged record of owners is an error, not an empty record") {
    Engine engine;
    engine.tree().owners().set("a", {"root", "root"});
    const std::string record = owner_record_file(engine.root());
    REQUIRE(engine.tree().owners().save(record));
    CHECK(OwnerRecord::load(record).value().of("a").user == "root");
    const auto bytes = os::read_file(record).value();
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        os::write_file(record, bytes.substr(0, length)).value();
        CHECK_FALSE(OwnerRecord::load(record));
    }
}
