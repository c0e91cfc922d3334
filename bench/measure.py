"""Measures everything and fills docs/performance.md with it: the one command for a quiet machine.

    bench/measure.py BUILD [--short] [--folder F] [--only PART...]     BUILD is a build folder, such as build/release

Parts: micro, server, growth, beside. What they say is kept in BUILD/measured.json, part by part with its date and machine, so
that one part can be measured again alone. --short shows in a few minutes that all of it runs; its figures fill no page.
"""
import argparse
import datetime
import json
import os
import pathlib
import platform
import re
import subprocess

import beside
import capacity
import growth
import page

MICRO = ("age", "report", "intake", "puzzle", "storage", "log", "audit")
PARTS = ("micro", "server", "growth", "beside")


def machine():
    """What a figure depends on, in a sentence."""
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = int(re.search(r"MemTotal:\s*(\d+)", pathlib.Path("/proc/meminfo").read_text())[1]) // 1024 ** 2
    system = dict(line.split("=", 1) for line in pathlib.Path("/etc/os-release").read_text().splitlines() if "=" in line)
    compiler = subprocess.run(["g++", "-dumpfullversion"], capture_output=True, text=True).stdout.strip()
    return (f"{os.cpu_count()} processors ({model[1] if model else platform.machine()}), {memory} GiB, {system['PRETTY_NAME'].strip(chr(34))}, "
            f"Linux {platform.release()}, g++ {compiler}")


def micro(options):
    """Every Google Benchmark program, a row for each of its benchmarks."""
    rows = []
    for name in MICRO:
        print(f"sandyk-{name}-bench", flush=True)
        words = [str(options.build / f"bench/sandyk-{name}-bench"), "--benchmark_format=json"]
        if name == "storage":  # the growth of an epoch is measured by itself
            words += [options.folder or "/tmp", "--benchmark_filter=begin_epoch|store_batches|store_new_and_known"]
        if options.short:
            words.append("--benchmark_min_time=0.01")
        done = subprocess.run(words, capture_output=True, text=True, check=True)
        for one in json.loads(done.stdout)["benchmarks"]:
            if one.get("error_occurred"):
                raise SystemExit(f"{one['name']}: {one['error_message']}")
            rows.append({"program": name, "what": one["name"], "time": one["real_time"], "cpu": one["cpu_time"], "unit": one["time_unit"],
                         "bytes_per_second": one.get("bytes_per_second"), "items_per_second": one.get("items_per_second")})
            print("  {what:60} {time:12.1f} {unit}".format(**rows[-1]), flush=True)
    return rows


def measure(part, options):
    if part == "micro":
        return micro(options)
    if part == "server":
        return capacity.measure(options)
    if part == "growth":
        return growth.Growth(options).all()
    return beside.measure(options)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    capacity.add_options(parser)
    parser.add_argument("--only", nargs="*", choices=PARTS, default=PARTS)
    options = capacity.fill_options(parser.parse_args())
    options.build = options.build.resolve()
    kept = options.build / ("measured-short.json" if options.short else "measured.json")
    measured = json.loads(kept.read_text()) if kept.exists() else {}
    print(f"{machine()}; load before: {os.getloadavg()[0]:.1f} (a busy machine measures itself)", flush=True)
    for part in options.only:
        print(f"== {part}", flush=True)
        load = os.getloadavg()[0]
        measured[part] = {"rows": measure(part, options), "machine": machine(), "date": datetime.date.today().isoformat(), "load": round(load, 1)}
        kept.write_text(json.dumps(measured, indent=1))
    if not options.short:
        page.fill(measured)


if __name__ == "__main__":
    main()
