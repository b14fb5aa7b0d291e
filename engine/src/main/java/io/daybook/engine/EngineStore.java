package io.daybook.engine;

import io.daybook.engine.io.Disk;
import io.daybook.engine.io.Faults;
import io.daybook.engine.io.FolderDisk;
import io.daybook.engine.io.TemporaryDisk;
import io.daybook.engine.keys.KeySource;
import io.daybook.engine.log.GroupCommit;
import io.daybook.engine.proof.ConsistencyProof;
import io.daybook.engine.proof.InclusionProof;
import io.daybook.engine.proof.SignedHead;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.Dimension;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.ReadResult;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StreamInfo;
import io.daybook.eventstore.StreamSettings;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionRequest;
import io.daybook.eventstore.SystemEvents;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * An event store in a folder of this machine, opened by one process to be written, and by any
 * number to be read.
 *
 * <pre>{@code
 * try (EventStore store = EngineStore.open(Path.of("bank"))) {
 *   store.append("account-42", ExpectedRevision.noStream(), Event.json("Opened", "{}"));
 * }
 * }</pre>
 *
 * <p>An append that returned is on the disk, unless another {@link Durability} is chosen: it
 * survives the end of the process and of the machine. Any number of threads may use a store;
 * appends that arrive together share one sync. If the disk fails to sync, the store stops, since
 * nobody can say any more what is on it: close it, mend the disk and open it again.
 */
public final class EngineStore implements EventStore {
  private final OpenedStore parts;
  private final StoreReader reader;
  private final GroupCommit<Pending> commits;
  private final StoreWriter writer;
  private final Scavenger scavenger;
  private final KeyRotation rotation;
  private final HeadsAndProofs proofs;

  EngineStore(OpenedStore parts, EngineOptions options) {
    this.parts = parts;
    this.reader =
        new StoreReader(
            parts.published(),
            parts.signal(),
            parts.manifest().storeId(),
            parts.manifest().epoch(),
            options,
            () -> {},
            parts.maintenance()::rebuild);
    this.commits = new GroupCommit<>(parts.committer());
    this.writer = new StoreWriter(parts.committer(), commits, reader);
    this.scavenger = new Scavenger(parts, commits);
    this.proofs = new HeadsAndProofs(parts, reader, writer::makeDurable);
    this.rotation = new KeyRotation(parts, commits, options.keySource());
  }

  /**
   * Whether there is a store in a folder, or what is left of one: log files without the manifest
   * are a damaged store. Changes nothing in the folder, and asks nothing of who has it open.
   *
   * @throws io.daybook.eventstore.EventStoreFailedException if the disk fails
   */
  public static boolean exists(Path folder) {
    return Opening.isStoreIn(new FolderDisk(folder), folder.toString());
  }

  /**
   * Opens the store in a folder, or creates one.
   *
   * @throws io.daybook.eventstore.EventStoreFailedException if another process has it open, or the
   *     disk fails
   * @throws io.daybook.eventstore.StoreDamagedException if what is stored is not what was written
   */
  public static EngineStore open(Path folder) {
    return open(folder, EngineOptions.defaults());
  }

  /**
   * Opens the store in a folder.
   *
   * @throws io.daybook.eventstore.EventStoreFailedException if another process has it open, the
   *     disk fails, or there is no store and none is to be created
   * @throws io.daybook.eventstore.StoreDamagedException if what is stored is not what was written
   */
  public static EngineStore open(Path folder, EngineOptions options) {
    return open(new FolderDisk(folder), folder.toString(), options);
  }

  /**
   * Opens the store in a folder to be read only, also beside a process that has it open to be
   * written, and changes nothing in the folder. It sees what is durable, soon after it is, and
   * never anything that is not; where nobody has the store open, it sees what an opening would
   * find. A writer may come and go meanwhile. Appends, settings and deletes throw {@link
   * io.daybook.eventstore.StoreReadOnlyException}.
   *
   * <p>Between processes this works on one machine, and the file system must be a local one.
   *
   * @param options of which the clock is used, for ages, and the listener, which hears of an index
   *     that is made in memory
   * @throws io.daybook.eventstore.EventStoreFailedException if there is no store, or the disk fails
   * @throws io.daybook.eventstore.StoreDamagedException if what is stored is not what was written
   */
  public static ReadOnlyStore openReadOnly(Path folder, EngineOptions options) {
    Disk disk = FolderDisk.readOnly(folder);
    return new ReadOnlyStore(Follower.open(disk, folder.toString(), options), options);
  }

