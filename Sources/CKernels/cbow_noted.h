#ifndef FOCUS_CBOW_NOTED_H
#define FOCUS_CBOW_NOTED_H

#include "cbow_lanes.h"

#include <string.h>

/* No FMA contraction: results must be bit-identical on processors without FMA. */
#pragma STDC FP_CONTRACT OFF

/* What a part notes in a round of what rows are to be moved by, for all parts to be added up. */

/* Forgets what was noted in the round before. */
INLINE void forget_noted(struct noted *noted) {
    for (uint32_t slot = 0; slot < noted->met_count; slot++) noted->slots[noted->met[slot]] = UINT32_MAX;
    noted->met_count = 0;
    memset(noted->output_starts, 0, sizeof noted->output_starts);
    memset(noted->group_starts, 0, sizeof noted->group_starts);
}

/* Turns numbers of entries, each a place too late, into where they begin. */
INLINE void add_up(uint32_t starts[NOTED_SHARES + 1]) {
    for (size_t share = 0; share < NOTED_SHARES; share++) starts[share + 1] += starts[share];
}

/* Sorts output rows by their shares: counts them, and puts them where those before end. */
INLINE void sort_outputs(struct noted *noted) {
    uint32_t next[NOTED_SHARES];
    for (uint32_t slot = 0; slot < noted->met_count; slot++)
        noted->output_starts[noted->met[slot] % NOTED_SHARES + 1]++;
    add_up(noted->output_starts);
    memcpy(next, noted->output_starts, sizeof next);
    for (uint32_t slot = 0; slot < noted->met_count; slot++)
        noted->outputs[next[noted->met[slot] % NOTED_SHARES]++] = slot;
}

INLINE void sort_groups(const struct focus_cbow *model, struct part *part) {
    struct noted *noted = &part->noted;
    const uint32_t *starts = model->starts, *groups = model->groups;
    uint32_t next[NOTED_SHARES];
    for (uint32_t slot = 0; slot < part->met_count; slot++)
        for (uint32_t i = starts[part->met[slot]]; i < starts[part->met[slot] + 1]; i++)
            noted->group_starts[groups[i] % NOTED_SHARES + 1]++;
    add_up(noted->group_starts);
    memcpy(next, noted->group_starts, sizeof next);
    for (uint32_t slot = 0; slot < part->met_count; slot++)
        for (uint32_t i = starts[part->met[slot]]; i < starts[part->met[slot] + 1]; i++)
            noted->groups[next[groups[i] % NOTED_SHARES]++] = (struct entry){groups[i], slot};
}

/* Makes of the sums of words what each of their rows has moved by, and sorts all by shares. */
INLINE void sort_noted(const struct focus_cbow *model, struct part *part, size_t stride) {
    for (uint32_t slot = 0; slot < part->met_count; slot++) {
        lanes *sum = (lanes *)(part->sums + slot * stride);
        const lanes *first = (const lanes *)(part->first_sums + slot * stride);
        float scale = 1 / (float)model->row_counts[part->met[slot]];
        for (size_t k = 0; k < stride / LANES; k++) sum[k] = (sum[k] - first[k]) * scale;
    }
    sort_outputs(&part->noted);
    sort_groups(model, part);
}

#endif
