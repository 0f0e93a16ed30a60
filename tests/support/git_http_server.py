#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Serves the repositories below ROOT by `git http-backend` on a free port of 127.0.0.1: git_http_server.py ROOT [PEM]

Prints the port and closes its output. With PEM (certificate and key) it speaks TLS. A repository is at /NAME; words in
front of the name, as in /auth/cut/5000/NAME, make the server misbehave:

  auth          asks for the login "user" with the password "right"; `login` refuses every one
  lure          asks for that login, then redirects to another name of this machine, which asks for it, too
  broken        answers what is no git
  status/N      answers with the status N
  loop, moved   redirects to itself; to the same without the word; `away` does so to another name of this machine
  old           speaks the protocol's first version only
  hang          never answers; `stall/N` sends N bytes of a pack and then nothing more
  cut/N         drops the connection after N bytes of a pack; `short/N` ends the answer there, properly
  slow          sends a pack in small pieces with pauses
  hook          runs ROOT/hook, once, between the list of refs and the fetch

Every request is a line of ROOT/requests: method, path, and the name of the user who logged in.
"""
import base64
import http.server
import os
import ssl
import subprocess
import sys
import threading
import time

ROOT = os.path.abspath(sys.argv[1])
HEADERS = (("CONTENT_TYPE", "Content-Type"), ("HTTP_CONTENT_ENCODING", "Content-Encoding"))
TAKES_NUMBER = ("status", "cut", "short", "stall")
WORDS = ("auth", "login", "broken", "loop", "moved", "away", "lure", "old", "hang", "slow", "hook") + TAKES_NUMBER


def split_words(path):
    """The words in front of a repository's name, with their numbers, and the rest."""
    parts, words = path.split("/")[1:], {}
    while parts and parts[0] in WORDS:
        word = parts.pop(0)
        words[word] = int(parts.pop(0)) if word in TAKES_NUMBER else 0
    return words, "/" + "/".join(parts)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, status, headers=(), body=b""):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def login(self):
        kind, _, value = (self.headers.get("Authorization") or "").partition(" ")
        return base64.b64decode(value).decode() if kind == "Basic" else ""

    def body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        out = b""
        while size := int(self.rfile.readline(), 16):
            out += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return out

    def do_GET(self):
        path, _, query = self.path.partition("?")
        body = self.body()
        with open(f"{ROOT}/requests", "a", encoding="utf-8") as log:
            log.write(f"{self.command} {path} {self.login().partition(':')[0]}\n")
        words, path = split_words(path)
        if self.refused(words):
            return
        if "hook" in words and b"command=ls-refs" not in body and self.command == "POST" and os.path.exists(f"{ROOT}/hook"):
            os.rename(f"{ROOT}/hook", f"{ROOT}/hook.done")
            subprocess.run(["sh", "-eu", f"{ROOT}/hook.done"], check=True, cwd=ROOT)
        self.run_backend(path, query, body, words)

    do_POST = do_GET

    def refused(self, words):
        if "loop" in words:
            self.answer(302, [("Location", self.path)])
        elif "moved" in words:
            self.answer(302, [("Location", self.path.replace("/moved", "", 1))])
        elif "away" in words or ("lure" in words and self.login()):
            path = self.path.replace("/away", "", 1).replace("/lure", "/auth", 1)
            self.answer(302, [("Location", f"http://localhost:{self.server.server_port}{path}")])
        elif "login" in words or "lure" in words or ("auth" in words and self.login() != "user:right"):
            self.answer(401, [("WWW-Authenticate", 'Basic realm="test"')])
        elif "status" in words:
            self.answer(words["status"])
        elif "broken" in words:
            self.answer(200, [("Content-Type", "text/plain")], b"this is no git")
        elif "hang" in words:
            threading.Event().wait()
        else:
            return False
        return True

    def run_backend(self, path, query, body, words):
        variables = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_PROJECT_ROOT": ROOT, "GIT_HTTP_EXPORT_ALL": "1",
                     "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*",
                     "REQUEST_METHOD": self.command, "PATH_INFO": path, "QUERY_STRING": query, "CONTENT_LENGTH": str(len(body)),
                     "REMOTE_ADDR": "127.0.0.1"}
        variables |= {name: self.headers[header] for name, header in HEADERS if self.headers[header]}
        if self.headers["Git-Protocol"] and "old" not in words:
            variables["GIT_PROTOCOL"] = self.headers["Git-Protocol"]
        with subprocess.Popen(["git", "http-backend"], env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL) as backend:
            threading.Thread(target=self.feed, args=(backend.stdin, body), daemon=True).start()
            try:
                self.pass_on(backend.stdout, words)
            except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
                self.close_connection = True
            backend.kill()

    @staticmethod
    def feed(pipe, body):
        try:
            pipe.write(body)
            pipe.close()
        except BrokenPipeError:
            pass

    def pass_on(self, output, words):
        headers, status = [], 200
        while line := output.readline().strip().decode():
            name, _, value = line.partition(": ")
            if name == "Status":
                status = int(value.split()[0])
            else:
                headers.append((name, value))
        self.send_response(status)
        for name, value in [*headers, ("Transfer-Encoding", "chunked")]:
            self.send_header(name, value)
        self.end_headers()
        left = next((words[word] for word in ("cut", "short", "stall") if word in words), None)
        first = output.peek(16)[:16]
        if b"packfile" not in first and b"shallow-info" not in first and b"NAK" not in first:
            left = None
        while data := output.read1(1024 if "slow" in words else 1 << 16):
            data = data if left is None else data[:left]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data) if data else b"")
            if "slow" in words:
                time.sleep(0.02)
            if left is not None:
                left -= len(data)
                if left <= 0:
                    break
        if "stall" in words and left is not None:
            self.wfile.flush()
            threading.Event().wait()
        if "cut" in words and left is not None:
            self.close_connection = True
        else:
            self.wfile.write(b"0\r\n\r\n")


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Clients that go away are what is tested."""


def main():
    server = Server(("127.0.0.1", 0), Handler)
    if len(sys.argv) > 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2])
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    print(server.server_port, flush=True)
    os.close(1)
    server.serve_forever()


if __name__ == "__main__":
    main()
