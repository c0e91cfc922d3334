"""Days and clocks: epochs change at 00:00 UTC, and a clock that jumps loses nothing and stops nothing for good."""

import datetime
import glob
import json
import os
import time
import unittest

from world import PATIENCE, SAMPLES, World, environment

LIBRARY = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")[0]


class Clock(World):
    """The server's clock is libfaketime's, led by a file; its deadlines go by the monotonic clock, which stays true."""

    def setUp(self):
        super().setUp()
        self.vault.mkdir(mode=0o700)
        self.clock = self.vault / "clock"  # libfaketime reads it within the server, which reaches nothing else
        self.now = datetime.datetime.now(datetime.timezone.utc)
        self.set_clock(self.now)
        self.environment = {"LD_PRELOAD": LIBRARY, "FAKETIME_TIMESTAMP_FILE": str(self.clock), "FAKETIME_NO_CACHE": "1",
                            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "TZ": "UTC",
                            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}

    def set_clock(self, when):
        offset = (when - datetime.datetime.now(datetime.timezone.utc)).total_seconds()
        part = self.clock.with_suffix(".new")
        part.write_text(f"{offset:+.0f}\n")
        part.rename(self.clock)

    def start(self, *flags):
        with environment(**self.environment):
            return super().start(*flags)

    def wait_for(self, what, is_so):
        end = time.monotonic() + PATIENCE
        while not is_so():
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.05)

    def dates(self):
        return sorted(json.loads((e / "epoch.json").read_text())["date"] for e in self.epochs() if (e / "epoch.json").exists())

    def health(self, server):
        return server.ask("GET", "/health")[2].decode().split()

    def noon(self, days):
        """Noon of the nth day of this week, Monday being 0, so that the keyring stays in force."""
        monday = self.now.date() - datetime.timedelta(days=self.now.weekday())
        return datetime.datetime.combine(monday, datetime.time(12), datetime.timezone.utc) + datetime.timedelta(days=days)

    def test_a_new_epoch_begins_at_midnight_and_no_report_is_lost(self):
        before = self.noon(2).replace(hour=23, minute=59, second=56)
        self.set_clock(before)
        server = self.start_with_keyring()
        first = self.seal(SAMPLES / "report_ky.json")
        self.assertEqual(201, server.put(first, self.week)[0])
        self.wait_for("a second epoch", lambda: len(self.dates()) == 2)
        self.assertEqual([before.date().isoformat(), (before.date() + datetime.timedelta(days=1)).isoformat()], self.dates())
        self.assertEqual(201, server.put(self.seal(SAMPLES / "report_ru.json"), self.week)[0])
        self.wait_for("the first one's mark", lambda: any((e / "closed.json").exists() for e in self.epochs()))
        server.stop()
        printed, _ = self.open(self.export())
        self.assertIn("Epochs opened: 2. Reports: 2 new", printed)

    def test_a_clock_that_jumps_forward_and_back_stops_intake_only_meanwhile(self):
        self.set_clock(self.noon(1))
        server = self.start_with_keyring()
        self.assertEqual(201, server.put(self.seal(SAMPLES / "report_ky.json"), self.week)[0])

        self.set_clock(self.noon(100))  # no week is signed there
        self.wait_for("no-week", lambda: "no-week" in self.health(server))
        sealed = self.seal(SAMPLES / "report_ru.json")
        self.assertEqual(503, server.put(sealed, self.week)[0])
        self.wait_for("the end of the epoch", lambda: (self.epochs()[0] / "closed.json").exists())

        self.set_clock(self.noon(0))  # and back, further than before
        self.wait_for("the week again", lambda: "no-week" not in self.health(server))
        self.wait_for("the report to be taken", lambda: server.put(sealed, self.week)[0] == 201)
        server.stop()
        self.assertEqual([self.noon(0).date().isoformat(), self.noon(1).date().isoformat()], self.dates())
        printed, _ = self.open(self.export())
        self.assertIn("Reports: 2 new", printed)

    def test_the_last_signed_weeks_end_is_said_once_a_day(self):
        self.set_clock(self.noon(2).replace(hour=23, minute=59, second=57))
        server = self.start_with_keyring()
        said = lambda: (self.folder / "intake.log").read_text().count("less than four weeks away")
        self.assertEqual(1, said())
        self.wait_for("midnight", lambda: len(self.dates()) == 2)
        self.wait_for("the sentence", lambda: said() == 2)
        server.stop()


if __name__ == "__main__":
    unittest.main(verbosity=2)
