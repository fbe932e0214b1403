#include "states.h"
#include "lanes.h"

#include <math.h>

INLINE void normalize_square(const float *rows, size_t count, size_t stride, size_t width, const float *weights,
                             float epsilon, float *targets, size_t target_stride) {
    size_t whole = width - width % LANES, rest = width % LANES;
    for (size_t index = 0; index < count; index++) {
        const float *row = rows + index * stride;
        float *target = targets + index * target_stride;
        lanes sums = {0};
        for (size_t i = 0; i < whole; i += LANES) sums += load_lanes(row + i) * load_lanes(row + i);
        lanes last = load_some(row + whole, rest);
        float square = sum_of_lanes(sums + last * last) / (float)width;
        float factor = 1.0f / sqrtf(square + epsilon);
        for (size_t i = 0; i < width; i++) target[i] = row[i] * factor * weights[i];
    }
}

INLINE void normalize_layer(const float *rows, size_t count, size_t stride, size_t width, const float *weights,
                            const float *bias, float epsilon, float *targets, size_t target_stride) {
    size_t whole = width - width % LANES, rest = width % LANES;
    for (size_t index = 0; index < count; index++) {
        const float *row = rows + index * stride;
        float *target = targets + index * target_stride;
        lanes sums = {0};
        for (size_t i = 0; i < whole; i += LANES) sums += load_lanes(row + i);
        float mean = sum_of_lanes(sums + load_some(row + whole, rest)) / (float)width;
        lanes squares = {0};
        for (size_t i = 0; i < whole; i += LANES) {
            lanes deviation = load_lanes(row + i) - all_lanes(mean);
            squares += deviation * deviation;
        }
        float variance = sum_of_lanes(squares);
        for (size_t i = whole; i < width; i++) variance += (row[i] - mean) * (row[i] - mean);
        float factor = 1.0f / sqrtf(variance / (float)width + epsilon);
        if (bias)
            for (size_t i = 0; i < width; i++) target[i] = (row[i] - mean) * factor * weights[i] + bias[i];
        else
            for (size_t i = 0; i < width; i++) target[i] = (row[i] - mean) * factor * weights[i];
    }
}

INLINE void add_scaled(float *restrict target, const float *restrict source, float factor, size_t count) {
    for (size_t i = 0; i < count; i++) target[i] += factor * source[i];
}

INLINE void scale(float *values, float factor, size_t count) {
    for (size_t i = 0; i < count; i++) values[i] *= factor;
}

INLINE void cap_values(float *values, float cap, size_t count) {
    size_t whole = count - count % LANES, rest = count % LANES;
    lanes inverse = all_lanes(1.0f / cap), factor = all_lanes(cap);
    for (size_t i = 0; i < whole; i += LANES)
        store_lanes(values + i, factor * hyperbolic_tangent(load_lanes(values + i) * inverse));
    lanes last = factor * hyperbolic_tangent(load_some(values + whole, rest) * inverse);
    memcpy(values + whole, &last, rest * sizeof(float));
}

INLINE lanes activated(lanes x, int activation) {
    switch (activation) {
    case FOCUS_GELU: return x * normal_distribution(x);
    case FOCUS_GELU_TANH: {
        lanes cubic = x + all_lanes(0.044715f) * x * x * x;
        return x * sigmoid(all_lanes(1.59576912f) * cubic);
    }
    case FOCUS_QUICK_GELU: return x * sigmoid(all_lanes(1.702f) * x);
    case FOCUS_SILU: return x * sigmoid(x);
    case FOCUS_RELU: return larger(x, all_lanes(0.0f));
    default: {
        lanes positive = larger(x, all_lanes(0.0f));
        return positive * positive;
    }
    }
}

INLINE void activate_as(float *values, size_t count, int activation) {
    size_t whole = count - count % LANES, rest = count % LANES;
    for (size_t i = 0; i < whole; i += LANES) store_lanes(values + i, activated(load_lanes(values + i), activation));
    lanes last = activated(load_some(values + whole, rest), activation);
    memcpy(values + whole, &last, rest * sizeof(float));
}