  /**
   * A new store for a test: in a folder among the system's temporary ones, with nothing synced, and
   * removed when it is closed. Otherwise it is a store like any other, as fast as the machine's
   * memory. What the end of the process leaves behind is the system's to remove.
   *
   * @throws io.daybook.eventstore.EventStoreFailedException if the folder cannot be made
   */
  public static EngineStore temporary() {
    return temporary(EngineOptions.defaults());
  }

  /**
   * A new store for a test, as {@link #temporary()} makes it.
   *
   * @throws io.daybook.eventstore.EventStoreFailedException if the folder cannot be made
   */
  public static EngineStore temporary(EngineOptions options) {
    try {
      Disk disk = new TemporaryDisk();
      return open(disk, disk.toString(), options);
    } catch (IOException e) {
      throw Faults.failed("making", "a temporary store", e);
    }
  }

  static EngineStore open(Disk disk, String name, EngineOptions options) {
    return new EngineStore(new Opening(disk, name, options).open(), options);
  }

  /**
   * Reads all that is stored in a folder and compares it: every check of the log and of the index,
   * and the index with the log. Changes nothing; nobody may have the store open meanwhile. What is
   * damaged is reported, not thrown.
   *
   * @throws io.daybook.eventstore.EventStoreFailedException if there is no store, somebody has it
   *     open, or the disk fails
   */
  public static VerifyReport verify(Path folder, ProgressListener progress) {
    return verify(folder, EngineOptions.defaults(), progress);
  }

  /**
   * Reads all that is stored in a folder, as {@link #verify(Path, ProgressListener)} does.
   *
   * @param options of which the key is used, if the store is encrypted
   * @throws io.daybook.engine.keys.StoreKeyException if it is not the store's
   */
  public static VerifyReport verify(Path folder, EngineOptions options, ProgressListener progress) {
    return verify(new FolderDisk(folder), folder.toString(), options, progress);
  }

  static VerifyReport verify(Disk disk, String name, ProgressListener progress) {
    return verify(disk, name, EngineOptions.defaults(), progress);
  }

  static VerifyReport verify(
      Disk disk, String name, EngineOptions options, ProgressListener progress) {
    return Verification.of(disk, name, options, progress);
  }

  /**
   * Signs what is stored now: one hash over all events, system ones included. The first time all
   * events are hashed, and the hashes are kept beside the log, so that the next time is quick.
   *
   * @param key an Ed25519 key pair, see {@link io.daybook.engine.proof.ProofKeys}
   * @param progress is told how many events were hashed
   * @throws EventStoreFailedException if something stored is damaged
   */
  public SignedHead signHead(KeyPair key, ProgressListener progress) {
    return proofs.signHead(key, progress);
  }

  /**
   * Proves that an event is one of those that a head signed. The proof shows the event, unless it
   * is hidden: then its hash alone.
   *
   * @param position the event's position, less than the number of events of the head
   * @param head a head of this store; its signature is not checked here
   * @param progress is told how many events were hashed
   * @throws io.daybook.engine.proof.ProofFailedException if the store does not hold what the head
   *     says: history was changed
   * @throws EventStoreFailedException if something stored is damaged
   */
  public InclusionProof prove(Position position, SignedHead head, ProgressListener progress) {
    return proofs.prove(position, head, progress);
  }

