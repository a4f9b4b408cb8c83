# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A Ganesha server is restarted while web01 and web02 hold open files and locks.
#
# Its counters begin with 1 again; only the start time in the clientids tells the leases
# apart. Truth: single, both.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web02 10.0.0.12/24
ganesha_new srv 15
sleep 16

capture_start srv server
nfs_mount c1 10.0.0.1 rw,vers=4.2,hard
nfs_mount c2 10.0.0.1 rw,vers=4.2,hard
hold c1 45 --read one two --write three --lock
hold c2 45 --read four five --write six --lock
sleep 4
ganesha_stop srv
sleep 2
ganesha_start srv
wait "$holder"

for number in 1 2; do
    truth server "Linux NFSv4.2 web0$number" verdicts=single hosts=10.0.0.1$number \
        servers=10.0.0.1:2049
done
