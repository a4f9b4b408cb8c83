# SPDX-License-Identifier: GPL-2.0-or-later
"""nfs4dup - finds hosts that share one NFSv4 client owner, in captures.

A front end to tshark with the nfs4sess plugin, for people who do not live in tshark. In a
checkout it builds the plugin first (ui/setup) and loads it from there; installed, it takes
the plugin from Wireshark's own folder.
"""
import sys

if sys.version_info < (3, 9):
    sys.stderr.write("nfs4dup: Python %d.%d is too old; 3.9 is needed\n" % sys.version_info[:2])
    sys.exit(2)

import command  # noqa: E402

sys.exit(command.main(sys.argv[1:]))
