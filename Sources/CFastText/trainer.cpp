#include "CFastText.h"
