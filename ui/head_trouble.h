/* head_trouble.h - the head of a trouble: a client that does not get on
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_HEAD_TROUBLE_H
#define NFS4SESS_HEAD_TROUBLE_H

#include "page.h"

#include "model/model.h"

/* Appends it: who is refused what, since when and until when, why, what to do, filter. */
void head_of_trouble(page *out, const nfs4_model *model, const nfs4_trouble *trouble);

#endif
