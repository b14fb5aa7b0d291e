package io.daybook.examples.game;

import io.daybook.cli.CommandFailedException;
import io.daybook.cli.ImportObserver;
import io.daybook.eventstore.ConflictException;
import io.daybook.examples.game.HandHistory.BadHandException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Records the hands of a {@link HandFile}, in the order of the file, many in one append. Hands that
 * are recorded already are passed over, so the same file can be recorded again, or what is left of
 * it after an interruption. To be used once, by one thread.
 *
 * <p>A hand is known by its file and number. One without a file is known by a digest of all that is
 * told of it; if the same is told twice in a file, it was played twice.
 */
final class HandImport {
  /** Stands between the file and the number in the id of a hand. */
  static final char NUMBER_MARK = '#';

  private static final int HANDS_PER_APPEND = 64;
  private static final int EVENTS_PER_APPEND = 8_192;

  private final PokerRoom room;
  private final Path file;
  private final boolean strict;
  private final ImportObserver observer;

  private final Map<String, Integer> timesTold = new HashMap<>();
  private final Map<String, Told> waiting = new LinkedHashMap<>();
  private int eventsWaiting;
  private long recorded;
  private long known;
  private long bad;

  /**
   * What came of it.
   *
   * @param recorded the hands that are recorded now and were not before
   * @param known the hands that were recorded before
   * @param bad the lines that could not be used
   */
  record Summary(long recorded, long known, long bad) {}

  /** A hand that is to be recorded. */
  private record Told(long line, HandName name, List<HandEvent> events) {}

  HandImport(PokerRoom room, Path file, boolean strict, ImportObserver observer) {
    this.room = room;
    this.file = file;
    this.strict = strict;
    this.observer = observer;
  }

  /**
   * Records the file.
   *
   * @throws CommandFailedException if the file can't be read to its end; what was read is recorded
   */
  Summary run() throws InterruptedException {
    try {
      HandFile.read(file, new Lines());
    } finally {
      // whatever ended the reading: what was read before it counts
      flush();
    }
    return new Summary(recorded, known, bad);
  }

  private final class Lines implements HandFile.Reader {
    @Override
    public boolean hand(long line, HandHistory hand) throws BadHandException, InterruptedException {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      List<HandEvent> events = hand.events();
      String id = idOf(hand);
      var told = new Told(line, hand.name(), events);
      Told before = waiting.get(id);
      if (before != null) {
        requireSame(told, before.events);
        known++;
      } else if (!isKnown(id, told)) {
        waiting.put(id, told);
        eventsWaiting += events.size();
        if (waiting.size() >= HANDS_PER_APPEND || eventsWaiting >= EVENTS_PER_APPEND) {
          flush();
        }
      }
      return !strict || bad == 0;
    }

    @Override
    public boolean badLine(long line, String problem) {
      bad++;
      observer.bad(line, problem);
      return !strict;
    }

    @Override
    public void progress(long bytes, long of) {
      observer.progress(recorded + known + bad + waiting.size(), bytes, of);
    }
  }

  private String idOf(HandHistory hand) {
    HandName name = hand.name();
    if (name.file() != null) {
      return name.hand() == null ? name.file() : name.file() + NUMBER_MARK + name.hand();
    }
    String digest = hand.digest();
    return digest + NUMBER_MARK + timesTold.merge(digest, 1, Integer::sum);
  }

  /** Whether it is recorded already, which is counted. */
  private boolean isKnown(String id, Told told) throws BadHandException {
    List<HandEvent> events = room.events(id);
    if (events.isEmpty()) {
      return false;
    }
    requireSame(told, events);
    known++;
    return true;
  }

  private static void requireSame(Told told, List<HandEvent> recorded) throws BadHandException {
    if (!told.events.equals(recorded)) {
      throw new BadHandException(
          told.name + " is recorded already, and went otherwise: give it another number");
    }
  }

  /** Records what is waiting. */
  private void flush() {
    if (waiting.isEmpty()) {
      return;
    }
    try {
      room.record(eventsOf(waiting));
      recorded += waiting.size();
    } catch (ConflictException _) {
      // someone else records the same hands: each by itself, then
      waiting.forEach(this::recordAlone);
    }
    waiting.clear();
    eventsWaiting = 0;
  }

  private void recordAlone(String id, Told told) {
    try {
      if (!isKnown(id, told)) {
        room.record(Map.of(id, told.events));
        recorded++;
      }
    } catch (BadHandException e) {
      bad++;
      observer.bad(told.line, String.valueOf(e.getMessage()));
    } catch (ConflictException _) {
      // now it is there
      recordAlone(id, told);
    }
  }

  private static Map<String, List<HandEvent>> eventsOf(Map<String, Told> hands) {
    var events = new LinkedHashMap<String, List<HandEvent>>();
    hands.forEach((id, told) -> events.put(id, told.events));
    return events;
  }
}
