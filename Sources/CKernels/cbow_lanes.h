#ifndef FOCUS_CBOW_LANES_H
#define FOCUS_CBOW_LANES_H

#include "cbow_model.h"

/* How the functions of a model in training go through rows. */

/* A list of groups is prefetched this many words before it is needed. */
enum { LISTS_AHEAD = 4 };

/* Rows are summed and moved this many vectors at a time, so that they stay in registers. */
enum { AT_ONCE = 8 };

/* Row stride for the default of 100 dimensions, rounded up to 16. */
enum { USUAL_STRIDE = 112 };

/* The number of vectors that are worked on together, starting at float `at` of a row. */
INLINE size_t lanes_at(size_t at, size_t stride) {
    size_t rest = (stride - at) / LANES;
    return rest < AT_ONCE ? rest : AT_ONCE;
}

INLINE void prefetch(const float *row, size_t stride) {
    for (size_t i = 0; i < stride; i += LANES) __builtin_prefetch(row + i, 1, 2);
}

/* Calls a function with the stride of a model: where the compiler knows it, sums stay in registers. */
#define WITH_STRIDE(CALL)                    \
    if (model->stride == USUAL_STRIDE) {     \
        const size_t stride = USUAL_STRIDE;  \
        CALL;                                \
    } else {                                 \
        const size_t stride = model->stride; \
        CALL;                                \
    }

#endif