  /**
   * Proves that the events of an older head are the first ones of a newer head, unchanged.
   *
   * @param older a head of this store; its signature is not checked here
   * @param newer a head of this store with as many events or more
   * @param progress is told how many events were hashed
   * @throws io.daybook.engine.proof.ProofFailedException if the store does not hold what the heads
   *     say: history was changed
   * @throws EventStoreFailedException if something stored is damaged
   */
  public ConsistencyProof proveConsistency(
      SignedHead older, SignedHead newer, ProgressListener progress) {
    return proofs.proveConsistency(older, newer, progress);
  }

  /**
   * Copies a store to a folder, also while another process writes it: what is durable when this
   * begins, at least. Files that an earlier backup brought there are not copied again, those that
   * the store has no more are removed, and from the first backup on the folder holds a whole store
   * at every moment. All is synced when this returns. To restore, open the folder, or use {@link
   * #restore(Path, Path, ProgressListener)}; once it was opened to be written, it is a store of its
   * own and no backup any more.
   *
   * @param target a folder outside of the store's that does not exist, is empty, or holds an
   *     earlier backup of the store
   * @param progress is told how many bytes were copied
   * @throws io.daybook.eventstore.EventStoreFailedException if the target holds something else or
   *     lies inside the store's folder, or a disk fails; an earlier backup is still there
   * @throws io.daybook.eventstore.StoreDamagedException if a file of the store is missing or
   *     damaged
   */
  public static BackupReport backup(Path store, Path target, ProgressListener progress) {
    return new Backup(
            FolderDisk.readOnly(store),
            store.toString(),
            new FolderDisk(target),
            target.toString(),
            false,
            progress)
        .run();
  }

  /**
   * Copies this store to a folder while it is used, as {@link #backup(Path, Path,
   * ProgressListener)} does.
   */
  public BackupReport backup(Path target, ProgressListener progress) {
    return backUp(target, false, progress);
  }

  /**
   * Makes a copy of this store in a folder of the same file system at once, by linking its files:
   * only the newest events are copied. It takes no space until the store replaces files, and does
   * not help when the disk breaks. Otherwise it is a backup like one that {@link #backup(Path,
   * ProgressListener)} makes.
   *
   * @param target a folder outside of the store's that does not exist, is empty, or holds an
   *     earlier backup of this store
   * @throws io.daybook.eventstore.EventStoreFailedException if the target holds something else,
   *     lies inside the store's folder or is on another file system, or the disk fails
   */
  public BackupReport snapshot(Path target) {
    return backUp(target, true, ProgressListener.none());
  }

  /**
   * Makes a copy of a store at once, as {@link #snapshot(Path)} does, also while another process
   * writes it.
   */
  public static BackupReport snapshot(Path store, Path target) {
    return new Backup(
            FolderDisk.readOnly(store),
            store.toString(),
            new FolderDisk(target),
            target.toString(),
            true,
            ProgressListener.none())
        .run();
  }

  private BackupReport backUp(Path target, boolean links, ProgressListener progress) {
    Objects.requireNonNull(progress, "progress");
    writer.makeDurable();
    Disk disk = new FolderDisk(target);
    return new Backup(parts.disk(), parts.name(), disk, target.toString(), links, progress).run();
  }

  /**
   * Makes a new store in a folder out of a backup. Its id is that of the store that was backed up,
   * and its epoch is another, so that checkpoints of the life before are refused.
   *
   * @param target a folder outside of the backup's that does not exist or is empty
   * @param progress is told how many bytes were copied
   * @throws io.daybook.eventstore.EventStoreFailedException if the target is not empty or lies
   *     inside the backup, there is no backup, or a disk fails; remove then what is in the target
   * @throws io.daybook.eventstore.StoreDamagedException if the backup is damaged
   */
  public static BackupReport restore(Path backup, Path target, ProgressListener progress) {
    return restore(backup, target, new ReadRequest.AsOf.Now(), progress);
  }

  /**
   * Makes a new store in a folder out of a backup, as {@link #restore(Path, Path,
   * ProgressListener)} does, with all whole appends up to a position and nothing behind.
   */
  public static BackupReport restore(
      Path backup, Path target, Position to, ProgressListener progress) {
    return restore(backup, target, new ReadRequest.AsOf.AtPosition(to), progress);
  }

