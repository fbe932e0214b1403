#ifndef FOCUS_ATTENTION_H
#define FOCUS_ATTENTION_H

#include <stddef.h>

#include "processor.h"

/* One head of keys and values with the heads of queries that share it, for some queries of one sequence. Rows are
   positions; the heads of queries follow each other `head_stride` floats apart in a row. */
struct focus_attention {
    const float *queries; /* of the first position of the sequence */
    size_t query_stride;  /* floats from row to row */
    size_t head_stride;   /* floats from head to head of queries */
    size_t head_count;    /* the heads of queries that share the head of keys */
    const float *keys, *values;
    size_t key_stride, value_stride;
    float *outputs; /* of the first position; heads are `width` floats apart */
    size_t output_stride;
    size_t position_count;        /* of the sequence */
    size_t first_query, last_query; /* the queries [first, last) */
    size_t width;                 /* the elements of a head */
    float scale;                  /* of the scalar products */
    float cap;                    /* scores become cap tanh(score / cap); 0 for none */
    int causal;                   /* a query sees no key after it */
    size_t window;                /* a query sees keys less than this before it, 0 for all; without causality, keys at
                                     most this far away */
    const float *biases;          /* what is added to scores: for each head of queries, `bias_stride` floats apart, the
                                     number for key = query + i at [position_count - 1 + i]; or null */
    size_t bias_stride;
};

/* How many floats of scratch `focus_attend` needs. */
size_t focus_attention_scratch(const struct focus_attention *job);

/* outputs = softmax of the scores times the values. */
FOCUS_KERNEL(focus_attend, const struct focus_attention *job, float *scratch);

#endif
