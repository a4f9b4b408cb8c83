# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# As duplicate-delegations, with the clients and the server of Debian forky's Linux.
#
# Its clients ask for other things when they open (want_delegation), and its server
# gives delegations that stand for attributes, too. Truth: a duplicate, proven and harmful.
# Debian: forky

# shellcheck source=scenarios/duplicate-delegations.sh
. /lab/scenarios/duplicate-delegations.sh
