#!/usr/bin/env python3
"""check.py NEEDLETAIL: what a browser makes of the page that `needletail channel report --html` writes.

Headless Chromium draws it as wide as a desk's window and as a phone's, in light and in dark. In each the page must be
full of things, and nothing may stick out to the right: the margin shows the page's background and nothing else. A page
with a planted sentence that cannot be broken must be found.
"""

import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

WIDTHS = {"desk": 1200, "phone": 390}
HEIGHT = 2600
MARGIN = 8


def rows(path):
    """The rows of a PNG of 8 bits a channel, each as bytes, and the bytes of a pixel."""
    with open(path, "rb") as file:
        data = file.read()
    width, height, depth, kind = struct.unpack(">IIBB", data[16:26])
    assert depth == 8 and kind in (2, 6), "another kind of PNG than Chromium writes"
    step, packed, place = {2: 3, 6: 4}[kind], b"", 8
    while place < len(data):
        length, name = struct.unpack(">I4s", data[place:place + 8])
        if name == b"IDAT":
            packed += data[place + 8:place + 8 + length]
        place += length + 12
    raw, stride, before = zlib.decompress(packed), width * step, bytearray(width * step)
    for number in range(height):
        start = number * (stride + 1)
        yield unfilter(raw[start], bytearray(raw[start + 1:start + 1 + stride]), before, step), step


def unfilter(kind, line, before, step):
    """Undoes a row's filter in place, and leaves the row in `before` for the next."""
    for i in range(len(line)) if kind else ():
        left, corner = (line[i - step], before[i - step]) if i >= step else (0, 0)
        if kind == 1:
            guess = left
        elif kind == 2:
            guess = before[i]
        elif kind == 3:
            guess = (left + before[i]) // 2
        else:
            p = left + before[i] - corner
            guess = min((abs(p - left), 0, left), (abs(p - before[i]), 1, before[i]), (abs(p - corner), 2, corner))[2]
        line[i] = (line[i] + guess) & 0xFF
    before[:] = line
    return line


def look(chromium, page, folder, width, is_dark):
    """Draws the page; the colours in its margin, and how many rows are not only background."""
    picture = os.path.join(folder, f"{width}{'-dark' if is_dark else ''}.png")
    command = [
        chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={folder}/profile",
        f"--window-size={width},{HEIGHT}", f"--screenshot={picture}", f"file://{page}"]
    if is_dark:
        command.insert(1, "--blink-settings=preferredColorScheme=0")
    subprocess.run(command, check=True, timeout=120, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    margin, full = set(), 0
    for line, step in rows(picture):
        edge = line[-MARGIN * step:]
        margin |= {bytes(edge[i:i + step]) for i in range(0, len(edge), step)}
        full += line.count(line[:step]) * step < len(line)
    return margin, full


def ledger(component, serial, **more):
    """A ledger with a little of everything."""
    return {
        "component": component, "serial": serial, "channel": "stable", "ppm": 50000, "targetPPM": 250000,
        "now": "2027-01-17T16:00:00Z", "stepStartedAt": "2027-01-05T04:00:00Z", "builtAt": "2027-01-01T00:00:00Z",
        "exposure": {"installs": 412003, "idleInstalls": 0, "installDays": 9000000, "attestedInstalls": 31200},
        "reports": [{
            "id": "NT-2027-0011", "component": component, "serial": serial, "severity": "blocking", "state": "fixed",
            "changedAt": "2027-01-04T18:00:00Z", "fixedIn": serial, "reporters": ["a", "b"], "isReproduced": True,
            "closedBy": []}],
        "signers": ["one"], **more}


def state(title):
    """What the page is made from."""
    history = [{"at": f"2027-01-{day:02}T00:00:00Z", "ppm": 1000 if day < 5 else 50000, "installs": day * day * 1500}
               for day in range(1, 17)]
    return {"title": title, "madeAt": "2027-01-17T16:00:00Z", "entries": [
        {"ledger": ledger("driver", 57), "history": history}, {"ledger": ledger("app", 12, brakePPM=0), "history": []}]}


def draw(needletail, chromium, title, widths, schemes):
    """The complaints about a page of that title."""
    complaints, papers = [], set()
    with tempfile.TemporaryDirectory() as folder:
        source, page = os.path.join(folder, "state.json"), os.path.join(folder, "page.html")
        with open(source, "w") as file:
            json.dump(state(title), file)
        subprocess.run([needletail, "channel", "report", source, "--html", page], check=True, timeout=60)
        for name in widths:
            for is_dark in schemes:
                margin, full = look(chromium, page, folder, WIDTHS[name], is_dark)
                view = f"{name}, {'dark' if is_dark else 'light'}"
                print(f"  {view}: {full} rows with something in them")
                papers |= margin
                if len(margin) != 1:
                    complaints.append(f"{view}: something sticks out to the right")
                if full < 700:
                    complaints.append(f"{view}: hardly anything is on the page")
    if not complaints and len(papers) != len(schemes):
        complaints.append("light and dark look the same")
    return complaints


def main():
    needletail = os.path.abspath(sys.argv[1])
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("status page: chromium is not there: Tests/dependencies test")
    complaints = draw(needletail, chromium, "Needletail rollouts", WIDTHS, (False, True))
    if not draw(needletail, chromium, "planted" * 60, ["phone"], (False,)):
        complaints.append("a title that sticks out was not noticed")
    for complaint in complaints:
        print(f"status page: FAIL: {complaint}")
    sys.exit(bool(complaints))


if __name__ == "__main__":
    main()
