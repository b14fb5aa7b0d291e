package io.daybook.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MicrosTest {
  @ParameterizedTest
  @CsvSource({
    "1970-01-01T00:00:00Z, 0, 0",
    "1970-01-01T00:00:00.000001999Z, 1, 1000",
    "2026-11-26T12:00:00.123456Z, 1795694400123456, 123456000",
    "1969-12-31T23:59:59.999999Z, -1, 999999000",
    "1969-12-31T23:59:58.5Z, -1500000, 500000000",
  })
  void timesAreMicroseconds(Instant instant, long micros, int nanos) {
    assertThat(Micros.of(instant)).isEqualTo(micros);
    assertThat(Micros.toInstant(micros))
        .isEqualTo(Instant.ofEpochSecond(instant.getEpochSecond(), nanos));
  }
}
