"""Beside what people would pick instead, in one run under one load generator; only the ratios are worth anything.

    bench/beside.py BUILD [--short] [--folder F] [--json FILE]     BUILD is a build folder, such as build/release

OnionShare's receive mode (Debian: onionshare-cli), local only, plain HTTP, as it is: it keeps files and syncs nothing. Stock
age in a loop (tools/setup brings it). nginx, which answers and stores nothing. What is not installed is left out and said so.
"""
import argparse
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import time

from rig import Rig, Run, median


@contextlib.contextmanager
def onionshare(rig):
    """OnionShare's receive mode on loopback: its process and address; nothing where it is not installed."""
    program = shutil.which("onionshare-cli")
    if not program:
        print("onionshare-cli is not there to compare with (Debian: onionshare-cli)")
        yield None, None
        return
    home = rig.folder / "onionshare"
    home.mkdir()
    process = subprocess.Popen([program, "--receive", "--local-only", "--public", "--data-dir", str(home / "data")], text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
                               env=dict(os.environ, HOME=str(home), PYTHONUNBUFFERED="1"))
    try:
        for line in process.stdout:
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                break
        else:
            raise SystemExit("onionshare-cli does not start")
        time.sleep(1)
        yield process, found[0]
    finally:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        if process.poll() is None:
            process.kill()
            process.wait(20)
        process.stdout.close()


def beside_onionshare(rig, options):
    count, ours, kept, theirs = options.count, [], [], []
    with onionshare(rig) as (other, address):
        if not other:
            return
        for n in range(options.rounds):
            with rig.server(vault=f"tls-{n}") as (process, url):
                ours.append(Run(rig, url, [process.pid], *rig.report_flags(count)))
            with rig.server(vault=f"unix-{n}", is_unix=True) as (process, url):
                kept.append(Run(rig, url, [process.pid], *rig.report_flags(count), "--keep-alive"))
            theirs.append(Run(rig, address, [other.pid], *rig.report_flags(count), "--form", "/upload"))
    other = "OnionShare, plain HTTP", median(theirs, "rate")
    rig.row("new TLS connection for each report, synced", median(ours, "rate"), "/s", other)
    ratio = median(kept, "rate") / median(theirs, "rate")
    rig.row("plain UNIX socket, kept, synced", median(kept, "rate"), "/s", other, "1.5 or more", ratio >= 1.5)
    rig.row("  p99", median(kept, "p99"), "ms", ("OnionShare's", median(theirs, "p99")), digits=1)
    processor = lambda runs: 1000 * median(runs, "processor") / count
    rig.row("  processor for 1000", processor(kept), "s", ("OnionShare's", processor(theirs)), digits=2)
    rig.row("  OnionShare: refused or broken, of all runs", sum(run.errors for run in theirs))


def beside_nginx(rig, options):
    ours, theirs = [], []
    with rig.nginx() as (pids, address):
        if not pids:
            return print("nginx is not there to compare with (Debian: nginx-light)")
        for n in range(options.rounds):
            with rig.server(vault=f"nginx-{n}") as (process, url):
                ours.append(Run(rig, url, [process.pid], *rig.report_flags(options.count)))
            theirs.append(Run(rig, address, pids, *rig.report_flags(options.count)))
    rig.row("new TLS connection for each report, stored and synced", median(ours, "rate"), "/s",
            ("nginx, nothing stored", median(theirs, "rate")))


def beside_age(rig, options):
    """16 KiB sealed to one recipient and opened again, file by file, as a script with stock age would."""
    age = pathlib.Path(os.environ.get("SANDYK_DEPS", "build/deps")).resolve() / "usr/bin/age"
    keygen = str(age) + "-keygen"
    if not age.exists():
        return print("stock age is not there to compare with (tools/setup brings it)")
    rig.command(keygen, "-pq", "-o", "identity")
    recipient = rig.command(keygen, "-y", "identity").strip()
    (rig.folder / "small").write_bytes(os.urandom(16 * 1024))
    files = 20 if options.short else 200
    names = [f"{n}.age" for n in range(files)]

    def seconds(work):
        begin = time.perf_counter()
        work()
        return time.perf_counter() - begin

    seal = seconds(lambda: [rig.command(age, "-r", recipient, "-o", name, "small") for name in names])
    stock = seconds(lambda: [rig.command(age, "-d", "-i", "identity", "-o", "/dev/null", name) for name in names])
    ours = statistics.median(seconds(lambda: rig.command(rig.program("bench/sandyk-age-file"), "open", "-i", "identity", *names))
                             for _ in range(options.rounds))
    rig.row("reports opened, one process for all", files / ours, "/s", ("stock age, a process each", files / stock))
    one = seconds(lambda: [rig.command(rig.program("bench/sandyk-age-file"), "seal", "-r", recipient, "small") for _ in names])
    rig.row("reports sealed, a process each", files / one, "/s", ("stock age, a process each", files / seal))


def measure(options):
    """All rows beside others."""
    with Rig(options.build, options.folder) as rig:
        for compare in (beside_onionshare, beside_nginx, beside_age):
            compare(rig, options)
        return rig.rows


def main():
    from capacity import add_options, fill_options
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add_options(parser)
    parser.add_argument("--json", type=pathlib.Path, help="write the rows there, too")
    options = fill_options(parser.parse_args())
    rows = measure(options)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
