package io.daybook.eventsourcing.subscription;

import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The other side of {@link DeadLetters}: what one who handles events asks before each event, and
 * says when one fails. To be used by one thread.
 *
 * <p>The handler subscribes to what it handles <em>and</em> to {@link #stream}, whose events it
 * gives to {@link #control}. What is said here is appended before the handler's checkpoint moves,
 * with ids that are made of what is said. So a crash in between neither loses a parked event nor
 * handles one twice.
 */
public final class Parking {
  private final EventStore store;
  private final String stream;
  private final int build;
  private final FailurePolicy.Then then;
  private final Letters letters;

  private Parking(EventStore store, String name, int build, FailurePolicy.Then then) {
    this.store = store;
    this.stream = DeadLetters.streamOf(name);
    this.build = build;
    this.then = then;
    this.letters = new Letters(build);
  }

  /** What is parked at this moment. */
  public static Parking open(EventStore store, String name, int build, FailurePolicy policy) {
    var parking = new Parking(store, name, build, policy.then());
    try (var read = store.read(Query.stream(parking.stream))) {
      for (RecordedEvent event : read) {
        parking.letters.add(event);
      }
    }
    return parking;
  }

  /** The stream whose events are to be given to {@link #control}. */
  public String stream() {
    return stream;
  }

  /** Whether an event of the store is one of the dead-letter stream. */
  public boolean isControl(RecordedEvent event) {
    return event.stream().equals(stream);
  }

  /**
   * Takes in an event of the dead-letter stream.
   *
   * @return the parked events to handle now, in this order, because it asks for their replay or
   *     discards what they wait behind; {@link #replayed} follows for each, or {@link #parkAgain}
   *     for one that fails, and then this call again
   */
  public List<RecordedEvent> control(RecordedEvent control) {
    letters.add(control);
    var events = new ArrayList<RecordedEvent>();
    for (DeadLetter letter : letters.toHandle(control, then == FailurePolicy.Then.PARK)) {
      // one that is hidden by now, because its stream was deleted, is as good as handled
      store.find(letter.eventId()).ifPresent(events::add);
    }
    return events;
  }

  /**
   * Whether the event is not to be handled in its place: it was parked, or waits behind one of the
   * same key that is, and is parked by this call.
   */
  public boolean holdsBack(RecordedEvent event, String key) {
    if (letters.knows(event.id())) {
      return true;
    }
    Optional<DeadLetter> before = waitsBehind(event, key);
    before.ifPresent(first ->
        say(
            LetterFormat.parked(
                stream,
                build,
                event,
                key,
                0,
                "waits behind position " + first.position() + " of the same key",
                -1)));
    return before.isPresent();
  }

  /** Whether {@link #holdsBack} would park the event now, because it waits behind another. */
  public boolean hasToWait(RecordedEvent event, String key) {
    return !letters.knows(event.id()) && waitsBehind(event, key).isPresent();
  }

  private Optional<DeadLetter> waitsBehind(RecordedEvent event, String key) {
    return then == FailurePolicy.Then.PARK
        ? letters.before(key, event.position().value())
        : Optional.empty();
  }

  /** Parks an event that failed so often. */
  public void park(RecordedEvent event, String key, int attempts, Throwable error) {
    say(LetterFormat.parked(stream, build, event, key, attempts, String.valueOf(error), -1));
  }

  /** Parks an event again, whose replay that was requested failed. */
  public void parkAgain(
      RecordedEvent control, RecordedEvent event, String key, int attempts, Throwable error) {
    say(
        LetterFormat.parked(
            stream,
            build,
            event,
            key,
            attempts,
            String.valueOf(error),
            control.position().value()));
  }

  /** Says that a request is carried out; to be called before the checkpoint moves past it. */
  public void replayed(RecordedEvent control, RecordedEvent event) {
    say(LetterFormat.replayed(stream, build, event.id(), control.position().value()));
  }

  private void say(Event event) {
    var _ = store.append(stream, ExpectedRevision.any(), event);
    // read back, for if it was said before a crash, it is the words of then that count
    store.find(event.id()).ifPresent(letters::add);
  }
}
