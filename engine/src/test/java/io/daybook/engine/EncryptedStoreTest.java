package io.daybook.engine;

import io.daybook.eventstore.EventStore;
import io.daybook.tck.EventStoreTck;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The embedded store passes the conformance suite when it is encrypted, too. */
@Tag("long")
class EncryptedStoreTest extends EventStoreTck {
  @TempDir private Path folder;

  @Override
  protected EventStore open(InstantSource clock) {
    return EngineStore.open(
        folder, EngineOptions.defaults().withClock(clock).encrypted(TestKeys.key(1)));
  }
}