INLINE void gate_as(const float *rows, size_t count, size_t width, int activation, float *targets) {
    size_t whole = width - width % LANES, rest = width % LANES;
    for (size_t index = 0; index < count; index++) {
        const float *row = rows + index * 2 * width;
        float *target = targets + index * width;
        for (size_t i = 0; i < whole; i += LANES)
            store_lanes(target + i, activated(load_lanes(row + i), activation) * load_lanes(row + width + i));
        lanes last = activated(load_some(row + whole, rest), activation) * load_some(row + width + whole, rest);
        memcpy(target + whole, &last, rest * sizeof(float));
    }
}

/* The loops are compiled once for each activation. */
#define FOR_EACH_ACTIVATION(CALL)                                   \
    switch (activation) {                                           \
    case FOCUS_GELU: CALL(FOCUS_GELU); break;                       \
    case FOCUS_GELU_TANH: CALL(FOCUS_GELU_TANH); break;             \
    case FOCUS_QUICK_GELU: CALL(FOCUS_QUICK_GELU); break;           \
    case FOCUS_SILU: CALL(FOCUS_SILU); break;                       \
    case FOCUS_RELU: CALL(FOCUS_RELU); break;                       \
    default: CALL(FOCUS_SQUARED_RELU); break;                       \
    }

INLINE void activate(float *values, size_t count, int activation) {
#define ACTIVATE(WHICH) activate_as(values, count, WHICH)
    FOR_EACH_ACTIVATION(ACTIVATE)
#undef ACTIVATE
}

INLINE void gate(const float *rows, size_t count, size_t width, int activation, float *targets) {
#define GATE(WHICH) gate_as(rows, count, width, WHICH, targets)
    FOR_EACH_ACTIVATION(GATE)
#undef GATE
}

INLINE void rotate(float *heads, size_t count, size_t stride, size_t pair_count, const float *cosines,
                   const float *sines, int neighbours) {
    for (size_t index = 0; index < count; index++) {
        float *head = heads + index * stride;
        if (neighbours)
            for (size_t i = 0; i < pair_count; i++) {
                float first = head[2 * i], second = head[2 * i + 1];
                head[2 * i] = first * cosines[i] - second * sines[i];
                head[2 * i + 1] = second * cosines[i] + first * sines[i];
            }
        else
            for (size_t i = 0; i < pair_count; i++) {
                float first = head[i], second = head[i + pair_count];
                head[i] = first * cosines[i] - second * sines[i];
                head[i + pair_count] = second * cosines[i] + first * sines[i];
            }
    }
}

INLINE void check_finite(const float *values, size_t count, int *finite) {
    uint32_t found = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, values + i, sizeof bits);
        found |= (bits & 0x7F800000u) == 0x7F800000u;
    }
    *finite = !found;
}

COMPILE_KERNEL(focus_normalize_square, normalize_square,
               (const float *rows, size_t count, size_t stride, size_t width, const float *weights, float epsilon,
                float *targets, size_t target_stride),
               (rows, count, stride, width, weights, epsilon, targets, target_stride))
COMPILE_KERNEL(focus_normalize_layer, normalize_layer,
               (const float *rows, size_t count, size_t stride, size_t width, const float *weights, const float *bias,
                float epsilon, float *targets, size_t target_stride),
               (rows, count, stride, width, weights, bias, epsilon, targets, target_stride))
COMPILE_KERNEL(focus_add_scaled, add_scaled, (float *target, const float *source, float factor, size_t count),
               (target, source, factor, count))
COMPILE_KERNEL(focus_scale, scale, (float *values, float factor, size_t count), (values, factor, count))
COMPILE_KERNEL(focus_cap, cap_values, (float *values, float cap, size_t count), (values, cap, count))
COMPILE_KERNEL(focus_activate, activate, (float *values, size_t count, int activation), (values, count, activation))
COMPILE_KERNEL(focus_gate, gate,
               (const float *rows, size_t count, size_t width, int activation, float *targets),
               (rows, count, width, activation, targets))
COMPILE_KERNEL(focus_rotate, rotate,
               (float *heads, size_t count, size_t stride, size_t pair_count, const float *cosines,
                const float *sines, int neighbours),
               (heads, count, stride, pair_count, cosines, sines, neighbours))
COMPILE_KERNEL(focus_check_finite, check_finite, (const float *values, size_t count, int *finite),
               (values, count, finite))
