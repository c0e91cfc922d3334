"""What the endpoint holds, measured on the real server, each figure beside its physical reference of the same run.

    bench/capacity.py BUILD [--short] [--rounds N] [--count N] [--folder F]     BUILD is a build folder, such as build/release

The generator shares the processors with the server, so rates are of both together; the server's own processor time is told
apart. What is compared is run in turn, the median counts. nginx is a reference when it is there (Debian: nginx-light).
"""
import argparse
import contextlib
import json
import os
import pathlib
import socket
import ssl
import statistics
import sys
import time

from rig import TICKS, Rig, Run, bytes_on_disk, median, memory, processor_time

IDLE_SECONDS = 10


class Capacity:
    def __init__(self, rig, options):
        self.rig, self.count, self.rounds, self.idle_links = rig, options.count, options.rounds, options.idle
        self.row = rig.row

    def all(self):
        for measure in (self.reports, self.kept_connections, self.unix_socket, self.start, self.handshakes, self.idle):
            measure()

    def reports(self):
        """A new connection and a full handshake for each report."""
        rig, runs, disk = self.rig, [], []
        for n in range(self.rounds):
            disk.append(rig.syncs_per_second())
            with rig.server(vault=f"reports-{n}") as (process, url):
                runs.append(Run(rig, url, [process.pid], *rig.report_flags(self.count)))
                runs[-1].memory = memory(process.pid, "VmHWM") / 1024
            runs[-1].disk = bytes_on_disk(rig.folder / f"reports-{n}/epochs") / self.count / 1024  # closed: rounded up, as it stays
        rate, p99, errors = median(runs, "rate"), median(runs, "p99"), sum(run.errors for run in runs)
        most, processor = max(run.memory for run in runs), 1000 * median(runs, "processor") / self.count
        self.row("new TLS connections, 64 submitters: accepted", rate, "/s", ("syncs of 4 KiB", statistics.median(disk)), "over 1000", rate > 1000)
        self.row("  p50, connection included", median(runs, "p50"), "ms", digits=1)
        self.row("  p99", p99, "ms", bar="under 100", met=p99 < 100, digits=1)
        self.row("  refused or broken, of all runs", errors, "", bar="none", met=errors == 0)
        self.row("  server's processor for 1000", processor, "s", bar="under 1", met=processor < 1, digits=2)
        self.row("  most memory of the server", most, "MiB", bar="under 64", met=most < 64)
        self.row("  on disk for a report, epoch closed", median(runs, "disk"), "KiB", ("sealed report", 18971 / 1024), digits=1)

    def stored_and_not(self, is_unix, name):
        """Connections that stay: what storing leaves of the front's own rate, and of SQLCipher's alone."""
        rig, runs, alone = self.rig, {"stored": [], "checked": [], "bare": []}, []
        kinds = (("stored", (), "intake/sandyk-intake"), ("checked", (), "bench/sandyk-front-only"),
                 ("bare", ("--unchecked",), "bench/sandyk-front-only"))
        for n in range(self.rounds):
            alone.append(rig.sqlcipher_alone(64, self.count))
            for kind, words, program in kinds:
                if is_unix and kind != "stored":
                    continue  # sandyk-front-only listens with TLS
                with rig.server(*words, name=program, vault=f"{name}-{n}", is_unix=is_unix) as (process, url):
                    runs[kind].append(Run(rig, url, [process.pid], *rig.report_flags(self.count), "--keep-alive"))
        return runs, statistics.median(alone)

    def kept_connections(self):
        runs, alone = self.stored_and_not(False, "keep")
        stored = median(runs["stored"], "rate")
        checked, bare = median(runs["checked"], "rate"), median(runs["bare"], "rate")
        self.row("TLS connections that stay: stored", stored, "/s", ("SQLCipher alone, 64 a batch", alone))
        self.row("  beside the front, checking, not storing", stored, "/s", ("front", checked), "0.5 or more", stored / checked >= 0.5)
        self.row("  beside the front, doing neither", stored, "/s", ("front", bare))
        self.row("  p99", median(runs["stored"], "p99"), "ms", digits=1)

    def unix_socket(self):
        runs, alone = self.stored_and_not(True, "unix")
        stored = median(runs["stored"], "rate")
        self.row("plain UNIX socket, kept: stored", stored, "/s", ("SQLCipher alone, 64 a batch", alone), "0.8 or more", stored / alone >= 0.8)
        self.row("  p99", median(runs["stored"], "p99"), "ms", digits=1)
        self.row("  server's processor for 1000", 1000 * median(runs["stored"], "processor") / self.count, "s", digits=2)

    def start(self):
        """From its start until it says where it listens, besides the filler of a new epoch."""
        times = []
        for n in range(max(3, self.rounds)):
            with self.rig.server("--epoch-size", 0, vault=f"start-{n}"):
                times.append(self.rig.start_ms)
        self.row("start to ready, besides filler", statistics.median(times), "ms", bar="under 150", met=statistics.median(times) < 150)

    def handshakes(self):
        rig, ours, theirs, flags = self.rig, [], [], ("--get", "/health", "--count", 2 * self.count)
        with rig.server("--handshake-rate", 0) as (process, url), rig.nginx() as (pids, nginx_url):
            for _ in range(max(3, self.rounds)):
                ours.append(Run(rig, url, [process.pid], *flags))
                if nginx_url:
                    theirs.append(Run(rig, nginx_url, pids, *flags))
            one, other = rig.stock_handshakes(url), rig.stock_handshakes(nginx_url) if nginx_url else None
            kept, kept_other = rig.wrk(url), rig.wrk(nginx_url) if nginx_url else None
        rate = median(ours, "rate")
        thousand = lambda runs: 1000 * median(runs, "processor") / (2 * self.count)
        if not theirs:
            print("nginx is not there to compare with (Debian: nginx-light)")
            return self.row("full handshakes with a small answer", rate, "/s", ("openssl s_time, one client", one))
        self.row("full handshakes with a small answer", rate, "/s", ("nginx", median(theirs, "rate")), "0.9 or more",
                 rate / median(theirs, "rate") >= 0.9)
        self.row("  one client, openssl s_time", one, "/s", ("nginx", other))
        self.row("  processor for 1000", thousand(ours), "s", ("nginx", thousand(theirs)), digits=2)
        if kept:
            self.row("small answers, connections that stay (wrk)", kept, "/s", ("nginx", kept_other))

    def idle(self):
        """Connections after their handshake, which say nothing more."""
        rig, count = self.rig, self.idle_links
        context = ssl.create_default_context(cafile=rig.cert)
        with rig.server("--header-time", 120, "--handshake-time", 60, "--max-connections", 2 * count) as (process, url):
            Run(rig, url, [process.pid], "--get", "/health", "--count", 500)  # what is there once for all
            before = memory(process.pid, "VmRSS")
            with contextlib.ExitStack() as stack:
                for _ in range(count):
                    link = stack.enter_context(socket.create_connection(("127.0.0.1", int(url.rsplit(":", 1)[1])), timeout=30))
                    stack.enter_context(context.wrap_socket(link, server_hostname="127.0.0.1"))
                time.sleep(1)
                each = (memory(process.pid, "VmRSS") - before) / count
                used = processor_time([process.pid])
                time.sleep(IDLE_SECONDS)
                used = processor_time([process.pid]) - used
                assert len(os.listdir(f"/proc/{process.pid}/fd")) > count, "the server closed some"
        self.row(f"an idle TLS connection, of {count}", each, "KiB", bar="at most 20", met=each <= 20, digits=1)
        with rig.server("--max-connections", 2 * count) as (process, _):
            time.sleep(1)
            alone = processor_time([process.pid])
            time.sleep(IDLE_SECONDS)
            alone = processor_time([process.pid]) - alone
        # The sweep looks at every deadline ten times a second: what that costs, and what a server without any does.
        self.row(f"  processor over {IDLE_SECONDS} s with them, beyond without any", max(0, used - alone), "s", bar="not measurable",
                 met=used - alone <= 2 / TICKS, digits=2)


