package io.daybook.engine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.io.Bytes;
import io.daybook.engine.io.FileHeader;
import io.daybook.engine.io.Loss;
import io.daybook.engine.io.MemoryDisk;
import io.daybook.engine.io.SimulatedCrash;
import io.daybook.engine.io.SimulatedDisk;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ManifestTest {
  private static final UUID STORE = new UUID(1, 2);
  private static final Manifest FULL =
      new Manifest(
          STORE,
          3,
          77,
          50,
          40,
          List.of(
              new Manifest.LogEntry(0, 5, true, 0x1111, 4_096, 99, 8),
              new Manifest.LogEntry(100, 6, false, 0x2222, 8_192, 199, 0),
              Manifest.LogEntry.active(200, 7)),
          List.of(
              new Manifest.IndexEntry(0, 149, 9, 10_000),
              new Manifest.IndexEntry(150, 180, 10, 20_000)));

  private final MemoryDisk disk = new MemoryDisk();

  /** By the words of {@code docs/format.md}. */
  private static byte[] format(int logs, int indexes, long... words) {
    ByteBuffer bytes =
        ByteBuffer.allocate(64 + 32 + 8 * words.length + 4).order(ByteOrder.LITTLE_ENDIAN);
    new FileHeader(FileHeader.Kind.MANIFEST, 77, STORE, 0, 77, 3).encode(bytes.array());
    bytes.position(64).putLong(77).putLong(50).putLong(40).putInt(logs).putInt(indexes);
    for (long word : words) {
      bytes.putLong(word);
    }
    return checked(bytes.array());
  }

  private static byte[] checked(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes, 0, bytes.length - 4);
    Bytes.putInt(bytes, bytes.length - 4, (int) crc.getValue());
    return bytes;
  }

  private static long formAndCheck(int form, int check) {
    return form | (long) check << 32;
  }

  @Test
  void aManifestIsWhatTheFormatSays() throws IOException {
    disk.put("MANIFEST.new", new byte[5]); // of an earlier time that a crash cut short
    FULL.write(disk);
    assertThat(disk.contents()).containsOnlyKeys("MANIFEST");
    assertThat(disk.contents().get("MANIFEST"))
        .isEqualTo(
            format(
                3,
                2,
                new long[] {
                  0,
                  5,
                  formAndCheck(2, 0x1111),
                  4_096,
                  99,
                  8,
                  100,
                  6,
                  formAndCheck(1, 0x2222),
                  8_192,
                  199,
                  0,
                  200,
                  7,
                  formAndCheck(1, 0),
                  0,
                  0,
                  0,
                  0,
                  149,
                  9,
                  10_000,
                  150,
                  180,
                  10,
                  20_000
                }));
    assertThat(Manifest.read(disk)).isEqualTo(FULL);
  }

  /** However it is cut short, the one before or the one after is there. */
  @ParameterizedTest
  @EnumSource
  void aManifestIsReplacedAsAWhole(Loss loss) throws IOException {
    Manifest next = FULL.newEpoch(1_000);
    boolean written = false;
    for (int steps = 1; !written; steps++) {
      var simulated = new SimulatedDisk(steps).foldersInOrder(false);
      simulated.createFolder("");
      FULL.write(simulated);
      simulated.crashIn(steps);
      try {
        next.write(simulated);
        written = true;
      } catch (SimulatedCrash _) {
        // as was asked for
      }
      Manifest found = Manifest.read(simulated.powerLoss(loss));
      assertThat(found).isIn(written ? List.of(next) : List.of(FULL, next));
    }
  }

  @Test
  void countsThatDoNotFitAreRefused() {
    long[] words = {0, 5, formAndCheck(1, 0), 0, 0, 0, 0, 149, 9, 10_000};
    disk.put("MANIFEST", format(1, 1, words));
    assertThat(readable()).isTrue();
    int[][] wrong = {{0, 1}, {1, 0}, {1, 2}, {2, 1}, {-1, 4}, {3, -2}, {0, 2}, {1 << 30, 1}};
    for (int[] counts : wrong) {
      disk.put("MANIFEST", format(counts[0], counts[1], words));
      assertRefused(88, "its counts do not fit its size");
    }
    disk.put("MANIFEST", format(0, 0));
    assertRefused(88, "its counts do not fit its size");
  }

  private boolean readable() {
    try {
      return Manifest.read(disk) != null;
    } catch (IOException | StoreDamagedException _) {
      return false;
    }
  }

  private void assertRefused(long offset, String why) {
    assertThatThrownBy(() -> Manifest.read(disk))
        .isInstanceOfSatisfying(
            StoreDamagedException.class, e -> assertThat(e.offsetBytes()).isEqualTo(offset))
        .hasMessageContaining(why);
  }

  @Test
  void aFormThatNobodyKnowsIsRefused() {
    for (int form : new int[] {0, 3, -1}) {
      long[] words = {0, 5, formAndCheck(1, 0), 0, 0, 0, 0, 5, formAndCheck(form, 0), 0, 0, 0};
      disk.put("MANIFEST", format(2, 0, words));
      assertRefused(96 + 48 + 16, "the unknown form " + form);
    }
  }

  @Test
  void whatIsCutOffOrChangedIsRefused() throws IOException {
    FULL.write(disk);
    byte[] whole = disk.contents().get("MANIFEST");
    for (int length = 0; length < whole.length; length++) {
      disk.put("MANIFEST", Arrays.copyOf(whole, length));
      if (length < 100) {
        assertRefused(0, "it is too short");
      } else {
        assertRefused(length - 4, "its check fails");
      }
    }
    for (int bit = 0; bit < 8 * whole.length; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      disk.put("MANIFEST", flipped);
      assertThat(readable()).as("bit %s", bit).isFalse();
    }
  }

  @Test
  void theFilesOfAStoreAreNamed() {
    assertThat(FULL.fileNames())
        .containsExactly(
            "log/00000000000000000000-5.pack",
            "index/00000000000000000000-5.loc",
            "log/00000000000000000000-8.leaves",
            "log/00000000000000000100-6.log",
            "index/00000000000000000100-6.loc",
            "log/00000000000000000200-7.log",
            "index/00000000000000000200-7.loc",
            "index/00000000000000000000-00000000000000000149-9.idx",
            "index/00000000000000000150-00000000000000000180-10.idx",
            "log/40.keys");
    var plain = new Manifest(STORE, 3, 77, 50, 0, FULL.logs(), FULL.indexes());
    assertThat(plain.fileNames()).doesNotContain("log/40.keys", "log/0.keys");
    assertThat(FULL.isEncrypted()).isTrue();
    assertThat(plain.isEncrypted()).isFalse();
    assertThat(FULL.fileNames().stream().filter(Manifest::isOptional))
        .containsExactly(
            "index/00000000000000000000-5.loc",
            "log/00000000000000000000-8.leaves",
            "index/00000000000000000100-6.loc",
            "index/00000000000000000200-7.loc",
            "index/00000000000000000000-00000000000000000149-9.idx",
            "index/00000000000000000150-00000000000000000180-10.idx");
    assertThat(FULL.indexedTo()).isEqualTo(180);
    assertThat(new Manifest(STORE, 3, 77, 50, 0, FULL.logs(), List.of()).indexedTo()).isEqualTo(-1);
  }

  @Test
  void anotherLifeHasAnotherEpoch() {
    assertThat(FULL.newEpoch(1_000))
        .isEqualTo(new Manifest(STORE, 1_000, 78, 50, 40, FULL.logs(), FULL.indexes()));
    assertThat(FULL.newEpoch(0).epoch()).isEqualTo(4);
  }

  /** Each manifest has a sequence of its own, and each file a generation. */
  @Test
  void manifestsFollowEachOther() throws IOException {
    var manifests = new Manifests(disk, FULL);
    assertThat(manifests.takeGeneration()).isEqualTo(50);
    assertThat(manifests.takeGeneration()).isEqualTo(51);
    var full = FULL.logs().getLast().full(0x3333, 700, 299);
    manifests.roll(full, Manifest.LogEntry.active(300, 51));
    assertThat(full).isEqualTo(new Manifest.LogEntry(200, 7, false, 0x3333, 700, 299, 0));
    assertThat(manifests.current().logs())
        .containsExactly(
            FULL.logs().get(0), FULL.logs().get(1), full, Manifest.LogEntry.active(300, 51));
    assertThat(manifests.current().sequence()).isEqualTo(78);
    assertThat(manifests.current().nextGeneration()).isEqualTo(52);
    manifests.roll(null, Manifest.LogEntry.active(300, 52));
    assertThat(manifests.current().logs()).hasSize(4).doesNotContainNull();
    manifests.setKeys(60);
    assertThat(manifests.current().keysGeneration()).isEqualTo(60);
    assertThat(manifests.current().sequence()).isEqualTo(80);
    manifests.setLeaves(100, 61);
    assertThat(manifests.fullLog(100)).isEqualTo(FULL.logs().get(1).withLeaves(61));
    var pack = new Manifest.LogEntry(100, 62, true, 0x2222, 8_192, 199, 0);
    manifests.rewriteLog(FULL.logs().get(1), pack);
    assertThat(manifests.fullLog(100)).isEqualTo(pack.withLeaves(61));
    assertThatThrownBy(() -> manifests.rewriteLog(FULL.logs().get(1), pack))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> manifests.fullLog(300)) // which is active
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(Manifest.read(disk)).isEqualTo(manifests.current());
  }

  @Test
  void indexFilesTakeThePlaceOfOthers() throws IOException {
    var manifests = new Manifests(disk, FULL);
    var third = new Manifest.IndexEntry(181, 190, 11, 5);
    manifests.replaceIndexes(List.of(), List.of(third));
    assertThat(manifests.current().indexes())
        .containsExactly(FULL.indexes().get(0), FULL.indexes().get(1), third);
    var merged = new Manifest.IndexEntry(0, 180, 12, 6);
    manifests.replaceIndexes(FULL.indexes(), List.of(merged));
    assertThat(manifests.current().indexes()).containsExactly(merged, third);
    manifests.replaceIndexes(List.of(merged, third), List.of());
    assertThat(manifests.current().indexes()).isEmpty();
    assertThat(Manifest.read(disk)).isEqualTo(manifests.current());
  }
}
