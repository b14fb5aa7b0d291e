package io.daybook.systemtests;

import io.daybook.engine.EngineStore;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.decider.CommandHandler;
import io.daybook.eventsourcing.decider.Decider;
import io.daybook.eventsourcing.snapshot.EventStoreSnapshots;
import io.daybook.eventsourcing.snapshot.StateCodec;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Query;
import io.daybook.jackson.JsonCodec;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A count and a sum of a long stream of numbers, and a program that loads it from a snapshot and by
 * reading everything.
 *
 * @param count how many numbers there were
 * @param sum what they add up to
 */
record Tally(long count, long sum) {

  /** A number was added. */
  record Added(long number) {}

  static final Codec<Added> CODEC = JsonCodec.of(Added.class);

  private static final int NEVER = Integer.MAX_VALUE;

  private static final StateCodec<Tally> STATE_CODEC =
      new StateCodec<>() {
        @Override
        public String shape() {
          return "tally-1";
        }

        @Override
        public Payload encode(Tally tally) {
          return Payload.json("[" + tally.count + "," + tally.sum + "]");
        }

        @Override
        public Tally decode(Payload state) {
          String[] numbers = state.text().replaceAll("[\\[\\]]", "").split(",", -1);
          return new Tally(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
        }
      };

  Tally plus(long number) {
    return new Tally(count + 1, sum + number);
  }

  /** Takes snapshots in the same store, when it is told to. */
  static CommandHandler<Added, Added, Tally> handler(EventStore store, AtomicLong evolved) {
    return CommandHandler.of("tally", decider(evolved), CODEC)
        .snapshots(NEVER, STATE_CODEC, new EventStoreSnapshots(store))
        .on(store);
  }

  private static CommandHandler<Added, Added, Tally> handlerWithoutSnapshots(
      EventStore store, AtomicLong evolved) {
    return CommandHandler.of("tally", decider(evolved), CODEC).on(store);
  }

  private static Decider<Added, Added, Tally> decider(AtomicLong evolved) {
    return Decider.of(
        new Tally(0, 0),
        (command, _) -> List.of(command),
        (tally, added) -> {
          evolved.incrementAndGet();
          return tally.plus(added.number);
        });
  }

  /**
   * Prints the tally {@code 1} of the store in the folder that is the argument: from its snapshot,
   * from all events of its stream, and how many events its category has; each with the number of
   * events that had to be folded.
   */
  public static void main(String[] arguments) {
    try (EventStore store = EngineStore.open(Path.of(arguments[0]))) {
      var fromSnapshot = new AtomicLong();
      Tally tally = handler(store, fromSnapshot).stateOf("1");
      System.out.println("from its snapshot " + tally + ", folding " + fromSnapshot);

      var fromEvents = new AtomicLong();
      tally = handlerWithoutSnapshots(store, fromEvents).stateOf("1");
      System.out.println("from its events " + tally + ", folding " + fromEvents);

      try (var all = store.read(Query.category("tally"))) {
        System.out.println("in its category " + all.stream().count());
      }
    }
  }
}
