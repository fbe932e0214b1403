#include "cbow_lanes.h"

/* No FMA contraction: results must be bit-identical on processors without FMA. */
#pragma STDC FP_CONTRACT OFF

/* Whether this is the first part that has met a word. */
INLINE int is_first(const struct focus_cbow *model, size_t part, uint32_t word) {
    for (size_t p = 0; p < part; p++)
        if (model->parts[p].slots[word] != UINT32_MAX) return 0;
    return 1;
}

/* Adds to some groups of a word, [shared, end), what its sums have moved by in all parts: some vectors of each. */
INLINE void move_word(struct focus_cbow *model, size_t first_part, uint32_t word, const uint32_t *shared,
                      const uint32_t *end, size_t at, size_t width, size_t stride) {
    lanes move[AT_ONCE];
    for (size_t k = 0; k < width; k++) move[k] = (lanes){0};
    for (size_t p = first_part; p < model->settings.part_count; p++) {
        const struct part *part = &model->parts[p];
        uint32_t slot = part->slots[word];
        if (slot == UINT32_MAX) continue;
        const lanes *sum = (const lanes *)(part->sums + slot * stride + at);
        const lanes *first_sum = (const lanes *)(part->first_sums + slot * stride + at);
        for (size_t k = 0; k < width; k++) move[k] += sum[k] - first_sum[k];
    }
    float scale = 1 / (float)model->row_counts[word];
    for (size_t k = 0; k < width; k++) move[k] *= scale;
    for (; shared < end; shared++) {
        lanes *group = (lanes *)(model->sums + *shared * stride + at);
        float size = model->group_sizes[*shared];
        for (size_t k = 0; k < width; k++) group[k] += move[k] * size;
    }
}

/* Prefetches what it takes to move the words in the slots after `slot`. */
INLINE void prefetch_moves(const struct focus_cbow *model, const struct part *part, uint32_t slot, size_t first,
                           size_t end, size_t stride) {
    const uint32_t *starts = model->share_starts, *groups = model->shared_groups, *met = part->met + slot;
    uint32_t rest = part->met_count - slot;
    if (2 * LISTS_AHEAD < rest) __builtin_prefetch(starts + met[2 * LISTS_AHEAD] * (size_t)SHARES);
    if (LISTS_AHEAD < rest) __builtin_prefetch(groups + starts[met[LISTS_AHEAD] * (size_t)SHARES + first]);
    if (rest <= 2) return;
    const uint32_t *shares = starts + met[2] * (size_t)SHARES;
    for (uint32_t i = shares[first]; i < shares[end]; i++) prefetch(model->sums + groups[i] * stride, stride);
}

INLINE void move_groups(struct focus_cbow *model, size_t first, size_t end, size_t stride) {
    const uint32_t *groups = model->shared_groups;
    for (size_t p = 0; p < model->settings.part_count; p++) {
        const struct part *part = &model->parts[p];
        for (uint32_t slot = 0; slot < part->met_count; slot++) {
            uint32_t word = part->met[slot];
            const uint32_t *shares = model->share_starts + word * (size_t)SHARES;
            prefetch_moves(model, part, slot, first, end, stride);
            if (!is_first(model, p, word)) continue;
            for (size_t at = 0; at < stride; at += AT_ONCE * LANES)
                move_word(model, p, word, groups + shares[first], groups + shares[end], at, lanes_at(at, stride),
                          stride);
        }
    }
}

INLINE void merge_outputs(struct focus_cbow *model, size_t first, size_t end) {
    for (size_t at = first * model->stride; at < end * model->stride; at += LANES) {
        lanes *merged = (lanes *)(model->outputs + at);
        lanes old = *merged, now = old;
        for (size_t p = 0; p < model->settings.part_count; p++)
            now += *(const lanes *)(model->parts[p].outputs + at) - old;
        *merged = now;
        for (size_t p = 0; p < model->settings.part_count; p++) *(lanes *)(model->parts[p].outputs + at) = now;
    }
}

INLINE void move_shares(struct focus_cbow *model, size_t first, size_t end) {
    WITH_STRIDE(move_groups(model, first, end, stride))
}

COMPILE_KERNEL(focus_cbow_move_groups, move_shares, (struct focus_cbow *model, size_t first, size_t end),
               (model, first, end))
COMPILE_KERNEL(focus_cbow_merge_outputs, merge_outputs, (struct focus_cbow *model, size_t first, size_t end),
               (model, first, end))
