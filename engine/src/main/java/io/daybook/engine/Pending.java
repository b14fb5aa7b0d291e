package io.daybook.engine;

import io.daybook.engine.log.GroupCommit;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.StreamSettings;
import io.daybook.eventstore.SystemEvents;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A request on its way through a group, and its outcome. */
final class Pending extends GroupCommit.Request {
  /** What is asked for. */
  sealed interface Request {
    /** Whether scavenging gives more space back, or can, when this is stored. */
    default boolean makesRoom() {
      return false;
    }

    /** Events of a caller. */
    record Events(Append append) implements Request {}

    /**
     * A system event about a stream.
     *
     * @param type one of the types of {@link io.daybook.eventstore.SystemEvents}
     * @param settings the settings of a settings change
     * @param eventId the id of the system event
     */
    record Administration(
        String type,
        String stream,
        ExpectedRevision expected,
        StreamSettings settings,
        UUID eventId)
        implements Request {
      @Override
      public boolean makesRoom() {
        return !type.equals(SystemEvents.STREAM_SETTINGS_CHANGED)
            || !settings.equals(StreamSettings.none());
      }
    }
  }

  private final Request request;
  private final @Nullable CompletableFuture<AppendResult> future;
  private @Nullable AppendResult result;
  private @Nullable RuntimeException refusal;

  Pending(Request request, @Nullable CompletableFuture<AppendResult> future) {
    this.request = request;
    this.future = future;
  }

  Request request() {
    return request;
  }

  boolean isAsync() {
    return future != null;
  }

  /** Notes the outcome, which counts when the group is durable. */
  void accept(AppendResult outcome) {
    result = outcome;
    refusal = null;
  }

  /** Notes the outcome, which counts when the group is durable. */
  void refuse(RuntimeException outcome) {
    result = null;
    refusal = outcome;
  }

  /** The outcome, for the caller that waited. */
  AppendResult outcome() {
    if (refusal != null) {
      throw refusal;
    }
    if (result == null) {
      throw new IllegalStateException("finished without an outcome");
    }
    return result;
  }

  /**
   * Completes the future of a caller that did not wait; what hangs on it runs on the calling
   * thread.
   */
  void completeFuture() {
    if (future == null) {
      return;
    }
    if (refusal != null) {
      future.completeExceptionally(refusal);
    } else {
      future.complete(result);
    }
  }
}
