#ifndef KUBELOG_CZLIB_SHIM_H
#define KUBELOG_CZLIB_SHIM_H

#include <zlib.h>

// inflateInit2 is a macro, which Swift does not see. 16 above the window's bits: gzip and nothing else.
static inline int kl_inflate_init_gzip(z_stream *stream) { return inflateInit2(stream, 15 + 16); }

#endif
