"""Runs one Python program over a features file, for try.ts: drive.py PROGRAM OPTIONS-JSON < features > predictions."""

import csv
import json
import runpy
import sys


def number(text):
    return None if text == "" else float(text)


program = runpy.run_path(sys.argv[1])["create"](json.loads(sys.argv[2]))
print("row,flag,score")
for line in csv.DictReader(sys.stdin):
    row = {
        "row": int(line["row"]),
        "time_s": int(line["time_s"]),
        "mote_id": int(line["mote_id"]),
        "indoor": int(line["indoor"]),
        "humidity": number(line["humidity"]),
        "temperature": number(line["temperature"]),
    }
    result = program.observe(row)
    print(f"{row['row']},{result['flag']},{float(result['score'])!r}")
