package io.daybook.eventstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamSettingsTest {
  private static final StreamSettings ALL =
      StreamSettings.none()
          .withMaxCount(10)
          .withMaxAge(Duration.ofMinutes(1))
          .withTruncateBefore(new Revision(5));

  static Stream<StreamSettings> settings() {
    return Stream.of(
        StreamSettings.none(),
        StreamSettings.none().withMaxCount(1),
        StreamSettings.none().withMaxCount(Long.MAX_VALUE),
        StreamSettings.none().withMaxAge(Duration.ofMillis(1)),
        StreamSettings.none().withMaxAge(Duration.ofMillis(Long.MAX_VALUE)),
        StreamSettings.none().withTruncateBefore(Revision.FIRST),
        StreamSettings.none().withTruncateBefore(new Revision(Long.MAX_VALUE)),
        ALL);
  }

  @ParameterizedTest
  @MethodSource("settings")
  void whatWasWrittenIsReadBack(StreamSettings settings) {
    StreamSettings read = StreamSettings.fromPayload(settings.toPayload());
    assertThat(read).isEqualTo(settings).hasSameHashCodeAs(settings);
    assertThat(read.maxCount()).isEqualTo(settings.maxCount());
    assertThat(read.maxAge()).isEqualTo(settings.maxAge());
    assertThat(read.truncateBefore()).isEqualTo(settings.truncateBefore());
  }

  @Test
  void theyAreAFlatJsonObject() {
    assertThat(ALL).hasToString("{\"maxCount\":10,\"maxAgeMillis\":60000,\"truncateBefore\":5}");
    assertThat(StreamSettings.none()).hasToString("{}");
    assertThat(ALL.toPayload().contentType()).isEqualTo(Payload.JSON);
  }

  @Test
  void unknownFieldsArePassedOver() {
    assertThat(StreamSettings.fromPayload(Payload.json("{\"owner\":7,\"maxCount\":3}")))
        .isEqualTo(StreamSettings.none().withMaxCount(3));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "{\"maxCount\":}",
        "{\"maxCount\":\"3\"}",
        "{\"maxCount\":-3}",
        "{\"maxCount\":0}",
        "{\"maxCount\":3,}",
        "{\"maxCount\":9223372036854775808}",
        "{\"maxAgeMillis\":0}",
        "{\"truncateBefore\":1.5}"
      })
  void anythingElseIsRefused(String json) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StreamSettings.fromPayload(Payload.json(json)));
  }

  @Test
  void settingsDifferByEachOfTheirParts() {
    assertThat(ALL)
        .isNotEqualTo(ALL.withMaxCount(11))
        .isNotEqualTo(ALL.withMaxAge(Duration.ofMinutes(2)))
        .isNotEqualTo(ALL.withTruncateBefore(new Revision(6)))
        .isNotEqualTo(StreamSettings.none());
  }

  @Test
  void countsAndAgesAreInRange() {
    StreamSettings none = StreamSettings.none();
    assertThatIllegalArgumentException().isThrownBy(() -> none.withMaxCount(0));
    assertThatIllegalArgumentException().isThrownBy(() -> none.withMaxCount(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> none.withMaxAge(Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> none.withMaxAge(Duration.ofNanos(999_999)));
    assertThatIllegalArgumentException().isThrownBy(() -> none.withMaxAge(Duration.ofDays(-1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> none.withMaxAge(Duration.ofSeconds(Long.MAX_VALUE)));
    assertThat(none.withMaxAge(Duration.ofNanos(1_999_999)).maxAge())
        .contains(Duration.ofMillis(1));
  }

  @Test
  void nullIsRefused() {
    StreamSettings none = StreamSettings.none();
    assertThatNullPointerException().isThrownBy(() -> none.withMaxAge(null));
    assertThatNullPointerException().isThrownBy(() -> none.withTruncateBefore(null));
    assertThatNullPointerException().isThrownBy(() -> StreamSettings.fromPayload(null));
  }

  @Test
  void systemStreamsAreNamedAfterTheirStreams() {
    assertThat(SystemEvents.systemStreamOf("a-1")).isEqualTo("$$a-1");
    assertThat(SystemEvents.streamOf("$$a-1")).isEqualTo("a-1");
  }
}
