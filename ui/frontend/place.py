# SPDX-License-Identifier: GPL-2.0-or-later
"""Where nfs4dup lives: in a checkout, which it builds, or installed."""
import os
import pathlib
import re
import subprocess
import sys

from say import Trouble, say

FRONTEND = pathlib.Path(__file__).resolve().parent


def checkout():
    """The checkout that this program is part of, or None."""
    root = FRONTEND.parent.parent
    setup = FRONTEND.parent / "setup"
    return root if os.access(setup, os.X_OK) and (root / "CMakeLists.txt").is_file() else None


def tshark_says(*arguments):
    """What tshark prints, about itself; nothing where there is none."""
    try:
        return subprocess.run(["tshark", *arguments], stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False,
                              errors="replace").stdout
    except OSError:
        return ""


def wireshark_line():
    """For example "4.0"; empty where no tshark is installed."""
    found = re.match(r".*\(Wireshark\) (\d+\.\d+)", tshark_says("--version"))
    return found.group(1) if found else ""


def supported_line():
    line = wireshark_line()
    if line and int(line.split(".")[0]) < 4:
        raise Trouble(f"Wireshark {line} is not supported; nfs4sess needs 4.0 or later")
    return line


def version():
    root = checkout()
    if root:
        found = re.search(r"^project\(nfs4sess VERSION ([\d.]+)",
                          (root / "CMakeLists.txt").read_text(), re.M)
    else:
        found = re.search(r"^nfs4sess\.so\s+([\d.]+)", tshark_says("-G", "plugins"), re.M)
    return found.group(1) if found else "of unknown version"


def _module(root, line):
    """Where the build has put it: in a folder 4.0, or 4-0, as Wireshark for macOS names it."""
    paths = [root / "build" / "run" / name / "epan" / "nfs4sess.so"
             for name in (line, line.replace(".", "-"))]
    return next(filter(pathlib.Path.exists, paths), paths[0])


def existing_module():
    """The module that this checkout has built for the tshark that is installed, or None."""
    root, line = checkout(), wireshark_line()
    path = _module(root, line) if root and line else None
    return path if path and path.exists() else None


def _is_newer(root, module):
    """Whether a source of the module has changed since it was built."""
    built = module.stat().st_mtime
    sources = [root / "CMakeLists.txt"]
    for folder in (root / "plugin", root / "ui"):
        sources += [path for path in folder.rglob("*")
                    if path.suffix in (".c", ".h") or path.name == "CMakeLists.txt"]
    return any(path.stat().st_mtime > built for path in sources)


def built_module():
    """The module of this checkout, up to date. What the set-up prints goes to standard error."""
    root = checkout()
    module = _module(root, supported_line())
    if module.exists():
        if not (os.access(root / "build", os.W_OK) and _is_newer(root, module)):
            return module
        say("the sources have changed; building the plugin again")
    sys.stderr.flush()
    if subprocess.run([root / "ui" / "setup"], stdout=2, check=False).returncode:
        raise Trouble("the set-up failed, so there is no plugin to run")
    module = _module(root, supported_line())  # of the tshark that it may have installed
    if not module.exists():
        raise Trouble("the build made no plugin for the tshark that is installed: "
                      f"{module} is not there")
    os.utime(module)
    return module
