"""Holds completions and manual pages to the table of commands: every command has its page, and every shell knows it."""
import json
import pathlib
import sys


def commands(command, path=()):
    """The paths of a command and all below it, but those that the parser hides."""
    path = path + (command["commandName"],)
    yield path, command.get("abstract", "")
    for below in command.get("subcommands", []):
        if below.get("shouldDisplay", True):
            yield from commands(below, path)


def faults(place):
    table = json.loads((place / "commands.json").read_text())
    paths = list(commands(table["command"]))
    if len(paths) < 30:
        yield f"the table has only {len(paths)} commands"
    shells = {file.suffix: file.read_text() for file in (place / "completions").iterdir()}
    if sorted(shells) != [".bash", ".fish", ".zsh"]:
        yield f"completions are there for {sorted(shells)}"
    for path, abstract in paths:
        page = place / "man" / (".".join(path) + ".1")
        if not page.exists():
            yield f"{page} is missing"
        elif not abstract.split()[0] in page.read_text():
            yield f"{page} does not say what the command does"
        for shell, text in shells.items():
            if path[-1] not in text:
                yield f"{' '.join(path)} is unknown to the completions for {shell}"
    pages = {file.name for file in (place / "man").iterdir()}
    for page in pages - {".".join(path) + ".1" for path, _ in paths} - {"needletail.help.1"}:
        yield f"{page} is of no command"


found = list(faults(pathlib.Path(sys.argv[1])))
print("\n".join(found) if found else "every command has its page and its completions")
sys.exit(1 if found else 0)
