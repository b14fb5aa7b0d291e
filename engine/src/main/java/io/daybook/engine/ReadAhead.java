package io.daybook.engine;

import io.daybook.engine.index.PositionCursor;
import io.daybook.engine.io.Faults;
import java.lang.System.Logger.Level;

/**
 * The positions of a read, one after another. Now and then it looks whether the next event is in
 * memory; if not, it takes some positions ahead and has their events fetched together. Used by one
 * thread.
 */
final class ReadAhead {
  private static final System.Logger LOG = System.getLogger(ReadAhead.class.getName());

  /** A look costs about a microsecond. */
  private static final int LOOK_EVERY = 64;

  /** Where events stand so close together, pages that are touched bring the next ones along. */
  private static final long DENSE = 64;

  private static final long[] NONE = {};

  private final PositionCursor positions;
  private final Version version;
  private final ColdReads coldReads;
  private int untilLook;

  // taken ahead
  private long[] ahead = NONE;
  private int taken;
  private int at;

  /** Of positions that may be far apart. */
  ReadAhead(PositionCursor positions, Version version, ColdReads coldReads) {
    this.positions = positions;
    this.version = version;
    this.coldReads = coldReads;
  }

  /**
   * The next position, or {@link PositionCursor#END}.
   *
   * @param wanted how many more the read wants at most
   */
  long next(long wanted) {
    if (at < taken) {
      return ahead[at++];
    }
    long position = positions.next();
    if (position == PositionCursor.END || untilLook-- > 0) {
      return position;
    }
    untilLook = LOOK_EVERY;
    try {
      if (!version.isInMemory(position)) {
        takeAhead(position, wanted);
      }
      Faults.await();
    } catch (InternalError e) {
      // the reading of the event will meet it, too, and say what there is to say
      LOG.log(Level.DEBUG, "a place cannot be read", Faults.unreadable("the log", 0, e));
    }
    return position;
  }

  private void takeAhead(long first, long wanted) {
    int most = (int) Math.min(wanted, ColdReads.AT_ONCE);
    ahead = new long[most + 1];
    ahead[0] = first;
    taken = 1;
    at = 1;
    long position = first;
    while (taken < most && position != PositionCursor.END) {
      position = positions.next();
      ahead[taken++] = position;
    }
    int events = position == PositionCursor.END ? taken - 1 : taken;
    if (Math.abs(ahead[events - 1] - first) > DENSE * (events - 1)) {
      coldReads.fetch(version, ahead, events);
      untilLook = 0;
    }
  }
}
