/* The header compiles as C; its assertions are checked here. */
#include "focus_plugin.h"
