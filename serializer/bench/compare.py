"""Measures serializer beside its peers, alternately; prints ratios of medians. The last argument is what to measure:
speed beside Python's json and cbor2 and beside Go's libraries, or the peak memory at the sizes in MB that SIZES names."""
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile

tool, tests, what = sys.argv[1:4]
PYTHON = """
import json, sys, cbor2
with open(sys.argv[1], "rb") as f: value = json.load(f)
with open(sys.argv[2], "wb") as f: cbor2.dump(value, f)
"""


def write(path, size, records):
    """Writes a list of invented records of about size bytes; after 10 MB they begin again.

    A process of its own does it: Linux counts as a program's memory also that of the process that starts it.
    """
    writer = os.fork()
    if writer:
        if os.waitpid(writer, 0)[1] != 0:
            sys.exit("cannot write " + path)
        return
    random.seed(1)
    words = "alpha beta gamma дельта epsilon zeta привіт theta iota kappa".split()
    block, length = [], 0
    while length < min(size, 10_000_000):
        block.append(json.dumps(records(len(block), words), ensure_ascii=False).encode())
        length += len(block[-1]) + 2
    text = b",\n".join(block)
    with open(path, "wb") as f:
        f.write(b"[\n" + text)
        while f.tell() < size:
            f.write(b",\n" + text)
        f.write(b"\n]\n")
    os._exit(0)


def people(i, words):
    return {"id": i, "name": " ".join(random.choice(words) for _ in range(4)), "email": "user%d@example.com" % i,
            "active": random.random() < .5, "balance": round(random.uniform(-1e4, 1e4), 2), "score": random.random(),
            "tags": [random.choice(words) for _ in range(3)], "note": None, "created": 1700000000 + i,
            "address": {"street": "%d Main \"St\"\n" % i, "city": random.choice(words),
                        "geo": [random.uniform(-90, 90), random.uniform(-180, 180)]}}


def texts(i, words):
    return {"id": i, "body": " ".join(random.choice(words) for _ in range(60)), "tags": [random.choice(words) for _ in range(5)]}


def run(*args):
    """Returns the CPU seconds and the peak memory in MiB of a process."""
    process = subprocess.Popen(args)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    if status != 0:
        sys.exit("%s failed" % (args,))
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def speed(at):
    for name, records in (("people", people), ("texts", texts)):
        write(at("in.json"), 10_000_000, records)
        ours, theirs = [], []
        for _ in range(7):
            theirs.append(run("/usr/bin/python3", "-c", PYTHON, at("in.json"), at("python.cbor")))
            ours.append(run(tool, "convert", at("in.json"), at("our.cbor")))
        cpu = [statistics.median(x[0] for x in runs) for runs in (ours, theirs)]
        memory = [statistics.median(x[1] for x in runs) for runs in (ours, theirs)]
        print("JSON to CBOR, 10 MB of %s: CPU %.2f of Python json+cbor2, peak memory %.0f MiB against %.0f" % (name, cpu[0] / cpu[1], *memory))
    os.environ["GOMAXPROCS"] = "1"  # so that wall time is CPU time
    out = subprocess.run([tests, "-test.run", "xxx", "-test.bench", "Decode", "-test.count", "7", "-test.benchtime", "200ms"],
                         check=True, capture_output=True, text=True).stdout
    times = {}
    for name, ns in re.findall(r"^Benchmark(\S+)\s+\d+\s+(\d+) ns/op", out, re.M):
        times.setdefault(re.sub(r"-\d+$", "", name), []).append(int(ns))
    median = {name: statistics.median(ns) for name, ns in times.items()}
    print("decoding JSON into Value: %.2f times as fast as encoding/json into any" % (median["DecodeJSON/encoding-json"] / median["DecodeJSON/Value"]))
    print("decoding CBOR into Value: %.2f times as fast as fxamacker/cbor into any" % (median["DecodeCBOR/fxamacker"] / median["DecodeCBOR/Value"]))


def memory(at):
    for size in os.environ.get("SIZES", "10 200").split():
        write(at("in.json"), int(size) * 1_000_000, people)
        for args in (("in.json", "a.cbor"), ("a.cbor", "b.json"), ("in.json", "a.msgpack"), ("a.msgpack", "c.json")):
            peak = run(tool, "convert", *map(at, args))[1]
            print("%s MB, %s to %s: peak memory %.0f MiB" % (size, args[0].split(".")[1], args[1].split(".")[1], peak), flush=True)
        with open(at("b.json"), "rb") as b, open(at("c.json"), "rb") as c:
            while True:
                x, y = b.read(1 << 20), c.read(1 << 20)
                if x != y:
                    sys.exit("the results differ")
                if not x:
                    break


with tempfile.TemporaryDirectory() as dir:
    {"speed": speed, "memory": memory}[what](lambda name: os.path.join(dir, name))