  /**
   * Makes a new store in a folder out of a backup, as {@link #restore(Path, Path,
   * ProgressListener)} does, with what was recorded up to an instant and nothing behind.
   */
  public static BackupReport restore(
      Path backup, Path target, Instant to, ProgressListener progress) {
    return restore(backup, target, new ReadRequest.AsOf.AtInstant(to), progress);
  }

  private static BackupReport restore(
      Path backup, Path target, ReadRequest.AsOf moment, ProgressListener progress) {
    return restore(backup, target, moment, EngineOptions.defaults(), progress);
  }

  /**
   * Makes a new store in a folder out of a backup, as {@link #restore(Path, Path,
   * ProgressListener)} does, with what was there as of a moment and nothing behind.
   *
   * @param options of which the key is used, if the backup is encrypted: the store has the same
   */
  public static BackupReport restore(
      Path backup,
      Path target,
      ReadRequest.AsOf moment,
      EngineOptions options,
      ProgressListener progress) {
    Disk from = FolderDisk.readOnly(backup);
    Disk to = new FolderDisk(target);
    InstantSource clock = InstantSource.system();
    return new Restore(from, backup.toString(), to, target.toString(), clock, options, progress)
        .run(moment);
  }

  /**
   * Finds out what repairing a damaged store would keep and drop, and changes nothing. Reads all of
   * the log; nobody may have the store open meanwhile.
   *
   * @param progress is told how many events were read
   * @throws io.daybook.eventstore.EventStoreFailedException if there is no store, somebody has it
   *     open, the disk fails, or the manifest is lost and the files leave a doubt which of them
   *     count
   */
  public static RepairPlan planRepair(Path store, ProgressListener progress) {
    return planRepair(store, EngineOptions.defaults(), progress);
  }

  /**
   * Finds out what repairing a damaged store would keep and drop, as {@link #planRepair(Path,
   * ProgressListener)} does.
   *
   * @param options of which the key is used, if the store is encrypted
   * @throws io.daybook.engine.keys.StoreKeyException if it is not the store's
   */
  public static RepairPlan planRepair(
      Path store, EngineOptions options, ProgressListener progress) {
    return repairOf(store, options, progress).plan();
  }

  private static Repair repairOf(Path store, EngineOptions options, ProgressListener progress) {
    return new Repair(new FolderDisk(store), store, InstantSource.system(), options, progress);
  }

  /**
   * Repairs a damaged store as it was planned, and no differently. What is dropped of the log is
   * kept aside in the store's folder {@code damaged}. A backup, if there is one, has more than a
   * repair can keep.
   *
   * @throws io.daybook.eventstore.EventStoreFailedException if the store has changed since it was
   *     planned, somebody has it open, or the disk fails
   */
  public static void repair(RepairPlan plan, ProgressListener progress) {
    repair(plan, EngineOptions.defaults(), progress);
  }

  /**
   * Repairs a damaged store as it was planned, as {@link #repair(RepairPlan, ProgressListener)}
   * does.
   *
   * @param options of which the key is used, if the store is encrypted
   */
  public static void repair(RepairPlan plan, EngineOptions options, ProgressListener progress) {
    repairOf(plan.store(), options, progress).execute(plan);
  }

  /** How large the store is now. */
  public EngineStats stats() {
    return reader.stats();
  }

  /**
   * The longest streams, the longest first, of those that show an event. Looks up every stream in
   * the index once, so it takes a time that grows with the number of streams.
   *
   * @param count how many at most
   */
  public List<StreamSize> largestStreams(int count) {
    return reader.largestStreams(count);
  }

