#include "cbow_lanes.h"
#include "cbow_noted.h"

#include <string.h>

/* No FMA contraction: results must be bit-identical on processors without FMA. */
#pragma STDC FP_CONTRACT OFF

/* Groups are prefetched this many before they are needed. A negative sample is drawn at most ATTEMPTS times. */
enum { AHEAD = 8, ATTEMPTS = 100 };

INLINE uint32_t below(uint32_t random, uint32_t bound) { return (uint32_t)(((uint64_t)random * bound) >> 32); }

/* Prefetches the first groups of a word. */
INLINE void prefetch_word(const struct focus_cbow *model, uint32_t word, size_t stride) {
    uint32_t start = model->starts[word], end = model->starts[word + 1];
    if (end > start + AHEAD) end = start + AHEAD;
    for (uint32_t i = start; i < end; i++) prefetch(model->sums + model->groups[i] * stride, stride);
}

/* Sums some vectors of a word's rows. */
INLINE void sum_lanes(const struct focus_cbow *model, uint32_t word, size_t at, size_t width, size_t stride,
                      float *target) {
    const uint32_t *groups = model->groups;
    uint32_t end = model->starts[word + 1];
    lanes sums[AT_ONCE];
    for (size_t k = 0; k < width; k++) sums[k] = (lanes){0};
    for (uint32_t i = model->starts[word]; i < end; i++) {
        if (at == 0 && i + AHEAD < end) prefetch(model->sums + groups[i + AHEAD] * stride, stride);
        const lanes *group = (const lanes *)(model->sums + groups[i] * stride + at);
        for (size_t k = 0; k < width; k++) sums[k] += group[k];
    }
    for (size_t k = 0; k < width; k++) ((lanes *)(target + at))[k] = sums[k];
}

INLINE void sum_rows(const struct focus_cbow *model, uint32_t word, size_t stride, float *target) {
    for (size_t at = 0; at < stride; at += AT_ONCE * LANES)
        sum_lanes(model, word, at, lanes_at(at, stride), stride, target);
}

/* The slot of a word's sum, which is computed when the word is first met in a round. */
INLINE uint32_t slot_of(const struct focus_cbow *model, struct part *part, uint32_t word, size_t stride) {
    uint32_t slot = part->slots[word];
    if (slot != UINT32_MAX) return slot;
    slot = part->met_count++;
    part->slots[word] = slot;
    part->met[slot] = word;
    sum_rows(model, word, stride, part->sums + slot * stride);
    memcpy(part->first_sums + slot * stride, part->sums + slot * stride, stride * 4);
    return slot;
}

/* Draws a word other than `word`, by the alias method. */
INLINE uint32_t negative_of(const struct focus_cbow *model, uint64_t *random, uint32_t word) {
    uint32_t count = (uint32_t)model->settings.word_count;
    // Bounded: where one word is nearly all of the text, others are hardly ever drawn.
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        uint64_t bits = next_random(random);
        uint32_t slot = below((uint32_t)(bits >> 32), count);
        // Branchless select: the branch would be unpredictable.
        uint32_t other = model->aliases[slot].other;
        uint32_t is_slot = -(uint32_t)((uint32_t)bits < model->aliases[slot].threshold);
        uint32_t drawn = (slot & is_slot) | (other & ~is_slot);
        if (drawn != word) return drawn;
    }
    return (word + 1) % count;
}

/* The slot of what a word's output row is to be moved by, which is nothing when it is first met in a round. */
INLINE uint32_t noted_slot_of(struct noted *noted, uint32_t word, size_t stride) {
    uint32_t slot = noted->slots[word];
    if (slot != UINT32_MAX) return slot;
    slot = noted->met_count++;
    noted->slots[word] = slot;
    noted->met[slot] = word;
    memset(noted->moves + slot * stride, 0, stride * 4);
    return slot;
}

