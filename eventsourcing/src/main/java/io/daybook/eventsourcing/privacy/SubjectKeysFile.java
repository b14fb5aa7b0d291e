package io.daybook.eventsourcing.privacy;

import io.daybook.eventsourcing.privacy.SubjectKeysException.Reason;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keys of subjects in a file, {@code subject.keys}, in a folder of its own. All that is in it is
 * sealed with a master key, ids of subjects included. One process has it open at a time. May be
 * used by any number of threads. About 300 bytes of memory are taken for each subject, and about
 * 100 of the file.
 *
 * <p>A new key is added to the end of the file and synced before it is handed out; keys that are
 * asked for at the same time share a sync. Forgetting writes the file anew, without the deleted
 * keys, syncs it, puts it in the place of the old one, and overwrites the old one's bytes with
 * zeros: so a copy that shares its bytes, by a hard link, is no backup; use {@link #backup}. What a
 * disk, a file system that never overwrites, or its snapshots keep is out of reach of this: there,
 * a new master key ({@link #rotateMasterKey}) and the end of the old one make what is left
 * worthless.
 */
public final class SubjectKeysFile implements SubjectKeys {
  private static final System.Logger LOG = System.getLogger(SubjectKeysFile.class.getName());

  private static final String FILE = "subject.keys";
  private static final String NEW_FILE = "subject.keys.new";
  private static final String LOCK = "lock";

  private final Path folder;
  private final FileChannel lockFile;

  /** Guards all that changes: the file, its end, the ring. */
  private final ReentrantLock writing = new ReentrantLock();

  /** Subjects that wait for a key. Whoever gets the lock makes the keys of all. */
  private final Map<String, Integer> waiting = new ConcurrentHashMap<>();

  private MasterKey masterKey;
  private KeysFileForm form;
  private FileChannel channel;
  private long endBytes;
  private volatile KeyRing ring;
  private volatile @Nullable Exception failure;
  private volatile boolean closed;

  private SubjectKeysFile(Path folder, MasterKey masterKey, FileChannel lockFile)
      throws IOException {
    this.folder = folder;
    this.masterKey = masterKey;
    this.lockFile = lockFile;
    Path file = folder.resolve(FILE);
    wipe(folder.resolve(NEW_FILE));
    if (Files.exists(file)) {
      channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        KeysFileForm.Contents contents = KeysFileForm.decode(file, channel, masterKey);
        form = contents.form();
        ring = contents.ring();
        endBytes = Math.min(contents.endBytes(), channel.size());
        if (endBytes < channel.size()) {
          // a key that was not synced yet, and so never used
          channel.truncate(endBytes).force(true);
        }
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } else {
      ring = new KeyRing(SubjectKey.randomBytes(SubjectKey.KEY_BYTES));
      form = KeysFileForm.create(UUID.randomUUID(), 1, masterKey);
      byte[] bytes = form.encode(ring);
      channel = put(bytes);
      endBytes = bytes.length;
    }
  }

  /**
   * Opens the keys in a folder; where there are none, a store of keys is made.
   *
   * @throws SubjectKeysException if another has it open, the master key is another one, or the file
   *     is damaged
   */
  public static SubjectKeysFile open(Path folder, MasterKey masterKey) {
    Objects.requireNonNull(masterKey, "masterKey");
    FileChannel lock = null;
    try {
      Files.createDirectories(folder);
      lock =
          FileChannel.open(
              folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!isLocked(lock)) {
        throw new SubjectKeysException(
            Reason.NOT_OPEN,
            "the keys in " + folder + " are open already, here or in another process; close them");
      }
      return new SubjectKeysFile(folder, masterKey, lock);
    } catch (IOException e) {
      closeAfter(lock, e);
      throw new SubjectKeysException(
          Reason.FAILED, "the keys in " + folder + " cannot be opened: " + e, e);
    } catch (RuntimeException e) {
      closeAfter(lock, e);
      throw e;
    }
  }

  private static boolean isLocked(FileChannel lock) throws IOException {
    try {
      return lock.tryLock() != null;
    } catch (OverlappingFileLockException _) {
      return false;
    }
  }

  private static void closeAfter(@Nullable FileChannel lock, Exception why) {
    try {
      if (lock != null) {
        lock.close();
      }
    } catch (IOException e) {
      why.addSuppressed(e);
    }
  }

  @Override
  public SubjectKey current(String subject) {
    requireOpen();
    SubjectKey known = ring.current(subject);
    if (known != null) {
      return known;
    }
    waiting.merge(subject, 1, Integer::sum);
    try {
      writing.lock();
      try {
        requireWritable();
        known = ring.current(subject);
        if (known == null) {
          addWaiting(subject);
          known = Objects.requireNonNull(ring.current(subject));
        }
        return known;
      } finally {
        writing.unlock();
      }
    } finally {
      waiting.computeIfPresent(subject, (_, count) -> count == 1 ? null : count - 1);
    }
  }

  /** Makes the keys of this subject and of others that wait for one, by one write and one sync. */
  private void addWaiting(String first) {
    var keys = new ArrayList<SubjectKey>();
    keys.add(SubjectKey.random(first, 1));
    for (String subject : waiting.keySet()) {
      if (keys.size() < KeysFileForm.MAX_ENTRIES
          && !subject.equals(first)
          && !ring.subjects().containsKey(subject)) {
        keys.add(SubjectKey.random(subject, 1));
      }
    }
    add(keys);
  }

  @Override
  public Optional<SubjectKey> find(String subject, int version) {
    requireOpen();
    return ring.find(subject, version, folder);
  }

  @Override
  public SubjectKey rotate(String subject) {
    requireOpen();
    writing.lock();
    try {
      requireWritable();
      SubjectKey key = ring.next(subject);
      add(List.of(key));
      return key;
    } finally {
      writing.unlock();
    }
  }

  /** Keys count when they are synced. */
  private void add(List<SubjectKey> keys) {
    byte[] record = form.encode(endBytes, keys);
    try {
      writeFully(channel, ByteBuffer.wrap(record), endBytes);
      channel.force(false);
    } catch (IOException e) {
      throw failed("a key cannot be written", e);
    }
    endBytes += record.length;
    for (SubjectKey key : keys) {
      boolean added = ring.add(key);
      assert added : key;
    }
  }

  @Override
  public void forget(Collection<String> subjects) {
    requireOpen();
    var wanted = new LinkedHashSet<String>();
    for (String subject : subjects) {
      if (!ring.isForgotten(subject)) {
        wanted.add(subject);
      }
    }
    if (wanted.isEmpty()) {
      return;
    }
    writing.lock();
    try {
      requireWritable();
      KeyRing fewer = copyOf(ring);
      wanted.forEach(fewer::forget);
      rewrite(fewer, masterKey);
    } finally {
      writing.unlock();
    }
  }

  private static KeyRing copyOf(KeyRing ring) {
    var copy = new KeyRing(ring.hashKey());
    copy.subjects().putAll(ring.subjects());
    return copy;
  }

  @Override
  public Set<String> forgotten() {
    requireOpen();
    return ring.forgotten();
  }

  @Override
  public String hash(String text) {
    requireOpen();
    return ring.hash(text);
  }

  /**
   * Seals all keys with another master key, durably when this returns; from then on, the file opens
   * with that one alone. Data stays as it is, for subjects keep their keys. Backups of the keys
   * that were made before open with the old one.
   *
   * @throws SubjectKeysException if the new master key cannot be had
   */
  public void rotateMasterKey(MasterKey newMasterKey) {
    Objects.requireNonNull(newMasterKey, "newMasterKey");
    requireOpen();
    writing.lock();
    try {
      requireWritable();
      rewrite(ring, newMasterKey);
      masterKey = newMasterKey;
    } finally {
      writing.unlock();
    }
  }

  /**
   * Copies the keys as they are now to another folder, durably; it opens with the same master key.
   * To restore it, put it in the place of the folder while that is closed. A backup still has the
   * keys of subjects that are forgotten later: see {@link Forgetting}, which forgets them again.
   *
   * @param target a folder that is empty or not there
   * @throws SubjectKeysException if the target holds something, or cannot be written
   */
  public void backup(Path target) {
    requireOpen();
    writing.lock();
    try {
      form.requireSame(masterKey, folder.resolve(FILE));
      byte[] bytes = KeysFileForm.create(form.storeId(), form.generation(), masterKey).encode(ring);
      Files.createDirectories(target);
      try (var listing = Files.list(target)) {
        if (listing.findAny().isPresent()) {
          throw new SubjectKeysException(
              Reason.FAILED, "the folder " + target + " for a backup of the keys is not empty");
        }
      }
      try (FileChannel copy = create(target.resolve(FILE))) {
        writeFully(copy, ByteBuffer.wrap(bytes), 0);
        copy.force(true);
      }
      syncFolder(target);
    } catch (IOException e) {
      throw new SubjectKeysException(
          Reason.FAILED, "the keys in " + folder + " cannot be copied to " + target + ": " + e, e);
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void close() {
    writing.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      try (lockFile;
          FileChannel file = channel) {
        assert file.isOpen() || failure != null;
      } catch (IOException e) {
        throw new SubjectKeysException(
            Reason.FAILED, "the keys in " + folder + " cannot be closed: " + e, e);
      }
    } finally {
      writing.unlock();
    }
  }

  @Override
  public String toString() {
    return "the subjects' keys in " + folder;
  }

  /** Replaces the file by one with other contents, and overwrites what it was. */
  private void rewrite(KeyRing newRing, MasterKey newMasterKey) {
    if (newMasterKey.equals(masterKey)) {
      form.requireSame(masterKey, folder.resolve(FILE));
    }
    KeysFileForm newForm = KeysFileForm.create(form.storeId(), form.generation() + 1, newMasterKey);
    byte[] bytes = newForm.encode(newRing);
    FileChannel old = channel;
    try {
      channel = put(bytes);
    } catch (IOException e) {
      // which of the two files is there after a crash is not known: only an opening can tell
      throw failed("the keys cannot be written anew", e);
    }
    form = newForm;
    ring = newRing;
    endBytes = bytes.length;
    try (old) {
      wipe(old);
    } catch (IOException e) {
      LOG.log(
          Level.WARNING,
          "the bytes that the former file of keys in "
              + folder
              + " had are not overwritten; rotate the master key to make them worthless",
          e);
    }
  }

  /** Writes and syncs a new file, and puts it in its place. */
  private FileChannel put(byte[] bytes) throws IOException {
    Path fresh = folder.resolve(NEW_FILE);
    FileChannel file = create(fresh);
    try {
      writeFully(file, ByteBuffer.wrap(bytes), 0);
      file.force(true);
      Files.move(
          fresh,
          folder.resolve(FILE),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      syncFolder(folder);
      return file;
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /** A new file that only its owner may read, where the file system knows owners. */
  private static FileChannel create(Path file) throws IOException {
    var options =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? FileChannel.open(
            file,
            options,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
        : FileChannel.open(file, options);
  }

  private static void syncFolder(Path folder) throws IOException {
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
        entries.force(true);
      }
    }
  }

  /** What a crash left of a file that was to take the place of the present one. */
  private static void wipe(Path file) throws IOException {
    if (Files.exists(file)) {
      try (FileChannel left = FileChannel.open(file, StandardOpenOption.WRITE)) {
        wipe(left);
      }
      Files.delete(file);
    }
  }

  private static void wipe(FileChannel file) throws IOException {
    var zeros = new byte[64 << 10];
    long size = file.size();
    for (long at = 0; at < size; at += zeros.length) {
      int count = (int) Math.min(zeros.length, size - at);
      writeFully(file, ByteBuffer.wrap(zeros, 0, count), at);
    }
    file.force(true);
  }

  private static void writeFully(FileChannel file, ByteBuffer bytes, long offset)
      throws IOException {
    long at = offset;
    while (bytes.hasRemaining()) {
      at += file.write(bytes, at);
    }
  }

  private SubjectKeysException failed(String what, IOException e) {
    failure = e;
    return new SubjectKeysException(
        Reason.FAILED, what + " to " + folder + ": " + e + "; " + OPEN_AGAIN, e);
  }

  private static final String OPEN_AGAIN =
      "nothing more is written until the keys are opened again";

  private void requireOpen() {
    if (closed) {
      throw new SubjectKeysException(Reason.NOT_OPEN, "the keys in " + folder + " are closed");
    }
  }

  private void requireWritable() {
    requireOpen();
    Exception earlier = failure;
    if (earlier != null) {
      throw new SubjectKeysException(
          Reason.FAILED,
          "writing to " + folder + " failed before: " + earlier + "; " + OPEN_AGAIN,
          earlier);
    }
  }
}
