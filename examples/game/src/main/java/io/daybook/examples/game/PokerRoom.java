package io.daybook.examples.game;

import static io.daybook.examples.game.Refused.Reason.UNKNOWN_HAND;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.decider.Decider;
import io.daybook.eventsourcing.projection.PartitionedReadModel;
import io.daybook.eventsourcing.projection.Projection;
import io.daybook.eventsourcing.projection.ReadModel;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.Dimension;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Hands of poker on an event store: each is a stream {@code hand-ID}, written once and whole. May
 * be used by any number of threads.
 */
final class PokerRoom {
  static final Decider<HandCommand, HandEvent, HandState> DECIDER =
      Decider.of(HandDecider.initial(), HandDecider::decide, HandDecider::evolve);

  static final String CATEGORY = "hand";
  private static final String PREFIX = CATEGORY + "-";
  private static final int MOST_NAMED = 5;
  private static final int PARTITIONS = 4;

  private final EventStore store;
  private final Codec<HandEvent> codec = HandJson.codec();

  /** On that store. */
  PokerRoom(EventStore store) {
    this.store = store;
  }

  /** What happened in the hand with that id; nothing if it is not recorded. */
  List<HandEvent> events(String id) {
    try (var read = codec.read(store, ReadRequest.of(Query.stream(PREFIX + id)))) {
      return read.stream().map(Recorded::event).toList();
    }
  }

  /**
   * Records hands in one append: all of them, or none.
   *
   * @param hands what happened in each, by id, in the order in which they are to be recorded; one
   *     at least
   * @throws io.daybook.eventstore.RevisionConflictException if one of them is recorded already
   */
  void record(Map<String, List<HandEvent>> hands) {
    var writes = new ArrayList<Append.Write>();
    var expected = new HashMap<String, ExpectedRevision>();
    hands.forEach((id, events) -> {
      String stream = PREFIX + id;
      writes.add(new Append.Write(stream, encoded(events)));
      expected.put(stream, ExpectedRevision.noStream());
    });
    var _ = store.append(new Append(writes, expected, null));
  }

  private List<Event> encoded(List<HandEvent> events) {
    var encoded = new ArrayList<Event>();
    for (HandEvent event : events) {
      encoded.add(codec.encode(Event.newId(), event, Audit.current()));
    }
    return encoded;
  }

  /**
   * The id of the hand that is meant by its id, its file, or its number.
   *
   * @throws Refused if there is none, or more than one
   */
  String find(String wanted) {
    if (store.streamInfo(PREFIX + wanted).isPresent()) {
      return wanted;
    }
    var ids = new TreeSet<String>();
    try (var streams = store.list(Dimension.STREAM, PREFIX + wanted + HandImport.NUMBER_MARK)) {
      streams.stream().map(stream -> stream.substring(PREFIX.length())).forEach(ids::add);
    }
    try (var dealt = codec.read(store, ReadRequest.of(Query.tags(HandJson.tag(wanted))))) {
      dealt.stream().map(Recorded::streamId).forEach(ids::add);
    }
    if (ids.size() == 1) {
      return ids.getFirst();
    }
    String some = String.join(", ", ids.stream().limit(MOST_NAMED).toList());
    throw new Refused(
        UNKNOWN_HAND,
        ids.isEmpty()
            ? "there is no hand " + wanted
            : ids.size()
                + " hands are called "
                + wanted
                + ": name one of "
                + some
                + (ids.size() > MOST_NAMED ? ", …" : ""));
  }

  /** Passes on how each hand ended, in the order in which they were recorded. */
  void finished(Consumer<? super Table> consumer) {
    var _ =
        Projection.named("finished-hands", () -> new FinishedHands(consumer))
            .reading(codec, CATEGORY)
            .from(Query.category(CATEGORY))
            .update(HandEvent.class, (hands, e) -> hands.apply(e.stream(), e.event()))
            .fold(store);
  }

  /** What each player won or lost over all hands. */
  NetResults net() {
    try (var model = followNet()) {
      model.partitions().forEach(ReadModel::awaitHead);
      return net(model);
    }
  }

  /** What each player won or lost over all hands that are in the views. */
  static NetResults net(PartitionedReadModel<NetResults> model) {
    return NetResults.together(model.queryAll(NetResults::copy));
  }

  /**
   * Counts what each player won or lost, and keeps it current: several views at the same time, for
   * the events of a hand need their order, and hands don't.
   */
  PartitionedReadModel<NetResults> followNet() {
    return Projection.named("net-results", NetResults::new)
        .reading(codec, CATEGORY)
        .from(Query.category(CATEGORY))
        .keyedBy(RecordedEvent::stream)
        .update(HandEvent.class, (net, e) -> net.apply(e.stream(), e.event()))
        .follow(store, PARTITIONS);
  }
}
