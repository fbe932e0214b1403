#ifndef FOCUS_TILES_H
#define FOCUS_TILES_H

#include "candidates.h"

/* Does something for each of the 6 rows of a tile, so that the compiler keeps what belongs to a row in registers. */
#define EACH_ROW(STEP) STEP(0) STEP(1) STEP(2) STEP(3) STEP(4) STEP(5)

/* Whether any of the rows of a tile has a column above its threshold. */
static inline int is_any_hit(const uint32_t *hits) {
    uint32_t all = 0;
    for (int row = 0; row < FOCUS_ROW_GROUP; row++) all |= hits[row];
    return all != 0;
}

#endif
