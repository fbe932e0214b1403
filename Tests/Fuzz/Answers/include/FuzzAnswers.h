#ifndef FUZZ_ANSWERS_H
#define FUZZ_ANSWERS_H

#include "focus_plugin.h"

/* The table of a plug-in that is made of `count` bytes, or none. The functions in it answer with the bytes of the file
   that they open. Pointers are always good, as focus cannot check those; all else may be anything. Valid until the next
   call of the thread. */
const focus_plugin_v1 *focus_fuzz_answers(const uint8_t *bytes, size_t count);

#endif
