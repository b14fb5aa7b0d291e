package io.daybook.engine.io;

import java.io.IOException;
import java.util.List;
import java.util.UUID;

/**
 * A folder of a simulated disk as a disk of its own, as a snapshot is one beside its store: the
 * same steps, faults and losses of power.
 */
record SimulatedFolder(SimulatedDisk disk, String folder) implements Disk {
  /**
   * How a file of another disk is called on this one.
   *
   * @throws IOException if that is not a folder of this disk
   */
  static String nameOn(SimulatedDisk disk, Disk other, String name) throws IOException {
    if (other instanceof SimulatedFolder inside && inside.disk() == disk) {
      return inside.on(name);
    }
    if (other == disk) {
      return name;
    }
    throw new IOException("Invalid cross-device link");
  }

  private String on(String name) {
    return name.isEmpty() ? folder : folder + "/" + name;
  }

  @Override
  public void createFolder(String name) throws IOException {
    disk.createFolder(on(name));
  }

  @Override
  public List<String> list(String name) throws IOException {
    return disk.list(on(name));
  }

  @Override
  public boolean exists(String name) {
    return disk.exists(on(name));
  }

  @Override
  public DiskFile create(String name) throws IOException {
    return new Renamed(name, disk.create(on(name)));
  }

  @Override
  public DiskFile open(String name) throws IOException {
    return new Renamed(name, disk.open(on(name)));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    disk.rename(on(from), on(to));
  }

  @Override
  public void delete(String name) throws IOException {
    disk.delete(on(name));
  }

  @Override
  public void syncFolder(String name) throws IOException {
    disk.syncFolder(on(name));
  }

  @Override
  public long usableBytes() throws IOException {
    return disk.usableBytes();
  }

  @Override
  public void link(String name, Disk other, String otherName) throws IOException {
    disk.link(on(name), other, otherName);
  }

  @Override
  public void tryLink(String name, Disk other) throws IOException {
    disk.tryLink(on(name), other);
  }

  @Override
  public UUID bootId() {
    return disk.bootId();
  }

  @Override
  public Lock lock(String name) throws IOException {
    return disk.lock(on(name));
  }

  /** A file by its name in the folder. */
  private static final class Renamed extends ForwardingFile {
    private final String name;

    Renamed(String name, DiskFile file) {
      super(file);
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }
  }
}
