"""Compares the CPU time of writing and reading a Go struct of ten fields with encoding/json and fxamacker/cbor.

Runs the benchmarks of struct_bench_test.go alternately, each in a process of its own, and prints ratios of medians.
"""

import resource
import statistics
import subprocess
import tempfile

ROUNDS, TIMES = 5, 60000
PAIRS = {"JSON": ("StructJSONOursMarshal", "StructJSONStdMarshal"), "CBOR": ("StructCBOROursMarshal", "StructCBORFx")}


def cpu(binary, name, times):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [binary, "-test.run", "^$", "-test.bench", f"^Benchmark{name}$", "-test.benchtime", f"{times}x"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


with tempfile.NamedTemporaryFile() as binary:
    subprocess.run(["go", "test", "-c", "-o", binary.name, ".."], check=True)
    binary.file.close()
    start = statistics.median(cpu(binary.name, "None", 1) for _ in range(ROUNDS))
    figures = {name: [] for pair in PAIRS.values() for name in pair}
    for _ in range(ROUNDS):
        for name, values in figures.items():
            values.append(cpu(binary.name, name, TIMES) - start)
    for what, (ours, theirs) in PAIRS.items():
        print(f"{what}: {statistics.median(figures[ours]) / statistics.median(figures[theirs]):.2f}")
