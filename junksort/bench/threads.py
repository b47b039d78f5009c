"""threads: a fair Python solution of the first task: walks with a pool of threads and moves in the same pool.

It does what a good solution does and no more: os.scandir instead of os.walk, one rename a file, a lock only around the
choice of a name, so that equal names are numbered and nothing is overwritten (by this process).
"""
import os
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Lock

root = sys.argv[1]
taken = {}
lock = Lock()


def place(name):
    stem, dot, extension = name.rpartition(".")
    folder = extension.lower() if dot and stem else "other"
    with lock:
        names = taken.get(folder)
        if names is None:
            path = os.path.join(root, folder)
            os.makedirs(path, exist_ok=True)
            names = taken[folder] = set(os.listdir(path))
        new, number = name, 1
        while new in names:
            number += 1
            new = f"{stem} ({number}).{extension}" if dot and stem else f"{name} ({number})"
        names.add(new)
    return os.path.join(root, folder, new)


def move(path, name):
    os.rename(path, place(name))


def walk(path):
    folders, files = [], []
    with os.scandir(path) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)
            elif entry.is_file(follow_symlinks=False):
                files.append((entry.path, entry.name))
    return folders, files


with ThreadPoolExecutor(os.cpu_count()) as pool:
    files, folders, pending = [], [], [pool.submit(walk, root)]
    while pending:
        found, pending = pending, []
        for future in found:
            inner, here = future.result()
            folders += inner
            files += here
            pending += [pool.submit(walk, folder) for folder in inner]
    moves = [pool.submit(move, *file) for file in files]
    wait(moves)
for done in moves:
    done.result()
for folder in reversed(folders):
    try:
        os.rmdir(folder)
    except OSError:
        pass
