"""The trusted half of the batch protocol for Python: inputs are files under /input, outputs leave as frames
on descriptor 4: a line {"write":{"name","bytes"}} and then that many bytes. See batch-protocol.ts."""

import json
import os
import re
import sys

from harness_shared import claim_of, load_program


def receive_start():
    text = b""
    while not text.endswith(b"\n"):
        part = os.read(3, 65536)
        if not part:
            os._exit(0)
        text += part
    return json.loads(text)["start"]


def send_bytes(data):
    view = memoryview(data)
    while view:
        view = view[os.write(4, view) :]


def send(message):
    send_bytes((json.dumps(message) + "\n").encode())


class Job:
    """What `main(job)` gets: options, and the ways to its inputs and outputs."""

    def __init__(self, options):
        self.options = options

    def read(self, name):
        if not re.fullmatch(r"[a-z0-9][a-z0-9._-]*", name):
            raise FileNotFoundError(f"There is no input {name}.")
        with open(f"/input/{name}", "rb") as file:
            return file.read()

    def read_text(self, name):
        return self.read(name).decode()

    def write(self, name, data):
        content = data.encode() if isinstance(data, str) else bytes(data)
        send({"write": {"name": name, "bytes": len(content)}})
        send_bytes(content)


def main():
    send({"harness": "batch"})
    start = receive_start()
    load_program(sys.argv[1]).main(Job(start["options"]))
    send({"done": True})


try:
    main()
except BaseException as error:
    send({"error": claim_of(error)})
    os._exit(1)
sys.stdout.flush()
os._exit(0)
