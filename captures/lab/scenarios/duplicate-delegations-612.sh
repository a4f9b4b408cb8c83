# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# As duplicate-delegations, with the clients and the server of Linux 6.12.
#
# Its server delegates files for writing, too, so writes and locks need not reach the
# wire; delegations are lost in every takeover. Truth: a duplicate, proven and harmful.
# Debian: trixie

# shellcheck source=scenarios/duplicate-delegations.sh
. /lab/scenarios/duplicate-delegations.sh
