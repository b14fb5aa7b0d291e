package io.daybook.eventsourcing.subscription;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.RevisionConflictException;
import io.daybook.eventstore.StreamInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

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
 *
 * <p>One who builds a view anew, {@link #beside} the one that is read, goes by what is parked as he
 * begins and keeps to himself what he decides, until his view is to be read: then he takes {@link
 * #takeOver over}. If he gives up before that, he leaves nothing.
 */
public final class Parking {
  /** So many letters fit into one append, whatever their errors say. */
  private static final int SAID_AT_ONCE = 2_000;

  private final EventStore store;
  private final String stream;
  private final BuildId build;
  private final boolean keepsOrder;
  private Letters letters;
  private boolean keepsToItself;

  /** What is to be handled by the latest request, but is hidden by now. */
  private final List<DeadLetter> unseen = new ArrayList<>();

  private Parking(
      EventStore store, String name, BuildId build, boolean keepsOrder, boolean keepsToItself) {
    this.store = store;
    this.stream = DeadLetters.streamOf(name);
    this.build = build;
    this.keepsOrder = keepsOrder;
    this.keepsToItself = keepsToItself;
    this.letters = Letters.in(store, stream, build);
  }

  /**
   * What is parked at this moment. Events of a key wait behind one that is parked, unless the
   * policy is to park each alone; also where nothing more is parked, by the policy of now.
   */
  public static Parking open(EventStore store, String name, BuildId build, FailurePolicy policy) {
    return new Parking(store, name, build, keepsOrder(policy), false);
  }

  /**
   * What is parked at this moment, for one who handles all events anew beside another, and may take
   * over from him.
   */
  public static Parking beside(EventStore store, String name, BuildId build, FailurePolicy policy) {
    return new Parking(store, name, build, keepsOrder(policy), true);
  }

  private static boolean keepsOrder(FailurePolicy policy) {
    return policy.then() != FailurePolicy.Then.PARK_ALONE;
  }

  /**
   * The highest number of a database's builds that anything was said of under that name; 0 if
   * nothing was. A build that begins takes a higher one, or it would find parked what it has not
   * come to yet.
   */
  public static int lastBuild(EventStore store, String name, String database) {
    return Letters.lastBuild(store, DeadLetters.streamOf(name), database);
  }

  /**
   * Has what was discarded for one build be discarded for another, which is about to begin: for a
   * build that is made anew without anybody wishing to have those events tried again.
   */
  public static void inheritDiscarded(EventStore store, String name, BuildId from, BuildId to) {
    String stream = DeadLetters.streamOf(name);
    append(store, stream, Letters.in(store, stream, from).discardedFor(to, stream));
  }

  private static void append(EventStore store, String stream, List<Event> events) {
    for (int i = 0; i < events.size(); i += SAID_AT_ONCE) {
      List<Event> some = events.subList(i, Math.min(events.size(), i + SAID_AT_ONCE));
      var _ = store.append(Append.to(stream).events(some));
    }
  }

  /**
   * Takes over from the other, who has said his last: says what was kept back. Not if the other has
   * parked what was handled here already, or it was discarded: it would be handled once more by a
   * replay, or counts although it was given up. Then all has to be handled anew, by one that begins
   * after this.
   *
   * @param reached up to where events are handled here
   * @param keys which keys are handled here
   * @return whether it has taken over; if not, nothing was said
   */
  public boolean takeOver(Position reached, Predicate<String> keys) {
    if (!keepsToItself) {
      return true;
    }
    while (true) {
      ExpectedRevision unchanged = lastRevision();
      Letters said = Letters.in(store, stream, build);
      if (said.contradict(letters, reached.value(), keys)) {
        return false;
      }
      List<Event> unsaid = said.unsaidBy(letters, reached.value(), keys, stream);
      if (unsaid.isEmpty() || isSaid(unsaid, unchanged)) {
        Letters all = unsaid.isEmpty() ? said : Letters.in(store, stream, build);
        all.takeOver(letters, reached.value(), keys);
        letters = all;
        keepsToItself = false;
        return true;
      }
    }
  }

  private ExpectedRevision lastRevision() {
    Optional<Revision> last = store.streamInfo(stream).flatMap(StreamInfo::lastRevision);
    return last.isPresent() ? ExpectedRevision.exactly(last.get()) : ExpectedRevision.noStream();
  }

  /** Says all, unless something was asked for meanwhile, which might make it wrong. */
  private boolean isSaid(List<Event> unsaid, ExpectedRevision unchanged) {
    ExpectedRevision expected = unchanged;
    try {
      for (int i = 0; i < unsaid.size(); i += SAID_AT_ONCE) {
        List<Event> some = unsaid.subList(i, Math.min(unsaid.size(), i + SAID_AT_ONCE));
        var said = store.append(Append.to(stream).expecting(expected).events(some));
        expected = ExpectedRevision.exactly(said.lastRevision(stream));
      }
      return true;
    } catch (RevisionConflictException _) {
      return false;
    }
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
   *     for one that fails, and then this call again. They may all {@linkplain #hasToWaitAgain have
   *     to wait}. Before all that, {@link #replayUnseen}.
   */
  public List<RecordedEvent> control(RecordedEvent control) {
    // what the other has decided is his; what is asked for concerns both
    if (!keepsToItself || Letters.isRequest(control)) {
      letters.add(control);
    }
    unseen.clear();
    var events = new ArrayList<RecordedEvent>();
    for (DeadLetter letter : letters.toHandle(control, keepsOrder)) {
      store.find(letter.eventId()).ifPresentOrElse(events::add, () -> unseen.add(letter));
    }
    return events;
  }

  /**
   * The letters that events are as good as handled which the latest {@link #control} would have
   * given, had their stream not been deleted or truncated since: nothing waits behind them.
   *
   * @param keys which keys are handled here
   */
  public List<Event> replayedUnseen(RecordedEvent control, Predicate<String> keys) {
    return unseen.stream()
        .filter(letter -> keys.test(letter.key()))
        .flatMap(letter -> replayedBy(control, letter.eventId()).stream())
        .toList();
  }

  /** Says that; to be called after each {@link #control}. */
  public void replayUnseen(RecordedEvent control, Predicate<String> keys) {
    say(replayedUnseen(control, keys), control);
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
    letter.ifPresent(said -> say(List.of(said), event));
    return letter.isPresent();
  }

  /**
   * Whether what {@link #control} gave cannot be handled after all: it was replayed in an earlier
   * life, and an event of the same key before it has failed in this one. {@link #waitAgain}
   * follows.
   *
   * @param first the first of those events
   */
  public boolean hasToWaitAgain(RecordedEvent first, String key) {
    return waitsBehind(first, key).isPresent();
  }

  /** Parks those of these events again that were replayed in an earlier life, and have to wait. */
  public void waitAgain(RecordedEvent control, List<RecordedEvent> events, String key) {
    say(waitingAgain(control, events, key), control);
  }

  private Optional<DeadLetter> waitsBehind(RecordedEvent event, String key) {
    return keepsOrder ? letters.before(key, event.position().value()) : Optional.empty();
  }

  /** Parks an event that failed so often. */
  public void park(RecordedEvent event, String key, int attempts, Throwable error) {
    say(List.of(parked(event, key, attempts, error)), event);
  }

  /**
   * Parks an event again, whose replay that was requested failed.
   *
   * @param behind those that {@link #control} gave with it and that come after it
   */
  public void parkAgain(
      RecordedEvent control,
      RecordedEvent event,
      String key,
      int attempts,
      Throwable error,
      List<RecordedEvent> behind) {
    say(parkedAgain(control, event, key, attempts, error, behind), control);
  }

  /** Says that a request is carried out; to be called before the checkpoint moves past it. */
  public void replayed(RecordedEvent control, RecordedEvent event) {
    say(replayedBy(control, event).stream().toList(), control);
  }

  /** The letter that an event is parked which failed so often. */
  public Event parked(RecordedEvent event, String key, int attempts, Throwable error) {
    return parked(event, key, attempts, String.valueOf(error), -1);
  }

  /**
   * The letter that an event waits behind one of the same key that is parked; nothing if there is
   * none, or if events of a key need not wait for each other.
   */
  public Optional<Event> waiting(RecordedEvent event, String key) {
    return waitsBehind(event, key)
        .map(first -> parked(event, key, 0, waiting(first.position()), -1));
  }

  /**
   * The letters that an event is parked again, whose replay that was requested failed, and those
   * behind it that were replayed in an earlier life.
   *
   * @param behind those that {@link #control} gave with it and that come after it
   */
  public List<Event> parkedAgain(
      RecordedEvent control,
      RecordedEvent event,
      String key,
      int attempts,
      Throwable error,
      List<RecordedEvent> behind) {
    var all = new ArrayList<Event>();
    all.add(parked(event, key, attempts, String.valueOf(error), control.position().value()));
    all.addAll(waiting(control, behind, key, event.position()));
    return all;
  }

  /** The letters that events that {@linkplain #hasToWaitAgain have to wait} are parked again. */
  public List<Event> waitingAgain(RecordedEvent control, List<RecordedEvent> events, String key) {
    DeadLetter before = waitsBehind(events.getFirst(), key).orElseThrow();
    return waiting(control, events, key, before.position());
  }

  private List<Event> waiting(
      RecordedEvent control, List<RecordedEvent> events, String key, Position behind) {
    long request = control.position().value();
    return events.stream()
        .filter(event -> keepsOrder && letters.isReplayed(event.id()))
        .map(event -> parked(event, key, 0, waiting(behind), request))
        .toList();
  }

  private static String waiting(Position behind) {
    return "waits behind position " + behind + " of the same key";
  }

  /** The letter that an event was handled because that asked for it; nothing if that is said. */
  public Optional<Event> replayedBy(RecordedEvent control, RecordedEvent event) {
    return replayedBy(control, event.id());
  }

  private Optional<Event> replayedBy(RecordedEvent control, UUID id) {
    long request = control.position().value();
    return letters.isReplayedBy(id, request)
        ? Optional.empty()
        : Optional.of(LetterFormat.replayed(stream, build, id, request, letters.known(id)));
  }

  private Event parked(RecordedEvent event, String key, int attempts, String error, long request) {
    var letter =
        new DeadLetter(
            event.id(),
            event.position(),
            event.stream(),
            event.type(),
            key,
            build,
            attempts,
            error,
            event.recordedAt());
    return LetterFormat.parked(stream, letter, request, letters.known(event.id()));
  }

  /** Says it, or keeps it back until this takes over. */
  private void say(List<Event> events, RecordedEvent occasion) {
    if (keepsToItself) {
      events.forEach(event -> letters.addUnsaid(event, occasion));
    } else {
      say(events);
    }
  }

  /**
   * Appends letters, unless they are stored already. After a crash amid them, all are said again.
   */
  public void say(List<Event> events) {
    append(store, stream, events);
    for (Event event : events) {
      // read back, for if it was said before a crash, it is the words of then that count
      store.find(event.id()).ifPresent(letters::add);
    }
  }
}
