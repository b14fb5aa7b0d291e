package io.daybook.eventstore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PostingsTest {

  @Test
  void positionsAreKeptWithTheirOrdinals() {
    var postings = new Postings();
    for (int i = 0; i < 1_000; i++) {
      postings.add(i * 3L);
    }
    assertThat(postings.size()).isEqualTo(1_000);
    assertThat(postings.get(0)).isZero();
    assertThat(postings.get(999)).isEqualTo(2_997);
  }

  @Test
  void theyAreCountedUpToAnyPosition() {
    var postings = new Postings();
    assertThat(postings.countUpTo(100)).isZero();
    postings.add(5);
    postings.add(7);
    postings.add(100);
    assertThat(postings.countUpTo(-1)).isZero();
    assertThat(postings.countUpTo(4)).isZero();
    assertThat(postings.countUpTo(5)).isEqualTo(1);
    assertThat(postings.countUpTo(99)).isEqualTo(2);
    assertThat(postings.countUpTo(Long.MAX_VALUE)).isEqualTo(3);
  }

  @Test
  void theFirstNumberThatPassesATestIsFound() {
    for (long first = 0; first <= 17; first++) {
      long limit = first;
      assertThat(Postings.firstWhere(0, 17, number -> number >= limit)).isEqualTo(first);
    }
    assertThat(Postings.firstWhere(4, 4, _ -> true)).isEqualTo(4);
  }
}
