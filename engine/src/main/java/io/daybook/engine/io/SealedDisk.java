package io.daybook.engine.io;

import java.io.IOException;
import java.util.List;
import java.util.UUID;

/**
 * The disk of an encrypted store: the same files, and the keys with which those who read and write
 * their content open and seal it. They go where the disk goes, so that nobody can forget them.
 */
public final class SealedDisk implements Disk {
  private final Disk disk;
  private final StoreKeys keys;

  /** A disk with the keys of the store on it. */
  public SealedDisk(Disk disk, StoreKeys keys) {
    this.disk = disk;
    this.keys = keys;
  }

  @Override
  public StoreKeys keys() {
    return keys;
  }

  @Override
  public void createFolder(String folder) throws IOException {
    disk.createFolder(folder);
  }

  @Override
  public List<String> list(String folder) throws IOException {
    return disk.list(folder);
  }

  @Override
  public boolean exists(String name) {
    return disk.exists(name);
  }

  @Override
  public DiskFile create(String name) throws IOException {
    return disk.create(name);
  }

  @Override
  public DiskFile open(String name) throws IOException {
    return disk.open(name);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    disk.rename(from, to);
  }

  @Override
  public void delete(String name) throws IOException {
    disk.delete(name);
  }

  @Override
  public void syncFolder(String folder) throws IOException {
    disk.syncFolder(folder);
  }

  @Override
  public long usableBytes() throws IOException {
    return disk.usableBytes();
  }

  @Override
  public void link(String name, Disk other, String otherName) throws IOException {
    disk.link(name, other instanceof SealedDisk sealed ? sealed.disk : other, otherName);
  }

  @Override
  public UUID bootId() {
    return disk.bootId();
  }

  @Override
  public Lock lock(String name) throws IOException {
    return disk.lock(name);
  }

  @Override
  public String toString() {
    return disk.toString();
  }
}
