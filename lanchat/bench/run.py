"""Measures lanchat beside its peers in one run, interleaved, and prints a table of medians and ratios. See BENCHMARKS.md."""
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

build = sys.argv[1]
rounds = int(os.environ.get("ROUNDS", "5"))
messages = int(os.environ.get("MESSAGES", "30000"))
data = tempfile.mkdtemp(prefix="lanchat-bench-")
tick = os.sysconf("SC_CLK_TCK")


def free_port():
    """A port below those that the kernel gives to clients: a client of such a port can meet itself."""
    while True:
        with socket.socket() as s:
            port = random.randrange(10000, 30000)
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


class Server:
    """A server process that listens on a port of its own."""

    def __init__(self, *command):
        self.port = free_port()
        command = [c.replace("PORT", str(self.port)) for c in command]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.05)
        sys.exit(f"{command} does not listen")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def cpu(self):
        fields = open(f"/proc/{self.process.pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / tick

    def memory(self):
        for line in open(f"/proc/{self.process.pid}/smaps_rollup"):
            if line.startswith("Rss:"):
                return int(line.split()[1]) * 1024


def program(*command):
    return subprocess.run([str(c) for c in command], check=True, stdout=subprocess.PIPE, text=True).stdout.split()


def plain(n, senders, *command):
    with Server(*command) as server:
        before = server.cpu()
        rate, median, p99 = map(float, program(f"{build}/load", server.port, senders, n))
        return {"cpu": (server.cpu() - before) / n, "rate": rate, "median": median, "p99": p99}


def secure(n, *command):
    with Server(*command) as server:
        program(f"{build}/tls", "load", f"127.0.0.1:{server.port}", 16, n // 10)
        before = server.cpu()
        program(f"{build}/tls", "load", f"127.0.0.1:{server.port}", 16, n)
        return {"cpu": (server.cpu() - before) / n}


def idle(connections, *command):
    with Server(*command) as server:
        program(f"{build}/load", server.port, 1, 2000)
        alone = float(program(f"{build}/load", server.port, 1, 3000)[2])
        before = server.memory()
        holder = subprocess.Popen([f"{build}/load", str(server.port), "idle", str(connections)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        holder.stdout.readline()
        each = (server.memory() - before) / connections
        crowded = float(program(f"{build}/load", server.port, 1, 3000)[2])
        holder.stdin.close()
        holder.wait()
        return {"each": each, "p99": crowded / alone}


def lanchat(*more):
    return [f"{build}/lanchat", "listen", "--no-mdns", "--data", data, "--addr", "127.0.0.1:PORT", *more]


floor = [f"{build}/floor", "PORT"]
cases = {
    "floor": lambda: plain(messages, 64, *floor),
    "not storing": lambda: plain(messages, 64, *lanchat("--no-store")),
    "not storing, 512": lambda: plain(messages, 512, *lanchat("--no-store")),
    "storing, 512": lambda: plain(messages, 512, *lanchat()),
    "threading": lambda: plain(messages // 6, 64, sys.executable, "peers.py", "threading", "PORT"),
    "asyncio": lambda: plain(messages // 6, 64, sys.executable, "peers.py", "asyncio", "PORT"),
    "bare TLS": lambda: secure(messages // 10, f"{build}/tls", "bare", "127.0.0.1:PORT"),
    "TLS": lambda: secure(messages // 10, *lanchat("--no-store")),
    "idle": lambda: idle(15000, *lanchat()),
    "fsync": lambda: {"rate": float(program(f"{build}/fsync", os.path.join(data, "records"), 1000)[0])},
}
if os.geteuid() == 0:
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)  # in a network of its own it is down at first
only = os.environ.get("CASES")  # names with a semicolon between them
if only:
    cases = {name: cases[name] for name in only.split(";")}
results = {name: [] for name in cases}
for _ in range(rounds):
    for name, measure in cases.items():
        results[name].append(measure())
        print(name, results[name][-1], file=sys.stderr, flush=True)
shutil.rmtree(data)


def median(name, what):
    return statistics.median(r[what] for r in results.get(name, []))


def row(what, value, goal):
    """Prints a row, unless a case that it needs was not measured."""
    try:
        print(f"| {what} | {value():.2f} | {goal} |")
    except statistics.StatisticsError:
        pass


print("| ratio | measured | goal |\n|---|---|---|")
row("CPU of a message, not storing, to the C epoll server", lambda: median("not storing", "cpu") / median("floor", "cpu"), "at most 1.3")
row("rate, storing, 512 senders, to not storing", lambda: median("storing, 512", "rate") / median("not storing, 512", "rate"), "at least 0.9")
row("rate, storing, 512 senders, to one fsync per message", lambda: median("storing, 512", "rate") / median("fsync", "rate"), "at least 4")
row("CPU of Python's ThreadingTCPServer to lanchat's, not storing", lambda: median("threading", "cpu") / median("not storing", "cpu"), "at least 4")
row("CPU of Python's asyncio to lanchat's, not storing", lambda: median("asyncio", "cpu") / median("not storing", "cpu"), "at least 2.5")
row("CPU of a TLS message to a bare crypto/tls handshake", lambda: median("TLS", "cpu") / median("bare TLS", "cpu"), "at most 1.05")
row("memory of an idle connection, of 15,000, in kB", lambda: median("idle", "each") / 1024, "at most 0.3")
row("p99 of a message beside them to without them", lambda: median("idle", "p99"), "at most 2")
