package io.daybook.engine;

import io.daybook.engine.io.Disk;
import io.daybook.engine.io.KeysFile;
import io.daybook.engine.io.SealedDisk;
import io.daybook.engine.io.StoreKeys;
import io.daybook.engine.keys.KeySource;
import io.daybook.engine.keys.StoreKeyException;
import io.daybook.engine.keys.StoreKeyException.Reason;
import io.daybook.engine.log.Manifest;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Brings a store and the key that was given for it together. */
final class Encryption {
  private Encryption() {}

  /**
   * The disk with the keys of the store on it, if it is encrypted.
   *
   * @param name the store's, for a person to read
   * @param source gives the owner's key; null if none was given
   * @throws StoreKeyException if the two do not go together
   */
  static Disk open(Disk disk, String name, Manifest manifest, @Nullable KeySource source)
      throws IOException {
    if (!manifest.isEncrypted()) {
      if (source != null) {
        throw notEncrypted(name);
      }
      return disk;
    }
    return new SealedDisk(disk, keys(disk, name, manifest, source));
  }

  /** The keys of an encrypted store. */
  static StoreKeys keys(Disk disk, String name, Manifest manifest, @Nullable KeySource source)
      throws IOException {
    if (source == null) {
      throw noKey(name);
    }
    return KeysFile.read(disk, manifest.keysGeneration(), manifest.storeId(), source);
  }

  /**
   * The disk with the keys on it, for somebody who reports damage himself: where the manifest
   * cannot be read, the disk as it is.
   */
  static Disk openIfReadable(Disk disk, String name, @Nullable KeySource source)
      throws IOException {
    Manifest manifest;
    try {
      manifest = Manifest.read(disk);
    } catch (StoreDamagedException _) {
      return disk;
    }
    return open(disk, name, manifest, source);
  }

  private static StoreKeyException noKey(String name) {
    return new StoreKeyException(
        Reason.NO_KEY,
        "the store in "
            + name
            + " is encrypted; give its key: EngineOptions.encrypted, or --key-file or --key-command"
            + " of the command");
  }

  private static StoreKeyException notEncrypted(String name) {
    return new StoreKeyException(
        Reason.NOT_ENCRYPTED,
        "the store in "
            + name
            + " is not encrypted, and a key was given; open it without one, or export it and import"
            + " it into a new store with that key");
  }
}
