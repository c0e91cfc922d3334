"""Measures our age implementation beside stock age, as ratios within one run on the same files.

    bench/age_speed.py BUILD [--rounds N] [--size MIB]     BUILD is a build folder, such as build/release

Whole processes against whole processes, in turn, output to /dev/null, files in the page cache, identities without a
passphrase. Our program also says how long the work took without its start. Prints the median and the best of each.
"""
import argparse
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

KIB = 1024
REPORT = 16 * KIB  # its sealed file is 18 KB


class Bench:
    def __init__(self, build, folder, rounds):
        self.ours = str(build / "bench/sandyk-age-file")
        self.age = str(pathlib.Path(os.environ.get("SANDYK_DEPS", "build/deps")).resolve() / "usr/bin/age")
        self.folder, self.rounds = folder, rounds

    def stock(self, *arguments):
        subprocess.run([self.age, *arguments], check=True, stdin=subprocess.DEVNULL, cwd=self.folder)

    def our(self, *arguments):
        """Runs our program; what it measured itself, in seconds, and its peak memory in KiB."""
        out = subprocess.run([self.ours, *arguments], check=True, capture_output=True, text=True, cwd=self.folder).stdout
        found = re.search(r"([0-9.]+) s, (\d+) KiB peak", out)
        return float(found[1]), int(found[2])

    def pair(self, name, stock, our, target=None):
        """Runs both in turn; prints the ratio of the medians of whole processes, and of the work alone."""
        theirs, ours, work, peaks = [], [], [], []
        for _ in range(self.rounds):
            start = time.perf_counter()
            stock()
            theirs.append(time.perf_counter() - start)
            start = time.perf_counter()
            seconds, peak = our()
            ours.append(time.perf_counter() - start)
            work.append(seconds)
            peaks.append(peak)
        median = statistics.median
        wanted = f", wanted {target}" if target else ""
        print(f"{name}: age {median(theirs):.4f} s (best {min(theirs):.4f}), ours {median(ours):.4f} s (best {min(ours):.4f}), "
              f"work alone {median(work):.4f} s; ratio {median(theirs) / median(ours):.2f} "
              f"(work alone {median(theirs) / median(work):.2f}){wanted}; peak {max(peaks) / KIB:.1f} MiB", flush=True)


def keygen(bench, name):
    keygen_program = bench.age + "-keygen"
    subprocess.run([keygen_program, "-pq", "-o", name], check=True, capture_output=True, cwd=bench.folder)
    return subprocess.run([keygen_program, "-y", name], check=True, capture_output=True, text=True, cwd=bench.folder).stdout.strip()


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("build", type=pathlib.Path)
    arguments.add_argument("--rounds", type=int, default=7)
    arguments.add_argument("--size", type=int, default=256, help="MiB of the large file")
    arguments.add_argument("--files", type=int, default=1000, help="how many small files")
    o = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="sandyk-age-speed-") as folder:
        folder = pathlib.Path(folder)
        bench = Bench(o.build.resolve(), folder, o.rounds)
        recipient = keygen(bench, "identity")
        (folder / "recipients").write_text(recipient + "\n")
        (folder / "big").write_bytes(os.urandom(o.size << 20))
        bench.stock("-R", "recipients", "-o", "big.age", "big")

        bench.pair(f"opening {o.size} MiB", lambda: bench.stock("-d", "-i", "identity", "-o", "/dev/null", "big.age"),
                   lambda: bench.our("open", "-i", "identity", "big.age"), 2.5)
        bench.pair(f"sealing {o.size} MiB", lambda: bench.stock("-R", "recipients", "-o", "/dev/null", "big"),
                   lambda: bench.our("seal", "-r", recipient, "big"), 2.5)
        for library in ("openssl", "gcrypt", "sodium"):
            for threads in ("1", "2"):
                seconds = [bench.our("open", "--library", library, "--threads", threads, "-i", "identity", "big.age")[0]
                           for _ in range(o.rounds)]
                print(f"  opening with {library}, threads {threads}: {statistics.median(seconds):.4f} s, "
                      f"{o.size / 1024 / statistics.median(seconds):.2f} GiB/s", flush=True)

        (folder / "small").write_bytes(os.urandom(REPORT))
        names = [f"{i}.age" for i in range(o.files)]
        for name in names:
            bench.stock("-R", "recipients", "-o", name, "small")
        bench.rounds = min(o.rounds, 3)

        def each():
            for name in names:
                bench.stock("-d", "-i", "identity", "-o", "/dev/null", name)

        bench.pair(f"opening {o.files} files of {REPORT // KIB} KiB", each,
                   lambda: bench.our("open", "-i", "identity", *names), 20)
        bench.pair("  the same with one thread", each,
                   lambda: bench.our("open", "--threads", "1", "-i", "identity", *names))

        others = [keygen(bench, f"identity{i}") for i in range(4)]
        one = [bench.our("seal", "-r", recipient, "small")[0] for _ in range(50)]
        five = [bench.our("seal", *(x for r in [recipient, *others] for x in ("-r", r)), "small")[0] for _ in range(50)]
        print(f"sealing 16 KiB: for one {statistics.median(one) * 1000:.3f} ms, for five {statistics.median(five) * 1000:.3f} ms: "
              f"four more recipients add {(statistics.median(five) - statistics.median(one)) * 1000:.3f} ms, wanted at most 1")
    return 0


if __name__ == "__main__":
    sys.exit(main())
