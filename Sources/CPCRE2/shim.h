#ifndef KUBELOG_CPCRE2_SHIM_H
#define KUBELOG_CPCRE2_SHIM_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* PCRE2_UNSET is a cast expression, which Swift does not import; as a constant it would overflow Int. */
static inline PCRE2_SIZE kl_pcre2_unset(void) { return PCRE2_UNSET; }

#endif
