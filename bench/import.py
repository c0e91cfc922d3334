"""The speed of an import: a vault of valid, different reports of the smallest class into a case file, by the real programs.

    bench/import.py BUILD [--reports N] [--rounds N] [--folder F]     BUILD is a build folder, such as build/release

Each round imports the vault into a new case file, and measures in turn what an import cannot do without: opening the same
reports alone, on one thread, and inserting rows as large into SQLCipher alone. The medians count. Rates are of the whole
command, from its start to its end, both passphrases and the backup included; memory is the largest of the command and of
its readers together, looked at twenty times a second.
"""
import argparse
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import tempfile
import time

PASSPHRASE = "six invented words for a bench"


def memory(process):
    """Bytes that a process and its children have to themselves, and their share of the rest."""
    total = 0
    for pid in [process, *children(process)]:
        try:
            text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue  # ended meanwhile
        total += sum(int(n) for n in re.findall(r"(?m)^Pss:\s+(\d+)", text)) * 1024
    return total


def children(process):
    try:
        found = [int(n) for task in pathlib.Path(f"/proc/{process}/task").iterdir()
                 for n in (task / "children").read_text().split()]
    except OSError:
        return []
    return found + [n for child in found for n in children(child)]


def bring(desk, folder, passphrase):
    """One import into a new case file: seconds, processor seconds, bytes of memory, what was printed."""
    home = folder / "home"
    for leftover in ("case.json", "case.db", "case.keys", "case.db-wal", "backups"):
        path = home / leftover
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    same = ["--home", home, "--passphrase-file", passphrase]
    subprocess.run([desk, "case", "new", "--work-factor", "12", *same], check=True, capture_output=True)
    before = os.times()
    begun = time.monotonic()
    process = subprocess.Popen([desk, "import", folder / "vault", *same], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    most = 0
    while process.poll() is None:
        most = max(most, memory(process.pid))
        time.sleep(0.05)
    wall = time.monotonic() - begun
    after = os.times()
    said = process.stdout.read()
    if process.returncode != 0:
        raise SystemExit(f"the import ended with {process.returncode}:\n{said}")
    work = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, work, most, said


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    options.add_argument("build", type=pathlib.Path)
    options.add_argument("--reports", type=int, default=10_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--folder", type=pathlib.Path, help="on the disk to be measured; default: the system's for such files")
    o = options.parse_args()
    desk, bench = (str(o.build.absolute() / name) for name in ("desk/sandyk-desk", "bench/sandyk-import-bench"))
    with tempfile.TemporaryDirectory(dir=o.folder, prefix="sandyk-import-") as name:
        folder = pathlib.Path(name)
        passphrase = folder / "passphrase"
        passphrase.write_text(PASSPHRASE + "\n")
        subprocess.run([bench, "make", folder, str(o.reports)], check=True)
        rounds = []
        for _ in range(o.rounds):
            wall, work, most, said = bring(desk, folder, passphrase)
            if f" {o.reports} new, 0 duplicate" not in said:
                raise SystemExit(said)
            rounds.append((wall, work, most))
            print(f"imported: {o.reports} in {wall:.2f} s, {o.reports / wall:.0f} a second; {1e6 * work / o.reports:.0f} us of processor "
                  f"each; {most / 2**20:.0f} MiB", flush=True)
            for reference in ("open", "insert"):
                print(subprocess.run([bench, reference, folder], check=True, capture_output=True, text=True).stdout, end="", flush=True)
        wall, work, most = (statistics.median(column) for column in zip(*rounds))
        print(f"median: {o.reports / wall:.0f} a second, {1e6 * work / o.reports:.0f} us of processor each, {most / 2**20:.0f} MiB")


if __name__ == "__main__":
    main()
