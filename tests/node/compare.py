#!/usr/bin/env python3
"""Compares two outputs of conformance.sh, one run directly and one through the proxy.

    compare.py DIRECT PROXIED [--at-least REVISION=PASSED]...
    compare.py --self-test

For each revision, what must be equal is the multiset of (scenario, check, status). Notes of the suite
(status INFO) are left out, because how many stream events it happened to see is one of them. --at-least
asks for that many passed checks of DIRECT, and for the revision to be there at all. Exits with 1 on any
difference, 2 when a run is missing or cannot be read.
"""

import argparse
import collections
import json
import pathlib
import re
import sys
import tempfile

PASSED, FAILED = "SUCCESS", "FAILURE"
# server-<scenario>-<ISO time with dashes>
FOLDER = re.compile(r"server-(?P<scenario>.+)-\d{4}-\d\d-\d\dT[\d-]+Z")


class Unreadable(Exception):
    """A run that is missing, empty, or not of the suite's form."""


def revisions(run):
    """The revisions a run has a folder for."""
    if not run.is_dir():
        raise Unreadable(f"{run}: no such folder")
    found = {folder.name for folder in run.iterdir() if folder.is_dir()}
    if not found:
        raise Unreadable(f"{run}: no revision in it")
    return found


def checks(folder):
    """The multiset of (scenario, check, status) of one revision, without the suite's notes."""
    found = collections.Counter()
    for result in sorted(folder.glob("*/checks.json")):
        named = FOLDER.fullmatch(result.parent.name)
        if not named:
            raise Unreadable(f"{result.parent}: not named like a scenario")
        try:
            for check in json.loads(result.read_text("utf-8")):
                if check["status"] != "INFO":
                    found[named["scenario"], check["id"], check["status"]] += 1
        except (ValueError, KeyError, TypeError) as broken:
            raise Unreadable(f"{result}: {broken}") from broken
    if not found:
        raise Unreadable(f"{folder}: no check in it")
    return found


def count(found, status):
    return sum(times for (_, _, given), times in found.items() if given == status)


def totals(found):
    other = sum(found.values()) - count(found, PASSED) - count(found, FAILED)
    return f"{count(found, PASSED)} passed, {count(found, FAILED)} failed, {other} other"


def compare(direct, proxied, at_least, say=print):
    """Compares two runs and says what differs; true when nothing does."""
    equal = True
    for revision in sorted(revisions(direct) | revisions(proxied) | at_least.keys()):
        one, other = checks(direct / revision), checks(proxied / revision)
        for sign, rest in (("-", one - other), ("+", other - one)):
            for (scenario, check, status), times in sorted(rest.items()):
                say(f"{sign} {revision} {scenario}: {check} {status}" + (f" x{times}" if times > 1 else ""))
        equal &= one == other
        say(f"{revision}: direct {totals(one)}; proxied {totals(other)}")
        wanted = at_least.get(revision, 0)
        if count(one, PASSED) < wanted:
            say(f"{revision}: direct {count(one, PASSED)} passed (expected: at least {wanted})")
            equal = False
    say("equal" if equal else "NOT equal")
    return equal


def self_test():
    """Shows that a difference of each kind is noticed."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)

        def run(name, revision="2025-11-25", seconds="01", **scenarios):
            for scenario, results in scenarios.items():
                at = root / name / revision / f"server-{scenario}-2026-01-01T00-00-{seconds}-000Z"
                at.mkdir(parents=True)
                listed = [{"id": check, "status": status} for check, status in results]
                (at / "checks.json").write_text(json.dumps(listed), "utf-8")
            return root / name

        def same(one, other, **at_least):
            wanted = {key.replace("_", "-")[1:]: value for key, value in at_least.items()}
            return compare(one, other, wanted, say=lambda _: None)

        def unreadable(*given):
            try:
                compare(*given, {}, say=lambda _: None)
            except Unreadable:
                return True
            return False

        base = run("base", ping=[("a", PASSED), ("b", PASSED), ("n", "INFO")])
        assert same(base, run("same", seconds="59", ping=[("b", PASSED), ("a", PASSED)]))
        assert not same(base, run("failed", ping=[("a", PASSED), ("b", FAILED)]))
        assert not same(base, run("warned", ping=[("a", PASSED), ("b", "WARNING")]))
        assert not same(base, run("missing", ping=[("a", PASSED)]))
        assert not same(base, run("twice", ping=[("a", PASSED), ("b", PASSED), ("b", PASSED)]))
        assert not same(base, run("other", pong=[("a", PASSED), ("b", PASSED)]))
        assert same(base, base, _2025_11_25=2)
        assert not same(base, base, _2025_11_25=3)
        assert unreadable(base, run("revision", "2026-07-28", ping=[("a", PASSED)]))
        assert unreadable(base, root / "nothing")
        assert unreadable(base, run("empty", ping=[]))
    print("self-test: ok")


def minimum(value):
    revision, _, passed = value.partition("=")
    return revision, int(passed)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("direct", nargs="?", type=pathlib.Path)
    parser.add_argument("proxied", nargs="?", type=pathlib.Path)
    parser.add_argument("--at-least", action="append", default=[], type=minimum, metavar="REVISION=PASSED")
    parser.add_argument("--self-test", action="store_true")
    given = parser.parse_args()
    if given.self_test:
        self_test()
        return 0
    if not given.proxied:
        parser.error("DIRECT and PROXIED are needed")
    try:
        return 0 if compare(given.direct, given.proxied, dict(given.at_least)) else 1
    except Unreadable as broken:
        print(f"compare: {broken}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
