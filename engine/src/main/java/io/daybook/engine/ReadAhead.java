package io.daybook.engine;

import io.daybook.engine.index.PositionCursor;
import io.daybook.engine.io.Faults;
import io.daybook.engine.log.EventReader;
import java.lang.System.Logger.Level;

/**
 * The positions of a read, taken some ahead, so that events that are far apart are waited for
 * together: from the disk, if they seem not to be in memory, or from memory. Used by one thread.
 */
final class ReadAhead {
  private static final System.Logger LOG = System.getLogger(ReadAhead.class.getName());

  /** Events that stand so close together bring one another along. */
  private static final long DENSE = 64;

  private static final int AT_FIRST = 32;

  /** Who has read so many reads more; and what waits waits less often if more is taken at once. */
  private static final int LATER = 128;

  private static final long[] NONE = {};

  private final PositionCursor positions;
  private final Version version;
  private final EventReader reader;
  private final ColdReads coldReads;

  // taken ahead
  private long[] ahead = NONE;
  private int taken;
  private int at;
  private int touched;
  private int atOnce = AT_FIRST;

  /** Of positions that may be far apart, whose events the reader reads. */
  ReadAhead(PositionCursor positions, Version version, EventReader reader, ColdReads coldReads) {
    this.positions = positions;
    this.version = version;
    this.reader = reader;
    this.coldReads = coldReads;
  }

  /**
   * The next position, or {@link PositionCursor#END}.
   *
   * @param wanted how many more the read wants at most
   */
  long next(long wanted) {
    if (at == taken) {
      takeAhead(wanted);
    } else if (at == touched) {
      touch();
    }
    return at < taken ? ahead[at++] : PositionCursor.END;
  }

  private void takeAhead(long wanted) {
    int most = (int) Math.min(wanted, atOnce);
    if (ahead.length != most) {
      ahead = new long[most];
    }
    at = 0;
    taken = positions.fill(ahead);
    touched = taken;
    atOnce = LATER;
    if (taken == 1 || (taken > 1 && Math.abs(ahead[taken - 1] - ahead[0]) > DENSE * (taken - 1))) {
      waitTogether();
    }
  }

  private void waitTogether() {
    unlessUnreadable(() -> {
      if (coldReads.isAnyCold(version, ahead, taken)) {
        reader.useFetched(coldReads.fetch(version, ahead, taken));
      } else {
        touched = version.touch(reader, ahead, 0, taken);
      }
    });
  }

  private void touch() {
    unlessUnreadable(() -> touched += version.touch(reader, ahead, at, taken));
  }

  private static void unlessUnreadable(Runnable look) {
    try {
      look.run();
      Faults.await();
    } catch (InternalError e) {
      // the reading of the event will meet it, too, and say what there is to say
      LOG.log(Level.DEBUG, "a place cannot be read", Faults.unreadable("the log", 0, e));
    }
  }
}
