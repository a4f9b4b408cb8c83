# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs tshark with the module that was built, and keeps it away from everything else.

Wireshark loads no plugin from a build folder for root. Where the tests run as root,
tshark therefore runs as the user nobody, who need not be able to reach the checkout:
the module and every capture are copied to a workspace that he can read.
"""
import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
CAPTURES = ROOT / "captures"
LAB = CAPTURES / "lab"
GOLDEN = ROOT / "tests" / "golden"
SHARED = ROOT.parent / "shared"
sys.path.insert(0, str(LAB / "host"))  # reader.py
# Debian's programs before others of the same name, which may be wrappers that take their time.
os.environ["PATH"] = os.pathsep.join(["/usr/bin", "/bin", os.environ["PATH"]])
# A heap of large pages, which takes a third off the time that tshark needs to start.
os.environ["GLIBC_TUNABLES"] = "glibc.malloc.hugetlb=1:glibc.malloc.top_pad=67108864"
NOBODY = 65534
IS_ROOT = os.geteuid() == 0

PASSES = pytest.mark.parametrize("passes", [1, 2], ids=["one-pass", "two-pass"])
VERDICTS = ["single", "restarted", "undecided", "suspected", "probable", "proven"]


def pytest_addoption(parser):
    parser.addoption("--regold", action="store_true",
                     help="write the golden files anew instead of comparing with them")
    parser.addoption("--cut-step", type=int, metavar="FRAMES",
                     help="cut captures at every so many frames (default: the studied ones at "
                          "every 100, others in the middle)")
    parser.addoption("--thin", type=int, metavar="TIMES", default=5,
                     help="how often captures lose 1, 5, 20 and 50 %% of their messages by chance")
    parser.addoption("--all-extracts", action="store_true",
                     help="test_extract.py makes the extract of each capture that there is")
    parser.addoption("--watch-days", type=int, metavar="DAYS", default=1,
                     help="how long test_watch.py lets a watch run, in its own time")
    parser.addoption("--build", default="build", metavar="FOLDER",
                     help="the build folder, below the project, whose module is tested")


class Tshark:
    """tshark with the module (or `bare`, without), with a home and settings of its own."""

    def __init__(self, workspace, module, line):
        self.workspace = workspace
        modules = pathlib.Path(tempfile.mkdtemp(prefix="modules-", dir=workspace))
        epan = modules / line / "epan"
        epan.mkdir(parents=True)
        shutil.copy(module, epan)
        modules.chmod(0o755)
        self.line = line
        self.home = workspace / "home"
        self.handed_in = {}
        self.results = {}
        self.prefix = []
        if IS_ROOT:
            self.prefix = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.home),
                            "GLIBC_TUNABLES": os.environ["GLIBC_TUNABLES"],
                            "LC_ALL": "C.UTF-8", "WIRESHARK_PLUGIN_DIR": str(modules)}
        if b"__asan_init" in module.read_bytes():
            libraries = [subprocess.run(["gcc", f"-print-file-name={name}"], check=True,
                                        capture_output=True, text=True).stdout.strip()
                         for name in ("libasan.so", "libubsan.so")]
            self.environment.update(
                LD_PRELOAD=" ".join(libraries), ASAN_OPTIONS="detect_leaks=0",
                UBSAN_OPTIONS="halt_on_error=1", WIRESHARK_DEBUG_WMEM_OVERRIDE="strict")

    def hand_in(self, path):
        """The capture `path`, or a copy of it that tshark's user can read."""
        path = pathlib.Path(path)
        if not IS_ROOT or not path.is_file():
            return path
        if path not in self.handed_in:
            copy = self.workspace / "handed-in" / f"{len(self.handed_in)}-{path.name}"
            copy.parent.mkdir(exist_ok=True)
            shutil.copyfile(path, copy)
            copy.chmod(0o644)
            self.handed_in[path] = copy
        return self.handed_in[path]

    def __call__(self, *arguments, bare=False, modules=None, stdin=os.devnull):
        environment = dict(self.environment)
        if bare:
            modules = self.workspace / "no-plugins"
        if modules:
            environment["WIRESHARK_PLUGIN_DIR"] = str(modules)
        with open(stdin, "rb") as source:
            return subprocess.run(
                [*self.prefix, "tshark", *map(str, arguments)], env=environment, cwd="/",
                stdin=source, capture_output=True, text=True, errors="surrogateescape",
                timeout=300, check=False)

    def read(self, capture, *arguments, passes=1, bare=False, modules=None):
        """Runs on a capture; name resolution off. A capture of the project never changes: what
        was asked about it once is not asked again."""
        two = ["-2"] if passes == 2 else []
        command = ["-n", *two, "-r", self.hand_in(capture), *arguments]
        if modules or ROOT not in pathlib.Path(capture).parents:
            return self(*command, bare=bare, modules=modules)
        question = bare, *map(str, command)
        if question not in self.results:
            self.results[question] = self(*command, bare=bare)
        return self.results[question]

    def lines(self, capture, *arguments, **options):
        """The same, for a run that has to succeed without a word on stderr."""
        result = self.read(capture, *arguments, **options)
        assert (result.returncode, result.stderr) == (0, "")
        return result.stdout.split("\n")[:-1]

    def fields(self, capture, *names, show="", passes=1, bare=False, options=()):
        """A dict per frame: field -> list of its values. "frame" is the frame's number."""
        columns = ["frame.number", *names]
        wanted = [argument for name in columns for argument in ("-e", name)]
        selected = ["-Y", show] if show else []
        lines = self.lines(capture, *options, *selected, "-T", "fields", "-E", "separator=\x1f",
                           "-E", "aggregator=\x1e", *wanted, passes=passes, bare=bare)
        frames = []
        for line in lines:
            values = [value.split("\x1e") if value else [] for value in line.split("\x1f")]
            frames.append(dict(zip(["frame", *names], values, strict=True)))
            frames[-1]["frame"] = int(frames[-1]["frame"][0])
        return frames

    def tap(self, capture, name, passes=1, options=(), modules=None):
        """What -z prints."""
        lines = self.lines(capture, "-q", *options, "-z", name, passes=passes, modules=modules)
        return "".join(line + "\n" for line in lines)

    def views(self, capture, *names):
        """What several views print in one run: name -> text."""
        question = "views", capture, *names
        if question not in self.results:
            with contextlib.ExitStack() as open_files:
                files = {name: open_files.enter_context(tempfile.TemporaryFile("w+"))
                         for name in names}
                result = subprocess.run(
                    [*self.prefix, "tshark", "-n", "-q", "-r", self.hand_in(capture),
                     *(word for name in names for word in ("-z", f"nfs4dup,{name}"))],
                    env={**self.environment, **{f"NFS4DUP_FD_{name}": str(file.fileno())
                                                for name, file in files.items()}},
                    pass_fds=[file.fileno() for file in files.values()], cwd="/",
                    stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300,
                    check=False)
                assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
                for file in files.values():
                    file.seek(0)
                self.results[question] = {name: file.read() for name, file in files.items()}
        return self.results[question]

    def report(self, capture, passes=1, options=(), modules=None):
        """The nfs4dup,json document."""
        return json.loads(self.tap(capture, "nfs4dup,json", passes, options, modules))


