// SPDX-License-Identifier: Apache-2.0
//
// Contract on another machine, started there by the user's own `ssh`: its configuration, keys, jump hosts and
// known hosts are those of every other login. It never asks anything.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include "contract/base/text.hpp"
#include "contract/os/child.hpp"
#include "contract/os/file.hpp"
#include "frames.hpp"

namespace contract::copy {

namespace {

// The other side may hash or write to a slow disk for a while before it answers.
constexpr int silence_ms = 10 * 60 * 1000;

std::string shell_quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? "'\\''" : std::string(1, c);
    return out + "'";
}

std::vector<std::string> command_for(const Remote& remote, const std::string& program) {
    std::vector<std::string> command{program, "-x", "-T", "-o", "BatchMode=yes"};
    if (!remote.port.empty()) command.insert(command.end(), {"-p", remote.port});
    if (!remote.user.empty()) command.insert(command.end(), {"-l", remote.user});
    std::string there = "contract copy --serve";
    if (!remote.home.empty()) there += " " + shell_quoted(remote.home);
    command.insert(command.end(), {"--", remote.host, there});
    return command;
}

class RemoteConnection : public Connection, public Source, public Destination {
public:
    RemoteConnection(const Remote& remote, os::Child child, std::function<bool()> interrupted)
        : remote_(remote),
          child_(std::move(child)),
          channel_(child_->socket(), child_->socket(), remote.name, silence_ms, std::move(interrupted)) {}

    Result<> greet() {
        TRY_ASSIGN(const auto answer, ask('h', hello_line));
        if (answer.kind == 'h' && answer.payload == hello_line) return {};
        return unexpected();
    }

    // ── Connection ──
    Source& source() override { return *this; }
    Destination& destination() override { return *this; }
    Result<> close() override {
        TRY(guarded(channel_.flush()));
        (void)child_->finish();
        return {};
    }

    // ── Source ──
    std::string name() const override { return remote_.name; }
    Result<std::optional<std::string>> statement_of(const Digest& action) override {
        const auto& bytes = action.bytes();
        return statement('r', std::string(bytes.begin(), bytes.end()));
    }
    Result<std::optional<std::string>> statement_at(const core::StorePath& path) override {
        return statement('p', path.base());
    }

    Result<> read(const std::vector<BlobName>& blobs, const Take& take) override {
        TRY(guarded(channel_.write('g', encode_names(blobs))));
        for (std::size_t index = 0; index < blobs.size(); ++index) {
            std::uint64_t left = blobs[index].size;
            do {
                TRY_ASSIGN(const Frame frame, next());
                if (frame.kind != 'd' || frame.payload.size() > left || (left > 0 && frame.payload.empty()))
                    return unexpected();
                left -= frame.payload.size();
                TRY(take(index, frame.payload));
            } while (left > 0);
        }
        return {};
    }

    // ── Destination ──
    Result<std::vector<BlobName>> missing(const std::vector<BlobName>& blobs) override {
        TRY_ASSIGN(const auto answer, ask('m', encode_names(blobs)));
        if (answer.kind != 'b' || answer.payload.size() != blobs.size()) return unexpected();
        std::vector<BlobName> out;
        for (std::size_t index = 0; index < blobs.size(); ++index)
            if (answer.payload[index] != '\0') out.push_back(blobs[index]);
        return out;
    }

    Result<> write(const std::vector<BlobName>& blobs, const store::Store& store) override {
        for (const auto& blob : blobs) TRY(write_one(blob, store));
        return sync();
    }

    Result<> publish(const std::vector<Statement>& statements) override {
        for (const auto& statement : statements) TRY(guarded(channel_.write('c', encode(statement))));
        return sync();
    }

private:
    // The next frame; what the other side says went wrong is an error of ours.
    Result<Frame> next() {
        auto frame = channel_.read();
        if (!frame) return explained(std::move(frame).error());
        if (frame->kind == '\0') return explained(closed());
        if (frame->kind == 'e') return decode_error(frame->payload, remote_.name);
        return frame;
    }
    Result<Frame> ask(char kind, std::string_view payload) {
        TRY(guarded(channel_.write(kind, payload)));
        return next();
    }
    Result<> sync() {
        TRY_ASSIGN(const auto answer, ask('y', ""));
        return answer.kind == 'o' ? Result<>() : unexpected();
    }

    Result<std::optional<std::string>> statement(char kind, const std::string& payload) {
        TRY_ASSIGN(auto answer, ask(kind, payload));
        if (answer.kind == 'n') return std::optional<std::string>();
        if (answer.kind == 's') return std::optional(std::move(answer.payload));
        return unexpected();
    }

    Result<> write_one(const BlobName& blob, const store::Store& store) {
        TRY_ASSIGN(const auto file, store.blob_file(blob.digest));
        TRY_ASSIGN(const os::Fd fd, os::open_file(file, O_RDONLY));
        TRY(guarded(channel_.write('w', encode_names({blob}))));
        std::string buffer(largest_data, '\0');
        std::uint64_t left = blob.size;
        do {
            const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(left, buffer.size()));
            const ssize_t got = ::read(fd.get(), buffer.data(), most);
            if (got < 0 && errno == EINTR) continue;
            if (got < 0 || (got == 0 && left > 0))
                return os::system_error("read", file, got < 0 ? errno : EIO);
            TRY(guarded(channel_.write('d', {buffer.data(), static_cast<std::size_t>(got)})));
            left -= static_cast<std::uint64_t>(got);
        } while (left > 0);
        return {};
    }

    Error closed() const {
        return {
            "copy-failed",
            "'" + harmless(remote_.name) + "' ended the connection",
            Blame::environment,
            {},
            {},
            {"try `ssh` to that machine by hand: it has to work without a question, and `contract` has to "
             "be in the PATH there"}};
    }
    Error unexpected() const {
        return {"copy-failed",
                "'" + harmless(remote_.name) + "' does not speak the protocol of `contract copy`",
                Blame::environment,
                {},
                {},
                {"look whether the login there prints something: ssh HOST true"}};
    }

    Result<> guarded(Result<> done) {
        if (!done) return explained(std::move(done).error());
        return done;
    }
    // With what ssh said, which tells more than that nobody answers.
    Error explained(Error error) {
        if (error.code == "interrupted") return error;
        const auto said = harmless(trim(child_->finish()));
        if (!said.empty()) error.notes.push_back("ssh: " + said);
        if (error.help.empty()) error.help = closed().help;
        return error;
    }

    Remote remote_;
    std::optional<os::Child> child_;
    Channel channel_;
};

}  // namespace

Result<std::unique_ptr<Connection>> connect(const Remote& remote, std::function<bool()> interrupted) {
    const auto environment = os::current_environment();
    const auto chosen = os::environment_variable("CONTRACT_SSH");
    const std::string program = chosen && !chosen->empty() ? *chosen : "ssh";
    TRY_ASSIGN(auto child, os::Child::start(command_for(remote, program), environment));
    auto connection = std::make_unique<RemoteConnection>(remote, std::move(child), std::move(interrupted));
    TRY(connection->greet());
    return std::unique_ptr<Connection>(std::move(connection));
}

}  // namespace contract::copy
