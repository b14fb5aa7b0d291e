package io.daybook.engine;

import io.daybook.engine.io.Disk;
import io.daybook.engine.io.Faults;
import io.daybook.engine.io.KeysFile;
import io.daybook.engine.io.StoreKeys;
import io.daybook.engine.keys.KeySource;
import io.daybook.engine.keys.StoreKeyException;
import io.daybook.engine.keys.StoreKeyException.Reason;
import io.daybook.engine.log.GroupCommit;
import io.daybook.engine.log.Manifest;
import io.daybook.eventstore.EventStoreFailedException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Changes the keys of an open store. A file of keys never changes: another is written and synced,
 * then the manifest names it in place of the old one, then that is removed; so a crash leaves the
 * one or the other.
 */
final class KeyRotation {
  private static final System.Logger LOG = System.getLogger(KeyRotation.class.getName());

  private final OpenedStore parts;
  private final GroupCommit<Pending> commits;
  private final ReentrantLock one = new ReentrantLock();

  /** Gives the owner's key. */
  private @Nullable KeySource source;

  KeyRotation(OpenedStore parts, GroupCommit<Pending> commits, @Nullable KeySource source) {
    this.parts = parts;
    this.commits = commits;
    this.source = source;
  }

  /** Gives the store another key of its owner's. */
  void rotate(KeySource next) {
    one.lock();
    try {
      StoreKeys keys = keys();
      parts.maintenance().call(() -> write(keys, next));
      source = next;
    } catch (Manifest.UncertainException e) {
      throw new EventStoreFailedException(
          "changing the key of "
              + parts.name()
              + " failed: "
              + e.getMessage()
              + "; the store has the old key or the new one, keep both until it was opened again",
          e);
    } catch (IOException e) {
      throw Faults.failed("changing the key of", parts.name(), e);
    } finally {
      one.unlock();
    }
  }

  /** Encrypts all files with another data key, and forgets those before. */
  int encryptAnew(ProgressListener progress) {
    one.lock();
    try {
      return run(keys(), progress);
    } catch (IOException e) {
      throw Faults.failed("encrypting anew", parts.name(), e);
    } finally {
      one.unlock();
    }
  }

  private StoreKeys keys() {
    StoreKeys keys = parts.disk().keys();
    if (keys == null) {
      throw new StoreKeyException(
          Reason.NOT_ENCRYPTED,
          "the store in " + parts.name() + " is not encrypted, and has no key to be changed");
    }
    return keys;
  }

  private int run(StoreKeys keys, ProgressListener progress) throws IOException {
    StoreKeys more = keys.withNewKey();
    parts.maintenance().call(() -> write(more, ownersKey()));
    keys.replaceBy(more); // on the disk before a file has it
    beginNewLog();
    int files = 0;
    Maintenance maintenance = parts.maintenance();
    int total = maintenance.call(maintenance::filesToSealAnew);
    while (maintenance.mending(() -> maintenance.call(maintenance::sealLogAnew))) {
      progress.progressed("encrypt: log files", ++files, Math.max(total, files));
    }
    while (maintenance.call(maintenance::sealIndexAnew)) {
      progress.progressed("encrypt: index files", ++files, Math.max(total, files));
    }
    StoreKeys fewer = keys.withoutOldKeys();
    parts.maintenance().call(() -> write(fewer, ownersKey()));
    keys.replaceBy(fewer);
    return files;
  }

  private KeySource ownersKey() {
    KeySource its = source;
    if (its == null) {
      throw new IllegalStateException("an encrypted store was opened without a key");
    }
    return its;
  }

  /** Only full log files can be written anew: the log goes on in a new file. */
  private void beginNewLog() throws IOException {
    commits.exclusively(() -> parts.committer().beginNewLog());
  }

  /** Puts keys in the place of those that are in the store. */
  private long write(StoreKeys keys, KeySource owners) throws IOException {
    Disk disk = parts.disk();
    long old = parts.manifests().current().keysGeneration();
    long generation = parts.manifests().takeGeneration();
    KeysFile.write(disk, generation, parts.manifest().epoch(), keys, owners);
    disk.syncFolder("log");
    parts.manifests().setKeys(generation);
    try {
      disk.delete(KeysFile.nameOf(old));
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the old keys are removed at the next opening", e);
    }
    return generation;
  }
}
