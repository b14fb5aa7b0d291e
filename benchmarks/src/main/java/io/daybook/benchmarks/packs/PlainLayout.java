package io.daybook.benchmarks.packs;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Log files as they were written. */
final class PlainLayout extends Layout {
  private final List<MemorySegment> segments = new ArrayList<>();
  private final List<FileChannel> channels = new ArrayList<>();

  PlainLayout(Frames frames, Fetch fetch) {
    super(frames, fetch);
  }

  @Override
  void map(Arena mappings) throws IOException {
    segments.clear();
    channels.clear();
    for (Path file : frames.files) {
      channels.add(FileChannel.open(file));
      segments.add(Frames.map(file, mappings));
    }
  }

  @Override
  void forget() {
    // nothing is cached
  }

  @Override
  long bytes() {
    return frames.bytes();
  }

  @Override
  MemorySegment stored(int frame) {
    Frames.Frame one = frames.all.get(frame);
    return segments.get(one.file()).asSlice(one.offset(), one.length());
  }

  @Override
  FileChannel channel(int frame) {
    return channels.get(frames.all.get(frame).file());
  }

  @Override
  long offset(int frame) {
    return frames.all.get(frame).offset();
  }

  @Override
  MemorySegment frame(int frame) {
    return segments.get(frames.all.get(frame).file());
  }

  @Override
  long start(int frame) {
    return frames.all.get(frame).offset();
  }
}
