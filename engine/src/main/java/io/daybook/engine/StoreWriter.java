package io.daybook.engine;

import io.daybook.engine.log.GroupCommit;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStoreException;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Limits;
import io.daybook.eventstore.StreamSettings;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** What is written to an open store: hands each request to the committer, and its answer back. */
final class StoreWriter {
  private final Committer committer;
  private final GroupCommit<Pending> commits;
  private final StoreReader reader;

  StoreWriter(Committer committer, GroupCommit<Pending> commits, StoreReader reader) {
    this.committer = committer;
    this.commits = commits;
    this.reader = reader;
  }

  AppendResult append(Append append) {
    return commit(new Pending.Request.Events(Objects.requireNonNull(append, "append")));
  }

  CompletableFuture<AppendResult> appendAsync(Append append) {
    var request = new Pending.Request.Events(Objects.requireNonNull(append, "append"));
    try {
      requireAccepting();
    } catch (EventStoreException e) {
      return CompletableFuture.failedFuture(e);
    }
    var future = new CompletableFuture<AppendResult>();
    commits.submit(new Pending(request, future));
    return future;
  }

  /** Appends a system event about a stream. */
  AppendResult administer(
      String type, String stream, ExpectedRevision expected, StreamSettings settings) {
    Limits.requireStreamName(stream);
    if (Limits.isSystemName(stream)) {
      throw new IllegalArgumentException("streams that start with $ are the system's: " + stream);
    }
    Objects.requireNonNull(expected, "expected");
    Objects.requireNonNull(settings, "settings");
    return commit(
        new Pending.Request.Administration(type, stream, expected, settings, Event.newId()));
  }

  private AppendResult commit(Pending.Request request) {
    requireAccepting();
    var pending = new Pending(request, null);
    commits.commit(pending);
    return pending.outcome();
  }

  /** Brings to the disk what was acknowledged, whatever durability was chosen. */
  void makeDurable() {
    requireAccepting();
    committer.sync();
    requireAccepting();
  }

  /** Throws if the store is closed, or has stopped. */
  void requireAccepting() {
    reader.requireOpen();
    EventStoreException stopped = committer.stopped();
    if (stopped != null) {
      throw stopped;
    }
  }
}
