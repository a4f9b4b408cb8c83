# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two hosts named web01 mount one export with 4.1 and read in turns; the captures are spoilt, too.
#
# Derived: the server's capture begun late (in mid-life of every lease), with every third
# frame lost, and merged with itself; and the two hosts' captures merged, the clock of one
# 3.7 seconds ahead. Truth: a duplicate, proven and harmful, in all of them; each host
# alone can only suspect it.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web01 10.0.0.12/24
nfsd_new srv

capture_start srv server
capture_start c1 host1
capture_start c2 host2
nfs_mount c1 10.0.0.1 rw,vers=4.1,soft
read_in_turns 3 0.3 c1
nfs_mount c2 10.0.0.1 rw,vers=4.1,soft
read_in_turns 6 0.3 c1 c2

derived late range server 140-100000
derived lossy lossy server
derived twice merge server server
derived skewed skew host2 3.7
derived merged-skewed merge host1 skewed
for file in server twice merged-skewed; do
    truth $file 'Linux NFSv4.1 web01' verdicts=proven kind=duplicate-owner harmful=yes \
        hosts=10.0.0.11,10.0.0.12 servers=10.0.0.1:2049
done
for file in late lossy; do
    truth $file 'Linux NFSv4.1 web01' verdicts=proven kind=duplicate-owner harmful=yes \
        hosts=10.0.0.11,10.0.0.12 servers=10.0.0.1:2049 whole=no
done
for number in 1 2; do
    truth "host$number" 'Linux NFSv4.1 web01' verdicts=suspected kind=duplicate-owner harmful=no \
        hosts=10.0.0.1$number servers=10.0.0.1:2049
done
