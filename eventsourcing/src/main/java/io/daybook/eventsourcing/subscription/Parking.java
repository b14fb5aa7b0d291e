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
 *
 * <p>A handler that holds its work by a lease in another database could be overtaken before it says
 * something. It asks for the letter first ({@link #parked}, {@link #waiting}, {@link #parkedAgain},
 * {@link #replayedBy}), commits it where the lease is checked, and gives it to {@link #say} then;
 * and so does whoever takes over, before anything else.
 */
public final class Parking {
  private final EventStore store;
  private final String stream;
  private final int build;
  private final boolean keepsOrder;
  private final Letters letters;

  private Parking(EventStore store, String name, int build, boolean keepsOrder) {
    this.store = store;
    this.stream = DeadLetters.streamOf(name);
    this.build = build;
    this.keepsOrder = keepsOrder;
    this.letters = new Letters(build);
  }

  /**
   * What is parked at this moment. Events of a key wait behind one that is parked, unless the policy
   * is to park each alone; also where nothing more is parked, by the policy of now.
   */
  public static Parking open(EventStore store, String name, int build, FailurePolicy policy) {
    boolean keepsOrder = policy.then() != FailurePolicy.Then.PARK_ALONE;
    var parking = new Parking(store, name, build, keepsOrder);
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
    for (DeadLetter letter : letters.toHandle(control, keepsOrder)) {
      // one that is hidden by now, because its stream was deleted, is as good as handled
      store.find(letter.eventId()).ifPresent(events::add);
    }
    return events;
  }

  /** Whether nothing was ever parked, so that no event is held back. */
  public boolean isEmpty() {
    return letters.isEmpty();
  }

  /** Whether the event was ever parked, so that it is not to be handled in its place. */
  public boolean knows(RecordedEvent event) {
    return letters.knows(event.id());
  }

  /**
   * Whether the event is not to be handled in its place: it was parked, or waits behind one of the
   * same key that is, and is parked by this call.
   */
  public boolean holdsBack(RecordedEvent event, String key) {
    if (knows(event)) {
      return true;
    }
    Optional<Event> letter = waiting(event, key);
    letter.ifPresent(this::say);
    return letter.isPresent();
  }

  /** Parks an event that failed so often. */
  public void park(RecordedEvent event, String key, int attempts, Throwable error) {
    say(parked(event, key, attempts, error));
  }

  /** Parks an event again, whose replay that was requested failed. */
  public void parkAgain(
      RecordedEvent control, RecordedEvent event, String key, int attempts, Throwable error) {
    say(parkedAgain(control, event, key, attempts, error));
  }

  /** Says that a request is carried out; to be called before the checkpoint moves past it. */
  public void replayed(RecordedEvent control, RecordedEvent event) {
    say(replayedBy(control, event));
  }

  /** The letter that an event is parked which failed so often. */
  public Event parked(RecordedEvent event, String key, int attempts, Throwable error) {
    return LetterFormat.parked(stream, build, event, key, attempts, String.valueOf(error), -1);
  }

  /**
   * The letter that an event waits behind one of the same key that is parked; nothing if there is
   * none, or if events of a key need not wait for each other.
   */
  public Optional<Event> waiting(RecordedEvent event, String key) {
    return keepsOrder
        ? letters.before(key, event.position().value()).map(first -> waiting(event, key, first))
        : Optional.empty();
  }

  private Event waiting(RecordedEvent event, String key, DeadLetter first) {
    String why = "waits behind position " + first.position() + " of the same key";
    return LetterFormat.parked(stream, build, event, key, 0, why, -1);
  }

  /** The letter that an event is parked again, whose replay that was requested failed. */
  public Event parkedAgain(
      RecordedEvent control, RecordedEvent event, String key, int attempts, Throwable error) {
    long request = control.position().value();
    return LetterFormat.parked(
        stream, build, event, key, attempts, String.valueOf(error), request);
  }

  /** The letter that an event was handled because that asked for it. */
  public Event replayedBy(RecordedEvent control, RecordedEvent event) {
    return LetterFormat.replayed(stream, build, event.id(), control.position().value());
  }

  /** Appends a letter, unless it is stored already. */
  public void say(Event letter) {
    var _ = store.append(stream, ExpectedRevision.any(), letter);
    // read back, for if it was said before a crash, it is the words of then that count
    store.find(letter.id()).ifPresent(letters::add);
  }
}
