# SPDX-License-Identifier: GPL-2.0-or-later
"""nfs4dup --check."""
import check
import place
import views
from wireshark import Wireshark


def main(_):
    """In a checkout with a build: whether nfs4dup there gets the plugin, which it loads from
    the build, and how it is with the Wireshark of the one who calls. Otherwise the latter."""
    root = place.checkout()
    status, of_caller = check.ask([root / "build" / "run"] if root else [])
    if not place.existing_module():
        views.put(of_caller.encode())
        return status
    with Wireshark() as wireshark:
        status, here = wireshark.check()
        copy = str(wireshark.folder / "plugins")
    here = here.replace(copy, str(root / "build" / "run"))
    views.put(f"nfs4dup in this checkout: {here}Without nfs4dup: {of_caller}".encode())
    return status
