package io.daybook.testkit.privacy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.privacy.MasterKey;
import io.daybook.eventsourcing.privacy.SubjectForgottenException;
import io.daybook.eventsourcing.privacy.SubjectKey;
import io.daybook.eventsourcing.privacy.SubjectKeys;
import io.daybook.eventsourcing.privacy.SubjectKeysException;
import io.daybook.eventsourcing.privacy.SubjectKeysException.Reason;
import io.daybook.eventsourcing.privacy.SubjectKeysFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SubjectKeysFileTest {
  private static final byte[] CONTEXT = "context".getBytes(UTF_8);

  private final MasterKey master = MasterKey.of(bytes(1));

  @TempDir private Path temp;
  private Path folder;
  private Path file;

  @BeforeEach
  void names() {
    folder = temp.resolve("keys");
    file = folder.resolve("subject.keys");
  }

  private SubjectKeysFile open() {
    return SubjectKeysFile.open(folder, master);
  }

  @Test
  void keysAreThereAgainWhenTheFileIsOpenedAgain() {
    byte[] first;
    byte[] second;
    String hash;
    try (SubjectKeysFile keys = open()) {
      first = sealed(keys.current("Ünï"));
      second = sealed(keys.rotate("Ünï"));
      hash = keys.hash("email:ada");
    }
    try (SubjectKeysFile keys = open()) {
      assertThat(keys.current("Ünï").version()).isEqualTo(2);
      assertOpens(keys, "Ünï", 1, first);
      assertOpens(keys, "Ünï", 2, second);
      assertThat(keys.find("Ünï", 1).orElseThrow().open(second, CONTEXT)).isEmpty();
      assertThat(keys.hash("email:ada")).isEqualTo(hash).hasSize(43);
      assertThat(keys.hash("email:bob")).isNotEqualTo(hash);
    }
  }

  @Test
  @Tag("long")
  void aSubjectMayHaveMoreKeysThanARecordHolds() {
    String subject = "s".repeat(500);
    try (SubjectKeysFile keys = open()) {
      for (int i = 0; i < 2_100; i++) {
        var _ = keys.rotate(subject);
      }
      keys.forget(List.of("another"));
    }
    try (SubjectKeysFile keys = open()) {
      assertThat(keys.current(subject).version()).isEqualTo(2_100);
      assertThat(keys.find(subject, 1)).isPresent();
    }
  }

  @Test
  void whoIsForgottenStaysForgotten() {
    byte[] kept;
    try (SubjectKeysFile keys = open()) {
      var _ = keys.current("a");
      kept = sealed(keys.current("b"));
      keys.forget(List.of("a", "never seen", "a"));
      assertForgotten(keys);
      assertOpens(keys, "b", 1, kept);
      var _ = keys.current("after");
    }
    try (SubjectKeysFile keys = open()) {
      assertForgotten(keys);
      assertOpens(keys, "b", 1, kept);
      assertThat(keys.find("after", 1)).isPresent();
    }
  }

  private static void assertForgotten(SubjectKeys keys) {
    assertThat(keys.forgotten()).containsExactlyInAnyOrder("a", "never seen");
    assertThat(keys.find("a", 1)).isEmpty();
    assertThatThrownBy(() -> keys.current("a")).isInstanceOf(SubjectForgottenException.class);
    assertThatThrownBy(() -> keys.rotate("a")).isInstanceOf(SubjectForgottenException.class);
    assertThatThrownBy(() -> keys.find("b", 2))
        .isInstanceOf(SubjectKeysException.class)
        .hasMessageContaining("key 2 of the subject b is not in");
  }

  @Test
  void theBytesOfAFileWithADeletedKeyAreOverwritten() throws IOException {
    try (SubjectKeysFile keys = open()) {
      var _ = keys.current("a");
      byte[] before = Files.readAllBytes(file);
      Path link = temp.resolve("link");
      Files.createLink(link, file);
      keys.forget(List.of("a"));

      assertThat(Files.readAllBytes(link)).hasSameSizeAs(before).containsOnly(0);
      try (var files = Files.list(folder)) {
        assertThat(files).containsExactlyInAnyOrder(file, folder.resolve("lock"));
      }
    }
  }

  @Test
  void whatACrashLeavesOfANewFileIsOverwrittenAndDeleted() throws IOException {
    open().close();
    Path left = folder.resolve("subject.keys.new");
    Files.write(left, bytes(7));
    Path link = temp.resolve("link");
    Files.createLink(link, left);
    open().close();

    assertThat(left).doesNotExist();
    assertThat(Files.readAllBytes(link)).containsOnly(0);
  }

  /**
   * Cut, or cut and padded with zeros, as a crash may leave it: what was synced before the last key
   * is there, and the store goes on. Of a record's first 12 bytes all are written or none, for they
   * are in one sector.
   */
  @Test
  void aKeyThatWasTornIsNotThere() throws IOException {
    byte[] first;
    int before;
    try (SubjectKeysFile keys = open()) {
      first = sealed(keys.current("a"));
      before = (int) Files.size(file);
      var _ = keys.current("b");
    }
    byte[] whole = Files.readAllBytes(file);
    for (int size = before; size < whole.length; size += size < before + 14 ? 1 : 7) {
      assertGoesOnWithout(Arrays.copyOf(whole, size), first);
      if (size == before || size >= before + 12) {
        assertGoesOnWithout(Arrays.copyOf(Arrays.copyOf(whole, size), whole.length), first);
      }
    }
  }

  private void assertGoesOnWithout(byte[] torn, byte[] first) throws IOException {
    Files.write(file, torn);
    try (SubjectKeysFile keys = open()) {
      assertOpens(keys, "a", 1, first);
      assertThatThrownBy(() -> keys.find("b", 1)).isInstanceOf(SubjectKeysException.class);
      assertThat(keys.current("c").version()).isEqualTo(1);
    }
    try (SubjectKeysFile keys = open()) {
      assertThat(keys.find("c", 1)).isPresent();
    }
  }

  /** A byte changed: either the error, or nothing is lost but the last record. */
  @Test
  void aChangedByteIsNeverTakenForAKey() throws IOException {
    byte[] first;
    try (SubjectKeysFile keys = open()) {
      first = sealed(keys.current("a"));
      var _ = keys.current("b");
      var _ = keys.current("c");
    }
    byte[] whole = Files.readAllBytes(file);
    long last = lastRecord(whole);
    int errors = 0;
    for (int at = 0; at < whole.length; at += 3) {
      byte[] changed = whole.clone();
      changed[at] ^= 0x10;
      Files.write(file, changed);
      try (SubjectKeysFile keys = open()) {
        assertOpens(keys, "a", 1, first);
        assertThat(keys.find("b", 1)).isPresent();
        assertThat(at >= last || changedPadding(whole, at)).as("byte %s", at).isTrue();
      } catch (SubjectKeysException e) {
        assertThat(e.reason()).isIn(Reason.DAMAGED, Reason.MASTER_KEY);
        assertThat(e).hasMessageContaining(file.toString());
        errors++;
      }
    }
    assertThat(errors).isGreaterThan((int) last / 6);
  }

  /** Bytes between records are zeros that nobody reads. */
  private static boolean changedPadding(byte[] whole, int at) {
    return whole[at] == 0 && at > 64;
  }

  private static long lastRecord(byte[] whole) {
    long at = 64;
    long last = at;
    while (at < whole.length) {
      last = at;
      int length = ByteBuffer.wrap(whole).getInt((int) at);
      at += (12L + length + 15) / 16 * 16;
    }
    return last;
  }

  @Test
  void anotherMasterKeyIsRefused() {
    open().close();

    assertThatThrownBy(() -> SubjectKeysFile.open(folder, MasterKey.of(bytes(2))))
        .isInstanceOfSatisfying(
            SubjectKeysException.class, e -> assertThat(e.reason()).isEqualTo(Reason.MASTER_KEY))
        .hasMessageContaining("sealed with another master key");
    open().close();
  }

  @Test
  void theMasterKeyIsChanged() {
    MasterKey other = MasterKey.of(bytes(2));
    byte[] sealed;
    try (SubjectKeysFile keys = open()) {
      sealed = sealed(keys.current("a"));
      keys.forget(List.of("f"));
      keys.rotateMasterKey(other);
      assertOpens(keys, "a", 1, sealed);
      var _ = keys.current("b");
      keys.forget(List.of("g"));
    }
    assertThatThrownBy(this::open).isInstanceOf(SubjectKeysException.class);
    try (SubjectKeysFile keys = SubjectKeysFile.open(folder, other)) {
      assertOpens(keys, "a", 1, sealed);
      assertThat(keys.find("b", 1)).isPresent();
      assertThat(keys.forgotten()).isEqualTo(Set.of("f", "g"));
    }
  }

  @Test
  void aBackupIsAStoreOfKeysAsItWas() throws IOException {
    Path backup = temp.resolve("backup");
    try (SubjectKeysFile keys = open()) {
      byte[] sealed = sealed(keys.current("a"));
      String hash = keys.hash("x");
      keys.backup(backup);
      keys.forget(List.of("a"));

      try (SubjectKeysFile copy = SubjectKeysFile.open(backup, master)) {
        assertOpens(copy, "a", 1, sealed);
        assertThat(copy.hash("x")).isEqualTo(hash);
      }
      assertThatThrownBy(() -> keys.backup(backup)).hasMessageContaining("is not empty");
    }
  }

  @Test
  void oneHasItOpenAtATime() {
    SubjectKeysFile keys = open();
    assertThatThrownBy(this::open).hasMessageContaining("are open already");
    keys.close();
    keys.close();
    assertThatThrownBy(() -> keys.current("a"))
        .isInstanceOfSatisfying(
            SubjectKeysException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_OPEN));
    open().close();
  }

  @Test
  void nothingOfSubjectsCanBeReadInTheFile() throws IOException {
    try (SubjectKeysFile keys = open()) {
      var _ = keys.current("customer-4711");
      keys.forget(List.of("customer-4712"));
    }
    assertThat(new String(Files.readAllBytes(file), UTF_8)).doesNotContain("customer");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void manyAtATimeGetOneKeyEach() throws Exception {
    var versions = ConcurrentHashMap.<String>newKeySet();
    try (SubjectKeysFile keys = open();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all =
          IntStream.range(0, 400)
              .mapToObj(i ->
                  threads.submit(() -> {
                    String subject = "s" + i % 100;
                    byte[] sealed = sealed(keys.current(subject));
                    assertOpens(keys, subject, 1, sealed);
                    versions.add(subject);
                  }))
              .toList();
      for (var one : all) {
        one.get();
      }
    }
    try (SubjectKeysFile keys = open()) {
      assertThat(versions).hasSize(100);
      versions.forEach(subject -> assertThat(keys.find(subject, 1)).isPresent());
    }
  }

  @Test
  void aMasterKeyComesFromAFile() throws IOException {
    Path key = temp.resolve("master");
    Files.writeString(key, "00".repeat(31) + "2a\n");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    SubjectKeysFile.open(folder, MasterKey.file(key)).close();
    byte[] same = new byte[32];
    same[31] = 42;
    SubjectKeysFile.open(folder, MasterKey.of(same)).close();

    Files.writeString(key, "x".repeat(32));
    assertThatThrownBy(() -> MasterKey.file(key).key()).hasMessageContaining("holds no master key");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> MasterKey.file(key).key()).hasMessageContaining("chmod 600");
    assertThatThrownBy(() -> MasterKey.file(temp.resolve("none")).key())
        .isInstanceOf(SubjectKeysException.class);
  }

  @Test
  void aFileOfSomethingElseIsRefused() throws IOException {
    Files.createDirectories(folder);
    Files.write(file, bytes(3));
    assertThatThrownBy(this::open)
        .hasMessageContaining("does not begin as a file of subjects' keys does");
    try (FileChannel same = FileChannel.open(file, StandardOpenOption.READ)) {
      assertThat(same.size()).isEqualTo(32);
    }
  }

  private static byte[] sealed(SubjectKey key) {
    return key.seal("plain".getBytes(UTF_8), CONTEXT);
  }

  private static void assertOpens(SubjectKeys keys, String subject, int version, byte[] sealed) {
    assertThat(keys.find(subject, version).orElseThrow().open(sealed, CONTEXT))
        .hasValueSatisfying(plain -> assertThat(plain).isEqualTo("plain".getBytes(UTF_8)));
  }

  private static byte[] bytes(int fill) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) fill);
    return bytes;
  }
}
