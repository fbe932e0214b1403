#ifndef FOCUS_PEAK_H
#define FOCUS_PEAK_H

/* Floating-point operations that fused multiply-adds on registers alone do in about `seconds` of this thread: the
   most that the core can. One fused multiply-add counts as two. `*elapsed` gets the time they took. 0 where there
   are no such instructions. */
double focus_peak_operations(double seconds, double *elapsed);

#endif
