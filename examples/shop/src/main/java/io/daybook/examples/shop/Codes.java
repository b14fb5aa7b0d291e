package io.daybook.examples.shop;

import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.decider.Unit;
import io.daybook.eventstore.AppendCondition;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.examples.shop.DiscountCode.CodeCommand;
import io.daybook.examples.shop.DiscountCode.CodeEvent;
import java.util.List;
import java.util.Set;

/**
 * Discount codes, decided without a stream of their own: what is known of a code are all events
 * with the tag {@code code:X}, wherever they stand. Whoever decides on them appends under the
 * condition that no other was appended since, so that a hundred customers who use a code at the
 * same moment are decided one after another.
 */
final class Codes {
  private final EventStore store;
  private final Codec<CodeEvent> codec;
  private final Set<String> types;

  /**
   * A code as it was read.
   *
   * @param head up to where it was looked for events
   */
  record Seen(DiscountCode code, Position head) {}

  Codes(EventStore store, Codec<CodeEvent> codec) {
    this.store = store;
    this.codec = codec;
    types = codec.typesOf(CodeEvent.class);
  }

  /** The tag of all events about a code. */
  static String tag(String code) {
    return "code:" + code;
  }

  /** What is known of a code. */
  Seen see(String code) {
    DiscountCode state = DiscountCode.DECIDER.initial();
    try (var events = codec.read(store, ReadRequest.of(about(code)))) {
      for (Recorded<CodeEvent> recorded : events) {
        state = DiscountCode.DECIDER.evolve(state, recorded.event());
      }
      return new Seen(state, events.head());
    }
  }

  /**
   * Decides the command, for the unit to append what follows: which it does only if nothing else
   * has happened to the code by then.
   *
   * @throws Refused if the code's terms don't allow it
   */
  List<CodeEvent> decide(Unit unit, CodeCommand command) {
    Seen seen = see(command.code());
    unit.unless(AppendCondition.failIfMatches(about(command.code()), seen.head()));
    return DiscountCode.DECIDER.decide(command, seen.code());
  }

  private Query about(String code) {
    return new Query.Item(Set.of(), Set.of(), types, Set.of(tag(code))).asQuery();
  }
}
