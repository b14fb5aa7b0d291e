package io.daybook.benchmarks;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Drops what the operating system keeps of files in memory: all of it where the process may, else
 * that of the files of a folder.
 */
final class PageCache {
  private static final Path DROP = Path.of("/proc/sys/vm/drop_caches");
  private static final int DONT_NEED = 4;

  private final boolean privileged;

  /** Drops the whole cache of the machine only if {@code everything} is set. */
  PageCache(boolean everything) {
    this.privileged = everything && Files.isWritable(DROP);
  }

  /** What is done, to be told to the reader of the figures. */
  String how() {
    return privileged
        ? "page cache dropped by /proc/sys/vm/drop_caches"
        : "page cache of this run's files dropped by posix_fadvise";
  }

  /** Why nothing can be dropped here, or an empty text. */
  String problem() {
    return privileged || Linker.nativeLinker().defaultLookup().find("posix_fadvise").isPresent()
        ? ""
        : "the page cache cannot be dropped: not root, and no posix_fadvise";
  }

  /** Drops what nobody has mapped. */
  void drop(Path folder) throws IOException, InterruptedException {
    if (privileged) {
      if (new ProcessBuilder("sync").inheritIO().start().waitFor() != 0) {
        throw new IOException("sync failed");
      }
      Files.writeString(DROP, "3");
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        // what is not written yet is not dropped
        try (FileChannel channel = FileChannel.open(file)) {
          channel.force(false);
          advise(file);
        } catch (NoSuchFileException _) {
          // a server removes files of its own
        }
      }
    }
  }

  private static void advise(Path file) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      int descriptor =
          (int)
              function("open", List.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT))
                  .invoke(arena.allocateFrom(file.toString()), 0);
      if (descriptor < 0) {
        throw new IOException("cannot open " + file);
      }
      int refused =
          (int)
              function(
                      "posix_fadvise",
                      List.of(
                          ValueLayout.JAVA_INT,
                          ValueLayout.JAVA_LONG,
                          ValueLayout.JAVA_LONG,
                          ValueLayout.JAVA_INT))
                  .invoke(descriptor, 0L, 0L, DONT_NEED);
      int unused = (int) function("close", List.of(ValueLayout.JAVA_INT)).invoke(descriptor);
      if (refused != 0 || unused != 0) {
        throw new IOException("posix_fadvise failed on " + file);
      }
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IOException(e);
    }
  }

  @SuppressWarnings("restricted") // the command line allows native access
  private static MethodHandle function(String name, List<ValueLayout> parameters) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(ValueLayout.JAVA_INT, parameters.toArray(ValueLayout[]::new)));
  }
}
