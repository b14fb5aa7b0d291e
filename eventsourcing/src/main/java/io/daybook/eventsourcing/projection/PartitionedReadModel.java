package io.daybook.eventsourcing.projection;

import io.daybook.eventsourcing.subscription.DeadLetters;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Several views in memory, each of the events of its own keys, that follow a store in parallel. The
 * events of a key are handled one after another; those of different keys in any order. May be used
 * by any number of threads. Close it when it is no longer needed.
 *
 * @param <V> the view of one partition
 */
public final class PartitionedReadModel<V> implements RunningProjection, AutoCloseable {
  private static final List<ReadModel.Status> BY_NEED =
      List.of(
          ReadModel.Status.FAILED,
          ReadModel.Status.CLOSED,
          ReadModel.Status.PAUSED,
          ReadModel.Status.CATCHING_UP);

  private final String name;
  private final EventStore store;
  private final List<ReadModel<V>> partitions;

  PartitionedReadModel(Projection<V> projection, EventStore store, int count) {
    if (count < 1) {
      throw new IllegalArgumentException("a read model has 1 partition or more, not " + count);
    }
    this.name = projection.name();
    this.store = store;
    var all = new ArrayList<ReadModel<V>>();
    try {
      for (int i = 0; i < count; i++) {
        var partition = new Partition(i, count, projection.following().key());
        all.add(new ReadModel<>(projection, store, partition));
      }
    } catch (RuntimeException | Error e) {
      all.forEach(ReadModel::close);
      throw e;
    }
    this.partitions = List.copyOf(all);
  }

  /** The projection's name. */
  @Override
  public String name() {
    return name;
  }

  /** The read models of the partitions. */
  public List<ReadModel<V>> partitions() {
    return partitions;
  }

  /** The read model whose view has the events of that key. */
  public ReadModel<V> of(String key) {
    return partitions.get(Projection.partitionOf(key, partitions.size()));
  }

  /** What the question makes of each view, while no handler changes that one. */
  public <R> List<R> queryAll(Function<? super V, ? extends R> question) {
    var answers = new ArrayList<R>();
    for (ReadModel<V> partition : partitions) {
      answers.add(partition.<R>query(question));
    }
    return answers;
  }

  /** Everything up to here is in the views. */
  @Override
  public Position position() {
    Position lowest = partitions.getFirst().position();
    for (ReadModel<V> partition : partitions) {
      Position position = partition.position();
      lowest = position.compareTo(lowest) < 0 ? position : lowest;
    }
    return lowest;
  }

  /**
   * Waits until everything that is stored at the time of the call is in the views, but not longer
   * than that.
   *
   * @throws ProjectionTimeoutException if it takes longer
   * @throws ProjectionFailedException if one fails before that
   * @throws ProjectionClosedException if it or the store is closed before that
   * @throws CancellationException if the waiting thread is interrupted; it stays interrupted
   */
  public void awaitHead(Duration timeout) {
    await(store.head(), timeout);
  }

  /** Waits until everything up to that position is in the views; see {@link #awaitHead}. */
  public void await(Position target, Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    for (ReadModel<V> partition : partitions) {
      long left = Math.max(0, deadline - System.nanoTime());
      partition.await(target, Duration.ofNanos(left));
    }
  }

  /** The most positions that a partition is behind; 0 if none of them concerns this projection. */
  @Override
  public long lag() {
    return partitions.stream().mapToLong(ReadModel::lag).max().orElse(0);
  }

  /** The events that are parked, if the projection parks them. */
  @Override
  public DeadLetters deadLetters() {
    return DeadLetters.of(store, name);
  }

  @Override
  public DeadLetters deadEffects() {
    return DeadLetters.of(store, name + "-effects");
  }

  /** Lets no handler run until {@link #resume}. */
  @Override
  public void pause() {
    each(ReadModel::pause);
  }

  /** Goes on after {@link #pause}. */
  @Override
  public void resume() {
    each(ReadModel::resume);
  }

  /** How the partition is that is worst off: failed, closed, paused, catching up, live. */
  @Override
  public ReadModel.Status status() {
    var all = partitions.stream().map(ReadModel::status).toList();
    for (ReadModel.Status worst : BY_NEED) {
      if (all.contains(worst)) {
        return worst;
      }
    }
    return ReadModel.Status.LIVE;
  }

  /** Why the first of the partitions stands still that failed. */
  @Override
  public Optional<ProjectionFailedException> failure() {
    return partitions.stream().flatMap(partition -> partition.failure().stream()).findFirst();
  }

  /** How many events were passed over in all partitions because no codec knows their type. */
  @Override
  public long unknownEvents() {
    return partitions.stream().mapToLong(ReadModel::unknownEvents).sum();
  }

  /** The longest that an event has been stored that is not yet in its view. */
  @Override
  public Duration lagTime() {
    return partitions.stream()
        .map(ReadModel::lagTime)
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  /** Builds the views anew, one after another; see {@link ReadModel#rebuild}. */
  @Override
  public void rebuild() {
    each(ReadModel::rebuild);
  }

  /** Drops the views, and builds them anew; see {@link ReadModel#reset}. */
  public void reset() {
    each(ReadModel::reset);
  }

  /**
   * Deletes the snapshots of all views, also those of another number of partitions, and then builds
   * the views anew, one after another; see {@link ReadModel#purge}. If one fails, the others are
   * built all the same.
   */
  @Override
  public void purge() {
    List<Long> begun = partitions.stream().map(ReadModel::beginPurge).toList();
    RuntimeException thrown = null;
    for (int i = 0; i < begun.size(); i++) {
      try {
        partitions.get(i).finishPurge(begun.get(i));
      } catch (RuntimeException e) {
        if (thrown == null) {
          thrown = e;
        } else {
          thrown.addSuppressed(e);
        }
      }
    }
    if (thrown != null) {
      throw thrown;
    }
  }

  /** How far the partition has come that is being rebuilt. */
  @Override
  public Optional<Progress> rebuildProgress() {
    return partitions.stream()
        .flatMap(partition -> partition.rebuildProgress().stream())
        .findFirst();
  }

  /** Stops following. Closing twice does nothing. */
  @Override
  public void close() {
    each(ReadModel::close);
  }

  private void each(Consumer<ReadModel<V>> action) {
    partitions.forEach(action);
  }
}
