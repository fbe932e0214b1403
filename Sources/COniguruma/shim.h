#define ONIG_ESCAPE_UCHAR_COLLISION 1
#include <oniguruma.h>

/* The encoding and the syntax are variables in C, which Swift takes for shared mutable state. */
static inline OnigEncoding focus_onig_utf8(void) { return ONIG_ENCODING_UTF8; }
static inline OnigSyntaxType *focus_onig_default_syntax(void) { return ONIG_SYNTAX_DEFAULT; }

/* Variadic functions are not imported. `message` has room for ONIG_MAX_ERROR_MESSAGE_LEN bytes; returns those used. */
static inline int focus_onig_message(OnigUChar *message, int code, OnigErrorInfo *info) {
    return onig_error_code_to_str(message, code, info);
}
