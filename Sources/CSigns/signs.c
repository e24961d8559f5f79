#define _GNU_SOURCE
#include "signs.h"

/* What SignFinder.swift finds byte by byte, 32 at a time with table look-ups, which Swift cannot say. Where the processor
   cannot either, its own loop serves. What is found here may be no word, what is left out is none. */

#include <string.h>

static int is_plain(const unsigned char *text, size_t length) {
  unsigned odd = 0;
  for (size_t index = 0; index < length; index++) {
    unsigned char byte = text[index];
    odd |= (byte < ' ' && byte != '\n') | (byte > 0x7F);
  }
  return odd == 0;
}

static int lies_within(
    const unsigned char *text, const unsigned char *lowest, const unsigned char *above, size_t length) {
  unsigned over = 0;
  for (size_t index = 0; index < length; index++) over |= (unsigned char)(text[index] - lowest[index]) > above[index];
  return over == 0;
}

static unsigned place_in_64(const unsigned char *text, unsigned char byte) {
  const unsigned char *found = memchr(text, byte, 64);
  return found ? (unsigned)(found - text) : 64;
}

static size_t place_of(
    const unsigned char *text, size_t length, const unsigned char *words, size_t words_length) {
  const unsigned char *found = memmem(text, length, words, words_length);
  return found ? (size_t)(found - text) : length;
}

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2"), always_inline)) static inline

int kl_can_skip(void) { return __builtin_cpu_supports("avx2"); }

AVX2 __m256i table(const unsigned char *tables, int number) {
  return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(tables + 16 * number)));
}

AVX2 __m256i at(const unsigned char *place) { return _mm256_loadu_si256((const __m256i *)place); }

AVX2 __m256i look_up(__m256i bytes, __m256i low, __m256i high) {
  const __m256i half = _mm256_set1_epi8(0x0F);
  __m256i upper = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half);
  return _mm256_and_si256(
      _mm256_shuffle_epi8(low, _mm256_and_si256(bytes, half)), _mm256_shuffle_epi8(high, upper));
}

__attribute__((target("avx2"))) size_t kl_skip_to_sign(
    const unsigned char *text, size_t index, size_t last, const unsigned char *tables, unsigned char point) {
  const __m256i low1 = table(tables, 0), high1 = table(tables, 1), low2 = table(tables, 2), high2 = table(tables, 3);
  const __m256i low3 = table(tables, 4), high3 = table(tables, 5);
  const __m256i slash = _mm256_set1_epi8('/'), points = _mm256_set1_epi8((char)point);
  const __m256i zero = _mm256_setzero_si256();
  for (; index <= last; index += 32) {
    const unsigned char *place = text + index;
    __m256i words = _mm256_and_si256(
        look_up(at(place), low1, high1),
        _mm256_and_si256(look_up(at(place + 1), low2, high2), look_up(at(place + 2), low3, high3)));
    /* Behind a token's point are sixteen letters and digits. These three of them leave out `k8s.io/`, the fractions of
       seconds and the source lines that begin every line of klog. */
    __m256i half = _mm256_and_si256(
        _mm256_cmpgt_epi8(at(place + 3), slash),
        _mm256_and_si256(_mm256_cmpgt_epi8(at(place + 7), slash), _mm256_cmpgt_epi8(at(place + 9), slash)));
    words = _mm256_andnot_si256(_mm256_andnot_si256(half, points), words);
    unsigned found = ~(unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(words, zero));
    if (found != 0) return index + (size_t)__builtin_ctz(found);
  }
  return index;
}

__attribute__((target("avx2"))) static int is_plain_avx2(const unsigned char *text, size_t length) {
  const __m256i blank = _mm256_set1_epi8(' '), feed = _mm256_set1_epi8('\n');
  __m256i odd = _mm256_setzero_si256();
  size_t index = 0;
  for (; index + 64 <= length; index += 64) {
    __m256i left = at(text + index), right = at(text + index + 32);
    /* Signed, bytes over 0x7F are below the blank too. */
    odd = _mm256_or_si256(odd, _mm256_andnot_si256(_mm256_cmpeq_epi8(left, feed), _mm256_cmpgt_epi8(blank, left)));
    odd = _mm256_or_si256(odd, _mm256_andnot_si256(_mm256_cmpeq_epi8(right, feed), _mm256_cmpgt_epi8(blank, right)));
  }
  if (_mm256_movemask_epi8(odd) != 0) return 0;
  return is_plain(text + index, length - index);
}

int kl_is_plain(const unsigned char *text, size_t length) {
  return kl_can_skip() ? is_plain_avx2(text, length) : is_plain(text, length);
}

AVX2 __m256i over(const unsigned char *text, const unsigned char *lowest, const unsigned char *above) {
  __m256i most = at(above);
  return _mm256_xor_si256(most, _mm256_max_epu8(most, _mm256_sub_epi8(at(text), at(lowest))));
}

