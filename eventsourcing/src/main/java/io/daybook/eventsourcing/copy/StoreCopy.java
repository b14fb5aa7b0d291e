package io.daybook.eventsourcing.copy;

import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Limits;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Copies a store into another one and changes events on the way. The source is only read, and may
 * be in use; the copy holds what the source held when it was read.
 *
 * <pre>{@code
 * var report = StoreCopy.from(old).to(fresh)
 *     .renamingType("Created", "AccountOpened")
 *     .filter(event -> !event.type().equals("BalanceLooked"))
 *     .map(event -> event.withTags(tagsOf(event)))
 *     .run();
 * }</pre>
 *
 * <p><b>Kept:</b> ids, the order, tags, data and metadata, as far as no step changes them; events
 * that were appended together are appended together. A store does not tell which those were, but
 * they were recorded at the same instant: events of one instant, and of several, are one append in
 * the target. Only events of one instant that are together too many for an append are divided.
 *
 * <p><b>Time:</b> the target records its own. When the source recorded an event is added to its
 * metadata as {@code originallyRecordedAt}, and as {@code occurredAt} if that was not said, so that
 * an event still happened when it happened. Where an entry is there already, for example in the
 * copy of a copy, it stays. Metadata that is not a JSON object stays as it is.
 *
 * <p><b>Settings:</b> max count and max age are given to a stream of the target whose events all
 * come from the one stream that has them; max count only if that was not split. The name of a
 * tombstoned stream is closed in the target, too. Where a step renames streams, it is the other
 * name, and the step is asked for it with an event of type {@link
 * io.daybook.eventstore.SystemEvents#STREAM_TOMBSTONED}.
 *
 * <p><b>Not kept:</b> positions and revisions, which follow from what is copied. Hidden events and
 * deleted streams leave nothing behind. What an earlier run has copied, and the source hides since,
 * stays. Snapshots are left out: they may hold what a step takes out of the events.
 *
 * <p><b>Resume:</b> an interrupted copy is run again, with the same steps and the same stores: it
 * goes on after the last event of the target, and no event is copied twice. So is a copy that is to
 * catch up with its source. Nobody else may write to the target meanwhile; that is checked with
 * each append.
 *
 * <p>Immutable; a run is made by one thread.
 */
public final class StoreCopy {
  private final EventStore source;
  private final EventStore target;
  private final Query query;
  private final List<Function<CopiedEvent, Optional<CopiedEvent>>> steps;

  /** Where to copy from. */
  public static final class Source {
    private final EventStore store;

    private Source(EventStore store) {
      this.store = Objects.requireNonNull(store, "source");
    }

    /**
     * A copy to be, of all events as they are.
     *
     * @param target an empty store, or one that such a copy was begun in
     * @throws IllegalArgumentException if it is the source
     */
    public StoreCopy to(EventStore target) {
      if (target.equals(store)) {
        throw new IllegalArgumentException("a store cannot be copied into itself");
      }
      return new StoreCopy(store, target, Query.everything(), List.of());
    }
  }

  /** Is told how far a run is; what it throws ends the run, which can be resumed. */
  @FunctionalInterface
  public interface Progress {
    /**
     * The run is here.
     *
     * @param read how many events this run has read
     * @param position the last one's position in the source
     * @param head the position in the source at which the run will end
     */
    void at(long read, Position position, Position head);
  }

  /**
   * What a run did.
   *
   * @param read events that it read from the source
   * @param copied events that it appended to the target
   * @param left events that a step left out, and snapshots
   * @param appends appends that it made
   * @param divided how often events of one instant were too many for one append
   * @param withoutTime events whose metadata could not take the time of the source
   * @param after the position in the source after which it went on; {@link Position#BEFORE_FIRST}
   *     if it began
   * @param head the position in the source up to which the target is a copy now
   * @param settings streams of the target that were given settings, or closed by a tombstone
   * @param settingsLeft streams of the source whose max count, max age or tombstone no stream was
   *     given
   */
  public record Report(
      long read,
      long copied,
      long left,
      long appends,
      long divided,
      long withoutTime,
      Position after,
      Position head,
      int settings,
      List<String> settingsLeft) {
    /** Copies the list. */
    public Report {
      Objects.requireNonNull(after, "after");
      Objects.requireNonNull(head, "head");
      settingsLeft = List.copyOf(settingsLeft);
    }
  }

  private StoreCopy(
      EventStore source,
      EventStore target,
      Query query,
      List<Function<CopiedEvent, Optional<CopiedEvent>>> steps) {
    this.source = source;
    this.target = Objects.requireNonNull(target, "target");
    this.query = query;
    this.steps = steps;
  }

  /** Copies from that store. */
  public static Source from(EventStore source) {
    return new Source(source);
  }

  /** The same copy, of those events of the source alone; they are found by the source's index. */
  public StoreCopy selecting(Query newQuery) {
    return new StoreCopy(source, target, Objects.requireNonNull(newQuery, "query"), steps);
  }

  /** The same copy with one more step: events for which this is not true are left out. */
  public StoreCopy filter(Predicate<? super CopiedEvent> keeps) {
    Objects.requireNonNull(keeps, "keeps");
    return with(event -> Optional.of(event).filter(keeps));
  }

  /**
   * The same copy with one more step that changes events: their stream, type, tags, data, metadata.
   *
   * @param change always makes the same of the same event, so that a copy can be resumed
   */
  public StoreCopy map(UnaryOperator<CopiedEvent> change) {
    Objects.requireNonNull(change, "change");
    return with(event -> Optional.of(change.apply(event)));
  }

  /** The same copy with one more step: events of that type get another. */
  public StoreCopy renamingType(String type, String newType) {
    Limits.requireType(type);
    Limits.requireType(newType);
    return map(event -> event.type().equals(type) ? event.withType(newType) : event);
  }

  /** The same copy with one more step: events of that stream go to another. */
  public StoreCopy renamingStream(String stream, String newStream) {
    Limits.requireStreamName(stream);
    Limits.requireStreamName(newStream);
    return map(event -> event.stream().equals(stream) ? event.withStream(newStream) : event);
  }

  /**
   * The same copy with one more step: events of streams {@code category-…} go to {@code
   * newCategory-…}.
   *
   * @throws IllegalArgumentException if a category is blank or holds a {@code -}
   */
  public StoreCopy renamingCategory(String category, String newCategory) {
    requireCategory(category);
    requireCategory(newCategory);
    return map(event ->
        Query.categoryOf(event.stream()).filter(category::equals).isPresent()
            ? event.withStream(newCategory + event.stream().substring(category.length()))
            : event);
  }

  /** The same copy with one more step: events of that type are left out. */
  public StoreCopy droppingType(String type) {
    Limits.requireType(type);
    return filter(event -> !event.type().equals(type));
  }

  /** Copies; see {@link #run(Progress)}. */
  public Report run() {
    return run((_, _, _) -> {});
  }

  /**
   * Copies what the source holds now, or what of it is not copied yet.
   *
   * @throws StoreCopyException if an event cannot be copied, the target holds events that are not
   *     of this copy, or somebody else writes to it
   */
  public Report run(Progress progress) {
    Objects.requireNonNull(progress, "progress");
    return new CopyRun(source, target, query, steps, progress).run();
  }

  private StoreCopy with(Function<CopiedEvent, Optional<CopiedEvent>> step) {
    var all = new ArrayList<>(steps);
    all.add(step);
    return new StoreCopy(source, target, query, List.copyOf(all));
  }

  private static void requireCategory(String category) {
    Limits.requireStreamName(category);
    if (category.contains("-")) {
      throw new IllegalArgumentException(
          "a category ends before the first -, so it holds none: " + category);
    }
  }
}
