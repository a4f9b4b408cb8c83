# SPDX-License-Identifier: GPL-2.0-or-later
"""How Wireshark's programs are run: never with root's rights, and with no settings but ours.

They parse what strangers wrote. For root, they run as the user nobody, get the captures on
file descriptors that root has opened, and write to file descriptors, too: root writes into
no folder in which anybody else can, and nobody needs a folder of his own.
"""
import ctypes
import os
import pathlib
import pwd
import shutil
import subprocess
import sys
import tempfile

import check
import place
from say import Trouble

PARENTS = ["/tmp", "/var/tmp", "/run", "/dev/shm"]  # for root: TMPDIR need not be open to nobody


def _nobody():
    """The arguments of Popen that make a process of the user nobody."""
    try:
        entry = pwd.getpwnam("nobody")
        user, group = entry.pw_uid, entry.pw_gid
    except KeyError:
        user = group = 65534
    return {"user": user, "group": group, "extra_groups": []}


def _gain_nothing():
    """No program that is started from now on gains rights by being setuid, where there is a
    way to say so."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS


class Wireshark:
    """Starts tshark and its company, for the time of one run. A context manager."""

    def __init__(self):
        self.module = None
        if place.checkout():
            self.module = place.built_module()
        else:
            place.supported_line()
        self.user = _nobody() if os.geteuid() == 0 else {}
        if self.module and not self.user and os.getegid() == 0:
            raise Trouble("Wireshark loads no plugin from a checkout for users whose group is "
                          "root; use another group or install the plugin")
        self.folder = None
        self.work_folder = None  # instead of the caller's, where nobody cannot enter that

    def __enter__(self):
        if self.user:
            _gain_nothing()
        self.folder = self._make_folder()
        try:
            self.environment = self._environment()
            if self.user and self.run("test", "-x", ".")[0]:
                self.work_folder = self.folder
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make_folder(self):
        """A folder of the caller's own; for root, one out of which nobody can load a module,
        which is not so where it is mounted noexec."""
        if not self.user:
            return pathlib.Path(tempfile.mkdtemp(prefix="nfs4dup."))
        for parent in PARENTS:
            try:
                folder = pathlib.Path(tempfile.mkdtemp(prefix="nfs4dup.", dir=parent))
            except OSError:
                continue
            folder.chmod(0o755)
            if self._can_run_in(folder):
                return folder
            shutil.rmtree(folder, ignore_errors=True)
        raise Trouble("root reads captures as the user nobody, who can run no program in "
                      f"{', '.join(PARENTS)} (are they all mounted noexec?); "
                      "run nfs4dup as a user")

    def _can_run_in(self, folder):
        probe = folder / "probe"
        probe.write_text("#!/bin/sh\n")
        probe.chmod(0o755)
        try:
            subprocess.run([probe], check=True, cwd="/", **self.user)
        except (OSError, subprocess.SubprocessError):
            return False
        probe.unlink()
        return True

    def _environment(self):
        settings = self.folder / "settings"
        settings.mkdir()
        added = {"WIRESHARK_CONFIG_DIR": str(settings)}
        if self.module:
            added.update(HOME=str(settings), WIRESHARK_PLUGIN_DIR=str(self._plugins()))
        if self.user:
            settings.chmod(0o755)
            added["HOME"] = str(settings)
        return {**os.environ, **added}

    def _plugins(self):
        """The folder for WIRESHARK_PLUGIN_DIR: a copy for nobody, who may not be able to reach
        the checkout."""
        epan = self.module.parent
        if not self.user:
            return epan.parent.parent
        copy = self.folder / "plugins" / epan.parent.name / "epan"
        copy.mkdir(parents=True)
        shutil.copyfile(self.module, copy / self.module.name)
        for path in (*copy.parents[:2], copy):
            path.chmod(0o755)
        (copy / self.module.name).chmod(0o644)
        return copy.parent.parent

    def start(self, program, *arguments, env=None, **options):
        """A process that a terminal's Ctrl-C does not reach: tshark would end without drawing
        anything."""
        options = {"stdin": subprocess.DEVNULL, "start_new_session": True, **options}
        try:
            return subprocess.Popen([program, *arguments], env={**self.environment, **(env or {})},
                                    cwd=self.work_folder, **options, **self.user)
        except FileNotFoundError:
            raise Trouble(f"{program} is not installed") from None

    def run(self, program, *arguments, **options):
        """The same, until it ends: exit status, output and complaints."""
        with self.start(program, *arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                        text=True, errors="replace", **options) as process:
            out, err = process.communicate()
        return process.returncode, out, err

    def hand_over(self, file):
        """A file of root's that nobody can read by its name, and not write."""
        if self.user:
            os.fchown(file.fileno(), -1, self.user["group"])
            os.fchmod(file.fileno(), 0o440)

    def open_pipe(self, end):
        """Lets nobody open a pipe of root's by its name in /dev/fd, which is like opening a file
        on Linux, and like dup elsewhere."""
        if self.user and sys.platform == "linux":
            os.fchown(end, self.user["user"], -1)

    @staticmethod
    def name_of(end):
        """Under which a program that is given this file descriptor can open it."""
        name = f"/dev/fd/{end}"
        if not os.path.exists(name):
            raise Trouble(f"several captures need {name}, which is not there; on FreeBSD, "
                          "mount -t fdescfs fdescfs /dev/fd")
        return name

    def can_read(self, path):
        return not self.user or self.run("test", "-r", str(path))[0] == 0

    def check(self, short=False):
        """Exit status and words of check.py, about the tshark that is run here."""
        return check.ask(short=short, root=not self.user and 0 in (os.getuid(), os.getgid()),
                         tshark=lambda *arguments: self.run("tshark", *arguments)[1:])
