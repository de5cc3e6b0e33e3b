#!/usr/bin/python3
"""Random cron expressions: the times that `harvester schedule next` tells are those of croniter, in UTC.

usage: cron_beside_croniter.py HARVESTER [--expressions N] [--seed S]
"""
import argparse
import datetime
import json
import pathlib
import random
import subprocess
import sys
import tempfile

try:
    from croniter import croniter
except ImportError:
    print("python3-croniter is not installed")
    sys.exit(77)

TIMES = 12
LIMITS = [(0, 59), (0, 23), (1, 28), (1, 12), (0, 7)]  # days that each month has
PROFILE = """schema: 1
remote: {host: localhost, port: 104, ae_title: PACS}
query: {timezone: UTC}
schedule:
"""


def span(chance, low, high):
    first, last = sorted((chance.randint(low, high), chance.randint(low, high)))
    return f"{first}-{last}"


def item(chance, low, high):
    kind = chance.random()
    if kind < 0.5:
        return str(chance.randint(low, high))
    if kind < 0.7:
        return span(chance, low, high)
    step = chance.randint(1, 15)
    return f"*/{step}" if kind < 0.85 else f"{span(chance, low, high)}/{step}"


def field(chance, low, high, plain):
    if chance.random() < plain:
        return "*"
    return ",".join(item(chance, low, high) for _ in range(chance.choice((1, 1, 2, 3))))


def expression(chance):
    plain = (0.2, 0.4, 0.6, 0.7, 0.6)
    return " ".join(field(chance, *limits, p) for limits, p in zip(LIMITS, plain))


def told(harvester, expressions):
    """The due times of each expression."""
    with tempfile.TemporaryDirectory() as folder:
        site = pathlib.Path(folder)
        (site / "profiles").mkdir()
        (site / "harvester.yaml").write_text(f"data_directory: {site / 'data'}\nprofiles: profiles\n"
                                             "stores: [{name: harvest, ae_title: HARVESTER, port: 11112}]\n")
        schedules = "".join(f"  - {{name: s{n}, cron: \"{each}\"}}\n" for n, each in enumerate(expressions))
        (site / "profiles" / "pacs.yaml").write_text(PROFILE + schedules)
        words = [harvester, "--config", site / "harvester.yaml", "--json", "schedule", "next", "-n", str(TIMES)]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"schedule next ended with {done.returncode}: {done.stderr}")
    times = {}
    for run in json.loads(done.stdout)["runs"]:
        times.setdefault(int(run["name"][1:]), []).append(run["due"][:16])
    return [times.get(n, []) for n in range(len(expressions))]


def expected(each, first):
    """croniter's times from the first one on, which is beyond now."""
    before = datetime.datetime.fromisoformat(first) - datetime.timedelta(minutes=1)
    times = croniter(each, before)
    return [times.get_next(datetime.datetime).strftime("%Y-%m-%dT%H:%M") for _ in range(TIMES)]


def first_due(each, now):
    return croniter(each, now).get_next(datetime.datetime).strftime("%Y-%m-%dT%H:%M")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("harvester")
    parser.add_argument("--expressions", type=int, default=500)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 31))
    options = parser.parse_args()
    chance = random.Random(options.seed)
    print(f"seed {options.seed}")
    expressions = [expression(chance) for _ in range(options.expressions)]
    before = datetime.datetime.utcnow()
    ours = told(options.harvester, expressions)
    after = datetime.datetime.utcnow()
    faults = 0
    for each, times in zip(expressions, ours):
        right = times and times[0] in (first_due(each, before), first_due(each, after)) and \
            times == expected(each, times[0])
        if not right:
            faults += 1
            print(f"{each}: we say {times[:4]}, croniter {first_due(each, before)} …")
    print(f"{len(expressions)} expressions, {TIMES} times each: {faults} differ")
    return 1 if faults else 0


sys.exit(main())
