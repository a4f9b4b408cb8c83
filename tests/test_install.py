# SPDX-License-Identifier: GPL-2.0-or-later
"""Installing for everybody and for one user, uninstalling, and what nfs4dup --check says.

The project is configured in a copy, and gets the module that the other tests use, so
that nothing is compiled here and no installation of this machine is touched. What an
installation into the system itself does, and the packages, tests/release-lines tests.
"""
import functools
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from conftest import CAPTURES, IS_ROOT, NOBODY, ROOT, tshark_line

NAME = "duplicate-v42-server.pcap"
PROFILE = "NFSv4 sessions"
PYTHON = "/usr/bin/python3"
FRONTEND = ROOT / "ui" / "frontend"
LOAD_CHECK = FRONTEND / "check.py"
SOURCES = ["CMakeLists.txt", "CMakePresets.json", "README.md", "CHANGELOG.md", "LICENSES",
           "plugin", "ui"]


class User:
    """Runs commands as somebody who is not root, in a home of his own."""

    def __init__(self, home):
        self.home = home
        self.environment = {"PATH": f"{home}/.local/bin:{os.environ['PATH']}", "HOME": str(home),
                            "LC_ALL": "C.UTF-8"}
        self.prefix = [shutil.which("setpriv"), f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] \
            if IS_ROOT else []

    def run(self, *arguments, program=None, **environment):
        """With `program`, a path, that file is read from standard input: he may not reach it."""
        with open(program or os.devnull, "rb") as source:
            return subprocess.run(
                [*self.prefix, *map(str, arguments)], env=self.environment | environment, cwd="/",
                stdin=source, capture_output=True, text=True, timeout=120, check=False)

    def check(self, *arguments, **environment):
        """What check.py says to him."""
        return self.run(PYTHON, "-", *arguments, program=LOAD_CHECK, **environment)


def succeed(result):
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def give_away(folder):
    """Root made the folder for the user that stands in for him."""
    if IS_ROOT:
        subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", folder], check=True)


def files_below(folder):
    return {path.relative_to(folder) for path in folder.rglob("*") if not path.is_dir()}


@functools.cache
def global_plugins():
    folders = subprocess.run(["tshark", "-G", "folders"], capture_output=True, text=True, check=True)
    return pathlib.Path(re.search(r"^Global Plugins:\s*(/.*)$", folders.stdout, re.M).group(1))


@pytest.fixture
def alone():
    """A plugin that is installed for everybody would be loaded instead of those of the tests."""
    if (global_plugins() / "epan" / "nfs4sess.so").exists():
        pytest.skip("the plugin is installed")


@pytest.fixture
def user(room, alone):
    home = room / "home"
    home.mkdir()
    give_away(home)
    return User(home)


@pytest.fixture
def project(room, module):
    """A copy of the project, which knows where it is configured what the build has made."""
    source = room / "source"
    source.mkdir()
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    (source / "captures").mkdir()
    shutil.copy(CAPTURES / NAME, source / "captures")
    for name in ("build", "build-user"):
        epan = source / name / "run" / tshark_line() / "epan"
        epan.mkdir(parents=True)
        shutil.copy(module, epan)
    give_away(source)
    return source


def configure(user, project, preset, **environment):
    folder = project / ("build" if preset == "default" else f"build-{preset}")
    succeed(user.run("cmake", "--preset", preset, "-S", project, "-B", folder,
                     "-DBUILD_TESTING=OFF", **environment))
    succeed(user.run("cmake", "--build", folder, "--target", "man", **environment))
    return folder


def expected_files(plugins, profiles, prefix, service=True):
    """Everything that an installation consists of."""
    names = [plugins / "epan" / "nfs4sess.so", prefix / "bin" / "nfs4dup"]
    names += [prefix / "libexec" / "nfs4sess" / "frontend" / path.name for path in FRONTEND.glob("*.py")]
    names += [profiles / PROFILE / path.name for path in (ROOT / "ui" / "profile" / PROFILE).iterdir()]
    names += [prefix / "share" / "doc" / "nfs4sess" / name
              for name in ("README.md", "CHANGELOG.md", "LICENSE", f"examples/{NAME}")]
    names += [prefix / "share" / "man" / name
              for name in ("man1/nfs4dup.1.gz", "man7/nfs4dup-verdicts.7.gz",
                           "man7/nfs4dup-cures.7.gz")]
    if service:
        names.append(prefix / "lib" / "systemd" / "system" / "nfs4dup-watch@.service")
    return set(names)


