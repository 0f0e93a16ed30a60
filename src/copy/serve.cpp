// SPDX-License-Identifier: Apache-2.0
#include "contract/copy/serve.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "contract/os/file.hpp"
#include "frames.hpp"

namespace contract::copy {

namespace {

// Who is sending may hash for a while before the next byte comes.
constexpr int silence_ms = 60 * 60 * 1000;

Error protocol_error() {
    return {"copy-failed",
            "the other side does not speak the protocol of `contract copy`",
            Blame::environment,
            {},
            {},
            {}};
}

class Server {
public:
    Server(const ServeRequest& request, int in, int out)
        : request_(request),
          receiver_{request.store, request.trusted},
          channel_(in, out, "the other side", silence_ms, {}) {}

    Result<> run() {
        for (;;) {
            TRY_ASSIGN(const Frame frame, channel_.read());
            switch (frame.kind) {
                case '\0': return {};
                case 'h': TRY(hello(frame.payload)); break;
                case 'r': TRY(tell_result(frame.payload)); break;
                case 'p': TRY(tell_path(frame.payload)); break;
                case 'g': TRY(tell_blobs(frame.payload)); break;
                case 'm': TRY(tell_missing(frame.payload)); break;
                case 'w': TRY(begin_blob(frame.payload)); break;
                case 'd': TRY(go_on_with_blob(frame.payload)); break;
                case 'c': note(commit(frame.payload)); break;
                case 'y': TRY(sync()); break;
                default: return protocol_error();
            }
        }
    }

private:
    Result<> hello(std::string_view line) {
        if (line == hello_line && request_.broken) return channel_.write('e', encode_error(*request_.broken));
        if (line == hello_line) return channel_.write('h', hello_line);
        TRY(channel_.write('e', encode_error({"copy-failed",
                                              "the two programs speak different versions of the protocol",
                                              Blame::environment,
                                              {},
                                              {},
                                              {"use the same version of contract on both machines"}})));
        return channel_.flush();
    }

    // ── telling ──
    Result<const Exporter*> exporter() {
        if (request_.key_error) return *request_.key_error;
        if (!exporter_) {
            TRY_ASSIGN(auto made, Exporter::of(request_.store, request_.key, request_.root_of));
            exporter_.emplace(std::move(made));
        }
        return &*exporter_;
    }

    Result<std::optional<Statement>> result_of(std::string_view payload) {
        Digest::Bytes bytes;
        std::copy(payload.begin(), payload.end(), bytes.begin());
        TRY_ASSIGN(const auto* known, exporter());
        return known->result(Digest(bytes));
    }
    Result<> tell_result(std::string_view payload) {
        if (payload.size() != Digest::Bytes().size()) return protocol_error();
        return tell(result_of(payload));
    }

    Result<std::optional<Statement>> at(const core::StorePath& path) {
        TRY_ASSIGN(const auto* known, exporter());
        TRY_ASSIGN(auto statements, known->at(path));
        if (statements.empty()) return std::optional<Statement>();
        return std::optional(std::move(statements.front()));
    }
    Result<> tell_path(std::string_view payload) {
        const auto path = core::StorePath::parse(payload);
        if (!path) return protocol_error();
        return tell(at(*path));
    }

    Result<> tell(const Result<std::optional<Statement>>& statement) {
        if (!statement) return channel_.write('e', encode_error(statement.error()));
        if (!*statement) return channel_.write('n', "");
        return channel_.write('s', encode(**statement));
    }

    Result<> tell_blobs(std::string_view payload) {
        const auto names = decode_names(payload);
        if (!names) return protocol_error();
        for (const auto& name : *names) {
            const auto file = file_of(name);
            if (!file) return channel_.write('e', encode_error(file.error()));
            TRY(tell_content(*file, name));
        }
        return {};
    }
    Result<std::string> file_of(const BlobName& name) const {
        TRY_ASSIGN(auto file, request_.store.blob_file(name.digest));
        TRY_ASSIGN(const auto there, os::status(file));
        if (!there || there->size != name.size)
            return copy_damaged(name.digest.hex(), "it has another size than is said");
        return file;
    }
    Result<> tell_content(const std::string& file, const BlobName& name) {
        if (name.size == 0) return channel_.write('d', "");
        TRY_ASSIGN(const os::Fd fd, os::open_file(file, O_RDONLY));
        std::string buffer(largest_data, '\0');
        std::uint64_t left = name.size;
        while (left > 0) {
            const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(left, buffer.size()));
            const ssize_t got = ::read(fd.get(), buffer.data(), most);
            if (got < 0 && errno == EINTR) continue;
            // Nothing else can be said in the middle of a blob.
            if (got <= 0) return os::system_error("read", file, got < 0 ? errno : EIO);
            TRY(channel_.write('d', {buffer.data(), static_cast<std::size_t>(got)}));
            left -= static_cast<std::uint64_t>(got);
        }
        return {};
    }

    Result<> tell_missing(std::string_view payload) {
        const auto names = decode_names(payload);
        if (!names) return protocol_error();
        std::string out;
        for (const auto& name : *names) out += request_.store.has_blob(name.digest) ? '\0' : '\1';
        return channel_.write('b', out);
    }

    // ── taking ──
    void note(const Result<>& done) {
        if (!done && !failure_) failure_ = done.error();
    }

    Result<> begin_blob(std::string_view payload) {
        const auto names = decode_names(payload);
        if (!names || names->size() != 1 || is_writing_) return protocol_error();
        blob_ = names->front();
        written_ = 0;
        is_writing_ = true;
        writer_.reset();
        return {};
    }

    Result<> go_on_with_blob(std::string_view piece) {
        if (!is_writing_ || piece.size() > blob_.size - written_) return protocol_error();
        written_ += piece.size();
        is_writing_ = written_ < blob_.size;
        if (!failure_) note(take(piece));
        return {};
    }

    Result<> take(std::string_view piece) {
        if (!writer_) {
            TRY_ASSIGN(auto begun, request_.store.write_blob(blob_.executable));
            writer_.emplace(std::move(begun));
        }
        TRY(writer_->write(piece));
        if (is_writing_) return {};
        TRY_ASSIGN(const auto done, writer_->finish());
        writer_.reset();
        if (done.digest == blob_.digest) return {};
        return copy_damaged(blob_.digest.hex(), "it came with other bytes than its name says");
    }

    Result<> commit(std::string_view text) {
        if (failure_) return {};
        TRY_ASSIGN(const auto statement, parse_statement(text, "what was sent"));
        if (const auto* result = std::get_if<ResultStatement>(&statement)) {
            TRY(trust(statement, request_.trusted));
            TRY_ASSIGN(const auto known, request_.store.find_result(result->row.action));
            if (known) return {};
        }
        return accept(receiver_, statement);
    }

    Result<> sync() {
        const auto failure = std::exchange(failure_, {});
        if (failure) return channel_.write('e', encode_error(*failure));
        return channel_.write('o', "");
    }

    const ServeRequest& request_;
    Receiver receiver_;
    Channel channel_;
    std::optional<Exporter> exporter_;
    std::optional<Error> failure_;  // the first since the last y
    bool is_writing_ = false;
    BlobName blob_;
    std::uint64_t written_ = 0;
    std::optional<store::BlobWriter> writer_;
};

}  // namespace

Result<> serve(const ServeRequest& request, int in, int out) {
    return Server(request, in, out).run();
}

}  // namespace contract::copy
