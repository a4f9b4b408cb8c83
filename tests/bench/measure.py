# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run of tshark costs, with the plugin and without, and what the model costs alone.

Instructions are counted by callgrind, which does not depend on how busy the machine is,
between two numbers of packets of one capture, so that starting up is left out. Memory is
the peak resident size.
"""
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys

import hostile
import synthetic

ROOT = pathlib.Path(__file__).resolve().parents[2]
BENCH = ROOT / "tests" / "bench"
NOBODY = 65534
WINDOW = (1000, 5000)  # between these packets instructions are counted
# scale.c knows the reader, the model and the document.
DOCUMENT = ["duel", "finding", "finding_client", "finding_hosts", "kin", "losses", "report"]
SCALE = [BENCH / "scale.c", *(ROOT / "ui").glob("json_*.c"),
         *(ROOT / "ui" / f"{name}.c" for name in DOCUMENT), *(ROOT / "ui").glob("cure*.c"), ROOT / "plugin/show/proof.c",
         *(ROOT / "plugin/show").glob("word*.c")]
INCLUDED = [f"-I{ROOT / folder}" for folder in ("plugin", "plugin/model", "ui")]


def flags(*words):
    listed = subprocess.run(["pkg-config", *words], check=True, capture_output=True, text=True)
    return listed.stdout.split()


def compile_scale(build, program):
    """Makes `program` of scale.c and the model in the folder `build`."""
    subprocess.run(["gcc", "-O2", *INCLUDED, '-DNFS4SESS_VERSION="0"',
                    *flags("--cflags", "glib-2.0", "wireshark"), *SCALE,
                    build / "plugin" / "libnfs4sess_model.a",
                    *flags("--libs", "glib-2.0", "wireshark"), "-o", program], check=True)


def count_scale(program, capture, *options):
    """Instructions of scale.c."""
    counted = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                              *options, program, capture], capture_output=True, text=True, check=True)
    return int(re.search(r"Collected : (\d+)", counted.stderr).group(1))


def run_scale(program, capture):
    """The messages of the capture's second half, and by how many KiB the program grew."""
    plain = {**os.environ, "GLIBC_TUNABLES": ""}  # a heap of large pages grows by megabytes
    done = subprocess.run([program, capture], env=plain, capture_output=True, text=True, check=True)
    return map(int, done.stdout.split())


