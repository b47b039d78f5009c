"""compare: measures junksort beside its peers, part by part, and writes the ratios into ../BENCHMARKS.md.

    compare.py PART...     floor-tmpfs, floor-disk, processes, engines, peers, names, million, unpack-tmpfs, unpack, watch

Each part is one run in which all sides take turns (A B A B), each on a fresh tree, as whole processes. A figure is the median of
the rounds' ratios. WORK is a folder on a real file system; the parts measured so far are kept there.
"""
import os
import platform
import random
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


def processes():
    lines = ["tmpfs, 20,000 files, with so many more processes on the machine, whose open files are looked at:\n",
             "| processes | speed of pool, floor = 1 | CPU time, floor = 1 |\n|---|---|---|"]
    for count in (200, 2000):
        others = [subprocess.Popen(["sleep", "1000"]) for _ in range(count)]
        try:
            r = contest(temporary, 20000, {"floor": ([], [floor], 0), "pool": ([], sort(), 0)})
        finally:
            for other in others:
                other.kill()
            for other in others:
                other.wait()
        lines.append(f"| {count:,} | {ratio(r, 'floor', 'pool', ELAPSED):.2f} | {ratio(r, 'pool', 'floor', CPU):.2f} |")
    return lines


def prose(size):
    """Returns bytes that compress as text does: words, of which few are frequent."""
    random.seed(1)
    letters = "etaoinshrdlucmfw"
    words = ["".join(random.choices(letters, k=random.randint(2, 9))) for _ in range(20_000)]
    some = random.choices(words, weights=[1 / (i + 1) for i in range(len(words))], k=size // 5)
    return " ".join(some).encode().ljust(size, b".")[:size]


def unpack(top=None):
    """Whole processes, each into a folder that is not there; junksort also looks at the tree, keeps a journal and checks every
    path."""
    top = top or os.path.join(work, "unpack")
    shutil.rmtree(top, ignore_errors=True)
    large, runs, small = (os.path.join(top, name) for name in ("large", "runs", "small"))
    os.makedirs(large)
    os.makedirs(runs)
    os.makedirs(small)
    block, text = os.urandom(1 << 20), prose(32 << 20)
    for i in range(64):  # 16 MiB each
        with open(os.path.join(large, f"{i}.bin"), "wb") as file:
            for j in range(16):  # an eighth cannot be compressed; the rest is further apart than zstd looks back
                at = (16 * i + j) * 7 % 31 * (1 << 20)
                file.write(block if j % 8 == 0 else text[at:at + (1 << 20)])
        with open(os.path.join(runs, f"{i}.bin"), "wb") as file:
            for j in range(16):  # the same, but the rest is long runs of one byte
                file.write(block if j % 8 == 0 else bytes([j]) * (1 << 20))
    for i in range(50_000):
        folder = os.path.join(small, f"d{i // 500}")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, f"{i}.txt"), "w") as file:
            file.write(f"the content of file {i}\n" * 20)
    for folder in (large, runs):
        subprocess.run(["bsdtar", "-cf", f"{folder}.tar.zst", "--zstd", "-C", folder, "."], check=True)
    subprocess.run(["zip", "-qr", os.path.join(top, "small.zip"), "."], cwd=small, check=True)
    for folder in (large, runs, small):
        shutil.rmtree(folder)
    lines = [f"{filesystem(top)}; junksort beside who unpacks the same:\n",
             "| archive | peer | speed, peer = 1 | CPU time, peer = 1 |\n|---|---|---|---|"]
    for name, peer in (("large.tar.zst", ["bsdtar", "-xf"]), ("runs.tar.zst", ["bsdtar", "-xf"]), ("small.zip", ["unzip", "-q"])):
        source, at = os.path.join(top, name), os.path.join(top, "at")
        figures = []
        for _ in range(rounds):
            turn = []
            for side in ("peer", "junksort"):
                shutil.rmtree(at, ignore_errors=True)
                os.mkdir(at)
                os.link(source, os.path.join(at, name))
                into = ["-C", at] if peer[0] == "bsdtar" else ["-d", at]
                command = [*peer, os.path.join(at, name), *into] if side == "peer" else [
                    junksort, "sort", "--quiet", "--unpack", at]
                turn.append(run(*command))
            figures.append(turn)
        shutil.rmtree(at)
        speed = statistics.median(p[ELAPSED] / j[ELAPSED] for p, j in figures)
        cpu = statistics.median(j[CPU] / p[CPU] for p, j in figures)
        what = {"large.tar.zst": "1 GiB of text as tar.zst", "runs.tar.zst": "1 GiB of runs of one byte as tar.zst",
                "small.zip": "zip of 50,000 small files"}[name]
        lines.append(f"| {what} | {peer[0]} | {speed:.2f} | {cpu:.2f} |")
    shutil.rmtree(top)
    return lines


def spent(pid):
    """Returns the processor time of all threads of a process in milliseconds."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/schedstat") as file:
            total += int(file.read().split()[0])
    return total / 1e6


def watch():
    """The one part that says bare times: those of the processor, which a loaded machine changes little."""
    root = os.path.join(work, "watched")
    shutil.rmtree(root, ignore_errors=True)
    for folder, extension, files in (("images", "jpg", 50_000), ("documents", "pdf", 30_000), ("audio", "mp3", 20_000)):
        os.makedirs(os.path.join(root, folder))
        for i in range(files):
            os.close(os.open(os.path.join(root, folder, f"{i}.{extension}"), os.O_CREAT | os.O_WRONLY))
    process = subprocess.Popen([junksort, "watch", "--min-age", "0s", root], stdout=subprocess.PIPE, text=True)

    def arrive(name):
        open(os.path.join(root, name), "w").close()
        while name not in process.stdout.readline():
            pass

    arrive("first.jpg")
    time.sleep(2)
    before = spent(process.pid)
    time.sleep(20)
    idle = (spent(process.pid) - before) / 20_000
    before, arrivals = spent(process.pid), 50
    for i in range(arrivals):
        arrive(f"new{i}.jpg")
        time.sleep(0.3)
    each = (spent(process.pid) - before) / arrivals
    process.terminate()
    process.wait()
    shutil.rmtree(root)
    return [f"A watch of 100,000 sorted files takes {100 * idle:.3f} % of a core while nothing happens, and {each:.1f} ms of processor "
            "time for a file that arrives."]


temporary = "/dev/shm/junksort-bench"
parts = {
    "floor-tmpfs": lambda: against_floor(temporary, 60000),
    "floor-disk": lambda: against_floor(os.path.join(work, "junk"), 20000),
    "processes": processes,
    "engines": engines,
    "peers": peers,
    "names": names,
    "million": million,
    "unpack-tmpfs": lambda: unpack("/dev/shm/junksort-unpack"),
    "unpack": unpack,
    "watch": watch,
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
