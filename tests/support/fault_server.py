#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An http server on a free port of 127.0.0.1 that fails as asked: fault_server.py LOG [CERTIFICATE]

Prints its port and closes its output. With CERTIFICATE (a PEM file with its key) it speaks TLS. LOG gets a line for each
request: path, Range, Authorization and X-Token, "-" for what was not sent, separated by tabs.

The first part of the path chooses what happens, numbers after it say how much. A body of N bytes is body(N) below, and a
path after the numbers is only a name.

  /bytes/N        with ETag, Last-Modified and ranges          /plain/N         with neither
  /cut/N/AT/TIMES closes after AT bytes, TIMES times           /reset/N/AT/TIMES   the same by a reset
  /cutplain/N/AT/TIMES   the same without ETag and ranges      /weak/N/AT/TIMES    with a weak ETag and no date
  /steps/N/AT     closes after AT bytes of whatever is asked   /changing/N/AT   cut once; then another content and ETag
  /stubborn/N/AT  cut once; then 416 for every range           /shifted/N/AT    cut once; then 206 of another range
  /status/CODE/TIMES/RETRY  CODE so many times, Retry-After (- for none)       /closed/TIMES    no answer at all
  /to?URL         302 to URL      /loop/K  302 to /loop/K+1    /auth            wants user "user", password "secret"
  /chunked/N      /chunkedcut/N   /infinite   /claims/N  a Content-Length of N and nothing   /stall/N  half of it, then silence
  /garbage        /http09         /headers    without end      /age/SECONDS     modified so long ago
  /tar            what is in the file LOG.tar                  anything else    404
