"""What a report costs in counted things, which no clock, no other job and no faster machine changes.

Syncs per report with 64 submitters, allocations and copies per report (tests/counted/counting_calls.cpp, loaded into the
real server), and instructions per report of our own program, by callgrind. Each is held against counted.json beside this
file, within a tenth; SANDYK_COUNTED_WRITE=1 writes what is measured into it, for a change that is meant to cost more, or less.
"""

import json
import mmap
import os
import pathlib
import re
import struct
import unittest

from world import World, environment, program, run

STORED = pathlib.Path(__file__).resolve().parent / "counted.json"
COUNTS = ("syncs", "allocations", "allocated", "copies", "copied")  # as in counting_calls.cpp
SEALED = 18_900  # a report of the smallest class for two recipients, in round numbers: copies are told in such
SUBMITTERS = 64
TOLERANCE = 0.10
# Where our work for a report begins: in the front's, a worker's and the writer's thread. Idle turns, start and end are left out.
WORK = ("sandyk::intake::Connection::advance(*", "sandyk::intake::Router::answer(*", "sandyk::storage::EpochWriter::store(*")


def cost_of(profile, program_name):
    """Instructions that callgrind counted in one program's own file, libraries left out: those choose other code on other processors."""
    objects, cost, current, is_call = {}, 0, None, False
    for line in profile.read_text().splitlines():
        if found := re.match(r"ob=\((\d+)\)(?: (.*))?$", line):
            objects.setdefault(found[1], found[2])
            current = found[1]
        elif found := re.match(r"cob=\((\d+)\)(?: (.*))?$", line):
            objects.setdefault(found[1], found[2])
        elif line.startswith("calls="):
            is_call = True  # the next line is what the call cost in all
        elif re.match(r"[+*\d-]\S* \d+$", line):
            if not is_call and objects.get(current, "").endswith(program_name):
                cost += int(line.split()[1])
            is_call = False
    return cost


class Counted(World):
    def setUp(self):
        super().setUp()
        # The test's own clock-bound work: none. Neither fillers nor noise are of a report.
        self.config.write_text(self.config.read_text() + "confinement = off\nepoch-size = 0\n")

    def load(self, server, count, clients):
        """Sends so many reports, each over a connection that stays; all of them are acknowledged."""
        run(program("load"), "--to", server.url, "--ca", self.certificate, "--keyring", self.keyring, "--root-key", self.root_key,
            "--count", count, "--clients", clients, "--keep-alive")

    def counts(self, count, clients, sync_ms=0):
        """What `count` reports add to each of COUNTS, after some that warm up."""
        file = self.folder / "counts"
        file.write_bytes(bytes(8 * len(COUNTS)))
        self.install_keyring()
        with environment(LD_PRELOAD=os.environ["SANDYK_COUNTING_CALLS"], SANDYK_COUNTS=file, SANDYK_COUNT_SYNC_MS=sync_ms):
            server = self.start()
        with open(file, "r+b") as opened, mmap.mmap(opened.fileno(), 0) as shared:
            def read():
                return struct.unpack(f"{len(COUNTS)}Q", shared[:8 * len(COUNTS)])
            self.load(server, clients, clients)
            before = read()
            self.load(server, count, clients)
            after = read()
        self.assertEqual(0, server.stop())
        return {name: (b - a) / count for name, a, b in zip(COUNTS, before, after)}

    def hold(self, **measured):
        """Each figure is at most a tenth from the stored one; less by more is to be stored as well, or it could creep back."""
        stored = json.loads(STORED.read_text())
        print(json.dumps(measured), flush=True)
        if os.environ.get("SANDYK_COUNTED_WRITE"):
            STORED.write_text(json.dumps(stored | measured, indent=2, sort_keys=True) + "\n")
            return
        for name, value in measured.items():
            if name not in stored and name.startswith("instructions"):
                self.skipTest(f"nothing is stored for this compiler: {name} {value}")
            self.assertLessEqual(abs(value / stored[name] - 1), TOLERANCE,
                                 f"{name}: {value:.4g}, stored {stored[name]:.4g}; see docs/performance.md, \"Counted\"")

    def test_a_sync_serves_many_reports(self):
        """64 submitters whose syncs take 20 ms: while one lasts, the others come to wait for the next."""
        syncs = self.counts(640, SUBMITTERS, sync_ms=20)["syncs"]
        print(f"syncs per report at {SUBMITTERS} submitters: {syncs:.4f}", flush=True)
        # Two transactions for 64 would be 0.03, and emptying the log adds some. One each would be 1.
        self.assertLess(syncs, 0.1)
        self.assertGreater(syncs, 0, "nothing was counted")

    def test_allocations_and_copies_of_a_report(self):
        counts = self.counts(400, 1)
        self.hold(allocations=round(counts["allocations"], 1), allocated_kib=round(counts["allocated"] / 1024, 1),
                  copies_of_the_report=round(counts["copied"] / SEALED, 2))

    def test_instructions_of_a_report(self):
        self.install_keyring()
        few, many = 8, 40
        each = (self.instructions(many) - self.instructions(few)) // (many - few)
        self.hold(**{f"instructions, {os.environ['SANDYK_COMPILER']}": each})

    def instructions(self, count):
        """Those that a server takes for so many reports, one after the other."""
        profile, wrapper = self.folder / f"callgrind-{count}", self.folder / f"intake-{count}"
        toggles = " ".join(f"'--toggle-collect={name}'" for name in WORK)
        wrapper.write_text(f"#!/bin/sh\nexec valgrind -q --tool=callgrind --callgrind-out-file={profile} {toggles} {program('intake')} \"$@\"\n")
        wrapper.chmod(0o755)
        # Bound from the start: otherwise the program begins once more, and valgrind would have to follow.
        with environment(SANDYK_INTAKE=wrapper, LD_BIND_NOW=1):
            server = self.start()
        self.load(server, count, 1)
        self.assertEqual(0, server.stop())
        return cost_of(profile, "/sandyk-intake")


if __name__ == "__main__":
    unittest.main(verbosity=2)