def add_options(parser):
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--short", action="store_true", help="a tenth of everything: to see that it runs")
    parser.add_argument("--rounds", type=int, help="of what is compared (default 3)")
    parser.add_argument("--count", type=int, help="reports in a run (default 5000)")
    parser.add_argument("--idle", type=int, help="idle connections (default 1000)")
    parser.add_argument("--folder", help="where the vaults go: on the disk to be measured (default: for temporary files); in memory, "
                                         "such as /dev/shm, to see what is not the disk's")


def fill_options(options):
    for name, usual, short in (("rounds", 3, 1), ("count", 5000, 500), ("idle", 1000, 100)):
        if getattr(options, name) is None:
            setattr(options, name, short if options.short else usual)
    return options


def measure(options):
    """All rows of the server."""
    with Rig(options.build, options.folder) as rig:
        Capacity(rig, options).all()
        return rig.rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add_options(parser)
    parser.add_argument("--only", nargs="*", help="methods to run, such as reports handshakes")
    parser.add_argument("--json", type=pathlib.Path, help="write the rows there, too")
    options = fill_options(parser.parse_args())
    print(f"{os.cpu_count()} processors, load before: {os.getloadavg()[0]:.1f} (a busy machine measures itself)")
    with Rig(options.build, options.folder) as rig:
        capacity = Capacity(rig, options)
        for name in options.only or ["all"]:
            getattr(capacity, name)()
        if options.json:
            options.json.write_text(json.dumps(rig.rows, indent=1))
        sys.exit(any(row["met"] is False for row in rig.rows))


if __name__ == "__main__":
    main()
