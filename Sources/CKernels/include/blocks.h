#ifndef FOCUS_BLOCKS_H
#define FOCUS_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

#include "processor.h"

/* Numbers become ggml's blocks: `count` blocks of 32 numbers (Q4_0, Q5_0, Q8_0) or 256 (Q4_K, Q6_K) from `numbers`,
   which must be finite, to `blocks`.

   The blocks of 32 have the bits that ggml's Python package gives them. Those of 256 are the best that a search over
   scales finds, by the sum of squared errors. */

FOCUS_KERNEL(focus_pack_q8_0, const float *numbers, size_t count, uint8_t *blocks);
FOCUS_KERNEL(focus_pack_q4_0, const float *numbers, size_t count, uint8_t *blocks);
FOCUS_KERNEL(focus_pack_q5_0, const float *numbers, size_t count, uint8_t *blocks);
FOCUS_KERNEL(focus_pack_q4_k, const float *numbers, size_t count, uint8_t *blocks);
FOCUS_KERNEL(focus_pack_q6_k, const float *numbers, size_t count, uint8_t *blocks);

#endif
