package io.daybook.eventsourcing.projection;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ForwardingStore;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A store that keeps read models current before its appends return: who has appended sees it in
 * them, and so does everybody whom he tells. The thread that appends does the work, so its time is
 * the append's.
 *
 * <p>The append comes first, for it cannot be undone. What a crash in between leaves out is caught
 * up when the store is wrapped again. Appends of other processes, or past this store, are seen with
 * the next append through it.
 *
 * <p>As thread-safe as the store.
 */
public final class InlineStore extends ForwardingStore {
  private final List<InlineProjection> projections;

  private InlineStore(EventStore store, List<InlineProjection> projections) {
    super(store);
    this.projections = projections;
  }

  /**
   * That store with those read models, which are brought up to its head by this call.
   *
   * @throws ProjectionFailedException if one of them cannot be
   */
  public static InlineStore of(EventStore store, InlineProjection... projections) {
    var inline = new InlineStore(store, List.of(projections));
    for (InlineProjection projection : inline.projections) {
      projection.catchUp(store, store.head());
    }
    return inline;
  }

  /**
   * Appends, and brings the read models up to it.
   *
   * @throws InlineProjectionException if the events are stored, and a read model failed
   */
  @Override
  public AppendResult append(Append append) {
    return applied(store().append(append));
  }

  @Override
  public CompletableFuture<AppendResult> appendAsync(Append append) {
    return store().appendAsync(append).thenApplyAsync(this::applied);
  }

  private AppendResult applied(AppendResult result) {
    for (InlineProjection projection : projections) {
      try {
        projection.catchUp(store(), result.lastPosition());
      } catch (RuntimeException e) {
        // whatever it is, nobody may take it for an append that failed
        throw new InlineProjectionException(projection.name(), result, e);
      }
    }
    return result;
  }
}