  /**
   * Reclaims the events that are hidden for ever: what remains of each is its place, stream,
   * revision, recorded time, id and type, so that numbers stay and retries are still recognised.
   * Data, metadata and tags are gone from every file of the store when this returns. Reads, appends
   * and subscriptions go on meanwhile; one scavenge runs at a time. If it is cut short, what was
   * done stays, and the next one does the rest.
   *
   * @throws io.daybook.eventstore.EventStoreFailedException if the disk fails; nothing is lost
   * @throws EventStoreClosedException if the store is closed meanwhile
   * @throws io.daybook.eventstore.StoreDamagedException if a file to be written anew is damaged
   */
  public ScavengeReport scavenge(ProgressListener progress) {
    Objects.requireNonNull(progress, "progress");
    writer.requireAccepting();
    return scavenger.scavenge(reader.nowMicros(), progress);
  }

  /**
   * Gives an encrypted store another key. Its files stay as they are: what they are encrypted with
   * is random, and kept in the store under this key; so it takes a moment, however large the store.
   * From when this returns only the new key opens it, and its backups from now on; a backup that
   * was made before needs the old one.
   *
   * <p>Whoever had the old key and a copy of the store can read that copy, and what is appended
   * later, too, unless the store is then {@linkplain #encryptAnew encrypted anew}.
   *
   * @param source gives the new key, and is asked from now on
   * @throws io.daybook.engine.keys.StoreKeyException if the store is not encrypted, or the new key
   *     cannot be had
   * @throws io.daybook.eventstore.EventStoreFailedException if the disk fails; if it is not known
   *     which key the store has then, the message says so
   */
  public void rotateKey(KeySource source) {
    Objects.requireNonNull(source, "source");
    writer.requireAccepting();
    rotation.rotate(source);
  }

  /**
   * Encrypts all of an encrypted store anew, with random keys that nobody had before, and destroys
   * those before. Every file is written again, one by one, while the store serves. To be done,
   * after {@link #rotateKey}, when the old key or what it opened may be known to somebody. If it is
   * cut short, the store is whole, and doing it again does all of it.
   *
   * @param progress is told how many files were written
   * @return how many files were written
   * @throws io.daybook.engine.keys.StoreKeyException if the store is not encrypted
   * @throws io.daybook.eventstore.EventStoreFailedException if the disk fails; nothing is lost
   * @throws io.daybook.eventstore.StoreDamagedException if a file to be written anew is damaged
   */
  public int encryptAnew(ProgressListener progress) {
    Objects.requireNonNull(progress, "progress");
    writer.requireAccepting();
    return rotation.encryptAnew(progress);
  }

  @Override
  public AppendResult append(Append append) {
    return writer.append(append);
  }

  @Override
  public CompletableFuture<AppendResult> appendAsync(Append append) {
    return writer.appendAsync(append);
  }

  @Override
  public ReadResult<RecordedEvent> read(ReadRequest request) {
    return reader.read(request);
  }

  @Override
  public Optional<RecordedEvent> find(UUID eventId) {
    return reader.find(eventId);
  }

  @Override
  public Subscription subscribe(SubscriptionRequest request) {
    return reader.subscribe(request);
  }

  @Override
  public Position head() {
    return reader.head();
  }

  @Override
  public Checkpoint checkpointAt(Position position) {
    return reader.checkpointAt(position);
  }

  @Override
  public Optional<StreamInfo> streamInfo(String stream) {
    return reader.streamInfo(stream);
  }

  @Override
  public AppendResult changeSettings(
      String stream, ExpectedRevision expected, StreamSettings settings) {
    return writer.administer(SystemEvents.STREAM_SETTINGS_CHANGED, stream, expected, settings);
  }

  @Override
  public AppendResult delete(String stream, ExpectedRevision expected) {
    return writer.administer(SystemEvents.STREAM_DELETED, stream, expected, StreamSettings.none());
  }

  @Override
  public AppendResult tombstone(String stream, ExpectedRevision expected) {
    return writer.administer(
        SystemEvents.STREAM_TOMBSTONED, stream, expected, StreamSettings.none());
  }

  @Override
  public ReadResult<String> list(Dimension dimension, String prefix) {
    return reader.list(dimension, prefix);
  }

  @Override
  public void close() {
    commits.exclusively(() -> {
      if (!reader.isClosed()) {
        reader.close();
        parts.close(reader.nowMicros());
      }
    });
    parts.signal().signal();
  }
}
