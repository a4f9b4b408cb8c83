# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Five clones named web01 work as fast as they can; db01 beside them does, too.
#
# Takeovers come every few hundred milliseconds, and CREATE_SESSION gets DELAY where the
# victim has a request under way. Truth: web01 a duplicate, proven and harmful; db01 single.

host_new srv srv 10.0.0.1/24
for number in 1 2 3 4 5; do
    host_new "c$number" web01 "10.0.0.$((10 + number))/24"
done
host_new db db01 10.0.0.30/24
nfsd_new srv

capture_start srv server
for host in c1 c2 c3 c4 c5 db; do
    nfs_mount $host 10.0.0.1 rw,vers=4.2,soft
done
busy=()
for host in c1 c2 c3 c4 c5 db; do
    read_in_turns 4 0 $host &
    busy+=($!)
done
wait "${busy[@]}"

truth server 'Linux NFSv4.2 web01' verdicts=proven kind=duplicate-owner harmful=yes \
    hosts=10.0.0.11,10.0.0.12,10.0.0.13,10.0.0.14,10.0.0.15 servers=10.0.0.1:2049
truth server 'Linux NFSv4.2 db01' verdicts=single hosts=10.0.0.30 servers=10.0.0.1:2049
