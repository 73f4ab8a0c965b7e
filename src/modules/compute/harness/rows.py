"""The trusted half of the causal row protocol for Python: reads rows on descriptor 3, answers on 4.
Descriptors 1 and 2 stay the program's own. The protocol is described in row-protocol.ts."""

import json
import os
import sys

from harness_shared import claim_of, load_program

# A larger buffer would be mapped and unmapped for each row.
BUFFER_BYTES = 8192


def receive(pending=[b""]):
    while not pending[0].endswith(b"\n"):
        part = os.read(3, BUFFER_BYTES)
        if not part:
            os._exit(0)
        pending[0] += part
    line, pending[0] = pending[0], b""
    return json.loads(line)


def send(message, encode=json.JSONEncoder(separators=(",", ":")).encode):
    os.write(4, (encode(message) + "\n").encode())


def main():
    send({"harness": "rows"})
    start = receive()["start"]
    observe = load_program(sys.argv[1]).create(start).observe
    send({"ready": True})
    while True:
        message = receive()
        if "end" in message:
            return
        send({"prediction": observe(message["row"])})


try:
    main()
except BaseException as error:
    send({"error": claim_of(error)})
    os._exit(1)
sys.stdout.flush()
os._exit(0)
