#include <math.h>

/* Of all that is linked, hypotf alone asks for glibc 2.35, and nothing here calls it: the module Glibc of Swift's
   runtime mentions it. This one lets the packages run with glibc 2.34, which RHEL 9 has. */
__attribute__((visibility("hidden"))) float hypotf(float x, float y) {
    if (isinf(x) || isinf(y)) { return INFINITY; }
    return (float)sqrt((double)x * x + (double)y * y);
}
