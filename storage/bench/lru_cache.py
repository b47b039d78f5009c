"""Prints the nanoseconds of processor time of a functools.lru_cache hit for one int, for three arguments, and of a miss that evicts."""
import functools
import time
import timeit

one = functools.lru_cache(maxsize=1000)(lambda n: n + 1)
three = functools.lru_cache(maxsize=1000)(lambda a, b, c: a)
full = functools.lru_cache(maxsize=1000)(lambda n: n + 1)
for n in range(1000):
    full(n)


def hit_one(r):
    for _ in r:
        one(500)


def hit_three(r):
    for _ in r:
        three(1, "two", 3.0)


def miss(r):
    for n in r:
        full(n)


count = 300_000
for work, numbers in ((hit_one, range(count)), (hit_three, range(count)), (miss, range(1000, 1000 + count))):
    print(timeit.timeit(lambda: work(numbers), timer=time.process_time, number=1) / count * 1e9)
