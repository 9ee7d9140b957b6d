"""check.py PACKAGE.deb [--record FILE.svg]: pastes every command of Docs/Tutorial.md and then those of README.md that stand in
blocks of sh, as they stand and in their order, into a Debian with nothing else in it, and looks at what came of them. With --record, draws what a terminal shows meanwhile.

The Debian is made with debootstrap and thrown away; its network is a namespace without a way out, so apt gets its packages
from a folder that was filled before. Not looked at: the unit, which takes a service manager (Tests/Debian/units.sh), and what
the README makes from sources: TidyTests (ReadmeTests) knows which part of the suite runs each of those commands. Ends after ten minutes at the latest. Needs root, debootstrap, unshare.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

import recording

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TUTORIAL = os.path.join(ROOT, "Docs", "Tutorial.md")
README = os.path.join(ROOT, "README.md")
# Where root is at home.
HOME = "root"
# What the tutorial installs beside the package.
PACKAGES = ("iproute2", "iputils-ping", "qrencode")
# Seconds for making the Debian, and for what is pasted.
PATIENCE, PASTING = 360, 200
# What the recording shows: blocks by heading and number, of each so many commands.
SHOWN = (("Up", 0, None), ("Up", 1, 3))


def commands(text):
    """The blocks of commands, each with the heading it stands under."""
    heading, blocks = "", []
    for match in re.finditer(r"^## ([^\n]+)$|^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        if match.group(1):
            heading = match.group(1)
        else:
            blocks.append((heading, match.group(2)))
    return blocks


def pasted():
    """The blocks of both documents; the README's have its name before their heading."""
    blocks = []
    for path, name in ((TUTORIAL, ""), (README, "README: ")):
        with open(path, encoding="utf-8") as file:
            found = commands(file.read())
        assert found, f"{path} has no block of commands"
        blocks += [(name + heading, block) for heading, block in found]
    return blocks


def run(arguments, **options):
    return subprocess.run(arguments, timeout=PATIENCE, check=True, **options)


def make_root(folder, package):
    """A minimal Debian at `folder`, with `package` at home and all that the tutorial installs in apt's store."""
    log = subprocess.DEVNULL
    run([os.path.join(ROOT, "Tests", "Support", "debian-root.sh"), folder], stdout=log)
    shutil.copy(package, os.path.join(folder, HOME))
    local = "./" + os.path.join(HOME, os.path.basename(package))
    run(["chroot", folder, "apt-get", "install", "--yes", "--download-only", local, *PACKAGES], stdout=log)


def paste(folder, blocks):
    """What the blocks print, a marker before each; a command that fails ends it."""
    script = ["set -ev", f"export HOME=/{HOME}", "cd", "mount -t proc proc /proc", "mount -t sysfs sysfs /sys"]
    for number, (_, block) in enumerate(blocks):
        script.append(f"echo '@@ {number}'\n{block}")
    # Locks are files that stay empty.
    script.append("echo '@@ end'; ip link; ls /var/run/wireguard; find /run/needletail -type f -size +0")
    # A shell that reads a file and not a terminal; what is pasted must not read from it.
    with open(os.path.join(folder, ".pasted"), "w", encoding="utf-8") as file:
        file.write("\n".join(script))
    # Whoever enters a namespace of ip's needs a root that is mounted.
    inside = 'mount --bind "$1" "$1" && mount --rbind /dev "$1/dev" && exec chroot "$1" bash /.pasted'
    command = ["unshare", "-mnpu", "--fork", "--kill-child", "sh", "-c", inside, "sh", folder]
    log = os.path.join(folder, ".log")
    # A file and no pipe: what a command leaves running may keep it.
    with open(log, "wb") as output:
        try:
            status = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, timeout=PASTING, check=False).returncode
        except subprocess.TimeoutExpired:
            status = 124
    with open(log, encoding="utf-8", errors="replace") as file:
        return status, file.read()


def expectations(answers):
    """What somebody who reads along must see: a sentence, and whether it is so."""
    def of(heading, number=0):
        return answers[heading][number]
    up, looked = of("Up"), of("Up", 1)
    broken, mended = of("When it does not work"), of("When it does not work", 1)
    yield "the program is installed", "needletail 0." in of("Install it")
    yield "no ping is lost", "3 received" in up
    yield "both ends are established", up.count("  Established(") == 2
    yield "a dry run shows steps", "10.7.0.1/24" in looked
    yield "both interfaces are shown", "interface: laptop" in looked and "interface: office" in looked
    yield "the route is explained", "10.7.0.2/32" in looked and "into laptop" in looked
    yield "top has both ends", len(re.findall(r"^(?:laptop|office) .*/s", looked, re.MULTILINE)) == 2
    yield "the broken tunnel says so", "  Handshaking(" in broken
    yield "and why", "awaits its response" in broken and "try: is UDP let through" in broken
    yield "the doctor has checks", len(re.findall(r"^ *\d+ (?:pass|warn|fail)", broken, re.MULTILINE)) > 5
    yield "it comes back by itself", re.search(r"[5-9] received|10 received", mended) is not None
    yield "and is established", "  Established(" in mended
    yield "the office has two peers", len(re.findall(r"^[A-Za-z0-9+/]{43}=$", of("A telephone"), re.MULTILINE)) == 2
    yield "the code is drawn", "█" in of("A telephone")
    by_hand, from_a_file = of("README: The one-minute story"), of("README: The one-minute story", 1)
    for words, shown in (("by hand", by_hand), ("from a file", from_a_file)):
        yield f"a tunnel is there {words}", "interface: wg0" in shown and "private key: (hidden)" in shown
    yield "nothing is left", not re.search(r"laptop|office|cable|wg0", answers["end"])


def record(blocks, answers, path):
    """Writes the picture of the blocks that `SHOWN` names."""
    lines = []
    for heading, number, count in SHOWN:
        block = [block for name, block in blocks if name == heading][number]
        typed = block.strip().splitlines()
        text = answers[heading][number]
        # The shell says what it reads next before it is done with the part.
        text = text[: text.rfind("echo '@@")]
        shown = recording.lines_of(text, typed)
        if count is not None:
            starts = [place for place, (_, is_typed) in enumerate(shown) if is_typed]
            shown = shown[: starts[count]] if count < len(starts) else shown
        lines += shown
    with open(path, "w", encoding="utf-8") as file:
        file.write(recording.svg(lines))


def main(package, picture=None):
    blocks = pasted()
    folder = tempfile.mkdtemp(prefix="needletail-tutorial-")
    os.chmod(folder, 0o755)
    try:
        make_root(folder, package)
        status, text = paste(folder, blocks)
    finally:
        run(["rm", "-rf", "--one-file-system", folder])
    parts = dict(re.findall(r"^@@ (\w+)\n(.*?)(?=^@@ |\Z)", text, re.MULTILINE | re.DOTALL))
    if status != 0 or "end" not in parts:
        sys.exit(f"what was pasted ended with status {status} in its block {len(parts)}:\n{text[-3000:]}")
    answers = {"end": parts["end"]}
    for number, (heading, _) in enumerate(blocks):
        answers.setdefault(heading, []).append(parts[str(number)])
    wrong = 0
    for sentence, is_so in expectations(answers):
        print(("ok: " if is_so else "FAIL: ") + sentence)
        wrong += not is_so
    if wrong:
        sys.exit(text[-6000:])
    print(f"{len(blocks)} blocks of commands pasted")
    if picture:
        record(blocks, answers, picture)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[3] if len(sys.argv) == 4 and sys.argv[2] == "--record" else None)
