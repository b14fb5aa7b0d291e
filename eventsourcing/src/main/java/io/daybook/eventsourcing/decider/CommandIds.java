package io.daybook.eventsourcing.decider;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreException;
import io.daybook.eventstore.Limits;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The event ids that a command id leads to: the n-th event of a command has always the same id. So
 * the outcome of a command is found by the id of its first event, and a command that is decided
 * twice at the same time cannot be stored twice.
 *
 * <p>An id is a UUID of version 8 (RFC 9562): the first 106 free bits of SHA-256 over {@code
 * daybook:command:} and the command id, then 16 bits that count the command's events.
 */
final class CommandIds {
  private static final int COUNTER_BITS = 16;

  private final String commandId;
  private final long high;
  private final long low;

  private CommandIds(String commandId, long high, long low) {
    this.commandId = commandId;
    this.high = high;
    this.low = low;
  }

  /** The event ids of the command with that id. */
  static CommandIds of(String commandId) {
    Limits.requireTag(Audit.commandTag(commandId));
    byte[] hash = sha256("daybook:command:" + commandId);
    ByteBuffer buffer = ByteBuffer.wrap(hash);
    long high = (buffer.getLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x8000L;
    long low = (buffer.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new CommandIds(commandId, high, (low >>> COUNTER_BITS) << COUNTER_BITS);
  }

  /** The id of the command's event with that index, from 0. */
  UUID eventId(int index) {
    return new UUID(high, low | index);
  }

  /** The command's id. */
  String commandId() {
    return commandId;
  }

  /** The stream of the command's first event, if it was handled and led to one. */
  Optional<String> streamIn(EventStore store) {
    return store.find(eventId(0)).map(RecordedEvent::stream);
  }

  /** All events that the command led to; none if it was not handled yet, or led to none. */
  List<RecordedEvent> outcomeIn(EventStore store) {
    var first = store.find(eventId(0));
    if (first.isEmpty()) {
      return List.of();
    }
    var events = new ArrayList<RecordedEvent>();
    var request =
        ReadRequest.of(Query.tags(Audit.commandTag(commandId))).from(first.get().position());
    try (var read = store.read(request)) {
      for (RecordedEvent event : read) {
        if (!event.id().equals(eventId(events.size()))) {
          break;
        }
        events.add(event);
      }
    }
    return List.copyOf(events);
  }

  /**
   * Does the work, unless the command has an outcome. That is looked for before, and once more if
   * the work came to nothing: the same command may have been handled in between, and have led to
   * the very state that refuses it now.
   *
   * @param wrote whether a result of the work means that something was written
   * @param repeated the result for an outcome that was found
   */
  <R> R once(
      EventStore store,
      Supplier<R> work,
      Predicate<R> wrote,
      Function<List<RecordedEvent>, R> repeated) {
    List<RecordedEvent> known = outcomeIn(store);
    if (!known.isEmpty()) {
      return repeated.apply(known);
    }
    Supplier<R> answer;
    try {
      R result = work.get();
      if (wrote.test(result)) {
        return result;
      }
      answer = () -> result;
    } catch (EventStoreException e) {
      // whether it was written or not, the store has not said: the caller may send it again
      throw e;
    } catch (RuntimeException refusal) {
      answer =
          () -> {
            throw refusal;
          };
    }
    known = outcomeIn(store);
    return known.isEmpty() ? answer.get() : repeated.apply(known);
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
