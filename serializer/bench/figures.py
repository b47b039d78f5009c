"""Measures what compare.py and structs.py do not: any, large integers, pickles, inspect, canonical, diff, get.

Whole processes, run alternately; prints ratios of the medians of CPU time, and peak memory. SIZE is that of the large
documents in MB, 20 without it; PARTS names what is measured, all of it without.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile

ROUNDS = 3
tool, tests = sys.argv[1:3]
SIZE = int(os.environ.get("SIZE", "20"))


def run(*args, out=None):
    process = subprocess.Popen(args, stdout=out or subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    if status != 0:
        sys.exit("%s failed" % (args,))
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def against(what, ours, theirs):
    """Prints the ratio of two commands' CPU times."""
    figures = [[], []]
    for _ in range(ROUNDS):
        for values, command in zip(figures, (ours, theirs)):
            values.append(run(*command))
    cpu = [statistics.median(x[0] for x in values) for values in figures]
    memory = [max(x[1] for x in values) for values in figures]
    print("%s: %.2f, peak memory %.0f MiB against %.0f" % (what, cpu[0] / cpu[1], *memory), flush=True)


def python(code, *args):
    return ("/usr/bin/python3", "-c", "import json, pickle, sys, cbor2\n" + code, *args)


WRITE = """
import random
random.seed(1)
words = "alpha beta gamma дельта epsilon zeta привіт theta iota kappa".split()
def one(i):
    return {"id": i, "name": " ".join(random.choice(words) for _ in range(4)), "active": i % 2 == 0,
            "balance": round(random.uniform(-1e4, 1e4), 2), "score": random.random(), "note": None,
            "tags": [random.choice(words) for _ in range(3)],
            "address": {"city": random.choice(words), "geo": [random.uniform(-90, 90), random.uniform(-180, 180)]}}
block = [one(i) for i in range(20000)]
size, at = int(sys.argv[1]) * 1000000, sys.argv[2]
with open(at + "/a.json", "w") as f:
    text = ",\\n".join(json.dumps(x, ensure_ascii=False, sort_keys=True) for x in block)
    f.write("[" + text)
    while f.tell() < size:
        f.write(",\\n" + text)
    f.write("]\\n")
pickle.dump(block, open(at + "/a.pickle", "wb"))
"""
CANONICAL = "cbor2.dump(cbor2.load(open(sys.argv[1], 'rb')), open(sys.argv[2], 'wb'), canonical=True)"
PICKLE = "cbor2.dump(pickle.load(open(sys.argv[1], 'rb')), open(sys.argv[2], 'wb'))"
DIGITS = """
sys.set_int_max_str_digits(0)
open(sys.argv[1], "w").write("7" * 3000000)
"""


def inspect(at):
    run(tool, "convert", at("a.json"), at("a.cbor"))
    for name in ("a.json", "a.cbor"):
        against("inspect of %s beside convert" % name, (tool, "inspect", at(name)), (tool, "convert", at(name), at("b.cbor")))


def canonical(at):
    run(tool, "convert", at("a.json"), at("a.cbor"))
    if SIZE > 100:
        print("canonical of %d MB: peak memory %.0f MiB" % (SIZE, run(tool, "canonical", at("a.cbor"))[1]))
        return
    against("canonical CBOR beside cbor2", (tool, "canonical", at("a.cbor")), python(CANONICAL, at("a.cbor"), at("b.cbor")))


def diff(at):
    os.link(at("a.json"), at("b.json"))
    cpu, peak = run(tool, "diff", at("a.json"), at("b.json"))
    print("diff of two files of %d MB: peak memory %.0f MiB, CPU %.2f of two converts" % (
        SIZE, peak, cpu / 2 / run(tool, "convert", at("a.json"), at("b.cbor"))[0]))


def pickles(at):
    against("pickle to CBOR beside Python", (tool, "convert", at("a.pickle"), at("b.cbor")),
            python(PICKLE, at("a.pickle"), at("c.cbor")))


def digits(at):
    run(*python(DIGITS, at("digits.json")))
    print("an integer of 3 million digits, JSON to CBOR: %.2f s of CPU" % run(tool, "convert", at("digits.json"), at("d.cbor"))[0])


def jq(at):
    against("get beside jq", (tool, "get", "$[7].name", at("a.json")), ("jq", ".[7].name", at("a.json")))
    run(tool, "convert", at("a.json"), at("a.jsonl"))
    against("get --lines beside jq -c", (tool, "get", "--lines", "name", at("a.jsonl")), ("jq", "-c", ".name", at("a.jsonl")))


def anything(at):
    """JSON into any, in one process each."""
    def cpu(name):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([tests, "-test.run", "^$", "-test.bench", "^Benchmark%s$" % name, "-test.benchtime", "20x"],
                       check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    start = cpu("None")
    figures = {"AnyJSONOurs": [], "AnyJSONStd": []}
    for _ in range(ROUNDS):
        for name, values in figures.items():
            values.append(cpu(name) - start)
    ours, theirs = (statistics.median(v) for v in figures.values())
    print("JSON into any beside encoding/json: %.2f" % (ours / theirs))


PARTS = {"inspect": inspect, "canonical": canonical, "diff": diff, "pickle": pickles, "digits": digits, "jq": jq, "any": anything}
with tempfile.TemporaryDirectory() as dir:
    subprocess.run(python(WRITE, str(SIZE), dir), check=True)
    for name in os.environ.get("PARTS", " ".join(PARTS)).split():
        PARTS[name](lambda name: os.path.join(dir, name))
