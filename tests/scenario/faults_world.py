"""What the tests of crashes and faults share: settings, and what must hold after whatever happened."""

import functools
import hashlib
import os
import pathlib

from world import SAMPLES, program, run

LONG = "SANDYK_LONG" in os.environ


@functools.cache
def knows(name, word):
    """True when the program's help has the word."""
    return word in run(program(name), "--help").stdout.decode()


def settings():
    """Lines for the server's configuration: small epochs copy faster, and a small disk has no reserves."""
    return "epoch-size = 1M\nreserve = 0\nsmall-reserve = 0\n"


def contents(opened):
    """What the desk opened: for each report's id the hashes of all its files."""
    return {folder.name: {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
                          for file in sorted(folder.rglob("*")) if file.is_file()}
            for folder in pathlib.Path(opened).iterdir() if folder.is_dir()} if pathlib.Path(opened).exists() else {}


def check_log(world, vault, health=b""):
    """The audit log verifies, or the server said that it is frozen."""
    if not (vault / "log" / "checkpoint").exists() or not knows("audit", "verify"):
        return
    if b"log-frozen" not in health.split():
        run(program("audit"), "verify", vault, "--log-key", world.log_key)


def check_vault(world, usb):
    """What an auditor sees of an export: every epoch's files are those its mark names."""
    run(program("audit"), "verify", usb, "--log-key", world.log_key, "--root-key", world.root_key)


def packed_sample(folder):
    """A packed report for sandyk-load, which seals it anew for every request."""
    packed = folder / "packed.tar"
    run(program("report"), "pack", SAMPLES / "report_min_en.json", "--out", packed)
    return packed
