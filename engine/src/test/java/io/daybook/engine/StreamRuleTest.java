package io.daybook.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventstore.StreamSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a rule hides at the ends of time; the rest is in the conformance suite. */
class StreamRuleTest {
  private static final long YEAR_2026_MICROS = 1_767_225_600_000_000L;

  private static StreamRule ofAge(long millis) {
    StreamSettings settings = StreamSettings.none().withMaxAge(Duration.ofMillis(millis));
    return StreamRule.NONE.withSettings(settings, -1, 0);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, YEAR_2026_MICROS, -YEAR_2026_MICROS, Long.MAX_VALUE, -Long.MAX_VALUE})
  void anAgeThatReachesBeforeAllTimesHidesNothing(long nowMicros) {
    for (long longest : new long[] {Long.MAX_VALUE, Long.MAX_VALUE / 1_000}) {
      assertThat(ofAge(longest).firstKeptMicros(nowMicros)).isEqualTo(Long.MIN_VALUE);
    }
    long first = ofAge(Long.MAX_VALUE / 1_000 - 1_000).firstKeptMicros(nowMicros);
    assertThat(first).isLessThanOrEqualTo(nowMicros);
  }

  @Test
  void anAgeReachesAsFarBeforeTheFirstTimeAsBehindIt() {
    assertThat(ofAge(2).firstKeptMicros(YEAR_2026_MICROS)).isEqualTo(YEAR_2026_MICROS - 2_000);
    assertThat(ofAge(2).firstKeptMicros(-YEAR_2026_MICROS)).isEqualTo(-YEAR_2026_MICROS - 2_000);
  }
}