/* The word to predict, and the negative samples that it is to be told from. */
INLINE void draw_targets(const struct focus_cbow *model, struct part *part, size_t centre, int notes, size_t stride) {
    uint32_t *targets = part->targets[centre & 1], *slots = part->noted.target_slots[centre & 1];
    const float *outputs = notes ? model->outputs : part->outputs;
    targets[0] = part->line[centre];
    for (size_t i = 1; i <= model->settings.negatives; i++)
        targets[i] = negative_of(model, &part->random, targets[0]);
    for (size_t i = 0; i <= model->settings.negatives; i++) prefetch(outputs + targets[i] * stride, stride);
    for (size_t i = 0; notes && i <= model->settings.negatives; i++)
        slots[i] = noted_slot_of(&part->noted, targets[i], stride);
}

INLINE float sigmoid(const float *table, float x) {
    if (!(x > -SIGMOID_BOUND)) return 0;
    if (x >= SIGMOID_BOUND) return 1;
    return table[(int)((x + SIGMOID_BOUND) * (SIGMOID_STEPS / (2.0f * SIGMOID_BOUND)) + 0.5f)];
}

typedef float eight __attribute__((vector_size(32)));
typedef float four __attribute__((vector_size(16)));

#define SHUFFLED __builtin_shufflevector

