package io.daybook.engine.log;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of packs that were read lately, decompressed: each has one place where it can be,
 * which it shares with others. Thread-safe.
 */
final class BlockCache {
  private static final int PLACES = 1_024;

  /** Blocks with more are a large frame, and are not kept. */
  private static final int MAX_BYTES = 64 << 10;

  private final AtomicReferenceArray<Pack.@Nullable Block> blocks =
      new AtomicReferenceArray<>(PLACES);

  private static int place(Pack pack, int number) {
    return (System.identityHashCode(pack) * 31 + number) & (PLACES - 1);
  }

  Pack.@Nullable Block get(Pack pack, int number) {
    Pack.Block block = blocks.getAcquire(place(pack, number));
    return block != null && block.pack() == pack && block.number() == number ? block : null;
  }

  void put(Pack.Block block) {
    if (block.frames().byteSize() <= MAX_BYTES) {
      blocks.setRelease(place(block.pack(), block.number()), block);
    }
  }
}
