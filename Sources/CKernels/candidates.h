#ifndef FOCUS_CANDIDATES_H
#define FOCUS_CANDIDATES_H

#include "similarity.h"

/* Makes lists empty. */
void begin_candidates(struct focus_candidates *lists, size_t count);

/* Adds those columns after `first` that `hits` has a bit of, with their scores. */
void append_candidates(int kernel, struct focus_candidates *list, uint32_t hits, uint32_t first, uint32_t column_count,
                       const float *scores);

/* Drops from lists what their last bounds rule out. */
void end_candidates(int kernel, struct focus_candidates *lists, size_t count);

/* Whether any of the rows of a tile has a column above its threshold. */
static inline int is_any_hit(const uint32_t *hits) {
    uint32_t all = 0;
    for (int row = 0; row < FOCUS_ROW_GROUP; row++) all |= hits[row];
    return all != 0;
}

#endif
