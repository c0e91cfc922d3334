"""Programs on another day: libfaketime moves the clock of whatever is started meanwhile."""

import contextlib
import datetime
import glob
import os

from world import environment

LIBRARY = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")[0]


def today():
    return datetime.datetime.now(datetime.timezone.utc).date()


def on(day):
    """Everything started inside runs on `day`, at this time of day; its deadlines stay true."""
    return _moved(f"{(day - today()).days:+d}d")


def at(moment):
    """Everything started inside finds that moment on its clock when it starts, and goes on from there."""
    return _moved(f"{(moment - datetime.datetime.now(datetime.timezone.utc)).total_seconds():+.0f}")


@contextlib.contextmanager
def _moved(by):
    moved = {"LD_PRELOAD": LIBRARY, "FAKETIME": by, "FAKETIME_DONT_FAKE_MONOTONIC": "1", "TZ": "UTC",
             "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}
    with environment(**moved):
        yield
