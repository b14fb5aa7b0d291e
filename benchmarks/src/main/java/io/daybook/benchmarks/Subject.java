package io.daybook.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * What is measured: Daybook, or what a user might take instead. Appends and reads may come from
 * many threads.
 */
interface Subject {
  /** Its name in tables. */
  String name();

  /** What it can be measured at. */
  Set<Ability> abilities();

  /**
   * Whether its many callers are virtual threads. Those that wait inside native code hold their
   * carrier, two of which would be all that such a subject ever sees: they get platform threads.
   */
  default boolean likesVirtualThreads() {
    return true;
  }

  /** Opens the store in a folder of its own, or creates it there. */
  void open(Path folder, Ability durability) throws Exception;

  /** Appends, and returns when the events are as durable as the store was opened for. */
  void append(Write write) throws Exception;

  /**
   * Fills a new store as fast as the subject allows; each list is an atomic append. What is there
   * afterwards is as if it had been appended, and is on the disk.
   */
  void fill(Iterable<List<Write>> appends, LongConsumer progress) throws Exception;

  /** The largest store that it fills in a time that others would wait. */
  default long mostEvents() {
    return Long.MAX_VALUE;
  }

  /** The last position. */
  long head() throws Exception;

  /** Reads a stream from its first event on, and returns the number of payload bytes. */
  long readStream(String stream) throws Exception;

  /** Reads the events of a tag, and returns the number of payload bytes. */
  long readTag(String tag) throws Exception;

  /** Reads everything in order, and returns the number of payload bytes. */
  long scan() throws Exception;

  /** What the closed store takes on the disk. */
  default long bytes(Path folder) throws Exception {
    return Folders.bytes(folder);
  }

  /** What the closed store, which holds so many events, takes on the disk for one. */
  default double bytesPerEvent(Path folder, long events) throws Exception {
    return (double) bytes(folder) / events;
  }

  /** Closes the store; its files stay. */
  void close() throws Exception;

  /** Lets go of what is kept in memory outside of this process, once the store is closed. */
  default void goCold() throws Exception {}

  /** Closes the store and removes it. */
  default void drop(Path folder) throws Exception {
    close();
    Folders.delete(folder);
  }
}
