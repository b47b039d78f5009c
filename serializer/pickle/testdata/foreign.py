"""Writes pickles of what other programs have, a line each: name and version of Python, protocol, base64.

Run by hand with every Python at hand; numpy is left out where there is none. The lines, with the JSON that they
become, are foreign.txt.
"""
import array
import base64
import datetime
import enum
import ipaddress
import pathlib
import pickle
import sys
import time
import types

try:
    import numpy as np
except ImportError:
    np = None
try:
    import zoneinfo
except ImportError:
    zoneinfo = None


class Color(enum.Enum):
    RED = 1
    PAIR = (1, 2)


class Flag(enum.Flag):
    A = 1
    B = 2


class Outer:
    class Inner:
        pass


def dump(name, value, protocols=(0, 2, 4)):
    version = "%d.%d" % sys.version_info[:2]
    for protocol in protocols:
        text = base64.b64encode(pickle.dumps(value, protocol)).decode()
        print("%s-%s.%d %s" % (name, version, protocol, text))


dump("enum", [Color.RED, Color.PAIR, Flag.A | Flag.B, Color.RED])
dump("path", [pathlib.PurePosixPath("/a/b")])
dump("address", [ipaddress.ip_address("1.2.3.4"), ipaddress.ip_address("::ffff:1.2.3.4"),
                 ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_interface("fe80::1/64")])
if sys.version_info[:2] != (3, 11):
    sys.exit()
dump("inner", Outer.Inner())
dump("struct_time", time.gmtime(0))
for letter in "bBhHiIlLqQfd":
    dump("array-" + letter, array.array(letter, [1, 2]))
dump("array-u", array.array("u", "aї"))
dump("others", [ValueError("x", 1), types.SimpleNamespace(a=1), Ellipsis])
dump("surrogates", ["a\udc80b", {"\udc80": 1}])
dump("zoneinfo", datetime.datetime(2026, 1, 2, tzinfo=zoneinfo.ZoneInfo("Europe/Kyiv")))
if np:
    dump("numpy", [
        np.array([1.5, 2]), np.arange(6, dtype=">i2").reshape(2, 3),
        np.asfortranarray(np.arange(6, dtype="i4").reshape(2, 3)), np.array([True, False]), np.array([1 + 2j]),
        np.array(["a", "bї"]), np.array([b"x"]), np.array([1, "a", None], dtype=object), np.array(5.0),
        np.array([], dtype="f4"), np.array([1.5], "f2"),
    ], (0, 2, 5))
    dump("scalars", [np.float64(1.5), np.int8(-1), np.bool_(True), np.str_("ї"), np.float32(0.5),
                     np.uint64(2**64 - 1)])
    dump("numpy-time", np.array(["2026-01-02"], dtype="M8[ns]"))
    dump("numpy-key", {np.int64(1): "a"})
    records = np.array([(1, 2.5, "x"), (-2, 3.5, "їж")], dtype=[("id", "<i4"), ("ratio", ">f8"), ("text", "U2")])
    nested = np.zeros((2, 3), dtype=[("p", "i1", (2,)), ("in", [("q", "u1")])], order="F")
    nested["p"] = np.arange(12).reshape(2, 3, 2)
    nested["in"]["q"] = np.arange(6).reshape(2, 3)
    mixed = np.array([(1, None), (2, "b")], dtype=[("n", "i4"), ("o", "O")])
    dump("numpy-records", [records, records[0], records.view(np.recarray), nested, mixed], (0, 2, 5))
