#ifndef C_KERNELS_H
#define C_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "attention.h"
#include "blocks.h"
#include "bytes.h"
#include "candidates.h"
#include "cbow.h"
#include "decimal.h"
#include "exponentials.h"
#include "half.h"
#include "merges.h"
#include "normal.h"
#include "pages.h"
#include "processor.h"
#include "products.h"
#include "quantized.h"
#include "rows.h"
#include "sha256.h"
#include "similarity.h"
#include "sketch.h"
#include "states.h"
#include "trie.h"
#include "unigram.h"
#include "threads.h"
#include "word_cache.h"

#endif
