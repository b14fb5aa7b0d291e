package io.daybook.engine;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** For tests in which what the engine warns of is expected: nothing is logged meanwhile. */
final class QuietEngine implements BeforeAllCallback, AfterAllCallback {
  /** Kept, so that it is not collected. */
  private static final Logger LOGGER = Logger.getLogger("io.daybook.engine");

  @Override
  public void beforeAll(ExtensionContext context) {
    LOGGER.setLevel(Level.OFF);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    LOGGER.setLevel(null);
  }
}
