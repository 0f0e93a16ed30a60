// SPDX-License-Identifier: Apache-2.0
#include "conversation.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "network_stream.hpp"
#include "session.hpp"

namespace contract::git {

namespace {

using Kind = PacketReader::Kind;

constexpr std::size_t most_refs = 1000;     // with one of the few prefixes asked for
constexpr std::size_t most_offered = 16;    // commits of which the server is told that they are here
constexpr std::size_t most_shallow = 4096;  // commits
constexpr std::size_t most_drained = 1 << 20;

bool fail(const std::string& message) {
    git().git_error_set_str(GIT_ERROR_NET, message.c_str());
    return false;
}

bool fail_with(Kind kind) {
    if (kind == Kind::failed) return false;
    return fail("the server answers something that is not git's protocol");
}

bool is_id(std::string_view text) {
    git_oid id;
    return parse_id(text, id);
}

// The pack goes through libgit2's indexer, which checks every object and shows the pack only when it is
// whole.
class PackWriter {
public:
    explicit PackWriter(git_repository* repository) {
        git_odb* raw = nullptr;
        if (git().git_repository_odb(&raw, repository) != 0) return;
        odb_.reset(raw);
        (void)git().git_odb_write_pack(&writer_, raw, nullptr, nullptr);
    }
    PackWriter(const PackWriter&) = delete;
    PackWriter& operator=(const PackWriter&) = delete;
    ~PackWriter() {
        if (writer_ != nullptr) writer_->free(writer_);
    }
    bool add(std::string_view bytes) {
        return writer_ != nullptr && writer_->append(writer_, bytes.data(), bytes.size(), &stats_) == 0;
    }
    bool commit() { return writer_ != nullptr && writer_->commit(writer_, &stats_) == 0; }

private:
    OwnedOdb odb_;
    git_odb_writepack* writer_ = nullptr;
    git_indexer_progress stats_{};
};

// The file that git itself has for this: commits whose parents are not here, one a line, the newest last.
std::vector<std::string> shallow_commits(const std::string& repository) {
    const auto text = os::read_file(path::join(repository, "shallow"), 1 << 20);
    std::vector<std::string> out;
    if (!text) return out;
    for (const auto& line : split(*text, '\n'))
        if (is_id(line)) out.push_back(line);
    return out;
}

}  // namespace

bool Conversation::hold(git_smart_subtransport& transport, const char* url) {
    transport_ = &transport;
    url_ = url;
    const bool done = greet() && (answer_.state != Snapshot::State::pending || look_up()) &&
                      (answer_.state != Snapshot::State::pending || fetch());
    close();
    return done;
}

bool Conversation::open(git_smart_service_t service) {
    close();
    return transport_->action(&stream_, transport_, url_, service) == 0;
}

void Conversation::close() {
    auto* const stream = std::exchange(stream_, nullptr);
    if (stream != nullptr) stream->free(stream);
}

bool Conversation::request(const std::string& text) {
    if (!open(GIT_SERVICE_UPLOADPACK)) return false;
    return stream_->write(stream_, text.data(), text.size()) == 0;
}

// Over http, what is left of an answer, so that the connection can be used again.
bool Conversation::drain() {
    std::string rest(4096, '\0');
    for (std::size_t all = 0; all < most_drained;) {
        std::size_t got = 0;
        if (stream_->read(stream_, rest.data(), rest.size(), &got) != 0) return false;
        if (got == 0) return true;
        all += got;
    }
    return fail("the server answers something that is not git's protocol");
}

// What the server can do. One that does not know the second version answers as in the first: with its refs.
bool Conversation::greet() {
    if (!open(GIT_SERVICE_UPLOADPACK_LS)) return false;
    PacketReader reader(*stream_);
    Kind kind = reader.next();
    if (kind == Kind::data && reader.line().starts_with("# service=")) {
        if ((kind = reader.next()) == Kind::flush) kind = reader.next();
    }
    if (kind == Kind::failed) return false;
    if (kind != Kind::data || reader.line() != "version 2") {
        answer_.state = Snapshot::State::unsupported;
        return true;
    }
    bool lists = false, shallow = false, sha1 = true;
    for (kind = reader.next(); kind == Kind::data; kind = reader.next()) {
        const std::string line(reader.line());
        lists = lists || line == "ls-refs" || line.starts_with("ls-refs=");
        if (line.starts_with("fetch="))
            for (const auto& feature : split(line.substr(6), ' ')) shallow = shallow || feature == "shallow";
        if (line.starts_with("object-format=")) sha1 = line == "object-format=sha1";
    }
    if (kind != Kind::flush) return fail_with(kind);
    if (!lists || !shallow || !sha1) answer_.state = Snapshot::State::unsupported;
    return stateless_ ? drain() : true;
}

bool Conversation::look_up() {
    answer_.commit = wanted_.commit;
    if (wanted_.names.empty()) return true;
    std::string text = packet("command=ls-refs\n") + std::string(delimiter_packet) + packet("peel\n");
    for (const auto& name : wanted_.names) text += packet("ref-prefix " + name + "\n");
    if (!request(text.append(flush_packet))) return false;
    std::map<std::string, std::string> ids;
    PacketReader reader(*stream_);
    Kind kind = reader.next();
    for (; kind == Kind::data && ids.size() < most_refs; kind = reader.next()) {
        const auto words = split(reader.line(), ' ');
        if (words[0] == "ERR") return fail("the server says: " + harmless(reader.line().substr(4)));
        if (words.size() < 2 || !is_id(words[0])) continue;  // "unborn HEAD"
        std::string id = words[0];
        for (const auto& word : words)
            if (word.starts_with("peeled:") && is_id(word.substr(7))) id = word.substr(7);
        ids.insert_or_assign(words[1], id);
    }
    if (kind != Kind::flush) return fail_with(kind);
    if (stateless_ && !drain()) return false;
    for (const auto& name : wanted_.names) {
        const auto found = ids.find(name);
        if (found == ids.end()) continue;
        answer_.name = name;
        answer_.commit = found->second;
        return true;
    }
    answer_.state = Snapshot::State::no_such_ref;
    return true;
}

std::string Conversation::fetch_request() const {
    std::string text = packet("command=fetch\n") + std::string(delimiter_packet) + packet("no-progress\n") +
                       packet("ofs-delta\n") + packet("deepen 1\n");
    auto known = shallow_commits(path_);
    known.erase(std::remove_if(known.begin(), known.end(),
                               [&](const auto& id) { return !has_commit(repository_, id); }),
                known.end());
    for (const auto& id : known) text += packet("shallow " + id + "\n");
    text += packet("want " + answer_.commit + "\n");
    // With what is here the server may send differences to it.
    if (!known.empty()) text += packet("thin-pack\n");
    const std::size_t offered = std::min(known.size(), most_offered);
    for (std::size_t i = known.size() - offered; i < known.size(); ++i)
        text += packet("have " + known[i] + "\n");
    return text + packet("done\n") + std::string(flush_packet);
}

bool Conversation::fetch() {
    if (has_commit(repository_, answer_.commit)) {
        answer_.state = Snapshot::State::present;
        return true;
    }
    if (!request(fetch_request())) return false;
    PacketReader reader(*stream_);
    for (Kind kind = reader.next();; kind = reader.next()) {
        if (kind == Kind::delimiter) continue;
        if (kind != Kind::data) return fail_with(kind);
        const std::string section(reader.line());
        if (section == "shallow-info") {
            if (!read_shallow(reader)) return false;
        } else if (section == "packfile") {
            break;
        } else if (section.starts_with("ERR ")) {
            // The usual reason is that the commit is gone, or that this server gives out none but tips.
            answer_.state = Snapshot::State::refused;
            answer_.reason = harmless(section.substr(4));
            return true;
        } else {
            return fail_with(Kind::data);
        }
    }
    if (!read_pack(reader)) return false;
    // A tag may well lead to a file.
    const bool present = has_commit(repository_, answer_.commit);
    answer_.state = present ? Snapshot::State::present : Snapshot::State::refused;
    return !present || keep_shallow();
}

bool Conversation::read_shallow(PacketReader& reader) {
    Kind kind = reader.next();
    for (; kind == Kind::data; kind = reader.next()) {
        const std::string line(reader.line());
        if (line.starts_with("shallow ") && is_id(line.substr(8))) shallow_.push_back(line.substr(8));
        if (shallow_.size() > most_shallow) return fail_with(Kind::data);
    }
    return kind == Kind::delimiter || fail_with(kind);
}

// Packets of the side band: 1 is the pack, 2 what the server has to say, 3 its last words.
bool Conversation::read_pack(PacketReader& reader) {
    PackWriter writer(repository_);
    std::uint64_t all = 0;
    Kind kind = reader.next();
    for (; kind == Kind::data; kind = reader.next()) {
        const auto bytes = reader.bytes();
        if (bytes.empty()) continue;
        if (bytes.front() == 3) return fail("the server says: " + harmless(trim(bytes.substr(1))));
        if (bytes.front() != 1) continue;
        if (is_interrupted()) return false;
        if (!writer.add(bytes.substr(1))) return false;
        all += bytes.size() - 1;
        if (access_.progress) access_.progress(all, std::nullopt);
    }
    if (kind != Kind::flush && kind != Kind::end) return fail_with(kind);
    return writer.commit();
}

// After the pack: a kill in between only costs that the next fetch does not offer this commit.
bool Conversation::keep_shallow() const {
    auto known = shallow_commits(path_);
    for (const auto& id : shallow_) {
        known.erase(std::remove(known.begin(), known.end(), id), known.end());
        known.push_back(id);
    }
    if (known.size() > most_shallow)
        known.erase(known.begin(), known.end() - static_cast<std::ptrdiff_t>(most_shallow));
    const auto kept = os::replace_file(path::join(path_, "shallow"), join(known, "\n") + "\n");
    return kept ? true : fail(kept.error().message);
}

}  // namespace contract::git