def test_for_everybody(user, project, room):
    """Into a DESTDIR, from which it works, and from which nothing is left."""
    stage = room / "stage"
    build = configure(user, project, "default")
    stage.mkdir()
    give_away(stage)
    destination = {"DESTDIR": str(stage / "system")}
    succeed(user.run("cmake", "--install", build, **destination))
    plugins = global_plugins()
    root = pathlib.Path("/")
    assert files_below(stage / "system") == {path.relative_to(root) for path in expected_files(
        plugins, pathlib.Path("/usr/share/wireshark/profiles"), pathlib.Path("/usr/local"))}
    program = stage / "system" / "usr/local/bin/nfs4dup"
    folder = {"WIRESHARK_PLUGIN_DIR": str(stage / "system" / plugins.parent.relative_to(root))}
    result = user.run(program, project / "captures" / NAME, **folder)
    assert (result.returncode, result.stderr) == (1, "")
    assert "proven, harmful" in result.stdout
    assert str(stage) in succeed(user.run(program, "--check", **folder))
    succeed(user.run("cmake", "--build", build, "--target", "uninstall", **destination))
    assert list(stage.iterdir()) == []


def test_for_one_user(user, project):
    """In his home, and from there away again; what was there before stays."""
    (user.home / ".local").mkdir()
    give_away(user.home)
    build = configure(user, project, "user")
    succeed(user.run("cmake", "--install", build))
    local = user.home / ".local"
    assert {user.home / path for path in files_below(user.home)} == expected_files(
        local / "lib/wireshark/plugins" / tshark_line(),
        user.home / ".config/wireshark/profiles", local, service=False)
    assert str(user.home) in succeed(user.run("nfs4dup", "--check"))
    example = local / "share/doc/nfs4sess/examples" / NAME
    result = user.run("nfs4dup", example)
    assert (result.returncode, result.stderr) == (1, "")
    assert "proven, harmful" in result.stdout
    assert "client owner taken over from" in succeed(
        user.run("tshark", "-C", PROFILE, "-r", example, "-Y", "nfs4sess.takeover"))
    shutil.rmtree(user.home / ".cache", ignore_errors=True)  # fontconfig's and the like
    succeed(user.run("cmake", "--build", build, "--target", "uninstall"))
    left = files_below(user.home)
    assert {path.parts[:2] for path in left} <= {(".config", "wireshark")}
    assert not [path for path in left if path.name not in ("recent", "recent_common")], \
        "only what Wireshark itself writes may be left"
    assert local.exists()


def test_uninstalling_keeps_a_profile_that_was_changed(user, project):
    build = configure(user, project, "user")
    succeed(user.run("cmake", "--install", build))
    changed = user.home / ".config/wireshark/profiles" / PROFILE / "preferences"
    changed.write_text(changed.read_text() + "# mine\n")
    assert f"Left, because it was changed: {changed}" in succeed(
        user.run("cmake", "--build", build, "--target", "uninstall"))
    assert files_below(user.home) == {changed.relative_to(user.home)}


def test_uninstalling_what_is_not_installed(user, project):
    build = configure(user, project, "user")
    result = user.run("cmake", "--build", build, "--target", "uninstall")
    assert result.returncode != 0
    assert "Nothing was installed" in result.stderr


@pytest.mark.skipif(not IS_ROOT, reason="only root can be refused")
def test_root_cannot_be_the_user(user, project):
    """Not when he configures, and not when he installs what somebody else has configured."""
    reason = "Wireshark loads no plugin from a personal folder for root"
    build = configure(user, project, "user")
    for command in (["cmake", "--preset", "user", "-B", project / "build-root"],
                    ["cmake", "--install", build]):
        result = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
        assert result.returncode != 0
        assert reason in " ".join(result.stderr.split())
    assert files_below(user.home) == set()


# --- why the plugin is not seen ---

def place(user, module, folder="", line=""):
    """Puts the module into the user's folder for plugins."""
    epan = user.home / ".local/lib/wireshark/plugins" / (line or tshark_line()) / "epan"
    target = epan.parent / folder if folder else epan
    target.mkdir(parents=True)
    shutil.copy(module, target)
    give_away(user.home)
    return target / "nfs4sess.so"


def compile_module(room, *options, minor=None):
    """A module that does nothing, for this Wireshark or for another `minor`."""
    major, own = tshark_line().split(".")
    (room / "module.c").write_text(f"""const char plugin_version[] = "0.0.1";
        const int plugin_want_major = {major}, plugin_want_minor = {minor or own};
        void plugin_register(void) {{}}""")
    path = room / "nfs4sess.so"
    subprocess.run(["gcc", "-shared", "-fPIC", room / "module.c", "-o", path, *options], check=True)
    return path


def assert_reason(result, *words):
    """It says why, and what to do, and with --reason it would say the same in one line."""
    assert (result.returncode, result.stderr) == (2, "")
    first, reason, *cure = result.stdout.splitlines()
    assert first.endswith("does not load the nfs4sess plugin:")
    assert [word for word in words if word not in reason] == []
    assert cure[0].startswith("To do: ")


def test_check_of_a_module_that_is_loaded(user, module):
    path = place(user, module)
    assert succeed(user.check()).endswith(f" from {path}\n")
    assert succeed(user.check("--reason")) == ""


def test_check_of_nothing(user):
    assert_reason(user.check(), "not installed")
    assert user.check("--reason").stdout.startswith("not installed: ")


