"""Runs the commands that come as a JSON list on stdin; prints what each did and the most memory it had, in KiB, and its CPU time, in seconds.

Linux counts a process's memory from before exec, so that the peak of a small program started by a large test would be
the test's. This program is small.
"""
import json
import os
import resource
import subprocess
import sys

# What never ends is killed by the CPU time that it uses, which does not depend on what else the machine does.
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
results = []
for arguments in json.load(sys.stdin):
    with open("stdout", "w+b") as out, open("stderr", "w+b") as err:
        process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        err.seek(0)
        results.append({
            "code": process.returncode,
            "stdout": os.fstat(out.fileno()).st_size,
            "stderr": err.read().decode("utf-8", "replace"),
            "peak": usage.ru_maxrss,
            "cpu": usage.ru_utime + usage.ru_stime,
        })
json.dump(results, sys.stdout)
