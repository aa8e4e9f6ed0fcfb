#!/usr/bin/python3
"""One NATS request: nats-request HOST:PORT[:USER:PASSWORD] SUBJECT [PAYLOAD], prints the answer.

With the subject `-` the standard input holds `SUBJECT<TAB>PAYLOAD` lines, each a request of its own.
Protocol: https://docs.nats.io/reference/reference-protocols/nats-protocol
"""
import json
import secrets
import socket
import sys


def main():
    where = sys.argv[1].split(":")
    link = socket.create_connection((where[0], int(where[1])), timeout=5)
    stream = link.makefile("rb")
    stream.readline()
    options = {"verbose": False, "pedantic": False, "lang": "python", "version": "0", "headers": True}
    if len(where) > 3:
        options.update(user=where[2], **{"pass": where[3]})
    # An inbox of its own: a late answer to somebody else must not look like ours.
    inbox = b"_INBOX." + secrets.token_hex(12).encode()
    link.sendall(b"CONNECT " + json.dumps(options).encode() + b"\r\nSUB " + inbox + b" 1\r\nPING\r\n")
    while True:
        line = stream.readline()
        if line.startswith(b"PONG"):
            break
        if line.startswith(b"-ERR") or not line:
            sys.exit(line.decode() or "connection closed")

    def request(subject, payload):
        data = payload.encode()
        link.sendall(b"PUB %s %s %d\r\n%s\r\n" % (subject.encode(), inbox, len(data), data))
        while True:
            words = stream.readline().split()
            if not words:
                sys.exit("connection closed")
            if words[0] == b"PING":
                link.sendall(b"PONG\r\n")
            elif words[0] == b"MSG":
                body = stream.read(int(words[-1]) + 2)[:-2]
                print(body.decode())
                return
            elif words[0] == b"HMSG":
                stream.read(int(words[-1]) + 2)
                sys.exit("no responders")
            elif words[0] == b"-ERR":
                sys.exit(b" ".join(words).decode())

    if sys.argv[2] == "-":
        for line in sys.stdin:
            subject, _, payload = line.rstrip("\n").partition("\t")
            request(subject, payload)
    else:
        request(sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else "")


main()