@pytest.mark.skipif(not IS_ROOT, reason="only root is refused by Wireshark")
@pytest.mark.usefixtures("alone")
def test_check_as_root(module, room):
    folder = room / "plugins" / tshark_line() / "epan"
    folder.mkdir(parents=True)
    shutil.copy(module, folder)
    environment = dict(os.environ, WIRESHARK_PLUGIN_DIR=str(room / "plugins"))
    result = subprocess.run([PYTHON, LOAD_CHECK], env=environment, capture_output=True, text=True,
                            check=False)
    assert_reason(result, "root: ", str(folder))


def test_check_of_a_module_for_another_line(user, room):
    place(user, compile_module(room, minor=98))
    assert_reason(user.check(), "wrong line: ", "4.98")


def test_check_of_a_module_in_the_folder_of_another_line(user, module):
    path = place(user, module, line="4.98")
    assert_reason(user.check(), "wrong line: ", "4.98", str(path))


def test_check_of_a_module_in_the_wrong_folder(user, module):
    path = place(user, module, folder=".")
    assert_reason(user.check(), "wrong folder: ", str(path))


def test_check_of_a_folder_that_is_named(user, module, room):
    shutil.copy(module, room)
    assert_reason(user.check(room), "wrong folder: ", str(room))


def test_check_of_a_module_that_lacks_a_library(user, room):
    (room / "gone.c").write_text("void gone(void) {}")
    library = room / "libgone.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-Wl,-soname,libgone.so", room / "gone.c",
                    "-o", library], check=True)
    place(user, compile_module(room, "-Wl,--no-as-needed", library))
    library.unlink()
    assert_reason(user.check(), "missing library: ", "libgone.so")


def test_check_of_a_module_that_nobody_may_read(user, module):
    path = place(user, module)
    path.chmod(0)
    assert_reason(user.check(), "no permission: ", str(path))


def test_check_of_a_module_that_is_damaged(user, module):
    path = place(user, module)
    path.write_bytes(b"not a module")
    assert_reason(user.check(), "file too short")


def test_check_of_a_protocol_that_is_switched_off(user, module):
    place(user, module)
    config = user.home / ".config/wireshark"
    config.mkdir(parents=True)
    (config / "disabled_protos").write_text("nfs4sess\n")
    assert_reason(user.check(), "switched off: ")


def test_check_without_tshark(user, room):
    programs = room / "programs"
    programs.mkdir()
    assert_reason(user.check(PATH=str(programs)), "tshark is not installed")


# --- what the project says about itself ---

def project_files():
    """What git knows or would add; in a copy without git, everything but what is built."""
    if not (shutil.which("git") and (ROOT / ".git").exists()):
        return [path for path in ROOT.rglob("*") if path.is_file() and "__pycache__" not in path.parts
                and not path.relative_to(ROOT).parts[0].startswith("build")]
    listed = subprocess.run(["git", "-c", f"safe.directory={ROOT}", "-C", ROOT, "ls-files", "-z",
                             "--cached", "--others", "--exclude-standard"],
                            capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_version_is_in_one_place():
    """The CHANGELOG, which has a section for each version, tells of the newest."""
    version = re.search(r"^project\(nfs4sess VERSION ([\d.]+)",
                        (ROOT / "CMakeLists.txt").read_text(), re.M).group(1)
    changes = (ROOT / "CHANGELOG.md").read_text()
    assert re.search(r"^## \[([\d.]+)\]", changes, re.M).group(1) == version
    exact = re.compile(rf"(?<![\d.]){re.escape(version)}(?![\d.])".encode())
    told = {path.relative_to(ROOT).as_posix() for path in project_files()
            if path.suffix != ".pcap" and exact.search(path.read_bytes())}
    assert told - {"CHANGELOG.md", "tests/test_nfs4dup.py"} == {"CMakeLists.txt"}


def test_only_compat_asks_for_the_version_of_wireshark():
    asking = {path.relative_to(ROOT).as_posix() for path in project_files()
              if path.suffix in (".c", ".h") and
              re.search(r"^\s*#\s*(el)?if.*WIRESHARK.*(VERSION|AT_LEAST)", path.read_text(), re.M)}
    assert asking == {"plugin/compat.h"}


WITHOUT_HEADER = {".pcap", ".pcapng", ".png", ".json", ".txt", ".md", ".in", ""}


def test_every_source_names_its_licence():
    """Where a comment is possible; REUSE.toml speaks for the others."""
    silent = {path.relative_to(ROOT).as_posix() for path in project_files()
              if b"SPDX-License-Identifier: GPL-2.0-or-later" not in path.read_bytes()[:400]}
    programs = {name for name in silent if (ROOT / name).read_bytes().startswith(b"#!")}
    assert programs == set()
    assert {pathlib.PurePath(name).suffix for name in silent} <= WITHOUT_HEADER
    assert 'path = "**"' in (ROOT / "REUSE.toml").read_text()
