package io.daybook.engine;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.StreamSettings;

/** Something that a store is asked to write. */
sealed interface StoreRequest {
  /** Asks a store. */
  AppendResult on(EventStore store);

  record Events(Append append) implements StoreRequest {
    @Override
    public AppendResult on(EventStore store) {
      return store.append(append);
    }
  }

  record Settings(String stream, ExpectedRevision expected, StreamSettings settings)
      implements StoreRequest {
    @Override
    public AppendResult on(EventStore store) {
      return store.changeSettings(stream, expected, settings);
    }
  }

  record Delete(String stream, ExpectedRevision expected) implements StoreRequest {
    @Override
    public AppendResult on(EventStore store) {
      return store.delete(stream, expected);
    }
  }

  record Tombstone(String stream, ExpectedRevision expected) implements StoreRequest {
    @Override
    public AppendResult on(EventStore store) {
      return store.tombstone(stream, expected);
    }
  }
}
