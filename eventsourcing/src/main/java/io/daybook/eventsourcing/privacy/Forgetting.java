package io.daybook.eventsourcing.privacy;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.decider.CommandHandler;
import io.daybook.eventsourcing.process.ProcessRunner;
import io.daybook.eventsourcing.projection.Projection;
import io.daybook.eventsourcing.projection.RunningProjection;
import io.daybook.eventsourcing.snapshot.SnapshotStore;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreClosedException;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.RevisionConflictException;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionMessage;
import io.daybook.eventstore.SubscriptionRequest;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Forgets subjects. May be used by any number of threads; close it when it is no longer needed.
 *
 * <p>{@link #forget} deletes the subject's keys durably, then has caches, snapshots and read models
 * purged, and then records {@link SubjectForgotten}: so whoever sees the event reads placeholders,
 * and what was derived by this process is purged. A crash in between is made good at the next
 * opening.
 *
 * <p>At opening, what the store says is forgotten is forgotten in the keys again, so that a backup
 * of the keys that was restored brings nobody back; and what only the keys know is recorded. While
 * it is open, it also follows what other processes record.
 *
 * <p><b>At the same time.</b> An event that is encoded before its subject is forgotten and appended
 * after it is sealed with a key that is deleted by then, so nobody reads it. One that is encoded
 * later is refused by {@link SubjectForgottenException}. A state that a command handler read before
 * is used to decide, and not kept.
 */
public final class Forgetting implements AutoCloseable {
  /** The category of the streams that hold {@link SubjectForgotten}, a stream for each subject. */
  public static final String CATEGORY = "forgotten";

  private static final System.Logger LOG = System.getLogger(Forgetting.class.getName());
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 60_000;
  private static final int TOLD_AT_ONCE = 1_000;

  private final SubjectKeys keys;
  private final Codec<SubjectForgotten> codec;
  private final List<ForgettingListener> listeners;
  private final List<Runnable> views;
  private final EventStore store;
  private final Query query;
  private final Subscription others;
  private final Thread follower;
  private final CountDownLatch closing = new CountDownLatch(1);

  /** Subjects that this has told its listeners of, before it recorded that they are forgotten. */
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  private volatile @Nullable RuntimeException failure;

  private Forgetting(Builder builder, EventStore store) {
    keys = builder.keys;
    codec = builder.codec;
    listeners = List.copyOf(builder.listeners);
    views = List.copyOf(builder.views);
    this.store = Objects.requireNonNull(store, "store");
    query =
        Query.item()
            .withCategories(CATEGORY)
            .withTypes(codec.typesOf(SubjectForgotten.class).toArray(String[]::new))
            .asQuery();
    Position seen = catchUp();
    others = store.subscribe(SubscriptionRequest.of(query).after(store.checkpointAt(seen)));
    follower = Thread.ofVirtual().name("daybook-forgetting").start(this::follow);
  }

  /**
   * With these keys.
   *
   * @param codec for the event, which is one like any other: {@code
   *     JsonCodec.of(SubjectForgotten.class)}
   */
  public static Builder of(SubjectKeys keys, Codec<SubjectForgotten> codec) {
    return new Builder(keys, codec);
  }

  /** Who is told. Not thread-safe. */
  public static final class Builder {
    private final SubjectKeys keys;
    private final Codec<SubjectForgotten> codec;
    private final List<ForgettingListener> listeners = new ArrayList<>();
    private final List<Runnable> views = new ArrayList<>();

    private Builder(SubjectKeys keys, Codec<SubjectForgotten> codec) {
      this.keys = Objects.requireNonNull(keys, "keys");
      this.codec = Objects.requireNonNull(codec, "codec");
    }

    /** Has the handler's cached states, and its snapshots of the subject's streams, purged. */
    public Builder purging(CommandHandler<?, ?, ?> handler) {
      Objects.requireNonNull(handler, "handler");
      return telling((_, streams) -> handler.purge(streams));
    }

    /** Has the states of the process's instances that are kept in memory purged. */
    public Builder purging(ProcessRunner<?> process) {
      Objects.requireNonNull(process, "process");
      return telling((_, _) -> process.purge());
    }

    /** Has snapshots of the subject's streams deleted; not those of projections. */
    public Builder purging(SnapshotStore snapshots) {
      Objects.requireNonNull(snapshots, "snapshots");
      return telling((_, streams) -> streams.forEach(snapshots::delete));
    }

    /**
     * Has a read model purged, in memory or in SQL: it is built anew, and {@link #forget} returns
     * when the new one is read. That takes as long as a rebuild. Several subjects that are
     * forgotten at the same time share one. Purged when all others were told, and in this order.
     *
     * <p>Not needed where the view, and what it keeps, has nothing that is personal, or where it
     * takes a subject out by itself when it comes to {@link SubjectForgotten}.
     */
    public Builder purging(RunningProjection model) {
      Objects.requireNonNull(model, "model");
      views.add(model::purge);
      return this;
    }

    /**
     * Has the snapshots of projections deleted that are not followed here, in however many
     * partitions they were taken: otherwise one that is followed later would go on from them. One
     * that is followed needs {@link #purging(RunningProjection)}, also in another process.
     *
     * @param projections their names
     */
    public Builder purgingSnapshots(SnapshotStore snapshots, String... projections) {
      Objects.requireNonNull(snapshots, "snapshots");
      for (String projection : List.of(projections)) {
        views.add(() -> Projection.deleteSnapshots(snapshots, projection));
      }
      return this;
    }

    /** Tells whatever else keeps something about subjects. */
    public Builder telling(ForgettingListener listener) {
      listeners.add(Objects.requireNonNull(listener, "listener"));
      return this;
    }

    /**
     * Begins: forgets in the keys whom the store says is forgotten, and follows.
     *
     * @throws SubjectKeysException if the keys cannot be changed
     * @throws RuntimeException what a listener throws, or a read model that is purged
     */
    public Forgetting on(EventStore store) {
      return new Forgetting(this, store);
    }
  }

  /**
   * Forgets a subject for good. Returns when its keys are deleted durably, all listeners were told,
   * read models are purged, and it is recorded, with {@link Audit#current()}. To forget again does
   * the same again, and records nothing.
   *
   * @return where it is recorded: a read model that has reached this position knows
   * @throws SubjectKeysException if the keys cannot be deleted; nothing was done
   * @throws RuntimeException what a listener throws, or a read model that is purged, when all were
   *     told: the keys are deleted, and it is not recorded; call this again
   * @throws IllegalArgumentException if the id breaks a limit
   */
  public Position forget(String subject) {
    var event = new SubjectForgotten(subject);
    keys.forget(List.of(subject));
    tell(List.of(subject));
    return record(event);
  }

  /**
   * Tells the listeners of every subject that was ever forgotten, and purges read models once:
   * after something of theirs was restored from a backup.
   *
   * @throws RuntimeException what a listener throws, or a read model that is purged, when all were
   *     told
   */
  public void tellAgain() {
    tell(keys.forgotten());
  }

  /**
   * Why what another process recorded could not be followed, if so: it is tried again all the time.
   */
  public Optional<RuntimeException> failure() {
    return Optional.ofNullable(failure);
  }

  /** Stops following. The keys and the store stay open. */
  @Override
  public void close() {
    closing.countDown();
    others.close();
    try {
      follower.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Makes the keys and the store agree; up to which position. */
  private Position catchUp() {
    var recorded = new LinkedHashSet<String>();
    Position seen;
    try (var read = store.read(ReadRequest.of(query))) {
      seen = read.head();
      for (RecordedEvent stored : read) {
        codec.decode(stored).forEach(event -> recorded.add(event.subject()));
      }
    }
    Set<String> known = keys.forgotten();
    keys.forget(recorded);
    var unrecorded = new ArrayList<String>(known);
    unrecorded.removeAll(recorded);
    var untold = new ArrayList<String>(recorded);
    untold.removeAll(known);
    untold.addAll(unrecorded);
    tell(untold);
    for (String subject : unrecorded) {
      var _ = record(new SubjectForgotten(subject));
    }
    return seen;
  }

  /** Tells of subjects whose keys are deleted; all who listen, whatever one of them throws. */
  private void tell(Collection<String> subjects) {
    if (subjects.isEmpty()) {
      return;
    }
    var thrown = new ArrayList<RuntimeException>();
    for (String subject : subjects) {
      Set<String> streams = streamsOf(subject);
      for (ForgettingListener listener : listeners) {
        attempt(() -> listener.forgotten(subject, streams), thrown);
      }
    }
    // what they read from now on is of after the last key
    for (Runnable purge : views) {
      attempt(purge, thrown);
    }
    if (!thrown.isEmpty()) {
      RuntimeException first = thrown.removeFirst();
      thrown.forEach(first::addSuppressed);
      throw first;
    }
    told.addAll(subjects);
  }

  private Set<String> streamsOf(String subject) {
    var streams = new LinkedHashSet<String>();
    try (var read = store.read(Query.tags(Personal.subjectTag(subject)))) {
      read.forEach(stored -> streams.add(stored.stream()));
    }
    return Set.copyOf(streams);
  }

  private static void attempt(Runnable work, List<RuntimeException> thrown) {
    try {
      work.run();
    } catch (RuntimeException e) {
      thrown.add(e);
    }
  }

  private Position record(SubjectForgotten event) {
    String stream = CATEGORY + "-" + event.subject();
    Event encoded = codec.encode(Event.newId(), event, Audit.current());
    try {
      return store.append(stream, ExpectedRevision.noStream(), encoded).lastPosition();
    } catch (RevisionConflictException e) {
      try (var read = store.read(ReadRequest.of(Query.stream(stream)).limit(1))) {
        for (RecordedEvent stored : read) {
          return stored.position();
        }
      }
      throw e;
    }
  }

  private void follow() {
    try (others) {
      while (true) {
        // what has come in the meantime is told together, so that read models are purged once
        var stored = new ArrayList<RecordedEvent>();
        Optional<SubscriptionMessage> message = Optional.of(others.next());
        while (message.isPresent()) {
          if (message.get() instanceof SubscriptionMessage.Delivered(RecordedEvent event)) {
            stored.add(event);
          }
          message = stored.size() < TOLD_AT_ONCE ? others.poll(Duration.ZERO) : Optional.empty();
        }
        forgetUntilItWorks(stored);
      }
    } catch (EventStoreClosedException | InterruptedException _) {
      // this is how it is meant to end
    }
  }

  private void forgetUntilItWorks(List<RecordedEvent> stored) throws InterruptedException {
    long pauseMillis = FIRST_PAUSE_MILLIS;
    while (true) {
      try {
        var thrown = new ArrayList<RuntimeException>();
        var subjects = new LinkedHashSet<String>();
        for (RecordedEvent event : stored) {
          attempt(() -> codec.decode(event).forEach(e -> subjects.add(e.subject())), thrown);
        }
        subjects.removeAll(told);
        keys.forget(subjects);
        tell(subjects);
        if (!thrown.isEmpty()) {
          throw thrown.getFirst();
        }
        failure = null;
        return;
      } catch (EventStoreClosedException e) {
        throw e;
      } catch (RuntimeException e) {
        failure = e;
        LOG.log(Level.ERROR, "a subject that another process forgot is not purged here yet", e);
        if (closing.await(pauseMillis, TimeUnit.MILLISECONDS)) {
          return;
        }
        pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
      }
    }
  }
}
