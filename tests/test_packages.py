# SPDX-License-Identifier: GPL-2.0-or-later
"""The RPM: what it holds and needs, what rpmlint says, and that it works where it is installed.
And the tarball, which makes packages where there is no git.

They are packed around the module that the other tests use, so that nothing is compiled here. The
RPM is installed over a copy of this system that is thrown away.
"""
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from conftest import IS_ROOT, NOBODY, ROOT, tshark_line
from test_install import NAME, expected_files, files_below, global_plugins, succeed

PACKAGE = "wireshark-plugin-nfs4sess"
DOCUMENTS = pathlib.Path("/usr/share/doc") / PACKAGE
PACKAGING = ROOT / "ui" / "packaging" / "rpm"
# git, for whoever owns the checkout
TRUSTING = {**os.environ, "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory",
            "GIT_CONFIG_VALUE_0": str(ROOT)}


def said_by(*command, **options):
    return succeed(subprocess.run(list(map(str, command)), capture_output=True, text=True,
                                  check=False, **options))


def pack(source, build, preset, module, **environment):
    """The package that the project in folder `source` makes with the preset."""
    environment = os.environ | environment
    # Without the first, packing would compile the module.
    said_by("cmake", "--preset", preset, "-S", source, "-B", build,
            "-DCMAKE_SKIP_INSTALL_ALL_DEPENDENCY=ON", cwd=source, env=environment)
    said_by("cmake", "--build", build, "--target", "man", env=environment)
    shutil.copy(module, build / "run" / tshark_line() / "epan")
    said_by("cpack", cwd=build, env=environment)
    (package,) = build.glob(f"{PACKAGE}*.*")
    return package


def is_checkout():
    return shutil.which("git") and (ROOT / ".git").exists()


@pytest.mark.skipif(not is_checkout(), reason="this is no checkout")
def test_tarball_without_git(room, module):
    """It holds what the commit holds, and makes a package, with the commit's time."""
    build = module.parents[3]
    said_by("cmake", "--build", build, "--target", "dist", env=TRUSTING)
    tarball = max(build.glob("nfs4sess-*.tar.gz"), key=lambda path: path.stat().st_mtime)
    said_by("tar", "-C", room, "-xf", tarball)
    (source,) = room.glob("nfs4sess-*")
    listed = said_by("git", "ls-tree", "-r", "--name-only", "HEAD", cwd=ROOT, env=TRUSTING).splitlines()
    assert files_below(source) == set(map(pathlib.Path, listed))
    (room / "programs").mkdir()
    (room / "programs" / "git").write_text("#!/bin/sh\nexit 127\n")
    (room / "programs" / "git").chmod(0o755)
    package = pack(source, room / "package", "package", module,
                   PATH=f"{room}/programs:{os.environ['PATH']}")
    time = said_by("git", "log", "-1", "--format=%ct", cwd=ROOT, env=TRUSTING)
    unpacked = room / "unpacked"
    said_by("dpkg-deb", "-x", package, unpacked)
    files = [path for path in unpacked.rglob("*") if path.is_file()]
    assert len(files) > 30
    assert {int(path.stat().st_mtime) for path in files} == {int(time)}


@pytest.fixture(scope="module")
def rpm(workspace, module):
    """The RPM."""
    if not shutil.which("rpmbuild"):
        pytest.skip("no rpmbuild here")
    return pack(ROOT, workspace / "rpm", "rpm", module, SOURCE_DATE_EPOCH="1700000000")


def test_files(rpm):
    folders = {"/usr/libexec/nfs4sess", "/usr/libexec/nfs4sess/frontend", str(DOCUMENTS),
               str(DOCUMENTS / "examples"), "/usr/share/wireshark/profiles/NFSv4 sessions"}
    files = {str(path).replace("/doc/nfs4sess/", f"/doc/{PACKAGE}/") for path in expected_files(
        global_plugins(), pathlib.Path("/usr/share/wireshark/profiles"), pathlib.Path("/usr"))}
    assert set(said_by("rpm", "-qpl", rpm).splitlines()) == files | folders


