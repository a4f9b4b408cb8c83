# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# web01 crashes and comes back, twice, and web03 comes back with another address.
#
# New verifiers each time; the old ones never speak again. web02 looks on. Truth: web01
# and web03 restarted, web02 single.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web02 10.0.0.12/24
host_new c3 web03 10.0.0.13/24
nfsd_new srv 15

capture_start srv server
for host in c1 c2 c3; do
    nfs_mount $host 10.0.0.1 rw,vers=4.2,soft
done
read_in_turns 2 0.3 c1 c2 c3
host_crash c1
host_crash c3
sleep 2
host_boot c1 web01 10.0.0.11/24
host_boot c3 web03 10.0.0.23/24
nfs_mount c1 10.0.0.1 rw,vers=4.2,soft
nfs_mount c3 10.0.0.1 rw,vers=4.2,soft
read_in_turns 2 0.3 c1 c2 c3
host_crash c1
host_boot c1 web01 10.0.0.11/24
nfs_mount c1 10.0.0.1 rw,vers=4.2,soft
read_in_turns 2 0.3 c1 c2 c3
sleep 12

truth server 'Linux NFSv4.2 web01' verdicts=restarted hosts=10.0.0.11 servers=10.0.0.1:2049
truth server 'Linux NFSv4.2 web02' verdicts=single hosts=10.0.0.12 servers=10.0.0.1:2049
truth server 'Linux NFSv4.2 web03' verdicts=restarted hosts=10.0.0.13,10.0.0.23 \
    servers=10.0.0.1:2049