def tshark_line():
    version = subprocess.run(["tshark", "--version"], capture_output=True, text=True, check=True)
    return re.search(r"\(Wireshark\) (\d+\.\d+)", version.stdout).group(1)


@pytest.fixture(scope="session")
def workspace():
    """A folder that tshark's user can read, gone when the tests end."""
    os.umask(0o022)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="nfs4sess-tests-"))
    folder.chmod(0o755)
    (folder / "no-plugins").mkdir()
    (folder / "home").mkdir()
    if IS_ROOT:
        os.chown(folder / "home", NOBODY, NOBODY)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def room(workspace):
    """A folder in the workspace for one test."""
    folder = pathlib.Path(tempfile.mkdtemp(dir=workspace))
    folder.chmod(0o755)
    return folder


@pytest.fixture(scope="session")
def module(request):
    """The module that is tested."""
    build = ROOT / request.config.getoption("--build")
    path = build / "run" / tshark_line() / "epan" / "nfs4sess.so"
    if not path.exists():
        pytest.exit(f"no plugin to test: {path} is not there; ui/setup builds it", returncode=2)
    return path


@pytest.fixture(scope="session")
def replay(request):
    """The program that tells a model some of a capture's messages; ui/setup builds it."""
    return ROOT / request.config.getoption("--build") / "tests" / "replay"


@pytest.fixture(scope="session")
def tshark(workspace, module):
    return Tshark(workspace, module, tshark_line())


@pytest.fixture(scope="session")
def truth():
    """captures/truth.json: file name -> what is known about it."""
    return json.loads((CAPTURES / "truth.json").read_text())["captures"]


@pytest.fixture
def golden(request):
    """golden(name, text): the text equals the golden file of that name."""
    def compare(name, text):
        path = GOLDEN / name
        if request.config.getoption("--regold"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        assert text == path.read_text(), f"tests/golden/{name} says otherwise (--regold renews it)"
    return compare


# People have read these frame by frame; each has golden files.
STUDIED = ["client-restart-server.pcap", "duplicate-locks-server.pcap", "duplicate-v40-server.pcap",
           "duplicate-v42-host1.pcap", "duplicate-v42-host2.pcap", "duplicate-v42-server.pcap",
           "lease-expiry-server.pcap", "remount-server.pcap", "server-restart-server.pcap",
           "trunking-server.pcap", "unique-hostnames-server.pcap"]


def shipped():
    """The shipped captures that most tests run on, for parametrize: the studied ones."""
    return STUDIED


def all_shipped():
    """All shipped captures, each of which is tested against its truth."""
    return sorted(path.name for path in CAPTURES.glob("*.pcap"))


def owners_above(report, limit):
    """The owners of a report whose verdict is worse than `limit`."""
    worse = VERDICTS[VERDICTS.index(limit) + 1:]
    return [(owner["owner"], owner["verdict"]) for owner in report["owners"]
            if owner["verdict"] in worse]


def pytest_terminal_summary(terminalreporter):
    """Of the captures of test_faults.py, which are answered rightly, and what is wrong with others."""
    for outcome, word in (("passed", "right"), ("xpassed", "right"), ("xfailed", "wrong"),
                          ("failed", "wrong")):
        for report in terminalreporter.stats.get(outcome, []):
            if re.search(r"test_faults\.py::test_(fault|derived)\[", report.nodeid):
                name = report.nodeid.split("[", 1)[1][:-1]
                terminalreporter.write_line(f"{word}  {name}  {report.longrepr or ''}".rstrip())
