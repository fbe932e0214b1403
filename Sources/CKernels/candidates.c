#include "candidates.h"
#include "dispatch.h"

#include <math.h>

static void sum_above_portable(const float *scores, uint32_t count, double bound, double *sum, uint32_t *above) {
    *sum = *above = 0;
    for (uint32_t i = 0; i < count; i++)
        if ((double)scores[i] > bound) {
            *sum += (double)scores[i];
            ++*above;
        }
}

#ifdef HAS_X86
TARGET_AVX2 static void sum_above_avx2(const float *scores, uint32_t count, double bound, double *sum,
                                       uint32_t *above) {
    __m256d limit = _mm256_set1_pd(bound), low = _mm256_setzero_pd(), high = low;
    uint32_t number = 0, i = 0;
    for (; i + 8 <= count; i += 8) {
        __m256d first = _mm256_cvtps_pd(_mm_loadu_ps(scores + i));
        __m256d second = _mm256_cvtps_pd(_mm_loadu_ps(scores + i + 4));
        __m256d first_is_above = _mm256_cmp_pd(first, limit, _CMP_GT_OQ);
        __m256d second_is_above = _mm256_cmp_pd(second, limit, _CMP_GT_OQ);
        low = _mm256_add_pd(low, _mm256_and_pd(first, first_is_above));
        high = _mm256_add_pd(high, _mm256_and_pd(second, second_is_above));
        int mask = _mm256_movemask_pd(first_is_above) | _mm256_movemask_pd(second_is_above) << 4;
        number += (uint32_t)__builtin_popcount((unsigned)mask);
    }
    double lanes[4];
    sum_above_portable(scores + i, count - i, bound, sum, above);
    _mm256_storeu_pd(lanes, _mm256_add_pd(low, high));
    *above += number;
    *sum = lanes[0] + lanes[1] + lanes[2] + lanes[3] + *sum;
}
#endif

DEFINE_KERNEL(focus_sum_above, (const float *scores, uint32_t count, double bound, double *sum, uint32_t *above),
              (scores, count, bound, sum, above), sum_above_portable, FROM_AVX2(sum_above_avx2))

/* Raises `bound`, a lower bound of the threshold of the sparsemax of `scores` and so of any set that contains
   them, towards it. Every step of Michelot's iteration is such a bound, and it may start from any and stop after
   any. */
static double raised_bound(const float *scores, uint32_t count, double bound) {
    for (int round = 0; round < 16; round++) {
        uint32_t above;
        double sum;
        focus_sum_above(scores, count, bound, &sum, &above);
        double next = (sum - 1) / above;
        if (!(next > bound + 1e-6)) break; /* nor where none is above */
        bound = next;
    }
    return bound;
}

/* Drops what can no longer be in the support. */
static void thin(struct focus_candidates *list) {
    uint32_t count = list->count, *columns = list->columns;
    float *scores = list->scores;
    if (count == 0) return;
    if (!(list->bound > -INFINITY)) {
        float largest = scores[0];
        for (uint32_t i = 1; i < count; i++) largest = scores[i] > largest ? scores[i] : largest;
        list->bound = (double)largest - 1;
    }
    list->bound = raised_bound(scores, count, list->bound);
    float threshold = (float)(list->bound - list->margin);
    if (threshold > list->threshold) list->threshold = threshold;
    threshold = list->threshold;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        float score = scores[i];
        columns[kept] = columns[i];
        scores[kept] = score;
        kept += score > threshold;
    }
    list->count = kept;
}

void focus_begin_candidates(struct focus_candidates *lists, size_t count) {
    for (size_t row = 0; row < count; row++) {
        struct focus_candidates *list = lists + row;
        list->count = list->overflowed = 0;
        list->trigger = list->capacity < 6 * FOCUS_PANEL_WIDTH ? list->capacity : 6 * FOCUS_PANEL_WIDTH;
        list->threshold = -INFINITY;
        list->bound = -INFINITY;
    }
}

void focus_append_candidates(struct focus_candidates *list, uint32_t hits, uint32_t first, uint32_t column_count,
                             const float *scores) {
    if (list->count + 2 * FOCUS_PANEL_WIDTH > list->trigger) {
        thin(list);
        uint32_t trigger = 2 * list->count + 4 * FOCUS_PANEL_WIDTH;
        list->trigger = trigger < list->capacity ? trigger : list->capacity;
        if (list->count + 2 * FOCUS_PANEL_WIDTH > list->capacity) {
            list->overflowed = 1;
            list->threshold = INFINITY;
            return;
        }
    }
    for (; hits; hits &= hits - 1) {
        uint32_t lane = (uint32_t)__builtin_ctz(hits);
        if (first + lane >= column_count) return;
        list->columns[list->count] = first + lane;
        list->scores[list->count++] = scores[lane];
    }
}

void focus_end_candidates(struct focus_candidates *lists, size_t count) {
    for (size_t row = 0; row < count; row++)
        if (!lists[row].overflowed) thin(lists + row);
}
