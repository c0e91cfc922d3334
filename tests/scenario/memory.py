"""The memory of a running process, as somebody who seizes the machine would take it."""

import bisect
import re
import struct
import subprocess

from world import PATIENCE

BLOCK = 4096
LOADED, NOTE = 1, 4  # PT_LOAD; PT_NOTE, which has every thread's registers
FRAME = bytes(64)  # between parts that are not side by side


def _mappings(process):
    with open(f"/proc/{process}/maps") as maps:
        for line in maps:
            begin, end, *_, name = re.match(r"(\w+)-(\w+) (\S+) (\S+) (\S+) (\S+) *(.*)", line).groups()
            yield int(begin, 16), int(end, 16), name or "anonymous memory"


def _undumped(process):
    """Starts of our own mappings that can be read and are marked as not to be dumped (MADV_DONTDUMP)."""
    begin, is_ours = 0, False
    with open(f"/proc/{process}/smaps") as maps:
        for line in maps:
            if found := re.match(r"(\w+)-\w+ (\S+) \S+ \S+ (\S+) *(.*)", line):
                begin, is_ours = int(found[1], 16), found[2].startswith("r") and not found[4]  # the kernel's have names
            elif is_ours and line.startswith("VmFlags:") and " dd" in line:
                yield begin


class Dump:
    """What `gcore -a` writes: all mappings, also those that are marked as not to be dumped, where a plain gcore would
    leave out the guarded pages of libsodium. Blocks of zeros are left out of `content`."""

    def __init__(self, process, folder):
        self.mappings, self.undumped = list(_mappings(process)), set(_undumped(process))
        done = subprocess.run(["gcore", "-a", "-o", str(folder / "core"), str(process)], capture_output=True, timeout=PATIENCE)
        file = folder / f"core.{process}"
        if done.returncode != 0 or not file.exists():
            raise AssertionError(f"gcore -a failed: {done.stdout.decode()}{done.stderr.decode()}")
        self._take(file.read_bytes())
        file.unlink()

    def _take(self, core):
        parts, self.starts, self.addresses, size = [], [], [], 0
        head, = struct.unpack_from("<Q", core, 32)
        entry_size, entries = struct.unpack_from("<HH", core, 54)
        zeros = bytes(BLOCK)
        end = None
        self.dumped, self.segments = 0, set()
        for i in range(entries):
            kind, _, offset, address, _, length = struct.unpack_from("<IIQQQQ", core, head + i * entry_size)
            if kind not in (LOADED, NOTE):
                continue
            if kind == NOTE:
                address = 0
            self.dumped += length
            self.segments |= {address} if length else set()
            for at in range(0, length, BLOCK):
                block = core[offset + at:offset + min(at + BLOCK, length)]
                if block == zeros:
                    continue
                if address + at != end:
                    parts.append(FRAME)
                    size += len(FRAME)
                    self.starts.append(size)
                    self.addresses.append(address + at)
                parts.append(block)
                size += len(block)
                end = address + at + len(block)
        self.content = b"".join(parts)

    def where(self, offset):
        """Names the place in memory of an offset into `content`."""
        i = bisect.bisect_right(self.starts, offset) - 1
        address = self.addresses[i] + offset - self.starts[i]
        name = next((name for begin, end, name in self.mappings if begin <= address < end), "registers")
        return f"{name} at {address:#x}"

    def places(self, needle):
        found, at = [], self.content.find(needle)
        while at >= 0:
            found.append(self.where(at))
            at = self.content.find(needle, at + 1)
        return found

    def places_of_any(self, secrets, piece=16):
        """Of many secrets at once; a half of one counts."""
        starts = {secret[at:at + piece] for secret in secrets for at in range(0, len(secret) - piece + 1, piece)}
        return [self.where(at) for at in range(len(self.content)) if self.content[at:at + piece] in starts]
