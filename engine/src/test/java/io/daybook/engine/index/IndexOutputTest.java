package io.daybook.engine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.io.Disk;
import io.daybook.engine.io.DiskFile;
import io.daybook.engine.io.DiskOperation;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.FileOutput;
import io.daybook.engine.io.Loss;
import io.daybook.engine.io.Mapping;
import io.daybook.engine.io.MemoryDisk;
import io.daybook.engine.io.SealedBlocks;
import io.daybook.engine.io.SealedDisk;
import io.daybook.engine.io.SimulatedDisk;
import io.daybook.engine.io.StoreKeys;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How an index file gets to the disk. */
final class IndexOutputTest {
  private static final FileHeader HEADER = SampleLog.header(0, 1);
  private static final String NAME = IndexFile.nameOf(0, 9, 1);

  private final SimulatedDisk disk = new SimulatedDisk(1);

  @BeforeEach
  void createFolder() throws IOException {
    disk.createFolder("");
    disk.createFolder(IndexFile.FOLDER);
    disk.syncFolder("");
  }

  /** What was patched may be on the disk already, or not, or in part. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFileHoldsWhatWasWrittenAndPatched(boolean sealed) throws IOException {
    Disk target = sealed ? new SealedDisk(disk, StoreKeys.create(SampleLog.STORE)) : disk;
    Random random = new Random(77);
    byte[] expected = new byte[400_000];
    random.nextBytes(expected);
    List<Long> progress = new ArrayList<>();
    try (var out = new FileOutput(target, NAME, HEADER, progress::add)) {
      int at = FileHeader.BYTES;
      while (at < expected.length) {
        int length = Math.min(1 + random.nextInt(20_000), expected.length - at);
        out.write(expected, at, length);
        at += length;
        assertThat(out.offset()).isEqualTo(at);
        long flushed = progress.isEmpty() ? at : progress.getLast();
        int from = (int) Math.max(FileHeader.BYTES, flushed - random.nextInt(300));
        byte[] patch = new byte[Math.min(random.nextInt(600), at - from)];
        random.nextBytes(patch);
        out.patch(from, patch, patch.length);
        System.arraycopy(patch, 0, expected, from, patch.length);
      }
      out.finish();
    }
    assertThat(progress).isSorted().hasSizeBetween(6, 8).last().isEqualTo(400_000L);
    byte[] content = Arrays.copyOfRange(expected, FileHeader.BYTES, expected.length);
    assertThat(contentOf(target, content.length)).isEqualTo(content);
  }

  private static byte[] contentOf(Disk disk, int length) throws IOException {
    try (DiskFile file = disk.open(NAME)) {
      Mapping mapping = file.mapWhole();
      try {
        FileHeader header = FileHeader.decode(NAME, mapping.segment(), FileHeader.Kind.INDEX);
        SealedBlocks sealed = SealedBlocks.of(NAME, header, mapping.segment(), disk, "");
        var bytes = new IndexBytes(NAME, header.seed(), mapping, sealed);
        assertThat(bytes.size()).isEqualTo(FileHeader.BYTES + length);
        return bytes.copy(FileHeader.BYTES, length);
      } finally {
        mapping.release();
      }
    }
  }

  @Test
  void whatIsFinishedIsDurable() throws IOException {
    SampleLog log = new SampleLog(78).grow(300, 40);
    IndexFile first = log.file(disk, 0, 149, 1);
    IndexFile second = log.file(disk, 150, 299, 2);
    String merged =
        IndexMerger.merge(disk, SampleLog.header(0, 3), List.of(first, second), _ -> {});
    first.release();
    second.release();
    assertThat(disk.openFiles()).isEmpty();
    disk.syncFolder(IndexFile.FOLDER);
    SimulatedDisk after = disk.powerLoss(Loss.ALL);
    for (String name : List.of(first.name(), second.name(), merged)) {
      IndexFile file = IndexFile.open(after, name, SampleLog.STORE);
      file.verify();
      file.release();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nothingIsLeftOfAFileThatCouldNotBeWritten(boolean sealed) throws IOException {
    Disk target = sealed ? new SealedDisk(disk, StoreKeys.create(SampleLog.STORE)) : disk;
    SampleLog log = new SampleLog(79).grow(300, 40);
    for (DiskOperation operation : List.of(DiskOperation.WRITE, DiskOperation.SYNC)) {
      disk.failNth(operation, 1);
      assertThatThrownBy(() -> log.file(target, 0, 299, 1)).isInstanceOf(IOException.class);
      assertThat(disk.list(IndexFile.FOLDER)).isEmpty();
      assertThat(disk.openFiles()).isEmpty();
    }
  }

  /** Names, positions and ids are the same behind the store's keys. */
  @Test
  void aSealedFileAnswersAsAnotherDoes() throws IOException {
    StoreKeys keys = StoreKeys.create(SampleLog.STORE);
    var target = new SealedDisk(disk, keys);
    SampleLog log = new SampleLog(80).grow(3_000, 40);
    IndexFile file = log.file(target, 0, 2_999, 1);
    file.verify();
    log.postings()
        .forEach((term, positions) -> {
          Postings postings = file.find(term);
          assertThat(IndexViewTest.drain(postings.cursor(false))).isEqualTo(positions);
          for (int i = 0; i < positions.size(); i += 50) {
            assertThat(postings.indexOf(positions.get(i))).isEqualTo(i);
          }
        });
    for (int position = 0; position < 3_000; position++) {
      assertThat(file.findIdCandidates(log.events().get(position).event().id()))
          .containsExactly(position);
    }
    assertThat(file.isSealedAnew()).isTrue();
    keys.replaceBy(keys.withNewKey());
    assertThat(file.isSealedAnew()).isFalse();
    file.release();
    IndexFile plain = log.file(new MemoryDisk(), 0, 2_999, 1);
    assertThat(plain.isSealedAnew()).isTrue();
    plain.release();
  }

  /** Whatever an opening refuses, it holds nothing of it. */
  @Test
  void aRefusedFileIsNotHeld() throws IOException {
    SampleLog log = new SampleLog(81).grow(30, 10);
    IndexFile file = log.file(disk, 0, 29, 1);
    file.release();
    int size = disk.contents(file.name()).length;
    for (int at : new int[] {3, 20, size - 256, size - 1}) {
      disk.flipBit(file.name(), at, 1);
      assertThatThrownBy(() -> IndexFile.open(disk, file.name(), SampleLog.STORE))
          .isInstanceOf(StoreDamagedException.class);
      disk.flipBit(file.name(), at, 1);
      assertThat(disk.mappings()).isEmpty();
      assertThat(disk.openFiles()).isEmpty();
    }
  }
}
