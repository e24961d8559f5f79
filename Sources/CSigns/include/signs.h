#ifndef KUBELOG_CSIGNS_H
#define KUBELOG_CSIGNS_H

#include <stddef.h>

/* Whether the processor can do what kl_skip_to_sign needs (AVX2). */
int kl_can_skip(void);

/* The first place from `index` on where a word may begin, in blocks of 32 bytes; where the blocks end if there is none. Blocks
   begin up to `last`; 41 bytes are read from a block's beginning.

   `tables` are six of sixteen bytes: for the first, second and third byte of a word, by their lower and by their upper half,
   a bit for each word that may have such a byte there. `point` is the bit of a bootstrap token's point. */
size_t kl_skip_to_sign(
    const unsigned char *text, size_t index, size_t last, const unsigned char *tables, unsigned char point);

/* Whether all bytes are what lines of a log mostly hold: 0x20 to 0x7F and line feeds. */
int kl_is_plain(const unsigned char *text, size_t length);

/* Whether each byte of `text` is at least the one in `lowest` and at most so much above it as `above` has, unsigned. */
int kl_lies_within(const unsigned char *text, const unsigned char *lowest, const unsigned char *above, size_t length);

/* The place of the first `byte` among the 64 at `text`, 64 where there is none. */
unsigned kl_place_in_64(const unsigned char *text, unsigned char byte);

/* Whether the first `length` bytes of both are the same: at most 64, and at least 64 can be read of both. */
int kl_is_same_64(const unsigned char *text, const unsigned char *other, size_t length);

/* The first place of `words` in `text`; the length of the text where they are not in it. */
size_t kl_place_of(const unsigned char *text, size_t length, const unsigned char *words, size_t words_length);

#endif
