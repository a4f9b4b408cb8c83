/* say.h - findings as sentences: expert information, Info column, first lines of the tree
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_SAY_H
#define NFS4SESS_SAY_H

#include "show_target.h"

/* Says what the message means, in the group "Finding": what is about this very message, and
 * where that is nothing, what holds for its client owner. */
void say_message(show_target *target);

#endif
