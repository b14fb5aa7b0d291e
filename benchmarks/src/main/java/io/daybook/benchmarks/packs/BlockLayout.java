package io.daybook.benchmarks.packs;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdDictTrainer;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whole frames in compressed blocks: in the order in which they were written, or those of a log
 * file side by side that are of one stream.
 */
final class BlockLayout extends Layout {
  private static final int DICTIONARY_BYTES = 32 << 10;

  private final Path file;
  private final int blockBytes;
  private final int level;
  private final boolean clustered;
  private final int cached;
  private final byte @Nullable [] dictionary;
  private final ZstdDecompressCtx decompressor = new ZstdDecompressCtx();
  private final int[] blockOf;
  private final int[] startInBlock;
  private final List<Integer> plainBytes = new ArrayList<>();
  private final List<Long> offsets = new ArrayList<>();
  private final LinkedHashMap<Integer, MemorySegment> blocks = new LinkedHashMap<>(16, 0.75f, true);
  private MemorySegment segment = MemorySegment.NULL;
  private int lastNumber = -1;
  private MemorySegment last = MemorySegment.NULL;
  private @Nullable FileChannel opened;
  private long written;

  /** Millions of bytes compressed in a second, while it was made. */
  double built;

  BlockLayout(
      Frames frames,
      Fetch fetch,
      Path file,
      int blockBytes,
      int level,
      boolean withDictionary,
      boolean clustered)
      throws IOException {
    super(frames, fetch);
    this.file = file;
    this.blockBytes = blockBytes;
    this.level = level;
    this.clustered = clustered;
    // a clustered file is scanned in order of position only with all of its blocks at hand
    this.cached = clustered ? 100_000 : 8;
    this.blockOf = new int[frames.all.size()];
    this.startInBlock = new int[frames.all.size()];
    try (Arena arena = Arena.ofConfined()) {
      List<MemorySegment> sources = new ArrayList<>();
      for (Path source : frames.files) {
        sources.add(Frames.map(source, arena));
      }
      dictionary = withDictionary ? train(sources) : null;
      if (dictionary != null) {
        decompressor.loadDict(dictionary);
      }
      long began = System.nanoTime();
      write(sources);
      built = frames.bytes() * 1e3 / (System.nanoTime() - began);
    }
  }

  private byte[] train(List<MemorySegment> sources) {
    var trainer = new ZstdDictTrainer(8 << 20, DICTIONARY_BYTES);
    for (int i = 0; i < frames.all.size(); i += 1 + frames.all.size() / 20_000) {
      trainer.addSample(copy(sources, i));
    }
    return trainer.trainSamples();
  }

  private byte[] copy(List<MemorySegment> sources, int number) {
    Frames.Frame frame = frames.all.get(number);
    byte[] bytes = new byte[frame.length()];
    MemorySegment.copy(
        sources.get(frame.file()), ValueLayout.JAVA_BYTE, frame.offset(), bytes, 0, bytes.length);
    return bytes;
  }

  private void write(List<MemorySegment> sources) throws IOException {
    Map<String, Integer> ranks = new HashMap<>();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < frames.all.size(); i++) {
      order.add(i);
      ranks.putIfAbsent(frames.all.get(i).stream(), ranks.size());
    }
    if (clustered) {
      order.sort(
          Comparator.comparingInt((Integer i) -> frames.all.get(i).file())
              .thenComparingInt(i -> ranks.get(frames.all.get(i).stream())));
    }
    byte[] block = new byte[2 * blockBytes];
    int filled = 0;
    try (OutputStream out = Files.newOutputStream(file);
        var compressor = new ZstdCompressCtx()) {
      compressor.setLevel(level);
      if (dictionary != null) {
        compressor.loadDict(dictionary);
      }
      for (int number : order) {
        byte[] bytes = copy(sources, number);
        if (filled > 0 && filled + bytes.length > blockBytes) {
          flush(compressor, block, filled, out);
          filled = 0;
        }
        if (bytes.length > block.length - filled) {
          block = java.util.Arrays.copyOf(block, filled + bytes.length);
        }
        System.arraycopy(bytes, 0, block, filled, bytes.length);
        blockOf[number] = offsets.size();
        startInBlock[number] = filled;
        filled += bytes.length;
      }
      flush(compressor, block, filled, out);
    }
    offsets.add(written);
  }

  private void flush(ZstdCompressCtx compressor, byte[] block, int filled, OutputStream out)
      throws IOException {
    byte[] packed = compressor.compress(java.util.Arrays.copyOf(block, filled));
    out.write(packed);
    offsets.add(written);
    plainBytes.add(filled);
    written += packed.length;
  }

  @Override
  void map(Arena mappings) throws IOException {
    segment = Frames.map(file, mappings);
    opened = FileChannel.open(file);
  }

  @Override
  void forget() {
    blocks.clear();
    lastNumber = -1;
  }

  @Override
  long bytes() {
    return written + (dictionary == null ? 0 : DICTIONARY_BYTES) + 12L * plainBytes.size();
  }

  @Override
  MemorySegment stored(int frame) {
    int block = blockOf[frame];
    return segment.asSlice(offsets.get(block), offsets.get(block + 1) - offsets.get(block));
  }

  @Override
  FileChannel channel(int frame) {
    return Objects.requireNonNull(opened);
  }

  @Override
  long offset(int frame) {
    return offsets.get(blockOf[frame]);
  }

  @Override
  MemorySegment frame(int frame) {
    int number = blockOf[frame];
    if (number != lastNumber) {
      MemorySegment block = blocks.get(number);
      if (block == null) {
        byte[] packed = stored(frame).toArray(ValueLayout.JAVA_BYTE);
        block = MemorySegment.ofArray(decompressor.decompress(packed, plainBytes.get(number)));
        blocks.put(number, block);
        if (blocks.size() > cached) {
          blocks.pollFirstEntry();
        }
      }
      last = block;
      lastNumber = number;
    }
    return last;
  }

  @Override
  long start(int frame) {
    return startInBlock[frame];
  }
}
