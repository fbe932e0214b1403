#ifndef FOCUS_CANDIDATES_H
#define FOCUS_CANDIDATES_H

#include <stddef.h>
#include <stdint.h>

#include "processor.h"

/* For each row a list of the columns that may be in the support of its sparsemax, thinned while it grows. Kernels
   compare tiles of 6 rows and 16 columns. */

enum { FOCUS_ROW_GROUP = 6, FOCUS_PANEL_WIDTH = 16 };

/* The candidates of one row, in ascending order of column. */
struct focus_candidates {
    uint32_t *columns; /* room for `capacity` */
    float *scores;     /* room for `capacity` */
    uint32_t capacity; /* at least twice FOCUS_PANEL_WIDTH */
    uint32_t count;
    uint32_t trigger;    /* the list is thinned when it has grown to this */
    uint32_t overflowed; /* 1: the list was full; it says nothing, and every column is a candidate */
    float margin;        /* a score more than this below the bound cannot be in the support */
    float threshold;     /* a score at or below this cannot be in the support */
    double bound;        /* a lower bound of the threshold of the sparsemax of the single-precision scores */
};

/* Makes lists empty. */
void focus_begin_candidates(struct focus_candidates *lists, size_t count);

/* Adds to a list the columns `first` + i for each bit i of `hits`, with their scores. */
void focus_append_candidates(struct focus_candidates *list, uint32_t hits, uint32_t first, uint32_t column_count,
                             const float *scores);

/* Drops from lists what their last bounds rule out. */
void focus_end_candidates(struct focus_candidates *lists, size_t count);

/* The sum and the number of the scores above `bound`. */
FOCUS_KERNEL(focus_sum_above, const float *scores, uint32_t count, double bound, double *sum, uint32_t *above);

#endif
