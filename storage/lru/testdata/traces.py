"""Prints random traces of functools.lru_cache, one a line: capacity, keys, and for each call whether it was a hit."""
import functools
import json
import random
import sys

count, seed = int(sys.argv[1]), int(sys.argv[2])
generator = random.Random(seed)
for number in range(count):
    capacity = [0, 1, 2, 128, None][number % 5]
    universe = generator.choice([2, 3, 5, 200])
    cached = functools.lru_cache(maxsize=capacity)(lambda key: key)
    keys, hits = [], []
    for _ in range(generator.randint(1, 60 if universe < 200 else 400)):
        key = int(generator.paretovariate(1)) % universe if generator.random() < 0.5 else generator.randrange(universe)
        before = cached.cache_info().hits
        cached(key)
        keys.append(key)
        hits.append(cached.cache_info().hits - before)
    info = cached.cache_info()
    print(json.dumps({"capacity": -1 if capacity is None else capacity, "keys": keys, "hits": hits, "size": info.currsize}))
