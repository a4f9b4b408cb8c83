/* single_pass.c - whether a frame is dissected once and never again
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * No program says so. But Wireshark asks it for the times of other frames, and one that keeps
 * none has those of few at hand: the first of the file, and the last that was read and shown.
 */
#include "single_pass.h"

#include <epan/column-utils.h>
#include <epan/frame_data.h>
#include <wsutil/wslog.h>

static uint32_t earlier; /* the number of a frame that has a time; 0 for none yet */
static enum { UNKNOWN, SEVERAL, SINGLE } passes;

/* A plugin reaches those times by way of the packet list alone, which can be sorted by the time
 * that has passed since the frame shown before. So two frames are put in order that differ in
 * that frame only, `number` or none. They are equal where the program does not have it, or where
 * its time is `seconds`, too: two of these are tried. */
static bool differs(const packet_info *pinfo, uint32_t number, time_t seconds)
{
    frame_data one = {.num = pinfo->num, .has_ts = 1, .prev_dis_num = number}, other;
    one.abs_ts = (nstime_t){.secs = seconds};
    other = one;
    other.prev_dis_num = 0;
    return frame_data_compare(pinfo->epan, &one, &other, COL_DELTA_TIME_DIS) != 0;
}

static bool is_at_hand(const packet_info *pinfo, uint32_t number)
{
    return differs(pinfo, number, 0) || differs(pinfo, number, INT32_MAX);
}

static void find_out(const packet_info *pinfo)
{
    if (is_at_hand(pinfo, earlier))
        passes = SEVERAL;
    else if (is_at_hand(pinfo, pinfo->num - 1)) /* else the program answers nothing at all */
        passes = SINGLE;
}

/* Wireshark 4.0 warns of a frame that the program does not have. Whoever wants to hear all, or to
 * end at a warning, is not asked. */
static void find_out_silently(const packet_info *pinfo)
{
    enum ws_log_level level = ws_log_get_level();
    ws_log_set_level(LOG_LEVEL_CRITICAL);
    if (!ws_log_msg_is_active(LOG_DOMAIN_EPAN, LOG_LEVEL_WARNING))
        find_out(pinfo);
    ws_log_set_level(level);
}

bool single_pass_is_certain(const packet_info *pinfo)
{
    if (passes == UNKNOWN && earlier != 0 && pinfo->num > earlier + 1)
        find_out_silently(pinfo);
    if (earlier == 0 && pinfo->num > 1 && pinfo->fd->has_ts)
        earlier = pinfo->num;
    return passes == SINGLE;
}

void single_pass_reset(void)
{
    earlier = 0;
    passes = UNKNOWN;
}
