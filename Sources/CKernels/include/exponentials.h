#ifndef FOCUS_EXPONENTIALS_H
#define FOCUS_EXPONENTIALS_H

#include <stddef.h>

#include "processor.h"

/* Adds to a sum of exponentials, each divided by that of the largest logit so far, those of `count` more logits.
   A sum begins with a largest logit of minus infinity and 0. NaN makes the sum NaN. */
FOCUS_KERNEL(focus_add_exponentials, const float *logits, size_t count, float *largest, double *sum);

/* The natural logarithm. */
double focus_logarithm(double value);

#endif