def test_owners_and_permissions(rpm):
    listed = said_by("rpm", "-qplv", rpm).splitlines()
    assert {tuple(line.split()[2:4]) for line in listed} == {("root", "root")}
    executable = [line for line in listed if line.startswith("-rwx")]
    assert [line.split()[-1] for line in executable] == ["/usr/bin/nfs4dup"]


def test_needs(rpm):
    """This line's library, tshark and Python; and nothing that only this machine has."""
    needs = [line.split()[0] for line in said_by("rpm", "-qp", "--requires", rpm).splitlines()]
    libraries = {re.sub(r"\.so.*", "", need) for need in needs if ".so" in need}
    assert libraries - {"libc"} == {"libglib-2.0", "libwireshark", "libwiretap", "libwsutil"}
    others = {need for need in needs if ".so" not in need and not need.startswith(("rpmlib", "rtld"))}
    assert others == {"/bin/sh", "/usr/bin/tshark", "python3"}


@pytest.mark.skipif(not shutil.which("rpmlint"), reason="no rpmlint here")
def test_rpmlint(rpm):
    said = said_by("rpmlint", "-c", PACKAGING / "rpmlint.toml", rpm)
    assert re.search(r"\b0 errors, 0 warnings\b", said), said


# Mounts a layer over this system in folder $1, with file $2 in it, and runs shell lines $3 there,
# as root of a system that systemd has booted.
LAYER = """
set -e
mount -t tmpfs layer "$1"
mkdir "$1/changes" "$1/work" "$1/root"
cp "$2" "$1/changes/package.rpm"
mount -t overlay -o "lowerdir=/,upperdir=$1/changes,workdir=$1/work" layer "$1/root"
mount --rbind /dev "$1/root/dev"
mount -t proc proc "$1/root/proc"
exec chroot "$1/root" sh -ec "$3"
"""
WANTS = "/etc/systemd/system/multi-user.target.wants"
BOOTED = f"""
mkdir -p /run/systemd/system {WANTS}
mv /usr/bin/systemctl /usr/bin/real-systemctl
cat >/usr/bin/systemctl <<'STUB'
#!/bin/sh
case $* in
*disable*) exec real-systemctl --root=/ "$@" ;;
*) echo "$*" >>/told ;;
esac
STUB
chmod 755 /usr/bin/systemctl
cd /
rpm --nodeps --install package.rpm
"""


@pytest.fixture
def installed(room, rpm):
    """Runs shell lines where the package is installed: in a layer over this system, which is
    gone afterwards."""
    def run(lines):
        return subprocess.run(
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", LAYER, "-", room, rpm, lines],
            capture_output=True, text=True, check=False)
    if not IS_ROOT or run("true").returncode:
        pytest.skip("no right to a layer over this system")
    return lambda lines: succeed(run(BOOTED + lines))


@pytest.mark.parametrize("user", [0, NOBODY])
def test_use(installed, user):
    said = installed(f"""
        as_user="setpriv --reuid={user} --regid={user} --clear-groups env HOME=/tmp"
        $as_user nfs4dup --check
        $as_user nfs4dup --brief {DOCUMENTS}/examples/{NAME} || [ $? = 1 ]""")
    assert "DUPLICATE CLIENT (proven, harmful): 10.0.0.11 and 10.0.0.12" in said


def test_removal(installed):
    """Its files go, the watch stops, and is enabled no longer."""
    said = installed(f"""
        rpm --verify --nodeps {PACKAGE}
        real-systemctl --root=/ --quiet enable nfs4dup-watch@here.service
        ls {WANTS} >enabled
        rpm --query --list {PACKAGE} >files
        rpm --erase {PACKAGE}
        while read -r file; do [ ! -e "$file" ] || echo "left: $file"; done <files
        ls {WANTS} | diff enabled - || true
        cat /told""")
    assert "left: " not in said
    assert re.findall("^[<>].*", said, re.M) == ["< nfs4dup-watch@here.service"]
    assert said.endswith("stop nfs4dup-watch@*.service\ndaemon-reload\n")


def test_upgrade_starts_the_watch_anew(installed):
    said = installed("rpm --nodeps --upgrade --force package.rpm; cat /told")
    assert said == "daemon-reload\ntry-restart nfs4dup-watch@*.service\n"
