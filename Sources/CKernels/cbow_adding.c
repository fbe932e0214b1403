#include "cbow_lanes.h"

/* No FMA contraction: results must be bit-identical on processors without FMA. */
#pragma STDC FP_CONTRACT OFF

/* Rows are prefetched this many before they are needed. */
enum { ROWS_AHEAD = 4 };

INLINE void add_row(float *row, const float *move, float factor, size_t stride) {
    lanes *target = (lanes *)row;
    const lanes *source = (const lanes *)move;
    for (size_t k = 0; k < stride / LANES; k++) target[k] += source[k] * factor;
}

/* Adds to output rows of a share what a part has noted. */
INLINE void add_outputs(struct focus_cbow *model, const struct noted *noted, size_t share, float damping,
                        size_t stride) {
    uint32_t end = noted->output_starts[share + 1];
    for (uint32_t i = noted->output_starts[share]; i < end; i++) {
        if (i + ROWS_AHEAD < end) {
            uint32_t slot = noted->outputs[i + ROWS_AHEAD];
            prefetch(model->outputs + noted->met[slot] * stride, stride);
            prefetch(noted->moves + slot * stride, stride);
        }
        uint32_t slot = noted->outputs[i], word = noted->met[slot];
        float factor = 1 / (1 + damping * model->output_moves[word]);
        add_row(model->outputs + word * stride, noted->moves + slot * stride, factor, stride);
    }
}

/* Adds to the groups of a share what a part's sums of words have moved by. */
INLINE void add_groups(struct focus_cbow *model, const struct part *part, size_t share, float damping,
                       size_t stride) {
    const struct entry *entries = part->noted.groups;
    uint32_t end = part->noted.group_starts[share + 1];
    for (uint32_t i = part->noted.group_starts[share]; i < end; i++) {
        if (i + ROWS_AHEAD < end) {
            prefetch(model->sums + entries[i + ROWS_AHEAD].group * stride, stride);
            prefetch(part->sums + entries[i + ROWS_AHEAD].slot * stride, stride);
        }
        uint32_t group = entries[i].group;
        float factor = model->group_sizes[group] / (1 + damping * model->group_moves[group]);
        add_row(model->sums + group * stride, part->sums + entries[i].slot * stride, factor, stride);
    }
}

INLINE void add_noted(struct focus_cbow *model, size_t first, size_t end, struct focus_cbow_damping damping,
                      size_t stride) {
    for (size_t share = first; share < end; share++) {
        for (size_t p = 0; p < model->settings.part_count; p++)
            add_outputs(model, &model->parts[p].noted, share, damping.outputs, stride);
        for (size_t p = 0; p < model->settings.part_count; p++)
            add_groups(model, &model->parts[p], share, damping.groups, stride);
    }
}

INLINE void add_shares(struct focus_cbow *model, size_t first, size_t end, struct focus_cbow_damping damping) {
    WITH_STRIDE(add_noted(model, first, end, damping, stride))
}

COMPILE_KERNEL(focus_cbow_add_noted, add_shares,
               (struct focus_cbow *model, size_t first, size_t end, struct focus_cbow_damping damping),
               (model, first, end, damping))
