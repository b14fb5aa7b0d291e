package io.daybook.engine.log;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The sealed frames that were opened lately, 32 MiB of them at most: each has one place where it can
 * be, which it shares with others. There are few places for large ones. Thread-safe.
 */
final class FrameCache {
  private static final int SMALL_BYTES = 4 << 10;
  private static final int LARGE_BYTES = 1 << 20;

  private final AtomicReferenceArray<SealedFrames.@Nullable Opened> small =
      new AtomicReferenceArray<>(1 << 12);
  private final AtomicReferenceArray<SealedFrames.@Nullable Opened> large =
      new AtomicReferenceArray<>(1 << 4);

  private static int at(
      AtomicReferenceArray<?> frames, SealedFrames file, long place) {
    long hash = (place >>> 3) * 0x9e3779b97f4a7c15L + System.identityHashCode(file.seal());
    return (int) (hash >>> 40) & (frames.length() - 1);
  }

  SealedFrames.@Nullable Opened get(SealedFrames file, long place) {
    SealedFrames.Opened frame = small.getAcquire(at(small, file, place));
    if (frame == null || !frame.is(file, place)) {
      frame = large.getAcquire(at(large, file, place));
    }
    return frame != null && frame.is(file, place) ? frame : null;
  }

  void clear() {
    for (int i = 0; i < small.length(); i++) {
      small.setRelease(i, null);
    }
    for (int i = 0; i < large.length(); i++) {
      large.setRelease(i, null);
    }
  }

  void put(SealedFrames.Opened frame) {
    if (frame.size() <= SMALL_BYTES) {
      small.setRelease(at(small, frame.file(), frame.place()), frame);
    } else if (frame.size() <= LARGE_BYTES) {
      large.setRelease(at(large, frame.file(), frame.place()), frame);
    }
  }
}