/* The dot products of four rows, moved by `moves` where these are noted, with `hidden`, summed in one fixed order. */
INLINE void dots(const lanes *const rows[4], const lanes *const moves[4], int notes, const lanes *hidden, size_t parts,
                 float *scores) {
    lanes sums[4] = {{0}, {0}, {0}, {0}};
    for (size_t k = 0; k < parts; k++)
        for (int i = 0; i < 4; i++) sums[i] += (notes ? rows[i][k] + moves[i][k] : rows[i][k]) * hidden[k];
    eight halves[4], quarters[2];
    for (int i = 0; i < 4; i++) {
        halves[i] = SHUFFLED(sums[i], sums[i], 0, 1, 2, 3, 4, 5, 6, 7);
        halves[i] += SHUFFLED(sums[i], sums[i], 8, 9, 10, 11, 12, 13, 14, 15);
    }
    for (int i = 0; i < 2; i++) {
        eight a = halves[2 * i], b = halves[2 * i + 1];
        quarters[i] = SHUFFLED(a, b, 0, 1, 2, 3, 8, 9, 10, 11) + SHUFFLED(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
    }
    eight a = quarters[0], b = quarters[1];
    eight pairs = SHUFFLED(a, b, 0, 1, 4, 5, 8, 9, 12, 13) + SHUFFLED(a, b, 2, 3, 6, 7, 10, 11, 14, 15);
    four all = SHUFFLED(pairs, pairs, 0, 2, 4, 6) + SHUFFLED(pairs, pairs, 1, 3, 5, 7);
    memcpy(scores, &all, sizeof all);
}

/* Predicts the word `centre` of the line from the other words `first` to `last`. */
INLINE void predict(const struct focus_cbow *model, struct part *part,
                    size_t first, size_t last, size_t centre, float rate, int notes, size_t stride) {
    size_t parts = stride / LANES;
    // With the default dimension these stay in registers.
    lanes own[2][USUAL_STRIDE / LANES];
    lanes *hidden = stride == USUAL_STRIDE ? own[0] : (lanes *)part->hidden;
    lanes *gradient = stride == USUAL_STRIDE ? own[1] : (lanes *)part->gradient;
    uint32_t row_count = 0;
    for (size_t k = 0; k < parts; k++) hidden[k] = gradient[k] = (lanes){0};
    for (size_t i = first; i <= last; i++) {
        if (i == centre) continue;
        const lanes *sum = (const lanes *)(part->sums + part->line_slots[i] * stride);
        row_count += model->row_counts[part->line[i]];
        for (size_t k = 0; k < parts; k++) hidden[k] += sum[k];
    }
    float scale = 1 / (float)row_count;
    for (size_t k = 0; k < parts; k++) hidden[k] *= scale;

    const uint32_t *targets = part->targets[centre & 1], *slots = part->noted.target_slots[centre & 1];
    float *outputs = notes ? model->outputs : part->outputs;
    size_t count = model->settings.negatives + 1;
    for (size_t t = 0; t < count; t += 4) {
        const lanes *rows[4], *moves[4] = {0};
        for (size_t i = 0; i < 4; i++) {
            size_t target = t + i < count ? t + i : t;
            rows[i] = (const lanes *)(outputs + targets[target] * stride);
            if (notes) moves[i] = (const lanes *)(part->noted.moves + slots[target] * stride);
        }
        dots(rows, moves, notes, hidden, parts, part->scores + t);
    }
    for (size_t t = 0; t < count; t++)
        part->scores[t] = rate * ((t == 0 ? 1.0f : 0.0f) - sigmoid(model->sigmoid, part->scores[t]));
    for (size_t t = 0; t < count; t++) {
        lanes *row = (lanes *)(outputs + targets[t] * stride);
        lanes *noted = notes ? (lanes *)(part->noted.moves + slots[t] * stride) : row;
        float move = part->scores[t];
        for (size_t k = 0; k < parts; k++) {
            lanes old = noted[k];
            gradient[k] += (notes ? row[k] + old : old) * move;
            noted[k] = old + hidden[k] * move;
        }
    }
    for (size_t i = first; i <= last; i++) {
        if (i == centre) continue;
        lanes *sum = (lanes *)(part->sums + part->line_slots[i] * stride);
        // Each row of the word moves by the gradient.
        float move = (float)model->row_counts[part->line[i]];
        for (size_t k = 0; k < parts; k++) sum[k] += gradient[k] * move;
    }
}

INLINE void train_line(const struct focus_cbow *model, struct part *part,
                       size_t length, float rate, int notes, size_t stride) {
    if (length < 2) return;
    draw_targets(model, part, 0, notes, stride);
    for (size_t i = 0; i < length; i++) {
        if (i + LISTS_AHEAD < length) __builtin_prefetch(model->groups + model->starts[part->line[i + LISTS_AHEAD]]);
        if (i + 1 < length && part->slots[part->line[i + 1]] == UINT32_MAX)
            prefetch_word(model, part->line[i + 1], stride);
        part->line_slots[i] = slot_of(model, part, part->line[i], stride);
    }
    for (size_t centre = 0; centre < length; centre++) {
        if (centre + 1 < length)
            draw_targets(model, part, centre + 1, notes, stride);
        size_t reach = 1 + below((uint32_t)(next_random(&part->random) >> 32), (uint32_t)model->settings.window);
        size_t first = centre < reach ? 0 : centre - reach;
        size_t last = centre + reach < length ? centre + reach : length - 1;
        predict(model, part, first, last, centre, rate, notes, stride);
    }
}

INLINE void train(const struct focus_cbow *model, struct part *part, const uint32_t *ids, size_t count, float rate,
                  float last_rate, int notes, size_t stride) {
    for (uint32_t slot = 0; slot < part->met_count; slot++) part->slots[part->met[slot]] = UINT32_MAX;
    part->met_count = 0;
    if (notes) forget_noted(&part->noted);
    if (count == 0) return;
    float fall = (last_rate - rate) / (float)count;
    for (size_t at = 0; at < count;) {
        float now = rate + fall * (float)at;
        size_t length = 0, read = 0;
        for (int ended = 0; at < count && !ended; at++) {
            uint32_t word = model->words[ids[at]];
            if (word != UINT32_MAX) {
                __builtin_prefetch(model->starts + word);
                part->line[length] = word;
                length += (uint32_t)(next_random(&part->random) >> 32) <= model->keep[word];
                read++;
            }
            ended = word == model->settings.line_end || ids[at] == FOCUS_CBOW_LINE_END ||
                    read == FOCUS_CBOW_LONGEST_LINE;
        }
        train_line(model, part, length, now, notes, stride);
    }
    if (notes) sort_noted(model, part, stride);
}

INLINE void train_part(struct focus_cbow *model, size_t part, const uint32_t *ids, size_t count, float rate,
                       float last_rate) {
    if (model->settings.notes_moves) {
        WITH_STRIDE(train(model, &model->parts[part], ids, count, rate, last_rate, 1, stride))
    } else {
        WITH_STRIDE(train(model, &model->parts[part], ids, count, rate, last_rate, 0, stride))
    }
}

COMPILE_KERNEL(focus_cbow_train, train_part,
               (struct focus_cbow *model, size_t part, const uint32_t *ids, size_t count, float rate, float last_rate),
               (model, part, ids, count, rate, last_rate))
