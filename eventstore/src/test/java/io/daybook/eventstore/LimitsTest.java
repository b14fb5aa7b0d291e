package io.daybook.eventstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsTest {

  /** A kind of name: what checks it, and how long it may be. */
  record Kind(String what, Check check, int maxBytes) {
    interface Check {
      void accept(String name);
    }

    @Override
    public String toString() {
      return what;
    }
  }

  static Stream<Kind> kinds() {
    return Stream.of(
        new Kind("stream name", Limits::requireStreamName, 1_024),
        new Kind("event type", Limits::requireType, 256),
        new Kind("tag", Limits::requireTag, 512),
        new Kind("category", Query::category, 1_024),
        new Kind("content type", type -> Payload.of(new byte[] {1}, type), 256));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aNameMayBeAsLongAsTheLimitAndNoLonger(Kind kind) {
    kind.check.accept("x".repeat(kind.maxBytes));
    kind.check.accept("é".repeat(kind.maxBytes / 2));
    kind.check.accept("😀".repeat(kind.maxBytes / 4));
    for (String tooLong :
        new String[] {
          "x".repeat(kind.maxBytes + 1),
          "é".repeat(kind.maxBytes / 2) + "x",
          "中".repeat(kind.maxBytes / 3 + 1),
          "😀".repeat(kind.maxBytes / 4) + "x"
        }) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> kind.check.accept(tooLong))
          .withMessageContaining(kind.what)
          .withMessageContaining("the limit is " + kind.maxBytes);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aNameIsNeitherEmptyNorBlank(Kind kind) {
    for (String blank : new String[] {"", " ", "   ", "\u2003"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> kind.check.accept(blank))
          .withMessage("the " + kind.what + " is blank");
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aNameHoldsNoControlCharacter(Kind kind) {
    for (char control : new char[] {0, 1, '\t', '\n', '\r', 0x1b, 0x1f, 0x7f, 0x80, 0x9f}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> kind.check.accept("ab" + control + "c"))
          .withMessageContaining(kind.what)
          .withMessageContaining(String.format("U+%04X at index 2", (int) control));
    }
    kind.check.accept("ab\u00a0c");
    kind.check.accept("ab c");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aNameHoldsNoUnpairedSurrogate(Kind kind) {
    for (String broken : new String[] {"a\ud83d", "a\ude00", "a\ud83dx", "a\ude00\ud83d"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> kind.check.accept(broken))
          .withMessageContaining(kind.what)
          .withMessageContaining("unpaired surrogate")
          .withMessageContaining("at index 1");
    }
    kind.check.accept("a\ud83d\ude00");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aNameIsNotNull(Kind kind) {
    assertThatNullPointerException().isThrownBy(() -> kind.check.accept(null));
  }

  @Test
  void theNameThatWasCheckedIsReturned() {
    assertThat(Limits.requireStreamName("account-1")).isEqualTo("account-1");
    assertThat(Limits.requireType("Opened")).isEqualTo("Opened");
    assertThat(Limits.requireTag("owner:ada")).isEqualTo("owner:ada");
  }

  @Test
  void theSystemStreamOfTheLongestNameMayBeNamed() {
    String longest = "s".repeat(Limits.MAX_STREAM_NAME_BYTES);
    Limits.requireStreamName(SystemEvents.systemStreamOf(longest));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Limits.requireStreamName(SystemEvents.systemStreamOf(longest + "s")));
    assertThatIllegalArgumentException().isThrownBy(() -> Limits.requireStreamName("$" + longest));
  }

  @ParameterizedTest
  @ValueSource(strings = {"$", "$$a-1", "$settings"})
  void namesThatStartWithADollarAreTheSystems(String name) {
    assertThat(Limits.isSystemName(name)).isTrue();
    assertThat(Limits.isSystemName("a" + name)).isFalse();
  }
}
