#include "attention.h"
#include "lanes.h"

#include <math.h>

/* Queries are taken in groups of this many. */
#define GROUP 6

INLINE size_t padded(size_t count) { return (count + LANES - 1) / LANES * LANES; }

/* The keys that a query sees: [first, end). */
struct range {
    size_t first, end;
};

INLINE struct range visible(const struct focus_attention *job, size_t query) {
    struct range range = {0, job->position_count};
    if (job->causal) {
        range.end = query + 1;
        if (job->window && query + 1 > job->window) range.first = query + 1 - job->window;
    } else if (job->window) {
        if (query > job->window) range.first = query - job->window;
        if (query + job->window + 1 < range.end) range.end = query + job->window + 1;
    }
    return range;
}

/* The keys that some query of [first, last) sees. */
INLINE struct range visible_to_some(const struct focus_attention *job, size_t first, size_t last) {
    return (struct range){visible(job, first).first, visible(job, last - 1).end};
}

size_t focus_attention_scratch(const struct focus_attention *job) {
    size_t keys = padded(job->position_count) + LANES;
    return keys * job->width + keys * padded(job->width) + GROUP * (keys + padded(job->width)) + LANES;
}

/* Packs keys [first, end) in panels of 16: panel, then element, then key in the panel. */
INLINE void pack_keys(const struct focus_attention *job, struct range range, float *packed) {
    size_t count = range.end - range.first;
    for (size_t panel = 0; panel < count; panel += LANES) {
        float *target = packed + panel * job->width;
        size_t held = count - panel < LANES ? count - panel : LANES;
        if (held < LANES) memset(target, 0, LANES * job->width * sizeof(float));
        for (size_t key = 0; key < held; key++) {
            const float *source = job->keys + (range.first + panel + key) * job->key_stride;
            for (size_t i = 0; i < job->width; i++) target[i * LANES + key] = source[i];
        }
    }
}

/* Packs values in panels of 16 elements: panel, then key, then element in the panel. */
INLINE void pack_values(const struct focus_attention *job, struct range range, float *packed) {
    size_t count = range.end - range.first;
    for (size_t panel = 0; panel < job->width; panel += LANES) {
        float *target = packed + panel * count;
        size_t held = job->width - panel < LANES ? job->width - panel : LANES;
        for (size_t key = 0; key < count; key++)
            store_lanes(target + key * LANES,
                        load_some(job->values + (range.first + key) * job->value_stride + panel, held));
    }
}

/* targets[row][0..<16] = sum over i of rows[row][i] * panel[i], for 6 rows. */
INLINE void multiply_panel(const float *const rows[GROUP], const float *panel, size_t count, float *targets,
                           size_t target_stride) {
    lanes sums[GROUP] = {{0}};
    for (size_t i = 0; i < count; i++) {
        lanes column = load_lanes(panel + i * LANES);
        for (int row = 0; row < GROUP; row++) sums[row] += all_lanes(rows[row][i]) * column;
    }
    for (int row = 0; row < GROUP; row++) store_lanes(targets + row * target_stride, sums[row]);
}

/* Turns the scores of keys [0, count) into weights that add up to 1, of which those outside of `seen` are 0. */
INLINE void weigh(const struct focus_attention *job, float *scores, size_t count, struct range seen,
                  const float *biases) {
    lanes largest = all_lanes(-INFINITY);
    lanes scale = all_lanes(job->scale);
    for (size_t i = 0; i < count; i += LANES) {
        lanes value = load_lanes(scores + i) * scale;
        if (job->cap != 0) value = all_lanes(job->cap) * hyperbolic_tangent(value / all_lanes(job->cap));
        store_lanes(scores + i, value);
    }
    if (biases)
        for (size_t i = seen.first; i < seen.end; i++) scores[i] += biases[i];
    for (size_t i = 0; i < seen.first; i++) scores[i] = -INFINITY;
    for (size_t i = seen.end; i < count; i++) scores[i] = -INFINITY;
    for (size_t i = 0; i < count; i += LANES) largest = larger(load_lanes(scores + i), largest);
    lanes top = all_lanes(largest_of_lanes(largest)), sums = {0};
    for (size_t i = 0; i < count; i += LANES) {
        lanes value = exponential(load_lanes(scores + i) - top);
        store_lanes(scores + i, value);
    }
    for (size_t i = 0; i < seen.first; i++) scores[i] = 0;
    for (size_t i = seen.end; i < count; i++) scores[i] = 0;
    for (size_t i = 0; i < count; i += LANES) sums += load_lanes(scores + i);
    lanes factor = all_lanes(1.0f / sum_of_lanes(sums));
    for (size_t i = 0; i < count; i += LANES) store_lanes(scores + i, load_lanes(scores + i) * factor);
}

INLINE void attend(const struct focus_attention *job, float *scratch) {
    if (job->first_query >= job->last_query) return;
    struct range range = visible_to_some(job, job->first_query, job->last_query);
    size_t count = range.end - range.first, stride = padded(count), out = padded(job->width);
    float *keys = scratch, *values = keys + stride * job->width;
    float *scores = values + count * out, *outputs = scores + GROUP * stride;
    pack_keys(job, range, keys);
    pack_values(job, range, values);
    for (size_t head = 0; head < job->head_count; head++) {
        const float *queries = job->queries + head * job->head_stride;
        for (size_t first = job->first_query; first < job->last_query; first += GROUP) {
            size_t held = job->last_query - first < GROUP ? job->last_query - first : GROUP;
            struct range some = visible_to_some(job, first, first + held);
            /* Whole panels, counted from the first packed key. */
            size_t begin = (some.first - range.first) / LANES * LANES;
            size_t end = padded(some.end - range.first);
            const float *rows[GROUP];
            for (size_t row = 0; row < GROUP; row++)
                rows[row] = queries + (first + (row < held ? row : 0)) * job->query_stride;
            for (size_t panel = begin; panel < end; panel += LANES)
                multiply_panel(rows, keys + panel * job->width, job->width, scores + panel, stride);
            for (size_t row = 0; row < GROUP; row++) {
                size_t query = first + (row < held ? row : 0);
                struct range seen = visible(job, query);
                size_t shift = range.first + begin;
                const float *biases = NULL;
                if (job->biases)
                    biases = job->biases + head * job->bias_stride + (job->position_count - 1 + shift - query);
                weigh(job, scores + row * stride + begin, end - begin,
                      (struct range){seen.first - shift, seen.end - shift}, biases);
                rows[row] = scores + row * stride + begin;
            }
            size_t used = (some.end - range.first) - begin;
            for (size_t panel = 0; panel < job->width; panel += LANES)
                multiply_panel(rows, values + panel * count + begin * LANES, used, outputs + panel, out);
            for (size_t row = 0; row < held; row++)
                memcpy(job->outputs + (first + row) * job->output_stride + head * job->width, outputs + row * out,
                       job->width * sizeof(float));
        }
    }
}

COMPILE_KERNEL(focus_attend, attend, (const struct focus_attention *job, float *scratch), (job, scratch))
