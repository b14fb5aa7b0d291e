package io.daybook.engine.io;

import java.io.IOException;
import java.util.List;
import java.util.UUID;

/** Does what another disk does. To be extended by what does some of it in another way. */
public abstract class ForwardingDisk implements Disk {
  private final Disk disk;

  /** Forwards to that disk. */
  protected ForwardingDisk(Disk disk) {
    this.disk = disk;
  }

  /** The disk that is forwarded to. */
  protected final Disk disk() {
    return disk;
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
    disk.link(name, medium(other), otherName);
  }

  @Override
  public void tryLink(String name, Disk other) throws IOException {
    disk.tryLink(name, medium(other));
  }

  @Override
  public boolean contains(Disk other) throws IOException {
    return disk.contains(medium(other));
  }

  /** The disk on which another one's files are. */
  private static Disk medium(Disk other) {
    Disk medium = other;
    while (medium instanceof ForwardingDisk forwarding) {
      medium = forwarding.disk;
    }
    return medium;
  }

  @Override
  public UUID bootId() {
    return disk.bootId();
  }

  @Override
  public Lock lock(String name) throws IOException {
    return disk.lock(name);
  }
}
