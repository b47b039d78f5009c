"""compare: measures junksort beside its peers and writes the ratios into ../BENCHMARKS.md.

Every figure is a ratio of medians of whole processes that ran in turn (A B A B) in this one call. Elapsed time is measured
against the floor, CPU time (user and system) against the Python programs. WORK is a folder on a real file system.
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
    """Makes a tree of empty files, 100 in a folder; with names, only so many different ones."""
    shutil.rmtree(root, ignore_errors=True)
    folders = 0
    for at in range(0, files, per):
        folder = os.path.join(root, f"d{folders // 20:03}", f"s{folders:04}")
        os.makedirs(folder)
        folders += 1
        for i in range(at, min(at + per, files)):
            name = f"name{i % names:02}" if names else f"file_{i:07}"
            os.close(os.open(os.path.join(folder, f"{name}.{extensions[i % 10]}"), os.O_CREAT | os.O_WRONLY))


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


def contest(root, files, sides, names=0, per=100):
    """Runs all sides in turn, each on a fresh tree, and returns the medians."""
    results = {side: [] for side in sides}
    for _ in range(rounds):
        for side, (before, command) in sides.items():
            junk(root, files, names, per)
            if before:
                run(*before, root)
            results[side].append(run(*command, root))
    shutil.rmtree(root)
    return {side: [statistics.median(r[i] for r in rs) for i in range(3)] for side, rs in results.items()}


def sort(*flags):
    return [junksort, "sort", "--quiet", "--by", "extension", *flags]


def against_floor(place, root, files):
    sides = {
        "floor": ([], [floor]),
        "pool": ([], sort()),
        "async": ([], sort("--engine", "async")),
        "durable": ([], sort("--durable")),
        "floor undo": ([floor], [floor, "--undo"]),
        "undo": (sort(), [junksort, "undo", "--quiet"]),
    }
    r = contest(root, files, sides)
    base, back = r["floor"][0], r["floor undo"][0]
    rows = [(place, s, base / r[s][0], r[s][1] / r["floor"][1]) for s in ("pool", "async", "durable")]
    return rows + [(place, "undo", back / r["undo"][0], r["undo"][1] / r["floor undo"][1])]


def main():
    temporary, disk = "/dev/shm/junksort-bench", os.path.join(work, "junk")
    lines = []
    say = lines.append
    say("| file system | what | speed, floor = 1 | CPU time, floor = 1 |\n|---|---|---|---|")
    for place, root, files in (("tmpfs", temporary, 60000), (filesystem(work), disk, 20000)):
        for where, what, speed, cpu in against_floor(place, root, files):
            say(f"| {where} | {what} | {speed:.2f} | {cpu:.2f} |")
    say("")
    say("| engine | workers | time, pool with 1 worker = 1 |\n|---|---|---|")
    sides = {(e, w): ([], sort("--engine", e, "--workers", str(w))) for e in ("pool", "async") for w in (1, 2, 4, 16)}
    r = contest(temporary, 30000, sides)
    for (engine, workers), (elapsed, _, _) in r.items():
        say(f"| {engine} | {workers} | {elapsed / r['pool', 1][0]:.2f} |")
    say("")
    say("| peer | files | CPU time, junksort = 1 | elapsed, junksort = 1 |\n|---|---|---|---|")
    for peer, files, engine in (("threads.py", 6000, "pool"), ("asynchronous.py", 3000, "async")):
        python = [sys.executable, os.path.join(here, peer)]
        r = contest(temporary, files, {"junksort": ([], sort("--engine", engine)), "python": ([], python)})
        say(f"| {peer} | {files} | {r['python'][1] / r['junksort'][1]:.1f} | {r['python'][0] / r['junksort'][0]:.1f} |")
    r = {n: contest(temporary, 20000, {"junksort": ([], sort())}, names=n, per=40)["junksort"] for n in (0, 40)}
    say(f"\n20,000 files with 40 different names take {r[40][0] / r[0][0]:.2f} times as long as with distinct names.")
    if os.environ.get("MILLION"):
        junk(temporary, 1_000_000)
        memory = [run(*sort(), temporary)[2], run(junksort, "undo", "--quiet", temporary)[2]]
        shutil.rmtree(temporary)
        say(f"A million files: at most {memory[0]:.0f} MiB for the sort and {memory[1]:.0f} MiB for the undo.")
    write("\n".join(lines))


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
    print(results)


main()
