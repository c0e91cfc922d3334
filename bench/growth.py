"""How figures change as things grow: reports in an epoch, connections, epochs, a report's size, its recipients.

    bench/growth.py BUILD [--short] [--folder F] [--json FILE]     BUILD is a build folder, such as build/release

Each is a series of points, for docs/performance.md and its plots. --short leaves out the far ends.
"""
import argparse
import json
import os
import pathlib
import subprocess

from rig import Rig, Run, bytes_on_disk, memory

REPORTS = (1_000, 10_000, 100_000, 200_000)
CONNECTIONS = (10, 50, 200, 1000, 4000)
EPOCHS = (1, 10, 100, 1000)
SIZES_KIB = (16, 64, 256, 1024, 4096, 8192, 16384, 32768)
RECIPIENTS = (1, 2, 5, 10, 20)


class Growth:
    def __init__(self, options):
        self.options = options
        self.series = []

    def some(self, points):
        return points[:2] if self.options.short else points

    def note(self, name, x, y, points):
        """One curve: `points` are pairs of x and y."""
        self.series.append({"name": name, "x": x, "y": y, "points": points})
        print(f"{name}: " + ", ".join(f"{a:g}: {b:.4g}" for a, b in points) + f" {y}", flush=True)

    def google(self, program, wanted, **environment):
        """What a Google Benchmark program says of the benchmarks whose names match."""
        done = subprocess.run([str(pathlib.Path(self.options.build) / "bench" / program), self.options.folder or "/tmp",
                               f"--benchmark_filter={wanted}", "--benchmark_format=json"], check=True, capture_output=True,
                              text=True, env=dict(os.environ, **environment))
        return json.loads(done.stdout)["benchmarks"]

    def reports_in_an_epoch(self):
        first, last = [], []
        for count in self.some(REPORTS):
            found = self.google("sandyk-storage-bench", "store_many/cache_mib:64", SANDYK_REPORTS=str(count))[0]
            first.append((count, found["first_per_s"]))
            last.append((count, found["last_per_s"]))
        self.note("The last reports of an epoch of so many", "reports in the epoch", "stored a second", last)
        self.note("The first reports of the same", "reports in the epoch", "stored a second", first)

    def epochs(self):
        found = self.google("sandyk-storage-bench", "^start/old_epochs:" + ("(1|10)/" if self.options.short else "[1-9]"))
        points = [(float(one["name"].split("old_epochs:")[1].split("/")[0]), one["real_time"]) for one in found]
        self.note("The vault's start beside old epochs", "old epochs", "ms", points)

    def connections(self):
        with Rig(self.options.build, self.options.folder) as rig:
            rate, p99, most = [], [], []
            for clients in self.some(CONNECTIONS):
                count = max(500 if self.options.short else 5000, 2 * clients)
                with rig.server("--max-connections", 5000, vault=f"connections-{clients}") as (process, url):
                    run = Run(rig, url, [process.pid], *rig.report_flags(count), clients=clients)
                    most.append((clients, memory(process.pid, "VmHWM") / 1024))
                rate.append((clients, run.rate))
                p99.append((clients, run.p99))
                if run.errors:
                    print(f"  {clients} connections: {run.refused} refused, {run.broken} broken", flush=True)
        self.note("Reports over new TLS connections", "submitters", "accepted a second", rate)
        self.note("Their p99", "submitters", "ms", p99)
        self.note("Most memory of the server meanwhile", "submitters", "MiB", most)

    def sizes(self):
        with Rig(self.options.build, self.options.folder) as rig:
            through, disk = [], []
            for kib in self.some(SIZES_KIB):
                count = max(8, min(2000, 512 * 1024 // kib // (8 if self.options.short else 1)))
                with rig.server("--memory", "2G", "--max-large", 64, vault=f"size-{kib}") as (process, url):
                    run = Run(rig, url, [process.pid], *rig.report_flags(count), "--size", kib, "--keep-alive", clients=8)
                through.append((kib, run.rate * kib / 1024))
                disk.append((kib, bytes_on_disk(rig.folder / f"size-{kib}/epochs") / count / 1024))
        self.note("Reports of a size class", "KiB", "MiB accepted a second", through)
        self.note("Such a report on disk, its epoch closed and rounded up", "KiB", "KiB", disk)

    def recipients(self):
        rate, work = [], []
        for count in self.some(RECIPIENTS):
            with Rig(self.options.build, self.options.folder, organisations=count) as rig:
                reports = 500 if self.options.short else 5000
                with rig.server() as (process, url):
                    run = Run(rig, url, [process.pid], *rig.report_flags(reports), "--keep-alive")
                rate.append((count, run.rate))
                work.append((count, 1000 * run.processor / reports))
        self.note("Reports sealed to so many organisations, kept connections", "organisations", "accepted a second", rate)
        self.note("The server's processor for 1000 of them", "organisations", "s", work)

    def all(self):
        for measure in (self.reports_in_an_epoch, self.epochs, self.connections, self.sizes, self.recipients):
            measure()
        return self.series


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--short", action="store_true", help="two points of each")
    parser.add_argument("--folder", help="where the vaults go: on the disk to be measured (default: for temporary files)")
    parser.add_argument("--only", nargs="*", help="methods to run, such as sizes connections")
    parser.add_argument("--json", type=pathlib.Path, help="write the series there, too")
    options = parser.parse_args()
    growth = Growth(options)
    for name in options.only or ["all"]:
        getattr(growth, name)()
    if options.json:
        options.json.write_text(json.dumps(growth.series, indent=1))


if __name__ == "__main__":
    main()
