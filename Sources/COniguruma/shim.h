#define ONIG_ESCAPE_UCHAR_COLLISION 1
#include <oniguruma.h>
