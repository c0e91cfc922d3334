"""Planted markers, the forms in which one may turn up, and everything that a server writes."""

import base64


def forms_of(marker):
    """A marker, text or bytes, as it is, in UTF-16, in hex and in base64 without regard to where it begins."""
    plain = marker.encode() if isinstance(marker, str) else marker
    forms = [plain, plain.hex().encode(), plain.hex().upper().encode()]
    if isinstance(marker, str):
        forms.append(marker.encode("utf-16-le"))
    for alphabet in (None, b"-_"):
        for shift in range(3):  # the middle part stays the same whatever surrounds it
            forms.append(base64.b64encode(b"x" * shift + plain, alphabet)[4:-4])
    return list(dict.fromkeys(forms))


def binary_address(text):
    return bytes(int(part) for part in text.split("."))


def everything_written(world):
    """Every file of the server's machine: vault, log, configuration; and the export."""
    for folder in (world.vault, world.folder / "usb"):
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                yield str(file), file.read_bytes()
    yield "configuration", world.config.read_bytes()
    yield "log", (world.folder / "intake.log").read_bytes()
