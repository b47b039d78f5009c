"""write DIR: writes values with Python's own modules. check DIR: compares what came back as back.N.FORMAT."""
import datetime
import decimal
import fractions
import json
import math
import os
import sys
import uuid

import cbor2
import msgpack

utc = datetime.timezone.utc
plain = [None, True, 0, -1, 23, 24, 255, 256, 65535, 65536, 2**32, 2**63 - 1, -2**63, 1.0, -0.0, 0.1, 1.5, 1e300, 5e-324, 3.4028234663852886e38,
         "", "a", "ї😀\u0000\"\\\n", "x" * 300, "y" * 70000, [], [1, [2.0, "3"]], {}, {"b": 1, "a": {"c": [None]}}, list(range(70000)),
         {"k%d" % i: i for i in range(20000)}]
more = [2**64 - 1, float("inf"), float("-inf"), b"", b"\x00\xff" * 200, {1: "a", -1: "b"}]
tagged = [2**64, -2**64, -2**64 - 1, 2**200, float("nan"), {1, 2}, decimal.Decimal("1.10"), fractions.Fraction(-1, 3), uuid.UUID(int=7),
          datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=utc), {(1, 2): "tuple"}]
formats = {
    "json": (plain + [2**64, -2**200], lambda v: json.dumps(v).encode(), json.loads),
    "msgpack": (plain + more + [datetime.datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=utc)],
                lambda v: msgpack.packb(v, datetime=True), lambda b: msgpack.unpackb(b, timestamp=3, strict_map_key=False)),
    "cbor": (plain + more + tagged, cbor2.dumps, cbor2.loads),
}


def same(a, b):
    if type(a) is not type(b):
        return False
    if isinstance(a, float):
        return math.copysign(1, a) == math.copysign(1, b) and (a == b or a != a and b != b)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return same(list(a), list(b)) and same(list(a.values()), list(b.values()))
    return a == b


for name, (values, dump, load) in formats.items():
    for i, value in enumerate(values):
        if sys.argv[1] == "write":
            with open(os.path.join(sys.argv[2], "in.%d.%s" % (i, name)), "wb") as file:
                file.write(dump(value))
            continue
        with open(os.path.join(sys.argv[2], "back.%d.%s" % (i, name)), "rb") as file:
            back = load(file.read())
        if not same(value, back):
            print("%s: %.80r came back as %.80r" % (name, value, back))
