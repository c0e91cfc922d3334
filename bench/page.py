"""Fills docs/performance.md with measured figures, and draws its plots beside it.

    bench/page.py FILE [--docs FOLDER]     FILE is what bench/measure.py keeps, such as build/release/measured.json

Only what stands between the markers of a part is written; a part that FILE does not have stays as it is.
"""
import argparse
import json
import math
import pathlib
import re

DOCS = pathlib.Path(__file__).resolve().parent.parent / "docs"
WIDTH, HEIGHT, LEFT, BOTTOM = 560, 300, 70, 50
TOP, RIGHT = 30, 20


def number(value):
    """Three digits that count."""
    if value is None:
        return ""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.{max(0, 2 - math.floor(math.log10(abs(value))))}f}".rstrip("0").rstrip(".")


def table(heads, rows):
    lines = [" | ".join(heads), " | ".join("---" for _ in heads), *(" | ".join(row) for row in rows)]
    return "\n".join(f"| {line} |" for line in lines)


def time_text(row):
    nanoseconds = row["time"] * {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}[row["unit"]]
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if nanoseconds >= size:
            return f"{number(nanoseconds / size)} {unit}"
    return f"{number(nanoseconds)} ns"


def micro_text(rows):
    def rate(row):
        if row["bytes_per_second"]:
            return f"{number(row['bytes_per_second'] / 2 ** 20)} MiB/s"
        return f"{number(row['items_per_second'])} /s" if row["items_per_second"] else ""
    return table(("program", "what", "time", "rate"), [(row["program"], f"`{row['what']}`", time_text(row), rate(row)) for row in rows])


def rows_text(rows):
    def beside(row):
        return f"{row['ratio']} of {row['reference']} ({number(row['reference_value'])})" if row.get("reference") else ""
    def verdict(row):
        return row["bar"] + ("" if row["met"] is None else ", met" if row["met"] else ", **missed**")
    return table(("what", "measured", "reference of the same run", "bar"),
                 [(row["what"].strip(), f"{number(row['value'])} {row['unit']}".strip(), beside(row), verdict(row)) for row in rows])


def ratios_text(rows):
    """What is only worth anything as a ratio shows nothing else."""
    return table(("ours", "beside", "ratio", "bar"),
                 [(row["what"].strip(), row.get("reference", ""), number(row["ratio"]) if row.get("ratio") else f"{number(row['value'])} {row['unit']}",
                   row["bar"] + ("" if row["met"] is None else ", met" if row["met"] else ", **missed**")) for row in rows])


def plot_name(series):
    return "performance-" + re.sub(r"[^a-z0-9]+", "-", series["name"].lower()).strip("-") + ".svg"


def growth_text(all_series):
    return "\n\n".join(f"![{one['name']}]({plot_name(one)})\n\n" +
                       table((one["x"], one["y"]), [(number(x), number(y)) for x, y in one["points"]]) for one in all_series)


def svg(series):
    """One curve. Both axes begin where they should not mislead: x grows by factors, y from zero."""
    points = series["points"]
    low, high = math.log10(points[0][0]), math.log10(points[-1][0])
    most = max(y for _, y in points) * 1.1 or 1
    place_x = lambda x: LEFT + (WIDTH - LEFT - RIGHT) * ((math.log10(x) - low) / ((high - low) or 1))
    place_y = lambda y: HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * y / most
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12" role="img">',
             f'<title>{series["name"]}</title><rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
             f'<text x="{LEFT}" y="18" font-size="14">{series["name"]}, {series["y"]}</text>']
    for step in range(5):
        y = most * step / 4
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{place_y(y):.1f}" y2="{place_y(y):.1f}" stroke="#ccc"/>'
                     f'<text x="{LEFT - 6}" y="{place_y(y) + 4:.1f}" text-anchor="end">{number(y)}</text>')
    for x, _ in points:
        parts.append(f'<text x="{place_x(x):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{number(x)}</text>')
    parts.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">{series["x"]}</text>')
    path = " ".join(f"{place_x(x):.1f},{place_y(y):.1f}" for x, y in points)
    parts.append(f'<polyline points="{path}" fill="none" stroke="#1f5fa8" stroke-width="2"/>')
    parts += [f'<circle cx="{place_x(x):.1f}" cy="{place_y(y):.1f}" r="3.5" fill="#1f5fa8"/>' for x, y in points]
    return "\n".join(parts) + "\n</svg>\n"


WRITERS = {"micro": micro_text, "server": rows_text, "growth": growth_text, "beside": ratios_text}


def fill(measured, docs=DOCS):
    page = docs / "performance.md"
    text = page.read_text()
    for part, writer in WRITERS.items():
        if part not in measured:
            continue
        one = measured[part]
        said = f"{one['date']}, {one['machine']}; load before {one['load']}.\n\n{writer(one['rows'])}"
        begin, end = f"<!-- {part}: written by bench/page.py -->", f"<!-- end of {part} -->"
        before, rest = text.split(begin)
        text = before + begin + "\n" + said + "\n" + end + rest.split(end)[1]
    page.write_text(text)
    for series in measured.get("growth", {}).get("rows", []):
        (docs / plot_name(series)).write_text(svg(series))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--docs", type=pathlib.Path, default=DOCS)
    options = parser.parse_args()
    fill(json.loads(options.file.read_text()), options.docs)


if __name__ == "__main__":
    main()
