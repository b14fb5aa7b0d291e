package io.daybook.engine.log;

import io.daybook.engine.io.Faults;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Frames of events that a read is about to need, read from the disk by whoever helps and decoded
 * from there: the first touch of a mapped page costs more than to copy it while it is read.
 *
 * <p>Any threads may {@link #fetch}, each another frame; who decodes does so behind all of them.
 */
public final class FetchedFrames {
  /** No frame at all. */
  public static final FetchedFrames NONE = new FetchedFrames(new LogFile[0], new long[0], 0);

  private static final System.Logger LOG = System.getLogger(FetchedFrames.class.getName());

  /** About so many bytes are copied for one read, so that many reads can be under way. */
  private static final int MOST_BYTES = 1 << 20;

  private final LogFile[] files;
  private final long[] positions;
  private final long[] places;
  private final LogFile.@Nullable Fetched[] frames;
  private final AtomicInteger leftBytes = new AtomicInteger(MOST_BYTES);
  private int near;

  private FetchedFrames(LogFile[] files, long[] positions, int count) {
    this.files = files;
    this.positions = positions;
    this.places = new long[count];
    this.frames = new LogFile.@Nullable Fetched[count];
  }

  /** The frames of events at positions, each of which is one of the files; none is fetched yet. */
  public static FetchedFrames of(LogFile[] files, long[] wanted, int count) {
    LogFile[] its = new LogFile[count];
    long[] positions = new long[count];
    int frames = 0;
    for (int i = 0; i < count; i++) {
      LogFile file = files[LogFile.indexOf(files, wanted[i])];
      boolean again =
          frames > 0
              && file == its[frames - 1]
              && file.areInOneFrame(positions[frames - 1], wanted[i]);
      if (!again) {
        its[frames] = file;
        positions[frames++] = wanted[i];
      }
    }
    return new FetchedFrames(its, positions, frames);
  }

  /** How many frames there are. */
  public int count() {
    return frames.length;
  }

  /**
   * Reads one of the frames; or only brings it into memory, if many were read. If that fails, its
   * decoding finds out what there is to tell.
   */
  public void fetch(int number) {
    LogFile file = files[number];
    try {
      places[number] = file.placeOf(positions[number]);
      LogFile.Fetched frame = file.fetch(positions[number], leftBytes.get() > 0);
      Faults.await(); // a page that could not be read may be told of only now
      if (frame != null) {
        leftBytes.addAndGet((int) -frame.bytes().byteSize());
        frames[number] = frame;
      }
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.DEBUG, "an event was not fetched ahead", e);
    } catch (InternalError e) {
      var unreadable = Faults.unreadable(file.name(), Math.max(places[number], 0), e);
      LOG.log(Level.DEBUG, "an event was not fetched ahead", unreadable);
    }
  }

  /** The frame at a place; null if it was not fetched. Frames are asked for in order. */
  LogFile.@Nullable Fetched at(LogFile file, long place) {
    for (int i = 0; i < frames.length; i++) {
      int number = (near + i) % frames.length;
      if (places[number] == place && files[number] == file) {
        near = number;
        return frames[number];
      }
    }
    return null;
  }
}
