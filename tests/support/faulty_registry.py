#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A server in front of a real registry that misbehaves in one way: faulty_registry.py UPSTREAM MODE LOG

Prints its port and closes its output. Each request is a line of LOG: method, path, scheme of its authorization.
Layers are blobs that do not start with "{".

  plain         hands everything on
  corrupt       changes a byte of every layer
  short, long   gives every layer a byte less, or one more
  cut           drops the connection in the middle of each layer, the first time
  stuck         drops the connection in the middle of each layer, every time
  busy-429, busy-503     refuses the first two requests for each path
  gone          knows no layer
  huge          answers a manifest of 5 MB
  forged        gives another manifest than was asked for by digest
  token         wants a token for "user" and "s3cret word" from itself; each token is good for three requests
  token-open    the same, and gives one to anybody
  token-http    names a token server that is not on this machine and not https
  basic-odd     asks for a login that nobody knows
"""
import base64
import http.server
import os
import sys
import urllib.error
import urllib.parse
import urllib.request

UPSTREAM, MODE, LOG = sys.argv[1:]
LOGIN = "Basic " + base64.b64encode(b"user:s3cret word").decode()
seen = {}
tokens = {}


def first_times(what, times):
    seen[what] = seen.get(what, 0) + 1
    return seen[what] <= times


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, status, headers, body, sent=None):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if sent is None else body[:sent])
        if sent is not None:
            self.wfile.flush()
            self.close_connection = True

    def upstream(self):
        names = ("Accept", "Range", "If-Range")
        headers = {name: self.headers[name] for name in names if self.headers[name]}
        request = urllib.request.Request(UPSTREAM + self.path, headers=headers)
        try:
            reply = urllib.request.urlopen(request)
        except urllib.error.HTTPError as error:
            reply = error
        with reply:
            kept = ("content-type", "docker-content-digest", "etag", "content-range", "accept-ranges")
            return reply.status, {k: v for k, v in reply.headers.items() if k.lower() in kept}, reply.read()

    def token(self):
        if MODE == "token" and self.headers["Authorization"] != LOGIN:
            return self.answer(401, {}, b"")
        query = urllib.parse.parse_qs(urllib.parse.urlparse(self.path).query)
        if query.get("service") != ["the registry"] or not query["scope"][0].endswith(":pull"):
            return self.answer(400, {}, b"")
        name = f"token-{len(tokens)}"
        tokens[name] = 3
        return self.answer(200, {}, b'{"access_token": "%s"}' % name.encode())

    def is_let_in(self):
        if not MODE.startswith("token"):
            return MODE != "basic-odd"
        name = (self.headers["Authorization"] or "").removeprefix("Bearer ")
        tokens[name] = tokens.get(name, 0) - 1
        return tokens[name] >= 0

    def challenge(self):
        scope = ":".join(["repository", self.path.removeprefix("/v2/").split("/manifests/")[0].split("/blobs/")[0], "pull"])
        host = "tokens.example.org" if MODE == "token-http" else self.headers["Host"]
        text = f'Bearer realm="http://{host}/token",service="the registry",scope="{scope}"'
        return self.answer(401, {"WWW-Authenticate": "Odd x=1" if MODE == "basic-odd" else text}, b"")

    def do_GET(self):
        with open(LOG, "a", encoding="utf-8") as log:
            scheme = (self.headers["Authorization"] or "-").split()[0]
            log.write(f"{self.command} {self.path.split('?')[0]} {scheme}\n")
        if self.path.startswith("/token"):
            return self.token()
        if not self.is_let_in():
            return self.challenge()
        if MODE.startswith("busy-") and first_times(self.path, 2):
            return self.answer(int(MODE[5:]), {"Retry-After": "0"}, b"")
        if MODE == "huge" and "/manifests/" in self.path:
            return self.answer(200, {}, b" " * 5_000_000)
        status, headers, body = self.upstream()
        if MODE == "forged" and "/manifests/sha256:" in self.path:
            return self.answer(status, headers, body + b"\n")
        if "/blobs/" not in self.path or body.startswith(b"{") or status >= 300:
            return self.answer(status, headers, body)
        return self.layer(status, headers, body)

    def layer(self, status, headers, body):
        if MODE == "corrupt":
            body = body[:-1] + bytes([body[-1] ^ 1])
        elif MODE == "short":
            body = body[:-1]
        elif MODE == "long":
            body += b"x"
        elif MODE == "gone":
            return self.answer(404, {}, b"")
        elif MODE == "stuck" or (MODE == "cut" and first_times(self.path, 1)):
            return self.answer(status, headers, body, len(body) // 2)
        return self.answer(status, headers, body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
os.close(1)
server.serve_forever()
