#ifndef C_FAST_TEXT_H
#define C_FAST_TEXT_H
#endif
