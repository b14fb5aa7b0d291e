package io.daybook.engine.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecentSearchesTest {
  private static final long[] OFFSETS = {
    RecentSearches.NOWHERE, 64, 1_000, (1L << 28) - 3, (1L << 28) - 2, 1L << 36, Long.MAX_VALUE - 2
  };

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 15, 16, 1_000, 1 << 24, Long.MAX_VALUE})
  void whatIsStillKnownIsWhatWasKeptLast(long terms) {
    var searches = new RecentSearches(terms);
    Map<Long, Long> kept = new HashMap<>();
    var random = new Random(terms);
    long[] hashes = random.longs(200, 0, 1L << Term.HASH_BITS).toArray();
    hashes[0] = 0;
    hashes[1] = (1L << Term.HASH_BITS) - 1;
    int known = 0;
    for (int i = 0; i < 20_000; i++) {
      long hash = hashes[random.nextInt(hashes.length)];
      long place = searches.of(hash);
      if (place != RecentSearches.UNKNOWN) {
        assertThat(kept).containsEntry(hash, place);
        known++;
      }
      long offset = OFFSETS[random.nextInt(OFFSETS.length)];
      searches.keep(hash, offset);
      assertThat(searches.of(hash)).isIn(offset, place, RecentSearches.UNKNOWN);
      if (searches.of(hash) != RecentSearches.UNKNOWN) {
        kept.put(hash, searches.of(hash));
      }
    }
    assertThat(known).isGreaterThan(200);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 64, RecentSearches.NOWHERE})
  void nothingIsKnownOfWhatWasNotAskedFor(long offset) {
    var searches = new RecentSearches(1 << 20);
    searches.keep(5, offset);
    assertThat(searches.of(5)).isEqualTo(offset);
    assertThat(searches.of(5 + (1 << 12))).isEqualTo(RecentSearches.UNKNOWN);
    assertThat(searches.of(0)).isEqualTo(RecentSearches.UNKNOWN);
  }

  /** What is left of a slot's bits beside the hash holds an offset plus 2. */
  @ParameterizedTest
  @CsvSource({"0, 28", "1000000, 36"})
  void offsetsAreKeptAsFarAsTheyFit(long terms, int bits) {
    var searches = new RecentSearches(terms);
    long largest = (1L << bits) - 3;
    searches.keep(7, largest);
    assertThat(searches.of(7)).isEqualTo(largest);
    searches.keep(7, largest + 1);
    assertThat(searches.of(7)).isEqualTo(largest);
  }

  @ParameterizedTest
  @CsvSource({"0, 16", "16, 32", "4095, 4096", "1000000, 4096"})
  void aFileOfFewTermsTakesFewSlots(long terms, int slots) {
    var searches = new RecentSearches(terms);
    for (long hash = 0; hash < slots; hash++) {
      searches.keep(hash, hash);
    }
    for (long hash = 0; hash < slots; hash++) {
      assertThat(searches.of(hash)).isEqualTo(hash);
    }
    searches.keep(slots, 1);
    assertThat(searches.of(0)).isEqualTo(RecentSearches.UNKNOWN);
  }
}
