package io.daybook.cli;

import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ForwardingStore;

/** A store that a command may close, and the next command finds as it was. */
class KeptOpenStore extends ForwardingStore {
  KeptOpenStore(EventStore store) {
    super(store);
  }

  @Override
  public void close() {}
}
