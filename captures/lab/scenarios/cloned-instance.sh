# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two hosts named web01 present one verifier, too, as copies of a running machine do.
#
# MADE: client and server are real, but no two namespaces here have one verifier, so the
# second host's is rewritten on its cable. (Its CREATE_SESSION shows the true one's lower
# half, as the stamp.) Its EXCHANGE_ID is given the first host's clientid, CONFIRMED_R;
# it discards that with the all-ones verifier, and the two go on in one lease. Truth: a
# duplicate, proven, of kind cloned-instance.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web01 10.0.0.12/24
nfsd_new srv 15

capture_start srv server
nfs_mount c1 10.0.0.1 rw,vers=4.2,soft
read_in_turns 2 0.5 c1
verifier_of_clone c2 server 'Linux NFSv4.2 web01'
nfs_mount c2 10.0.0.1 rw,vers=4.2,soft
read_in_turns 5 0.5 c1 c2
sleep 12
nfs_unmount c1
read_in_turns 2 0.5 c2

truth server 'Linux NFSv4.2 web01' verdicts=proven kind=cloned-instance harmful=no \
    hosts=10.0.0.11,10.0.0.12 servers=10.0.0.1:2049
