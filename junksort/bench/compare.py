"""compare: measures junksort beside its peers, part by part, and writes the ratios into ../BENCHMARKS.md.

    compare.py PART...     floor-tmpfs, floor-disk, engines, peers, names, million

Each part is one run in which all sides take turns (A B A B), each on a fresh tree, as whole processes. A figure is the median of
the rounds' ratios. WORK is a folder on a real file system; the parts measured so far are kept there.
"""
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time

here = os.path.dirname(os.path.abspath(__file__))
work = os.environ.get("WORK", os.path.join(here, "work"))
rounds = int(os.environ.get("ROUNDS", "5"))
junksort, floor = os.path.join(work, "junksort"), os.path.join(work, "floor")
extensions = ["jpg", "png", "txt", "pdf", "mp3", "zip", "py", "mkv", "docx", "bin"]


def junk(root, files, names=0, per=100):
    """Makes a tree of empty files, 100 in a folder; with names, only so many different ones. The files of an earlier tree at root are
    used again, because making them takes far longer than sorting them."""
    old, found = root + ".old", {}
    if os.path.isdir(root):
        os.rename(root, old)
        for folder, folders, inside in os.walk(old):
            folders[:] = [f for f in folders if f != ".junksort"]
            found.update((name, os.path.join(folder, name)) for name in inside)
    folders = 0
    for at in range(0, files, per):
        folder = os.path.join(root, f"d{folders // 20:03}", f"s{folders:04}")
        os.makedirs(folder)
        folders += 1
        for i in range(at, min(at + per, files)):
            name = f"name{i % names:02}" if names else f"file_{i:07}"
            name += "." + extensions[i % 10]
            path = os.path.join(folder, name)
            if name in found:
                os.rename(found.pop(name), path)
            else:
                os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
    shutil.rmtree(old, ignore_errors=True)


def run(*command):
    """Returns elapsed seconds, CPU seconds and the largest resident set in MiB of one process."""
    os.sync()
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    elapsed = time.perf_counter() - began
    process.returncode = status
    if status:
        sys.exit(f"{command} ended with {status}")
    return elapsed, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


ELAPSED, CPU = 0, 1


def contest(root, files, sides, per=100):
    """Runs all sides in turn, each on a fresh tree. A side is what to run before, what to measure, and how many names there are."""
    results = {side: [] for side in sides}
    for _ in range(rounds):
        for side, (before, command, names) in sides.items():
            junk(root, files, names, per)
            if before:
                run(*before, root)
            results[side].append(run(*command, root))
    shutil.rmtree(root)
    return results


def ratio(results, a, b, what):
    """Returns the median over the rounds of a's time divided by b's."""
    return statistics.median(x[what] / y[what] for x, y in zip(results[a], results[b]))


def sort(*flags):
    return [junksort, "sort", "--quiet", "--by", "extension", *flags]


def against_floor(root, files):
    sides = {
        "floor": ([], [floor], 0),
        "pool": ([], sort(), 0),
        "async": ([], sort("--engine", "async"), 0),
        "durable": ([], sort("--durable"), 0),
        "floor undo": ([floor], [floor, "--undo"], 0),
        "undo": (sort(), [junksort, "undo", "--quiet"], 0),
    }
    r = contest(root, files, sides)
    lines = [f"{filesystem(os.path.dirname(root))}, {files:,} files:\n", "| what | speed, floor = 1 | CPU time, floor = 1 |\n|---|---|---|"]
    for side in ("pool", "async", "durable", "undo"):
        base = "floor undo" if side == "undo" else "floor"
        lines.append(f"| {side} | {ratio(r, base, side, ELAPSED):.2f} | {ratio(r, side, base, CPU):.2f} |")
    return lines


def engines():
    sides = {(e, w): ([], sort("--engine", e, "--workers", str(w)), 0) for e in ("pool", "async") for w in (1, 2, 4, 16)}
    r = contest(temporary, 30000, sides)
    lines = ["tmpfs, 30,000 files:\n", "| engine | workers | elapsed, pool with 1 worker = 1 | CPU time |\n|---|---|---|---|"]
    for engine, workers in sides:
        one, this = ("pool", 1), (engine, workers)
        lines.append(f"| {engine} | {workers} | {ratio(r, this, one, ELAPSED):.2f} | {ratio(r, this, one, CPU):.2f} |")
    return lines


def peers():
    lines = ["tmpfs; floor.c is there to show how much of the time is the kernel's:\n",
             "| peer | files | CPU time, junksort = 1 | CPU time, floor.c = 1 | elapsed, junksort = 1 |\n|---|---|---|---|---|"]
    for peer, files, engine in (("threads.py", 6000, "pool"), ("asynchronous.py", 3000, "async")):
        python = [sys.executable, os.path.join(here, peer)]
        r = contest(temporary, files, {"junksort": ([], sort("--engine", engine), 0), "python": ([], python, 0), "floor": ([], [floor], 0)})
        cpu, least, elapsed = ratio(r, "python", "junksort", CPU), ratio(r, "python", "floor", CPU), ratio(r, "python", "junksort", ELAPSED)
        lines.append(f"| {peer} | {files:,} | {cpu:.1f} | {least:.1f} | {elapsed:.1f} |")
    return lines


def names():
    r = contest(temporary, 20000, {n: ([], sort(), n) for n in (0, 40)}, per=40)
    elapsed, cpu = ratio(r, 40, 0, ELAPSED), ratio(r, 40, 0, CPU)
    return [f"20,000 files with 40 different names take {elapsed:.2f} times as long as with distinct names ({cpu:.2f} times the CPU time)."]


def million():
    junk(temporary, 1_000_000)
    memory = [run(*sort(), temporary)[2], run(junksort, "undo", "--quiet", temporary)[2]]
    shutil.rmtree(temporary)
    return [f"A million files: at most {memory[0]:.0f} MiB resident for the sort and {memory[1]:.0f} MiB for the undo."]


temporary = "/dev/shm/junksort-bench"
parts = {
    "floor-tmpfs": lambda: against_floor(temporary, 60000),
    "floor-disk": lambda: against_floor(os.path.join(work, "junk"), 20000),
    "engines": engines,
    "peers": peers,
    "names": names,
    "million": million,
}


def main():
    kept = os.path.join(work, "parts")
    os.makedirs(kept, exist_ok=True)
    for part in sys.argv[1:] or parts:
        text = "\n".join(parts[part]())
        print(text, flush=True)
        with open(os.path.join(kept, part), "w") as file:
            file.write(text)
    texts = []
    for part in parts:
        path = os.path.join(kept, part)
        if os.path.exists(path):
            with open(path) as file:
                texts.append(f"`make -C junksort/bench {part}`, {file.read()}")
    write("\n\n".join(texts))


def filesystem(path):
    out = subprocess.run(["stat", "-f", "-c", "%T", path], capture_output=True, text=True).stdout.strip()
    return {"ext2/ext3": "ext4"}.get(out, out)


def write(results):
    path = os.path.join(here, "..", "BENCHMARKS.md")
    with open(path) as file:
        text = file.read()
    head, _, _ = text.partition("<!-- results -->")
    with open(path, "w") as file:
        file.write(f"{head}<!-- results -->\n\n{results}\n\nPython {platform.python_version()}, Linux {platform.release().split('-')[0]}, "
                   f"{os.cpu_count()}-core x86-64 virtual machine, medians of {rounds} rounds.\n")


main()
