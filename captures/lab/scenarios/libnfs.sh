# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# web01 and web02 read with the programs of libnfs, a client that is none of the kernel's.
#
# It speaks 4.0 only, and each process presents an owner of its own ("Libnfs pid:N TIME").
# Truth: single, all.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web02 10.0.0.12/24
nfsd_new srv 15

capture_start srv server
for program in 'nfs-ls dir' 'nfs-cat dir/one' 'nfs-cat dir/two'; do
    for number in 1 2; do
        # shellcheck disable=SC2086  # words
        libnfs c$number $program >/dev/null
        truth server "$(libnfs_owner server)" verdicts=single hosts=10.0.0.1$number \
            servers=10.0.0.1:2049
    done
done