__attribute__((target("avx2"))) static int lies_within_avx2(
    const unsigned char *text, const unsigned char *lowest, const unsigned char *above, size_t length) {
  __m256i odd = over(text, lowest, above);
  for (size_t index = 32; index + 32 <= length; index += 32)
    odd = _mm256_or_si256(odd, over(text + index, lowest + index, above + index));
  /* The last block goes over bytes of the one before. */
  size_t last = length - 32;
  odd = _mm256_or_si256(odd, over(text + last, lowest + last, above + last));
  return _mm256_testz_si256(odd, odd);
}

int kl_lies_within(const unsigned char *text, const unsigned char *lowest, const unsigned char *above, size_t length) {
  return length >= 32 && kl_can_skip() ? lies_within_avx2(text, lowest, above, length)
                                       : lies_within(text, lowest, above, length);
}

AVX2 unsigned long long same(__m256i left, __m256i right, __m256i left2, __m256i right2) {
  unsigned low = (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(left, right));
  unsigned high = (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(left2, right2));
  return (unsigned long long)high << 32 | low;
}

__attribute__((target("avx2"))) static unsigned place_in_64_avx2(const unsigned char *text, unsigned char byte) {
  const __m256i bytes = _mm256_set1_epi8((char)byte);
  unsigned long long found = same(at(text), bytes, at(text + 32), bytes);
  return found ? (unsigned)__builtin_ctzll(found) : 64;
}

unsigned kl_place_in_64(const unsigned char *text, unsigned char byte) {
  return kl_can_skip() ? place_in_64_avx2(text, byte) : place_in_64(text, byte);
}

__attribute__((target("avx2"))) static int is_same_64_avx2(
    const unsigned char *text, const unsigned char *other, size_t length) {
  unsigned long long found = same(at(text), at(other), at(text + 32), at(other + 32));
  return length == 64 ? ~found == 0 : (~found & ((1ULL << length) - 1)) == 0;
}

int kl_is_same_64(const unsigned char *text, const unsigned char *other, size_t length) {
  return kl_can_skip() ? is_same_64_avx2(text, other, length) : memcmp(text, other, length) == 0;
}

/* Where both the first and the last byte of the words stand, in the 32 places from `text` on, the rest is compared. */
AVX2 int place_in_32(
    const unsigned char *text, const unsigned char *words, size_t length, __m256i first, __m256i last, unsigned *place) {
  unsigned found = (unsigned)_mm256_movemask_epi8(_mm256_and_si256(
      _mm256_cmpeq_epi8(at(text), first), _mm256_cmpeq_epi8(at(text + length - 1), last)));
  for (; found != 0; found &= found - 1) {
    *place = (unsigned)__builtin_ctz(found);
    if (length < 3 || memcmp(text + *place + 1, words + 1, length - 2) == 0) return 1;
  }
  return 0;
}

__attribute__((target("avx2"))) static size_t place_of_avx2(
    const unsigned char *text, size_t length, const unsigned char *words, size_t words_length) {
  const __m256i first = _mm256_set1_epi8((char)words[0]), last = _mm256_set1_epi8((char)words[words_length - 1]);
  size_t places = length - words_length + 1, index = 0;
  unsigned place;
  for (; index + 32 <= places; index += 32)
    if (place_in_32(text + index, words, words_length, first, last, &place)) return index + place;
  /* The last block goes over places of the one before, which have none. */
  if (index < places && place_in_32(text + places - 32, words, words_length, first, last, &place))
    return places - 32 + place;
  return length;
}

size_t kl_place_of(const unsigned char *text, size_t length, const unsigned char *words, size_t words_length) {
  if (words_length == 0) return 0;
  return length >= words_length + 31 && kl_can_skip() ? place_of_avx2(text, length, words, words_length)
                                                      : place_of(text, length, words, words_length);
}

#else

int kl_can_skip(void) { return 0; }

size_t kl_place_of(const unsigned char *text, size_t length, const unsigned char *words, size_t words_length) {
  return place_of(text, length, words, words_length);
}

int kl_lies_within(const unsigned char *text, const unsigned char *lowest, const unsigned char *above, size_t length) {
  return lies_within(text, lowest, above, length);
}

unsigned kl_place_in_64(const unsigned char *text, unsigned char byte) { return place_in_64(text, byte); }

int kl_is_same_64(const unsigned char *text, const unsigned char *other, size_t length) {
  return memcmp(text, other, length) == 0;
}

int kl_is_plain(const unsigned char *text, size_t length) { return is_plain(text, length); }

size_t kl_skip_to_sign(
    const unsigned char *text, size_t index, size_t last, const unsigned char *tables, unsigned char point) {
  (void)text, (void)last, (void)tables, (void)point;
  return index;
}

#endif
