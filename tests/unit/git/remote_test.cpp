// SPDX-License-Identifier: Apache-2.0
#include <dlfcn.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "contract/git/remote.hpp"
#include "git_repository.hpp"
#include "git_server.hpp"
#include "network_stream.hpp"
#include "packets.hpp"
#include "ssh_server.hpp"
#include "temporary.hpp"

using namespace contract;
using git::Location;
using git::Repository;

namespace {

Location at(const std::string& url) {
    return git::parse_location(url, "/").value();
}

std::string id_of(const std::vector<git::RemoteRef>& refs, const std::string& name) {
    const auto found =
        std::find_if(refs.begin(), refs.end(), [&](const auto& ref) { return ref.name == name; });
    return found == refs.end() ? "" : found->id;
}

// Two commits on main, a tag of each kind on the first.
struct Served {
    test::TempDir temporary;
    test::GitRepository made{temporary / "served"};
    std::string first, second;
    Served() {
        made.write("a", std::string(100'000, 'a'));
        first = made.commit();
        made.tag("light");
        made.annotated_tag("full");
        made.write("a", "2");
        second = made.commit();
    }
};

// The same promises for every transport.
void check_transport(Served& served, const Location& location) {
    const auto refs = git::list_refs(location).value();
    CHECK(id_of(refs, "HEAD") == served.second);
    CHECK(id_of(refs, "refs/heads/main") == served.second);
    CHECK(id_of(refs, "refs/tags/light") == served.first);
    CHECK(id_of(refs, "refs/tags/full") == served.first);

    const std::string copy = served.temporary / "copy";
    CHECK(git::fetch(location, copy, {"refs/tags/full"}, served.first).value());
    CHECK_FALSE(Repository::open(copy).value().has_commit(served.second));
    CHECK(git::fetch(location, copy, {"refs/heads/main", "refs/tags/main"}, served.second).value());
    const auto repository = Repository::open(copy).value();
    CHECK(repository.walk(served.second, "").value().size() == 1);
    CHECK(repository.blob(repository.walk(served.first, "").value()[0].id).value().size() == 100'000);

    // A force-push took it away: it is found neither by its ref nor by all.
    served.made.git({"reset", "-q", "--hard", served.first});
    served.made.write("b", "3");
    const std::string third = served.made.commit();
    const std::string other = served.temporary / "other";
    CHECK_FALSE(git::fetch(location, other, {"refs/heads/main"}, served.second).value());
    CHECK_FALSE(git::fetch(location, other, {}, served.second).value());
    CHECK(git::fetch(location, other, {}, third).value());
    // The first copy still has it, and does not have to ask.
    CHECK(git::fetch(at("ssh://unreachable.invalid/x"), copy, {}, served.second).value());
}

// One commit at a time, as the second version of the protocol hands it out.
void check_snapshots(Served& served, const Location& location) {
    using State = git::Snapshot::State;
    const std::string copy = served.temporary / "snapshots";
    const auto tag = git::fetch_snapshot(location, copy, {{"refs/heads/full", "refs/tags/full"}, {}}).value();
    CHECK(tag.state == State::present);
    CHECK(tag.name == "refs/tags/full");
    CHECK(tag.commit == served.first);
    // By its id, though no ref leads to it any more, and without the parent.
    const std::string second = served.second;
    served.made.git({"reset", "-q", "--hard", served.first});
    const std::string other = served.temporary / "other-snapshots";
    CHECK(git::fetch_snapshot(location, other, {{}, second}).value().state == State::present);
    CHECK_FALSE(Repository::open(other).value().has_commit(served.first));
    CHECK(Repository::open(other).value().walk(second, "").value().size() == 1);
    CHECK(git::fetch_snapshot(location, copy, {{}, second}).value().state == State::present);
    CHECK(git::fetch_snapshot(location, copy, {{"HEAD"}, {}}).value().commit == served.first);

    CHECK(git::fetch_snapshot(location, copy, {{"refs/heads/none"}, {}}).value().state == State::no_such_ref);
    // "main" is only the beginning of this one's name.
    CHECK(git::fetch_snapshot(location, copy, {{"refs/heads/mai"}, {}}).value().state == State::no_such_ref);
    const auto gone = git::fetch_snapshot(location, copy, {{}, std::string(40, '1')}).value();
    CHECK(gone.state == State::refused);
    CHECK(gone.reason.find("not our ref") != std::string::npos);
    served.made.git({"tag", "file", second + ":a"});
    CHECK(git::fetch_snapshot(location, copy, {{"refs/tags/file"}, {}}).value().state == State::refused);
    // No connection for what is there.
    CHECK(git::fetch_snapshot(at("ssh://unreachable.invalid/x"), copy, {{}, second}).value().state ==
          State::present);
    served.made.git({"reset", "-q", "--hard", second});
}

}  // namespace

TEST_CASE("refs of a local repository are read in place") {
    const Served served;
    const auto refs = git::list_refs(at("file://" + served.made.path())).value();
    CHECK(id_of(refs, "HEAD") == served.second);
    CHECK(id_of(refs, "refs/tags/full") == served.first);
    CHECK(git::list_refs(at("/nonexistent")).error().code == "not-a-repository");
}

TEST_CASE("a repository is listed and fetched over http") {
    Served served;
    const test::GitHttpServer server(served.temporary.path());
    check_snapshots(served, at(server.url() + "/served"));
    check_transport(served, at(server.url() + "/served"));
}

TEST_CASE("a server of the first version only is told apart, and not asked for more") {
    const Served served;
    const test::GitHttpServer server(served.temporary.path());
    const auto answer =
        git::fetch_snapshot(at(server.url() + "/old/served"), served.temporary / "copy", {{"HEAD"}, {}})
            .value();
    CHECK(answer.state == git::Snapshot::State::unsupported);
    const auto requests = os::read_file(served.temporary / "requests").value();
    CHECK(std::count(requests.begin(), requests.end(), '\n') == 1);
}

TEST_CASE("over https the certificate is checked, and vouched for it works as http does") {
    Served served;
    const test::GitHttpServer server(served.temporary.path(), test::GitHttpServer::Security::tls);
    const Location location = at(server.url() + "/served");
    const auto refused = git::list_refs(location);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "fetch-failed");
    CHECK(refused.error().message.find("certificate") != std::string::npos);

    // Only a test may add an authority: this is not a function of the table.
    void* handle = ::dlopen("libgit2.so.1.5", RTLD_NOW);
    REQUIRE(handle != nullptr);
    const auto options = reinterpret_cast<decltype(&::git_libgit2_opts)>(::dlsym(handle, "git_libgit2_opts"));
    REQUIRE(options(GIT_OPT_SET_SSL_CERT_LOCATIONS, server.certificate().c_str(), nullptr) == 0);
    check_snapshots(served, location);
    check_transport(served, location);
}

TEST_CASE("a repository is listed and fetched over ssh, by the program ssh") {
    Served served;
    const test::ProgramSsh ssh;
    check_snapshots(served, at("ssh://git@server.invalid:2222" + served.made.path()));
    CHECK(ssh.arguments().starts_with("-x\n-T\n-o\nBatchMode=yes\n-o\nSendEnv=GIT_PROTOCOL\n-p\n2222\n"));
}

TEST_CASE("over ssh the first version of the protocol works, too") {
    Served served;
    const test::ProgramSsh ssh("unset GIT_PROTOCOL; exec /bin/sh -c \"$last\"");
    const Location location = at("ssh://git@server.invalid:2222" + served.made.path());
    const auto answer = git::fetch_snapshot(location, served.temporary / "none", {{"HEAD"}, {}}).value();
    CHECK(answer.state == git::Snapshot::State::unsupported);
    check_transport(served, location);
}

TEST_CASE("what ssh is told") {
    Served served;
    const test::ProgramSsh ssh;
    check_transport(served, at("ssh://git@server.invalid:2222" + served.made.path()));
    CHECK(ssh.arguments().starts_with("-x\n-T\n-o\nBatchMode=yes\n-p\n2222\n-l\ngit\n--\nserver.invalid\n"));
}

TEST_CASE("a repository is listed and fetched over a real ssh server") {
    Served served;
    const test::SshServer server;
    const test::ProgramSsh ssh("exec /usr/bin/ssh -F '" + server.client_configuration() + "' \"$@\"");
    const Location direct = at("ssh://" + server.host() + served.made.path());
    check_snapshots(served, direct);
    check_transport(served, at("alias:" + served.made.path()));
    CHECK(ssh.arguments().find("-p\n" + server.host().substr(10) + "\n") != std::string::npos);
    CHECK(server.sessions() > 3);

    const auto stranger = git::list_refs(at("stranger:" + served.made.path()));
    REQUIRE_FALSE(stranger);
    CHECK(stranger.error().message.find("Host key verification failed") != std::string::npos);
}

TEST_CASE("what ssh says about a failure is in the error") {
    const Served served;
    const test::ProgramSsh ssh("echo 'git@server: Permission denied (publickey).' >&2; exit 255");
    const auto refs = git::list_refs(at("git@server.invalid:a.git"));
    REQUIRE_FALSE(refs);
    CHECK(refs.error().code == "fetch-failed");
    CHECK(refs.error().message.find("Permission denied (publickey)") != std::string::npos);
    const auto fetched =
        git::fetch(at("git@server.invalid:a.git"), served.temporary / "copy", {}, served.first);
    CHECK(fetched.error().code == "fetch-failed");
}

TEST_CASE("an ssh server that breaks off or answers nonsense is a failed fetch") {
    const auto* script = GENERATE("exit 0", "echo hello; exit 0", "printf '0005'", "printf 'ffff%0.s' 1 2 3",
                                  "kill -9 $$", "head -c 100000 /dev/zero");
    CAPTURE(script);
    const test::ProgramSsh ssh(script);
    const auto refs = git::list_refs(at("server.invalid:a.git"));
    REQUIRE_FALSE(refs);
    CHECK(refs.error().code == "fetch-failed");
}

TEST_CASE("http failures say what happened") {
    const Served served;
    const test::GitHttpServer server(served.temporary.path());
    const auto login = git::list_refs(at(server.url() + "/login/a"));
    REQUIRE_FALSE(login);
    CHECK(login.error().code == "not-authorised");
    CHECK(login.error().help.at(0).find("credential helper") != std::string::npos);
    const auto missing = git::list_refs(at(server.url() + "/none"));
    REQUIRE_FALSE(missing);
    CHECK(missing.error().message.find("404") != std::string::npos);
    CHECK(git::list_refs(at(server.url() + "/broken")).error().code == "fetch-failed");
    const auto closed = git::list_refs(at("http://127.0.0.1:1/a"));
    REQUIRE_FALSE(closed);
    CHECK(closed.error().message.find("Connection refused") != std::string::npos);
    CHECK(git::list_refs(at("https://127.0.0.1:1/a")).error().code == "fetch-failed");
    CHECK(git::list_refs(at("https://host.invalid/a")).error().message.find("host.invalid") !=
          std::string::npos);
}

TEST_CASE("packets that are none are told apart from an end") {
    struct Text : git_smart_subtransport_stream {
        std::string text;
        std::size_t at = 0;
    };
    const auto read = [](git_smart_subtransport_stream* stream, char* buffer, size_t size, size_t* got) {
        auto& here = *static_cast<Text*>(stream);
        // One byte at a time: a packet may come in any number of pieces.
        *got = here.at < here.text.size() && size > 0 ? 1 : 0;
        if (*got == 1) *buffer = here.text[here.at++];
        return 0;
    };
    REQUIRE(git::library());
    using Kind = git::PacketReader::Kind;
    const auto kinds = [&](const std::string& text) {
        Text stream{};
        stream.read = read;
        stream.text = text;
        git::PacketReader reader(stream);
        std::vector<Kind> out;
        do out.push_back(reader.next());
        while (out.back() != Kind::end && out.back() != Kind::failed);
        return out;
    };
    CHECK(kinds("0009hello00010000" + git::packet("x\n")) ==
          std::vector{Kind::data, Kind::delimiter, Kind::flush, Kind::data, Kind::end});
    CHECK(kinds("0004") == std::vector{Kind::data, Kind::end});
    for (const auto* text : {"0009hel", "000", "zzzz", "0003", "-001", "0x0f"}) {
        CAPTURE(text);
        CHECK(kinds(text) == std::vector{Kind::failed});
    }
}

TEST_CASE("a silent server is given up on, and an interruption is quicker") {
    const Served served;
    const test::GitHttpServer server(served.temporary.path());
    git::Access access;
    access.silence_ms = 500;
    const auto location = at(server.url() + "/hang/served");
    const auto silent = git::fetch_snapshot(location, served.temporary / "copy", {{"HEAD"}, {}}, access);
    REQUIRE_FALSE(silent);
    CHECK(silent.error().message.find("was silent") != std::string::npos);
    CHECK(git::list_refs(location, access).error().code == "fetch-failed");
    access.interrupted = [] { return true; };
    CHECK(git::list_refs(location, access).error().code == "interrupted");
    CHECK(git::fetch(location, served.temporary / "copy", {}, served.first, access).error().code ==
          "interrupted");
}

TEST_CASE("a silent peer is given up on") {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    const os::Fd here(ends[0]), there(ends[1]);
    REQUIRE(git::library());
    CHECK_FALSE(git::wait_ready(here.get(), POLLIN, 1, "peer"));
    CHECK(git::last_message().find("'peer' was silent") != std::string::npos);
    CHECK(git::wait_ready(here.get(), POLLOUT, 1, "peer"));
}
