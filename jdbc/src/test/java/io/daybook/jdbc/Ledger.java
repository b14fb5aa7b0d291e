package io.daybook.jdbc;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Position;
import io.daybook.jackson.JsonCodec;

/** What happens to accounts, small enough for tests. */
sealed interface Ledger {
  record Deposited(long cents) implements Ledger {}

  record Withdrawn(long cents) implements Ledger {}

  record Named(String owner) implements Ledger {}

  Codec<Ledger> CODEC = JsonCodec.of(Ledger.class);

  static Position append(EventStore store, String account, Ledger... events) {
    Event[] encoded = new Event[events.length];
    for (int i = 0; i < events.length; i++) {
      encoded[i] = CODEC.encode(Event.newId(), events[i], Audit.none());
    }
    return store.append("account-" + account, ExpectedRevision.any(), encoded).lastPosition();
  }
}
