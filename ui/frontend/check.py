# SPDX-License-Identifier: GPL-2.0-or-later
"""Tells whether Wireshark loads the nfs4sess plugin and, if not, why.

It asks the tshark that is called without a path, which loads the same plugins as the
Wireshark that is installed with it, as the user and with the environment that it is called
with. It needs no other file, so that a user who cannot reach it can read it from standard
input. nfs4dup asks about the tshark that it calls itself.

Usage: check.py [--reason] [FOLDER...]
  --reason   print the reason alone, on one line, and nothing where it is loaded
  FOLDER     look there as well, for plugins that Wireshark does not look at
Exit status: 0 loaded, 2 not.
"""
import getpass
import os
import pathlib
import re
import shutil
import subprocess
import sys
import textwrap

NAME = "nfs4sess.so"


class NotLoaded(Exception):
    """The reason, in one line; and what to do about it."""


def ask_tshark(*arguments):
    """What it prints and what it complains of."""
    result = subprocess.run(["tshark", *arguments], stdin=subprocess.DEVNULL, text=True,
                            capture_output=True, check=False, errors="replace")
    return result.stdout, result.stderr


def first_group(pattern, text):
    found = re.search(pattern, text, re.M)
    return found.group(1) if found else ""


class Surroundings:
    """What there is to know of this user's Wireshark."""

    def __init__(self, elsewhere=(), tshark=ask_tshark, root=None):
        if not shutil.which("tshark"):
            raise NotLoaded("tshark is not installed", "install the package tshark.")
        self.root = 0 in (os.getuid(), os.getgid()) if root is None else root
        self.version = first_group(r"^.*\(Wireshark\) ([\d.]*\d)", tshark("--version")[0])
        self.line = self.version.rpartition(".")[0]
        self.plugins, self.complaints = tshark("-G", "plugins")
        folders = tshark("-G", "folders")[0]
        self.configuration, self.personal, self.everybodys = (
            pathlib.Path(first_group(rf"^{name}:\s*(.*)$", folders) or "/nonexistent")
            for name in ("Personal configuration", "Personal Plugins", "Global Plugins"))
        self.folder = self.everybodys.name  # 4.0, or 4-0, as Wireshark for macOS names it
        self.elsewhere = elsewhere

    def how_to_build(self):
        return (f"with the development package of Wireshark {self.line} (wireshark-dev), build and "
                "install it again: cmake --preset default && cmake --build --preset default && "
                "sudo cmake --install build. Or install the Debian package whose version ends in "
                f"+ws{self.line}.")

    def candidate(self):
        """The module that was most likely meant for this Wireshark, or None."""
        folders = [os.environ.get("WIRESHARK_PLUGIN_DIR"), self.personal, self.everybodys,
                   self.personal.parent, self.everybodys.parent,
                   pathlib.Path.home() / ".wireshark" / "plugins", *self.elsewhere]
        found = [path for folder in folders if folder for path in modules_below(folder)]
        meant = [path for path in found if self.folder in path.parts]
        return next(iter(meant + found), None)


def modules_below(folder):
    for inner, _, names in os.walk(folder):
        if NAME in names:
            yield pathlib.Path(inner, NAME)


def check_what_tshark_said(here):
    """When it tried."""
    line = first_group(rf"^(.*{re.escape(NAME)}.*)$", here.complaints)
    text = re.sub(r"^[a-z]*: ", "", re.sub(r"^.*: (?=The plugin)", "", line))
    built = first_group(r"was compiled for Wireshark version ([\d.]*\d)", text)
    library = first_group(r"'nfs4sess\.so': ([^/:]*): cannot open shared object file", text)
    if built:
        raise NotLoaded(f"wrong line: it was compiled for Wireshark version {built}, and this is "
                        f"{here.version}", here.how_to_build())
    if library:
        raise NotLoaded(f"missing library: it needs {library}, which is not installed",
                        f"install the package that has {library}; if that is a library of "
                        f"Wireshark, of another version than this one, then {here.how_to_build()}")
    if "Permission denied" in text:
        raise NotLoaded(f"no permission: {text}", "let everybody read the file and enter its "
                        "folders.")
    if text:
        raise NotLoaded(f"damaged: {text}", here.how_to_build())


def explain(here, path):
    """Why tshark, which did not say a word about it, does not load `path`."""
    its_line = first_group(r".*/(\d+[.-]\d+)/.*nfs4sess\.so$", str(path)).replace("-", ".")
    if here.root and path != here.everybodys / "epan" / NAME:
        raise NotLoaded(f"root: Wireshark looks for plugins in {here.everybodys} only, for users "
                        f"whose user or group is root, and {path} is not there",
                        "run it as another user, or install the plugin for everybody: sudo cmake "
                        "--install build.")
    if its_line and its_line != here.line:
        raise NotLoaded(f"wrong line: {path} is for Wireshark {its_line}, and this is "
                        f"{here.version}", here.how_to_build())
    if not os.access(path, os.R_OK):
        raise NotLoaded(f"no permission: {path} cannot be read by {getpass.getuser()}",
                        f"chmod a+r {path}")
    raise NotLoaded(f"wrong folder: {path} is where Wireshark does not look",
                    f"move it to {here.personal}/epan/ (for you alone) or {here.everybodys}/epan/ "
                    "(for everybody). If WIRESHARK_PLUGIN_DIR is set, Wireshark looks in its "
                    f"folder {here.folder}/epan instead of the latter.")


def check(here):
    """What tshark says of the plugin that it has loaded."""
    loaded = re.search(r"^nfs4sess\.so\s*\t(\S+)\s*\t.*\t(.*)$", here.plugins, re.M)
    if not loaded:
        check_what_tshark_said(here)
        path = here.candidate()
        if path:
            explain(here, path)
        raise NotLoaded("not installed: it is in none of the folders that tshark -G folders "
                        "names", here.how_to_build())
    switched_off = here.configuration / "disabled_protos"
    if switched_off.is_file() and "nfs4sess" in switched_off.read_text(errors="replace").split():
        raise NotLoaded("switched off: it is loaded, but the protocol nfs4sess is disabled",
                        "switch \"NFSv4 Sessions\" on again in Wireshark under Analyze > Enabled "
                        "Protocols.")
    return (f"Wireshark {here.version} loads the nfs4sess plugin {loaded.group(1)} from "
            f"{loaded.group(2)}")


def ask(elsewhere=(), short=False, **how):
    """Exit status, and what to print."""
    version = ""
    try:
        here = Surroundings(elsewhere, **how)
        version = f"{here.version} "
        text = check(here)
        return 0, "" if short else f"{text}\n"
    except NotLoaded as why:
        reason, cure = why.args
    if short:
        return 2, f"{reason}\n"
    cure = textwrap.fill(f"To do: {cure}", 78, subsequent_indent="       ",
                         break_long_words=False, break_on_hyphens=False)
    return 2, f"Wireshark {version}does not load the nfs4sess plugin:\n  {reason}\n{cure}\n"


def main(arguments):
    short = arguments[:1] == ["--reason"]
    status, text = ask(arguments[short:], short)
    sys.stdout.write(text)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
