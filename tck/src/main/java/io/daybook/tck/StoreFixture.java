package io.daybook.tck;

import io.daybook.eventstore.EventStore;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * Opens a store before each test and closes it afterwards. Needs JUnit's default life cycle, an
 * instance per test. A test that does not end within two minutes fails.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class StoreFixture implements StoreUnderTest {
  private final TestClock clock = new TestClock();
  private @Nullable EventStore store;

  /** For subclasses. */
  protected StoreFixture() {}

  /**
   * Opens a new, empty store that takes recorded times and ages from this clock. It is closed by
   * the fixture.
   *
   * @throws Exception if it can't be opened; the test fails
   */
  protected abstract EventStore open(InstantSource clock) throws Exception;

  /** Opens the store of one test. */
  @BeforeEach
  public final void openStore() throws Exception {
    store = open(clock);
  }

  /** Closes the store of one test, if the test has not. */
  @AfterEach
  public final void closeStore() {
    if (store != null) {
      store.close();
    }
  }

  @Override
  public final EventStore store() {
    return Objects.requireNonNull(store, "the store is opened before each test");
  }

  @Override
  public final TestClock clock() {
    return clock;
  }
}
