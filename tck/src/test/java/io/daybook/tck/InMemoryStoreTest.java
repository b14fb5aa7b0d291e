package io.daybook.tck;

import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.InMemoryStore;
import java.time.InstantSource;

class InMemoryStoreTest extends EventStoreTck {
  @Override
  protected EventStore open(InstantSource clock) {
    return InMemoryStore.with(clock);
  }
}
