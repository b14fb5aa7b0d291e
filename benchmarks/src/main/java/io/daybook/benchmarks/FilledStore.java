package io.daybook.benchmarks;

import java.nio.file.Path;

/** A subject that is open on a store with many events, shared by the workloads of a run. */
final class FilledStore {
  private final Subject subject;
  private final Path folder;
  private final Filling filling;
  private long appended;

  FilledStore(Subject subject, Path folder, Filling filling) {
    this.subject = subject;
    this.folder = folder;
    this.filling = filling;
  }

  Subject subject() {
    return subject;
  }

  Path folder() {
    return folder;
  }

  Filling filling() {
    return filling;
  }

  /** How many events there are now. */
  long events() {
    return filling.events() + appended;
  }

  /** Somebody appended events of the usual size. */
  void appended(long events) {
    appended += events;
  }

  void reopen() throws Exception {
    subject.open(folder, Ability.SYNCED);
  }

  void drop() throws Exception {
    subject.drop(folder);
  }
}
