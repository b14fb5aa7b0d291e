package io.daybook.systemtests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A file system on a device that can lose its power: the kernel's device mapper, with its target
 * {@code flakey}, over a file that is used as a device. From {@link #losePower} on nothing more
 * reaches the file, and what is then found is what had reached it.
 *
 * <p>Needs root, {@code losetup}, {@code dmsetup}, {@code mkfs.ext4} and a kernel with that target.
 */
final class FlakeyDisk implements AutoCloseable {
  private static final long SECTORS = 512 << 10; // 256 MiB
  private static final int SECTOR_BYTES = 512;
  private static final int MOST_SECONDS = 60;

  private final String name;
  private final String loop;
  private final Path mount;

  private FlakeyDisk(String name, String loop, Path mount) {
    this.name = name;
    this.loop = loop;
    this.mount = mount;
  }

  /** What there would have to be and is not; empty if all is there. */
  static Optional<String> missing() {
    try {
      if (!run("id", "-u").strip().equals("0")) {
        return Optional.of("root");
      }
      for (String command : List.of("losetup", "dmsetup", "mkfs.ext4")) {
        run("sh", "-c", "command -v " + command);
      }
      return run("dmsetup", "targets").contains("flakey")
          ? Optional.empty()
          : Optional.of("the target flakey of the kernel's device mapper");
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()).lines().findFirst().orElse("a command"));
    }
  }

  /** Makes a device with an empty file system, and mounts it; all in a folder. */
  static FlakeyDisk make(Path folder) throws IOException {
    Path file = folder.resolve("device");
    run("truncate", "-s", Long.toString(SECTORS * SECTOR_BYTES), file.toString());
    String loop = run("losetup", "--find", "--show", file.toString()).strip();
    String name = "daybook-" + ProcessHandle.current().pid();
    var disk = new FlakeyDisk(name, loop, Files.createDirectories(folder.resolve("mount")));
    try {
      run("dmsetup", "create", name, "--table", disk.table(true));
      run("mkfs.ext4", "-q", disk.device());
      run("mount", disk.device(), disk.mount.toString());
      return disk;
    } catch (IOException e) {
      disk.close();
      throw e;
    }
  }

  /** Where it is mounted. */
  Path folder() {
    return mount;
  }

  private String device() {
    return "/dev/mapper/" + name;
  }

  private String table(boolean works) {
    String times = works ? " 0 3600 0" : " 0 0 3600 1 drop_writes";
    return "0 " + SECTORS + " flakey " + loop + times;
  }

  /** Something that ends those who use the disk. */
  interface Ending {
    void end() throws IOException, InterruptedException;
  }

  /**
   * Loses the power: the disk answers nobody any more, those who use it are ended, and the file
   * system is mounted again as it is found.
   */
  void losePower(Ending killing) throws IOException, InterruptedException {
    run("dmsetup", "suspend", "--nolockfs", name); // no sync returns from now on
    Thread killer = Thread.ofPlatform().start(() -> endOrThrow(killing));
    run("dmsetup", "load", name, "--table", table(false));
    run("dmsetup", "resume", name);
    killer.join();
    run("umount", mount.toString()); // what it writes is lost
    run("dmsetup", "suspend", "--nolockfs", name);
    run("dmsetup", "load", name, "--table", table(true));
    run("dmsetup", "resume", name);
    run("mount", device(), mount.toString());
  }

  private static void endOrThrow(Ending killing) {
    try {
      killing.end();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    List<IOException> failures = new ArrayList<>();
    for (String[] command :
        new String[][] {
          {"umount", mount.toString()}, {"dmsetup", "remove", name}, {"losetup", "-d", loop}
        }) {
      try {
        run(command);
      } catch (IOException e) {
        failures.add(e); // and the next all the same
      }
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
  }

  private static String run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException(String.join(" ", Arrays.asList(command)) + ": " + output.strip());
      }
      return output;
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    }
  }
}
