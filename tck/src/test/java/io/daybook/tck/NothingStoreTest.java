package io.daybook.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventstore.EventStore;
import java.time.InstantSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests the tests: none passes where nothing is stored. */
@Tag("long")
class NothingStoreTest {

  static class Nothing extends EventStoreTck {
    @Override
    protected EventStore open(InstantSource clock) {
      return new NothingStore();
    }
  }

  @Test
  void everyTestOfTheSuiteFailsAgainstAStoreThatDoesNothing() {
    SuiteRun run = SuiteRun.of(Nothing.class);
    assertThat(run.passed()).isEmpty();
    assertThat(run.failed()).hasSameSizeAs(run.outcomes());
    assertThat(run.outcomes()).hasSizeGreaterThanOrEqualTo(200);
  }
}
