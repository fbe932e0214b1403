"""usage: manual_pages.py FOCUS FOLDER

Writes the manual pages of the command FOCUS, focus.1 and one for each of its commands, into FOLDER: what --help says,
from the description that the argument parser gives of the command.
"""

import json
import pathlib
import subprocess
import sys

EXIT = [("0", "The job is done; of \\fBdiff\\fR and \\fBverify\\fR: same, sound."),
        ("1", "It is not, and one line on stderr says why; of \\fBdiff\\fR and \\fBverify\\fR: different, not sound."),
        ("64", "The arguments are wrong."), ("130", "Interrupted with ^C; nothing was left behind.")]


def plain(text: str) -> str:
    """Text as troff shows it."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    return "\n".join("\\&" + line if line.startswith(".") else line for line in text.split("\n"))


def paragraphs(text: str) -> list[str]:
    """Text of several paragraphs, those that are set in keep their lines."""
    lines: list[str] = []
    kept = False
    for line in text.strip("\n").split("\n"):
        if line.startswith("  ") != kept:
            kept = not kept
            lines.append(".EX" if kept else ".EE")
        lines.append(plain(line) if line else ".PP")
    lines = [line for line, after in zip(lines, [*lines[1:], ""]) if (line, after) not in ((".PP", ".EX"),)]
    return [*lines, ".EE"] if kept else lines


def spelling(argument: dict) -> str:
    value = f"\\fI{plain(argument['valueName'])}\\fR"
    if argument["kind"] == "positional":
        return value
    names = [("\\-\\-" if name["kind"] == "long" else "\\-") + plain(name["name"]) for name in argument["names"]]
    shown = ", ".join(f"\\fB{name}\\fR" for name in names)
    return shown if argument["kind"] == "flag" else f"{shown} {value}"


def synopsis(command: list[str], arguments: list[dict]) -> list[str]:
    """The arguments that nobody can leave out, and a word for all others."""
    lines = [f".B {plain(' '.join(command))}"]
    for argument in arguments:
        if argument["kind"] == "positional" or not argument["isOptional"]:
            repeated = " ..." if argument["isRepeating"] else ""
            text = spelling(argument) + repeated
            lines.append(f"[{text}]" if argument["isOptional"] else text)
    return [*lines, "[\\fIoptions\\fR]"]


def described(arguments: list[dict]) -> list[str]:
    lines, section = [".SH OPTIONS"], None
    for argument in arguments:
        if argument.get("sectionTitle") != section:
            section = argument.get("sectionTitle")
            lines.append(f".SS {plain(section)}")
        text = argument.get("abstract", "")
        if argument.get("defaultValue") and "(default:" not in text:
            text += f" (default: {argument['defaultValue']})"
        lines += [".TP", spelling(argument), plain(text or "\u00a0")]
        if argument.get("discussion"):
            lines += [".IP", plain(argument["discussion"].replace("\n\n", "\n.IP\n"))]
    return lines


def page(command: dict, path: list[str], version: str) -> str:
    arguments = [argument for argument in command.get("arguments", []) if argument["shouldDisplay"]]
    # What has no name comes first, then the sections, then what is in none of them, which most commands have.
    titled = [argument for argument in arguments if "sectionTitle" in argument]
    others = [argument for argument in arguments if argument not in titled and argument["kind"] != "positional"]
    if titled:
        others = [{**argument, "sectionTitle": "General"} for argument in others]
    arguments = [argument for argument in arguments if argument not in titled and argument["kind"] == "positional"] \
        + titled + others
    name = "-".join(path)
    lines = [f'.TH "{plain(name.upper())}" 1 "" "focus {version}" "User Commands"', ".SH NAME",
             f"{plain(name)} \\- {plain(command.get('abstract', '').rstrip('.'))}", ".SH SYNOPSIS",
             *(["\\fBfocus\\fR \\fIcommand\\fR ..."] if command.get("subcommands") else synopsis(path, arguments))]
    if command.get("discussion"):
        lines += [".SH DESCRIPTION", *paragraphs(command["discussion"])]
    others = [sub for sub in command.get("subcommands", []) if sub["shouldDisplay"] and sub["commandName"] != "help"]
    if others:
        lines.append(".SH COMMANDS")
        for sub in others:
            lines += [".TP", f"\\fB{plain(name)}\\-{plain(sub['commandName'])}\\fR(1)", plain(sub.get("abstract", ""))]
    lines += described(arguments)
    lines.append(".SH EXIT STATUS")
    for code, meaning in EXIT:
        lines += [".TP", f".B {code}", meaning]
    lines += [".SH SEE ALSO", "\\fBfocus\\fR(1)" if len(path) > 1 else "The folder docs of the source has a page for "
              "each subject: methods, formats, recipes."]
    return "\n".join(lines) + "\n"


def write(focus: pathlib.Path, folder: pathlib.Path) -> list[pathlib.Path]:
    """Writes all pages, and returns their paths."""
    dump = subprocess.run([focus, "--experimental-dump-help"], capture_output=True, text=True)
    description = json.loads(dump.stdout)["command"]
    version = subprocess.run([focus, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    commands = [(description, ["focus"])]
    commands += [(sub, ["focus", sub["commandName"]]) for sub in description["subcommands"]
                 if sub["shouldDisplay"] and sub["commandName"] != "help"]
    for command, path in commands:
        made.append(folder / ("-".join(path) + ".1"))
        made[-1].write_text(page(command, path, version))
    return made


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    write(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
