package io.daybook.engine.io;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of sealed files that were opened lately, 8 MiB of them: each has one place where it
 * can be, which it shares with others. Thread-safe.
 */
final class BlockCache {
  private static final int PLACES = 2_048;

  private final AtomicReferenceArray<@Nullable Block> blocks = new AtomicReferenceArray<>(PLACES);

  private record Block(FileSeal file, long number, byte[] bytes) {}

  private static int place(FileSeal file, long number) {
    return (int) Bytes.mix(System.identityHashCode(file) + (number << 32)) & (PLACES - 1);
  }

  byte @Nullable [] get(FileSeal file, long number) {
    Block block = blocks.getAcquire(place(file, number));
    return block != null && block.file == file && block.number == number ? block.bytes : null;
  }

  void put(FileSeal file, long number, byte[] bytes) {
    blocks.setRelease(place(file, number), new Block(file, number, bytes));
  }
}
