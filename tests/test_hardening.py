# SPDX-License-Identifier: GPL-2.0-or-later
"""The module of a package is hardened: it reads what anybody on a network has sent.

It is compiled here as the preset "package" does it, and looked at; and so is a module that
lacks everything, to see that each lack is seen.
"""
import json
import os
import re
import subprocess

import pytest

from conftest import ROOT, tshark_line

DOOR = {"plugin_version", "plugin_want_major", "plugin_want_minor", "plugin_register",
        "plugin_describe"}
# What leaves no trace in a module, or not one for each source.
TRACELESS = ["-D_FORTIFY_SOURCE=3", "-fstack-protector-strong"]
OF_A_PROCESSOR = {"x86_64": ["-fstack-clash-protection", "-fcf-protection"],
                  "aarch64": ["-fstack-clash-protection", "-mbranch-protection=standard"]}


def said_by(*command):
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True).stdout


def weaknesses(module):
    """What the module lacks or has too much of."""
    segments, dynamic = said_by("readelf", "-lW", module), said_by("readelf", "-dW", module)
    imports = set(re.findall(r"U (\w+)", said_by("nm", "-D", "--undefined-only", module)))
    exports = set(re.findall(r" [A-Z] (\w+)", said_by("nm", "-D", "--defined-only", module)))
    stack = re.search(r"GNU_STACK(?: +0x[0-9a-f]+)+ (\S+)", segments)
    flaws = {
        "executable stack": stack is None or "E" in stack.group(1),
        "no relro": "GNU_RELRO" not in segments,
        "lazy binding": not re.search(r"\bBIND_NOW\b|Flags:.*\bNOW\b", dynamic),
        "text relocations": "TEXTREL" in dynamic,
        "run path": re.search(r"\((RPATH|RUNPATH)\)", dynamic) is not None,
        "no stack protector": "__stack_chk_fail" not in imports,
        "other exports": exports != DOOR,
    }
    return {name for name, is_there in flaws.items() if is_there}


@pytest.fixture(scope="module")
def packaged(workspace):
    """The build folder of the preset, with the module alone."""
    build = workspace / "package"
    environment = dict(os.environ, SOURCE_DATE_EPOCH="1700000000")
    for command in (["--preset", "package", "-S", ROOT, "-B", build],
                    ["--build", build, "--target", "nfs4sess", "--parallel", "2"]):
        subprocess.run(["cmake", *command], cwd=ROOT, env=environment, check=True,
                       capture_output=True)
    return build


def test_module_of_the_package(packaged):
    assert weaknesses(packaged / "run" / tshark_line() / "epan" / "nfs4sess.so") == set()


def test_no_path_of_the_build_is_in_the_module(packaged):
    """Its debug information, of which the build ID is a hash, is the same wherever it is built."""
    content = (packaged / "run" / tshark_line() / "epan" / "nfs4sess.so").read_bytes()
    assert b"plugin/wire/compound_reader.c" in content
    assert [path for path in (packaged, ROOT) if b"\0" + bytes(path) in content] == []


def test_every_source_is_compiled_so(packaged):
    wanted = TRACELESS + OF_A_PROCESSOR.get(os.uname().machine, [])
    commands = json.loads((packaged / "compile_commands.json").read_text())
    assert len(commands) > 50
    assert [(one["file"], flag) for one in commands for flag in wanted
            if flag not in one["command"].split()] == []


def test_weaknesses_are_seen(room):
    source = room / "weak.c"
    source.write_text("int leaked; __asm__(\".text\\n.quad leaked\\n\");")
    subprocess.run(["gcc", "-shared", "-fPIC", "-fno-stack-protector", "-o", room / "weak.so", source,
                    "-Wl,-z,execstack,-z,norelro,-z,lazy,-z,notext,-rpath,/nowhere"],
                   check=True, capture_output=True)
    assert weaknesses(room / "weak.so") == {
        "executable stack", "no relro", "lazy binding", "text relocations", "run path",
        "no stack protector", "other exports"}
