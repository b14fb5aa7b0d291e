package io.daybook.eventsourcing.process;

import io.daybook.eventsourcing.subscription.Checkpoints;
import io.daybook.eventsourcing.subscription.FencedCheckpoints;
import io.daybook.eventsourcing.subscription.Lease;
import io.daybook.eventsourcing.subscription.LeaseLostException;
import io.daybook.eventsourcing.subscription.Leases;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.RevisionConflictException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * That one runner of a process works at a time, and what it appends.
 *
 * <p>The lease says whose turn it is; it is kept elsewhere, so it cannot keep a runner that was
 * stalled from appending. For that, who takes over writes it down in the stream {@code
 * owner:PROCESS}, and whatever a runner appends also expects that stream to be as he left it. (What
 * the next owner has appended already, the stalled one is told as its own: the ids are the same.)
 */
final class Ownership {
  private static final String PREFIX = "owner:";
  private static final String TYPE = "process:Owned";

  private final EventStore store;
  private final Lease lease;
  private final String stream;
  private final ExpectedRevision mine;

  private Ownership(EventStore store, Lease lease, String stream, ExpectedRevision mine) {
    this.store = store;
    this.lease = lease;
    this.stream = stream;
    this.mine = mine;
  }

  /** For a process that has one runner: what it appends expects nothing of others. */
  static Ownership unshared(EventStore store, String process) {
    return new Ownership(
        store, new Lease(process, "the only one", 1), PREFIX + process, ExpectedRevision.any());
  }

  /** Takes the process, if it is to be had. */
  static Optional<Ownership> take(EventStore store, String process, Leases leases) {
    Optional<Lease> granted = leases.acquire(PREFIX + process);
    if (granted.isEmpty()) {
      return Optional.empty();
    }
    Lease lease = granted.get();
    String stream = PREFIX + process;
    String owner = lease.owner() + " token " + lease.token();
    var text = Payload.of(owner.getBytes(StandardCharsets.UTF_8), "text/plain");
    try {
      AppendResult result = store.append(stream, ExpectedRevision.any(), Event.of(TYPE, text));
      var mine = ExpectedRevision.exactly(result.lastRevision(stream));
      return Optional.of(new Ownership(store, lease, stream, mine));
    } catch (RuntimeException e) {
      giveBack(leases, lease, e);
      throw e;
    }
  }

  /** Nobody has to wait for it to run out. */
  private static void giveBack(Leases leases, Lease lease, RuntimeException why) {
    try {
      leases.release(lease);
    } catch (RuntimeException e) {
      why.addSuppressed(e);
    }
  }

  Lease lease() {
    return lease;
  }

  /**
   * Appends.
   *
   * @throws LeaseLostException if another runner took the process; nothing is appended
   */
  AppendResult append(Append append) {
    if (mine.equals(ExpectedRevision.any())) {
      return store.append(append);
    }
    try {
      return store.append(append.alsoExpecting(stream, mine));
    } catch (RevisionConflictException e) {
      if (e.stream().equals(stream)) {
        throw lost(e);
      }
      throw e;
    }
  }

  /**
   * Saves a checkpoint.
   *
   * @throws LeaseLostException if the checkpoints can tell that another runner took the process
   */
  void save(Checkpoints checkpoints, String name, Checkpoint checkpoint) {
    if (checkpoints instanceof FencedCheckpoints fenced && !mine.equals(ExpectedRevision.any())) {
      fenced.save(name, checkpoint, lease);
    } else {
      checkpoints.save(name, checkpoint);
    }
  }

  private LeaseLostException lost(RevisionConflictException cause) {
    var lost = new LeaseLostException(lease);
    lost.initCause(cause);
    return lost;
  }
}
