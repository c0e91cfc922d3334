"""Checks that the house is built as docs/design.md section 3 draws it.

    layers.py includes ROOT                      arrows of #include point down only
    layers.py lengths ROOT                       no source file is over 500 lines
    layers.py format ROOT                        every source file is as clang-format writes it
    layers.py symbols ROOT NM OPEN INTAKE DESK   nothing of the opening half is in the intake
    layers.py libraries ROOT INTAKE              the intake loads the few libraries that it needs
"""
import pathlib
import re
import subprocess
import sys

SEAL, OPEN = "crypto/seal", "crypto/open"
# Each layer and what it may include besides itself.
ARROWS = {
    SEAL: set(),
    OPEN: {SEAL},
    "report": {SEAL, OPEN},
    "transport": {SEAL, OPEN},
    "storage": {SEAL},
    "reporter/page": {SEAL},
    "intake": {"reporter/page", "storage", SEAL},
    "reporter": {"report", "transport", SEAL, OPEN},
    "desk": {"reporter/page", "report", "storage", SEAL, OPEN},
    "audit": {"storage", "transport", SEAL, OPEN},
}
ANYTHING = {"tests", "fuzz", "bench"}  # they look at everything
NOT_OURS = {"build", ".git"}
MAX_LINES = 500


def sources(root):
    for path in sorted(root.rglob("*")):
        if path.suffix in (".cpp", ".h") and path.relative_to(root).parts[0] not in NOT_OURS:
            yield path


def layer_of(path):
    """The layer that a path from the root belongs to; None for an unknown folder."""
    parts = pathlib.PurePosixPath(path).parts
    if parts[0] in ANYTHING:
        return parts[0]
    for depth in (2, 1):
        if "/".join(parts[:depth]) in ARROWS and len(parts) > depth:
            return "/".join(parts[:depth])
    return None


def include_faults(path, text):
    """What is wrong with the includes of one file, whose path is from the root."""
    layer = layer_of(path)
    if layer is None:
        return [f"{path}: its folder is not a layer of the house"]
    if layer in ANYTHING:
        return []
    faults = []
    for included in re.findall(r'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', text, re.MULTILINE):
        target = layer_of(included)
        if target is None:
            faults.append(f"{path}: {included} is not named from the root")
        elif target != layer and target not in ARROWS[layer]:
            faults.append(f"{path}: {layer} must not include {included}")
    return faults


def check_includes(root):
    planted = {
        "crypto/seal/a.cpp": "crypto/open/age/open.h",
        "storage/a.cpp": "crypto/open/age/open.h",
        "intake/a.h": "report/document.h",
        "report/a.cpp": "storage/vault.h",
        "desk/a.cpp": "transport/client.h",
        "storage/b.cpp": "tests/support/keyrings.h",
        "storage/c.cpp": "vault.h",
        "utils/a.h": "crypto/seal/bytes.h",
    }
    for path, included in planted.items():
        if not include_faults(path, f'#include <vector>\n  # include "{included}"\n'):
            return [f"the check itself is broken: {included} in {path} was not found"]
    if include_faults("desk/a.cpp", '#include "desk/a.h"\n#include "crypto/open/age/open.h"\n'):
        return ["the check itself is broken: it refuses what is allowed"]
    faults, count = [], 0
    for path in sources(root):
        count += 1
        faults += include_faults(path.relative_to(root).as_posix(), path.read_text("utf-8"))
    return faults if count else ["no source file was found"]


def check_lengths(root):
    counts = {path: len(path.read_text("utf-8").splitlines()) for path in sources(root)}
    if not counts:
        return ["no source file was found"]
    return [f"{path}: {n} lines, more than {MAX_LINES}" for path, n in counts.items() if n > MAX_LINES]


def check_format(root):
    files = [str(path) for path in sources(root)]
    if not files:
        return ["no source file was found"]
    run = subprocess.run(["clang-format-14", "--dry-run", "-Werror", *files], capture_output=True, text=True)
    return [] if run.returncode == 0 else re.findall(r"^\S+: error: .*", run.stderr, re.MULTILINE) or [run.stderr]


def defined_functions(nm, file):
    """Our functions that a library or program defines; not templates and inline ones, which have no one home."""
    out = subprocess.run([nm, "-C", "--defined-only", file], capture_output=True, text=True, check=True).stdout
    return {name for name in re.findall(r"^[0-9a-f]+ T (.*)$", out, re.MULTILINE) if name.startswith("sandyk::")}


def check_symbols(nm, library, intake, desk):
    opening = defined_functions(nm, library)
    if not any("age::open(" in name for name in opening):
        return ["the check itself is broken: the opening half does not define age::open"]
    if not opening & defined_functions(nm, desk):
        return ["the check itself is broken: the desk holds nothing of the opening half"]
    return [f"the intake holds {name}" for name in sorted(opening & defined_functions(nm, intake))]


def check_libraries(intake):
    """The server, which faces everybody, loads no more foreign code than it needs."""
    out = subprocess.run(["readelf", "-d", intake], capture_output=True, text=True, check=True).stdout
    loaded = set(re.findall(r"\(NEEDED\).*\[(lib[^.\]]+)", out))
    allowed = {"libc", "libm", "libgcc_s", "libstdc++", "libfmt", "libssl", "libcrypto", "libz", "libseccomp"}
    if "libcrypto" not in loaded:
        return ["the check itself is broken: the intake does not load libcrypto"]
    return [f"the intake loads {name}" for name in sorted(loaded - allowed)]


def main():
    check, root, *rest = sys.argv[1:]
    root = pathlib.Path(root)
    faults = {
        "includes": lambda: check_includes(root),
        "lengths": lambda: check_lengths(root),
        "format": lambda: check_format(root),
        "symbols": lambda: check_symbols(*rest),
        "libraries": lambda: check_libraries(*rest),
    }[check]()
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
