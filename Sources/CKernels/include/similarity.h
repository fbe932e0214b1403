#ifndef FOCUS_SIMILARITY_H
#define FOCUS_SIMILARITY_H

#include <stddef.h>
#include <stdint.h>

/* Which columns may be in the support of each row's sparsemax, found from single-precision scores.
   Rows are packed in groups of 6, columns in panels of 16; both are padded with zeros. */

enum { FOCUS_ROW_GROUP = 6, FOCUS_PANEL_WIDTH = 16 };

/* The instruction sets that the kernels know, worst first. The last is AVX-512 with scalar products of integers of 8 bits. */
enum { FOCUS_KERNEL_PORTABLE = 0, FOCUS_KERNEL_AVX2 = 1, FOCUS_KERNEL_AVX512 = 2, FOCUS_KERNEL_INTEGERS = 3 };

/* The best kernel that this processor can run. */
int focus_best_kernel(void);

/* What is known of one row: candidates in ascending order of column. */
struct focus_candidates {
    uint32_t *columns; /* room for `capacity` */
    float *scores;     /* room for `capacity` */
    uint32_t capacity; /* at least twice FOCUS_PANEL_WIDTH */
    uint32_t count;
    uint32_t trigger;    /* the list is thinned when it has grown to this */
    uint32_t overflowed; /* 1: the list was full, so it says nothing and every column is a candidate */
    float margin;        /* a column whose score is so far below the bound is in no support */
    float threshold;     /* a column at or below this score is in no support */
    double bound;        /* a lower bound of the threshold of the sparsemax of the single-precision scores */
};

/* Packs `count` rows of `dimension` into groups of 6: group, then dimension, then row in the group. */
void focus_pack_rows(const float *rows, size_t count, size_t dimension, float *packed);

/* Packs `count` rows of `dimension` into panels of 16: panel, then dimension, then column in the panel. */
void focus_pack_panels(const float *rows, size_t count, size_t dimension, float *packed);

/* A short form of the rows and columns, packed in the same way, whose scalar products are upper bounds of the scores. */
struct focus_bounds {
    const float *rows, *panels;
    size_t dimension;
};

/* Fills `lists` (one a row) with every column whose score may be above the threshold of that row's sparsemax.
   A score, or an upper bound of it, may be off by a quarter of the list's margin. Where `bounds` is not null, tiles of 6 rows and
   16 columns (32 with AVX-512) in which no bound is above its row's threshold are skipped. Returns how many panels of 6 rows were not. */
uint64_t focus_find_candidates(int kernel, const float *packed_rows, size_t row_count, const float *panels,
                               size_t column_count, size_t first_panel, size_t dimension,
                               const struct focus_bounds *bounds, struct focus_candidates *lists);

/* The scalar product in double precision, in one order of summation on every processor. */
double focus_dot(const float *a, const float *b, size_t count);

/* The scalar products, by the same sums, of `a` with some of the rows, each of `count` floats. */
void focus_dots(const float *a, const float *rows, size_t count, const uint32_t *places, size_t place_count, double *results);

#endif
