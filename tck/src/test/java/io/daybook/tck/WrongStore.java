package io.daybook.tck;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.ForwardingStore;
import io.daybook.eventstore.InMemoryStore;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;

/** Does what the in-memory store does; subclasses do one thing wrong. */
class WrongStore extends ForwardingStore {
  WrongStore(InstantSource clock) {
    super(InMemoryStore.with(clock));
  }

  @Override
  public CompletableFuture<AppendResult> appendAsync(Append append) {
    try {
      return CompletableFuture.completedFuture(append(append));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
