package io.daybook.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Lets this process, the servers that it starts and what the system caches of their files have only
 * so much memory, by a control group of Linux, of version 1 or 2. The group goes when this is
 * closed.
 */
final class MemoryCap implements AutoCloseable {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");

  private final Path group;
  private final Path before;

  private MemoryCap(Path group, Path before) {
    this.group = group;
    this.before = before;
  }

  /**
   * Sets a cap.
   *
   * @throws IOException if the system has no such groups, or this process may not make one
   */
  static MemoryCap of(long bytes) throws IOException {
    Path versionOne = ROOT.resolve("memory");
    boolean one = Files.isDirectory(versionOne);
    Path root = one ? versionOne : ROOT;
    Path group = root.resolve("daybook-benchmarks-" + ProcessHandle.current().pid());
    Path before = root.resolve(groupOfThisProcess(one));
    Files.createDirectory(group);
    try {
      String limit = one ? "memory.limit_in_bytes" : "memory.max";
      Files.writeString(group.resolve(limit), Long.toString(bytes));
      moveTo(group);
    } catch (IOException e) {
      Files.delete(group);
      throw e;
    }
    return new MemoryCap(group, Files.isDirectory(before) ? before : root);
  }

  private static String groupOfThisProcess(boolean one) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/cgroup"))) {
      String[] parts = line.split(":", 3);
      if (parts.length == 3 && parts[1].equals(one ? "memory" : "")) {
        return parts[2].substring(1);
      }
    }
    return "";
  }

  private static void moveTo(Path group) throws IOException {
    String pid = Long.toString(ProcessHandle.current().pid());
    Files.writeString(group.resolve("cgroup.procs"), pid);
  }

  @Override
  public void close() throws IOException {
    moveTo(before);
    Files.delete(group);
  }
}
