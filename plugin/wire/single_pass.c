/* single_pass.c - whether a frame is dissected once and never again
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * No program says so. But Wireshark asks it for the times of other frames, and a program that
 * keeps none has those of three at hand: the first of the file, this one and the one before.
 */
#include "single_pass.h"

#include <epan/column-utils.h>
#include <epan/frame_data.h>
#include <wsutil/wslog.h>

static uint32_t earlier; /* the number of a frame that has a time; 0 for none yet */
static enum { UNKNOWN, SEVERAL, SINGLE } passes;

/* A plugin reaches those times by way of the order of the packet list alone. Two frames that
 * differ in the one before them are put in order by the time since, which is 0 if the program
 * has no such frame. Wireshark 4.0 warns of that. */
static bool is_kept(const packet_info *pinfo, uint32_t number)
{
    frame_data after_it = {.num = pinfo->num, .has_ts = 1, .prev_dis_num = number}, after_none;
    after_it.abs_ts = (nstime_t){.secs = INT32_MAX};
    after_none = after_it;
    after_none.prev_dis_num = 0;
    enum ws_log_level level = ws_log_get_level();
    ws_log_set_level(LOG_LEVEL_CRITICAL);
    int order = frame_data_compare(pinfo->epan, &after_it, &after_none, COL_DELTA_TIME_DIS);
    ws_log_set_level(level);
    return order != 0;
}

bool single_pass_is_certain(const packet_info *pinfo)
{
    if (passes == UNKNOWN && earlier != 0 && pinfo->num > earlier + 1)
        passes = is_kept(pinfo, earlier) ? SEVERAL : SINGLE;
    if (earlier == 0 && pinfo->num > 1 && pinfo->fd->has_ts)
        earlier = pinfo->num;
    return passes == SINGLE;
}

void single_pass_reset(void)
{
    earlier = 0;
    passes = UNKNOWN;
}