"""
import email.utils
import http.server
import os
import socket
import ssl
import struct
import sys
import threading
import time

LOG = sys.argv[1]
STOP = ConnectionAbortedError
counts = {}
guard = threading.Lock()


def body(size, salt=0):
    """Not periodic in any power of two, so that a piece in a wrong place is another content."""
    return bytes((i * 7 + i // 251 + salt) % 256 for i in range(size))


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def log(self):
        fields = [self.path] + [self.headers.get(name) or "-" for name in ("Range", "Authorization", "X-Token")]
        with guard, open(LOG, "a", encoding="utf-8") as file:
            file.write("\t".join(fields) + "\n")

    def number_of_this(self):
        with guard:
            counts[self.path] = counts.get(self.path, 0) + 1
            return counts[self.path]

    def head(self, status, headers, length):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def answer(self, status, content=b"", headers=()):
        self.head(status, headers, len(content))
        self.wfile.write(content)

    def stop(self, reset=False):
        self.wfile.flush()
        if reset:
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        raise STOP

    def ranged(self, content, validators, at=None, reset=False):
        """`content` from where the request wants it, cut after `at` bytes of it."""
        start = 0
        wanted = self.headers.get("Range")
        unchanged = self.headers.get("If-Range") in [None] + [value for name, value in validators if name == "ETag"]
        headers = list(validators)
        if wanted and unchanged and validators:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            if start >= len(content):
                return self.answer(416, headers=[("Content-Range", f"bytes */{len(content)}")])
            headers.append(("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}"))
        self.head(206 if start else 200, headers, len(content) - start)
        self.wfile.write(content[start:] if at is None else content[start:start + at])
        if at is not None and start + at < len(content):
            self.stop(reset)
        return None

    def chunk(self, content):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(content), content))

    def do_GET(self):
        self.log()
        path, _, query = self.path.partition("?")
        mode, *words = path.strip("/").split("/")
        numbers = []
        while words and words[0].isdigit():
            numbers.append(int(words.pop(0)))
        number = self.number_of_this()
        tag = [("ETag", '"one"'), ("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")]
        function = getattr(self, "do_" + mode, None)
        if self.path.startswith("http://"):
            return self.answer(200, b"through the proxy")
        if function is None or mode == "GET":
            return self.answer(404, b"nothing here")
        return function(numbers, words, query, number, tag)

    def do_bytes(self, numbers, words, query, number, tag):
        self.ranged(body(numbers[0]), tag)

    def do_plain(self, numbers, words, query, number, tag):
        self.answer(200, body(numbers[0]))

    def do_cut(self, numbers, words, query, number, tag):
        size, at, times = numbers
        self.ranged(body(size), tag, at if number <= times else None)

    def do_reset(self, numbers, words, query, number, tag):
        size, at, times = numbers
        self.ranged(body(size), tag, at if number <= times else None, reset=True)

    def do_cutplain(self, numbers, words, query, number, tag):
        size, at, times = numbers
        self.ranged(body(size), [], at if number <= times else None)

    def do_weak(self, numbers, words, query, number, tag):
        size, at, times = numbers
        self.ranged(body(size), [("ETag", 'W/"one"')], at if number <= times else None)

    def do_steps(self, numbers, words, query, number, tag):
        size, at = numbers
        self.ranged(body(size), tag, at)

    def do_changing(self, numbers, words, query, number, tag):
        size, at = numbers
        if number == 1:
            self.ranged(body(size), tag, at)
        else:
            self.ranged(body(size, 1), [("ETag", '"two"')])

    def do_stubborn(self, numbers, words, query, number, tag):
        size, at = numbers
        if number > 1 and self.headers.get("Range"):
            self.answer(416)
        else:
            self.ranged(body(size), tag, at if number == 1 else None)

    def do_shifted(self, numbers, words, query, number, tag):
        size, at = numbers
        if number > 1 and self.headers.get("Range"):
            self.answer(206, body(size)[1:], [("Content-Range", f"bytes 1-{size - 1}/{size}")])
        else:
            self.ranged(body(size), tag, at if number == 1 else None)

    def do_status(self, numbers, words, query, number, tag):
        code, times = numbers[:2]
        wait = numbers[2:] or [word for word in words[:1] if word != "-"]
        if number > times:
            self.answer(200, b"done")
        else:
            self.answer(code, b"" if code in (204, 304) else b"not now", [("Retry-After", str(w).replace("%20", " ")) for w in wait])

    def do_closed(self, numbers, words, query, number, tag):
        if number <= numbers[0]:
            self.stop()
        self.answer(200, b"done")

    def do_to(self, numbers, words, query, number, tag):
        self.answer(302, b"x" * 10, [("Location", query)])

    def do_loop(self, numbers, words, query, number, tag):
        self.answer(301, headers=[("Location", f"/loop/{numbers[0] + 1}")])

    def do_auth(self, numbers, words, query, number, tag):
        if self.headers.get("Authorization") == "Basic dXNlcjpzZWNyZXQ=":
            self.answer(200, b"welcome")
        else:
            self.answer(401, b"who are you", [("WWW-Authenticate", 'Basic realm="test"')])

    def do_chunked(self, numbers, words, query, number, tag):
        self.head(200, [("Transfer-Encoding", "chunked")], None)
        content = body(numbers[0])
        for start in range(0, len(content), 1000):
            self.chunk(content[start:start + 1000])
        self.chunk(b"")

    def do_chunkedcut(self, numbers, words, query, number, tag):
        self.head(200, [("Transfer-Encoding", "chunked")], None)
        self.chunk(body(numbers[0]))
        self.stop()

    def do_infinite(self, numbers, words, query, number, tag):
        self.head(200, [("Transfer-Encoding", "chunked")], None)
        while True:
            self.chunk(b"x" * 65536)

    def do_claims(self, numbers, words, query, number, tag):
        self.head(200, [], numbers[0])
        self.wfile.write(b"x")
        self.silence()

    def silence(self):
        self.wfile.flush()
        while self.connection.recv(4096):  # until the other side gives up
            pass
        raise STOP

    def do_stall(self, numbers, words, query, number, tag):
        content = body(numbers[0])
        if number > 1:
            self.ranged(content, tag)
        else:
            self.head(200, tag, len(content))
            self.wfile.write(content[:len(content) // 2])
            self.silence()

    def do_garbage(self, numbers, words, query, number, tag):
        self.wfile.write(b"HTTP/9.9 what\r\n\0\x01: \xff\r\n\r\n")
        self.stop()

    def do_http09(self, numbers, words, query, number, tag):
        self.wfile.write(b"just some text and no status line\n" * 10)
        self.stop()

    def do_headers(self, numbers, words, query, number, tag):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            self.wfile.write(b"X-More: yes\r\n" * 1000)

    def do_age(self, numbers, words, query, number, tag):
        date = email.utils.formatdate(time.time() - numbers[0], usegmt=True)
        self.answer(200, b"dated", [("Last-Modified", date)])

    def do_tar(self, numbers, words, query, number, tag):
        with open(LOG + ".tar", "rb") as file:
            self.ranged(file.read(), tag)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # a connection that broke off is what this is for


def main():
    server = Server(("127.0.0.1", 0), Handler)
    if len(sys.argv) > 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    print(server.server_port, flush=True)
    os.close(1)
    server.serve_forever()


main()