class Bench:
    def __init__(self, folder, extra):
        self.folder = folder
        self.extra = [self._hand_in(path) for path in extra]
        self.home = folder / "home"
        self.home.mkdir()
        self.prefix = []
        if os.geteuid() == 0:  # Wireshark loads no plugin of ours for root
            self.prefix = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
            os.chown(self.home, NOBODY, NOBODY)
        folder.chmod(0o755)
        self.modules = {"bare": self._modules("bare", None),
                        "plugin": self._modules("plugin", self._built()),
                        "usual": self._modules("usual", self._compile("usual", "wireshark"))}
        self.same_random = self._compile("same_random")
        self.scale = folder / "scale"
        compile_scale(ROOT / "build", self.scale)
        self.script = self._hand_in(BENCH / "usual.lua")
        self.empty = self.of_frames("replies", 0)

    def _hand_in(self, path):
        copy = self.folder / path.name
        shutil.copyfile(path, copy)
        copy.chmod(0o644)
        return copy

    @staticmethod
    def _line():
        version = subprocess.run(["tshark", "--version"], capture_output=True, text=True, check=True)
        return re.search(r"\(Wireshark\) (\d+\.\d+)", version.stdout).group(1)

    def _built(self):
        return ROOT / "build" / "run" / self._line() / "epan" / "nfs4sess.so"

    def _modules(self, name, module):
        folder = self.folder / name / self._line() / "epan"
        folder.mkdir(parents=True)
        if module is not None:
            shutil.copy(module, folder)
        return self.folder / name

    def _compile(self, name, *packages):
        module = self.folder / f"{name}.so"
        subprocess.run(["gcc", "-O2", "-shared", "-fPIC", *INCLUDED,
                        *flags("--cflags", "glib-2.0", *packages), BENCH / f"{name}.c", "-o", module], check=True)
        return module

    def _run(self, modules, tool, capture, *arguments, key=None, out=os.devnull):
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.home), "LC_ALL": "C.UTF-8",
                       "WIRESHARK_PLUGIN_DIR": str(self.modules[modules])}
        with open(key or os.devnull, "rb") as secret, open(out, "wb") as printed:
            if key:
                environment["NFS4DUP_FD_key"] = str(secret.fileno())
            done = subprocess.run([*self.prefix, *tool, "tshark", "-n", "-r", capture, *arguments],
                                  env=environment, stdout=printed, stderr=subprocess.PIPE,
                                  pass_fds=[secret.fileno()], text=True, errors="replace", check=False)
        if done.returncode != 0:
            sys.exit(f"bench: tshark failed on {capture}: {done.stderr[-400:]}")
        return done.stderr

    def _instructions(self, modules, capture, packets, arguments, key=None):
        out = self.home / f"callgrind.{packets}"
        errors = self._run(modules, ["env", f"LD_PRELOAD={self.same_random}", "valgrind",
                                     "--tool=callgrind", f"--callgrind-out-file={out}"],
                           capture, "-c", str(packets), *arguments, key=key)
        return int(re.search(r"Collected : (\d+)", errors).group(1))

    def per_packet(self, modules, capture, arguments=(), key=None):
        """Instructions per packet."""
        first, last = WINDOW
        with concurrent.futures.ThreadPoolExecutor() as pool:
            counts = list(pool.map(lambda packets: self._instructions(
                modules, capture, packets, arguments, key), WINDOW))
        return (counts[1] - counts[0]) / (last - first)

    def peak(self, modules, capture, arguments=()):
        """Peak resident size in KiB, and seconds of user time."""
        errors = self._run(modules, ["/usr/bin/time", "-f", "%M %U"], capture, *arguments)
        size, seconds = errors.split()[-2:]
        return int(size), float(seconds)

    def extract_size(self, capture):
        """Bytes of the capture's extract."""
        out = self.folder / "extract.pcapng"
        self._run("plugin", [], capture, "-q", "-z", "nfs4dup,extract", out=out)
        return out.stat().st_size

    @staticmethod
    def packets(capture):
        told = subprocess.run(["capinfos", "-Mc", capture], check=True, capture_output=True, text=True)
        return int(told.stdout.split()[-1])

    def ring(self, capture, files):
        """The capture, cut into about so many files."""
        packets = self.packets(capture)
        subprocess.run(["editcap", "-c", str(packets // files + 1), capture,
                        self.folder / f"ring{files}x.pcap"], check=True)
        return sorted(self.folder.glob(f"ring{files}x_*.pcap"))

    def members(self, servers, messages):
        """Captures of so many servers, with so many messages in all."""
        paths = [self.folder / f"server{number:02}x.pcap" for number in range(servers)]
        for number, path in enumerate(paths):
            synthetic.write_member(number, messages // servers // synthetic.MEMBER_MESSAGES, path)
        return paths

    def nfs4dup(self, *arguments):
        """Seconds that pass and seconds of all processors, and the largest process in KiB."""
        done = subprocess.run(["/usr/bin/time", "-f", "%e %U %S %M", ROOT / "ui" / "nfs4dup", *arguments],
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True, check=False)
        passed, user, system, size = map(float, done.stderr.split()[-4:])
        return passed, user + system, size

    def second_half(self, capture):
        """What a message of the capture's second half costs the model, and by how many KiB all
        messages make it grow."""
        instructions = count_scale(self.scale, capture, "--toggle-collect=second_half")
        messages, size = run_scale(self.scale, capture)
        return instructions / messages, size

    def top(self, capture, packets, arguments, count):
        """Where the plugin's own instructions go."""
        self._instructions("plugin", capture, packets, arguments)
        listing = subprocess.run(["callgrind_annotate", "--threshold=100", self.home / f"callgrind.{packets}"],
                                 capture_output=True, text=True, check=True).stdout
        ours = [line for line in listing.split("\n") if "nfs4sess.so" in line or "/plugin/" in line]
        return ours[:count]

    def _made(self, write, kind, count):
        path = self.folder / f"{kind}-{count}.pcap"
        write(kind, count, path)
        path.chmod(0o644)
        return path

    def invented(self, kind, count):
        """A capture with so many of what the kind counts."""
        return self._made(synthetic.write, kind, count)

    def of_frames(self, kind, frames):
        """A capture of so many frames."""
        return self._made(hostile.write, kind, frames)

    def enlarged(self, name, copies, port=2049):
        return self.enlarge(ROOT / "captures" / f"{name}.pcap", copies, port)

    def enlarge(self, capture, copies, port=2049):
        path = self.folder / f"{capture.stem}-{copies}-{port}.pcap"
        subprocess.run([ROOT / "captures/lab/enlarge", capture, path,
                        "--copies", str(copies), "--port", str(port)], check=True, capture_output=True)
        path.chmod(0o644)
        return path
