"""asynchronous: a fair Python solution of the second task: asyncio, with every call of the file system in a thread, as
aiofiles and aioshutil do it, because asyncio has no files of its own.
"""
import asyncio
import os
import sys

root = sys.argv[1]
taken = {}


async def place(name):
    stem, dot, extension = name.rpartition(".")
    folder = extension.lower() if dot and stem else "other"
    if folder not in taken:
        path = os.path.join(root, folder)
        await asyncio.to_thread(os.makedirs, path, exist_ok=True)
        taken.setdefault(folder, set(await asyncio.to_thread(os.listdir, path)))
    names = taken[folder]
    new, number = name, 1
    while new in names:
        number += 1
        new = f"{stem} ({number}).{extension}" if dot and stem else f"{name} ({number})"
    names.add(new)
    return os.path.join(root, folder, new)


async def move(path, name):
    await asyncio.to_thread(os.rename, path, await place(name))


def listing(path):
    with os.scandir(path) as entries:
        return [(e.path, e.name, e.is_dir(follow_symlinks=False), e.is_file(follow_symlinks=False)) for e in entries]


async def walk(path, folders, files):
    inner = []
    for below, name, is_folder, is_file in await asyncio.to_thread(listing, path):
        if is_folder:
            inner.append(below)
        elif is_file:
            files.append((below, name))
    folders += inner
    await asyncio.gather(*(walk(folder, folders, files) for folder in inner))


async def main():
    folders, files = [], []
    await walk(root, folders, files)
    await asyncio.gather(*(move(*file) for file in files))
    for folder in sorted(folders, key=len, reverse=True):
        try:
            await asyncio.to_thread(os.rmdir, folder)
        except OSError:
            pass


asyncio.run(main())
