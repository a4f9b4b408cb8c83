# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two hosts without a name; the machine starts again with a uniquifier as its kernel's option.
#
# The parameter is one for all hosts here, so in the machine's second life the other host
# stands for a node that was started with another one: its identifier says so.

host_new srv srv 10.0.0.1/24
host_new c1 '(none)' 10.0.0.11/24
host_new c2 '(none)' 10.0.0.12/24
nfsd_new srv 15

if grep -q 'nfs\.nfs4_unique_id=' /proc/cmdline; then
    cat /sys/module/nfs/parameters/nfs4_unique_id
    client_identifier c1 of-another-node
    capture_start srv after
    nfs_mount c1 10.0.0.1 rw,vers=4.2
    nfs_mount c2 10.0.0.1 rw,vers=4.2
    read_in_turns 3 0.2 c1 c2
    captures_stop
else
    fault_play 10.0.0.1 rw,vers=4.2
fi
