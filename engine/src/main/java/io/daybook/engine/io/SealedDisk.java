package io.daybook.engine.io;

/**
 * The disk of an encrypted store: the same files, and the keys with which those who read and write
 * their content open and seal it. They go where the disk goes, so that nobody can forget them.
 */
public final class SealedDisk extends ForwardingDisk {
  private final StoreKeys keys;

  /** A disk with the keys of the store on it. */
  public SealedDisk(Disk disk, StoreKeys keys) {
    super(disk);
    this.keys = keys;
  }

  @Override
  public StoreKeys keys() {
    return keys;
  }

  @Override
  public String toString() {
    return disk().toString();
  }
}
