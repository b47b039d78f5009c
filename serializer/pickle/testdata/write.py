"""Writes pickles of every kind of data, in every protocol, into the directory given."""
import collections
import datetime
import decimal
import fractions
import pickle
import sys
import types
import uuid


class Item:
    def __init__(self, price):
        self.price = price


class Items(list):
    pass


class Prices(dict):
    pass


class Slots:
    __slots__ = ("a",)


shop = types.ModuleType("shop")
for cls in (Item, Items, Prices, Slots):
    cls.__module__ = "shop"
    setattr(shop, cls.__name__, cls)
sys.modules["shop"] = shop

zone = datetime.timezone(datetime.timedelta(hours=2))
items = Items([1])
items.x = 1
cycle = [1]
cycle.append(cycle)
through = ([],)
through[0].append(through)
shared = [1]
slots = Slots()
slots.a = 1
lists = collections.defaultdict(list)
lists["a"].append(1)

kinds = {
    "scalars": [None, True, False, 0, -1, 255, 65536, 2**31, -2**31, 2**63, -2**63 - 1, 2**100, -2**100, 1.0, -0.0,
                float("inf"), float("nan"), 1e300, ""],
    "text": ["text ї \n\\ 'q' 😀", "\r\x1a\x00"],
    "bytes": [b"", b"\x00\xff", bytearray(b"ab"), bytearray()],
    "containers": [[], (), {}, set(), frozenset(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), {1: 2, "a": None}, {1},
                   frozenset([1]), {(1, 5): 3, frozenset([2]): 2}],
    "time": [datetime.datetime(2026, 1, 2, 3, 4, 5, 6), datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=zone),
             datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc), datetime.date(2024, 2, 29),
             datetime.time(1, 2, 3, 4), datetime.time(1, 2, tzinfo=zone), datetime.timedelta(-1, 5, 7),
             datetime.timedelta(999999999), zone],
    "numbers": [decimal.Decimal("1.10"), decimal.Decimal("-0"), decimal.Decimal("NaN"), decimal.Decimal("1E+400"),
                fractions.Fraction(-1, 3), complex(1, -0.0), uuid.UUID(int=5), range(1, 10, 2)],
    "collections": [collections.OrderedDict([("b", 1), ("a", 2)]), lists, collections.deque([1, 2]),
                    collections.deque([1], 3), collections.Counter("aab"), slice(1, 2, None)],
    "shared": [shared, shared, cycle, through],
    "instances": [Item(5), items, Prices(a=1)],
    "slots": [slots],
}
for name, value in kinds.items():
    for protocol in range(2 if name == "slots" else 0, 6):
        with open("%s/%s.%d.pickle" % (sys.argv[1], name, protocol), "wb") as file:
            file.write(pickle.dumps(value, protocol))
fold = datetime.datetime(2026, 10, 25, 3, 30, fold=1)  # which protocols below 4 do not keep
for protocol in (4, 5):
    with open("%s/fold.%d.pickle" % (sys.argv[1], protocol), "wb") as file:
        file.write(pickle.dumps(fold, protocol))
