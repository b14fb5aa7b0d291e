package io.daybook.examples.bank;

import io.daybook.jackson.EventSchemas;
import io.daybook.jackson.JsonCodec;
import io.daybook.testkit.EventLint;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The bank's events stay readable, and say what happened. */
class BankEventsTest {
  private static final JsonCodec<BankEvent> CODEC = JsonCodec.of(BankEvent.class);

  /** After a change that is meant: {@code -Ddaybook.schemas=write}. */
  @Test
  void storedEventsStayReadable() {
    EventSchemas.of(CODEC).check(Path.of("src/main/events"));
  }

  @Test
  void eventsSayWhatHappened() {
    EventLint.of(CODEC.types()).state(Account.class).check();
  }
}
