package io.daybook.engine.verify;

import io.daybook.engine.index.IndexFile;
import io.daybook.engine.index.Postings;
import io.daybook.engine.index.Term;
import io.daybook.engine.io.Disk;
import io.daybook.engine.log.LogCheck;
import io.daybook.engine.log.Manifest;
import io.daybook.engine.log.Stub;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StoreDamagedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Checks one store, which nobody has open. Used once. */
public final class StoreVerifier {
  private static final int PROGRESS_EVERY = 1 << 14;

  private final Disk disk;
  private final LongConsumer progress;
  private final List<String> notes = new ArrayList<>();
  private final List<StoreDamagedException> damages = new ArrayList<>();
  private final List<Checked> indexes = new ArrayList<>();
  private long events;
  private int files;
  private long bytes;
  private long logGeneration;

  /** The last position that was compared. */
  private long compared = -1;

  /** An index file that is compared with the log. */
  private static final class Checked {
    private final IndexFile file;
    private final long postings;
    private long found;
    private boolean wrong;
    private boolean older;

    Checked(IndexFile file, long postings) {
      this.file = file;
      this.postings = postings;
    }
  }

  /**
   * What was found.
   *
   * @param events how many events were read
   * @param files how many files were read
   * @param bytes how many bytes were read
   * @param notes what is worth knowing and is no damage
   * @param damages what is damaged, the first thing of each file
   */
  public record Findings(
      long events,
      int files,
      long bytes,
      List<String> notes,
      List<StoreDamagedException> damages) {}

  /** For a disk; the progress is told how many events were read. */
  public StoreVerifier(Disk disk, LongConsumer progress) {
    this.disk = disk;
    this.progress = progress;
  }

  /** Checks everything. */
  public Findings verify() throws IOException {
    try {
      verify(Manifest.read(disk));
    } catch (StoreDamagedException e) {
      damages.add(e);
    }
    progress.accept(events);
    return new Findings(events, files, bytes, List.copyOf(notes), List.copyOf(damages));
  }

  private void verify(Manifest manifest) throws IOException {
    files++;
    for (Manifest.IndexEntry entry : manifest.indexes()) {
      openIndex(entry, manifest);
    }
    try {
      var check = new LogCheck(disk, manifest);
      for (int i = 0; i < manifest.logs().size(); i++) {
        verifyLog(check, i, manifest);
      }
      compareCounts();
    } finally {
      indexes.forEach(index -> index.file.release());
    }
  }

  private void openIndex(Manifest.IndexEntry entry, Manifest manifest) throws IOException {
    if (!disk.exists(entry.name())) {
      notes.add(entry.name() + " is missing and is made anew at the next opening");
      return;
    }
    try {
      IndexFile file = IndexFile.open(disk, entry.name(), manifest.storeId());
      try {
        indexes.add(new Checked(file, file.verify()));
        files++;
        bytes += file.bytes();
      } catch (StoreDamagedException e) {
        file.release();
        throw e;
      }
    } catch (StoreDamagedException e) {
      damages.add(e);
    }
  }

  private void verifyLog(LogCheck check, int index, Manifest manifest) throws IOException {
    Manifest.LogEntry entry = manifest.logs().get(index);
    String name = entry.name();
    logGeneration = entry.generation();
    try (var leaves = new LeafCheck(disk, entry, manifest.storeId(), notes, damages)) {
      if (leaves.bytes() > 0) {
        files++;
        bytes += leaves.bytes();
      }
      long torn =
          check.check(
              index,
              event -> {
                compare(event);
                leaves.compare(event);
              });
      leaves.finish();
      files++;
      bytes += check.bytes(index);
      if (torn > 0) {
        notes.add(
            name
                + " ends with "
                + torn
                + " bytes of an append that was never acknowledged; the next opening rolls it"
                + " back");
      }
    } catch (StoreDamagedException e) {
      damages.add(e);
      boolean active = index == manifest.logs().size() - 1;
      skip(entry.base(), active ? Long.MAX_VALUE : manifest.logs().get(index + 1).base() - 1);
    }
  }

  /** Events that could not be read are not missed in the index, too. */
  private void skip(long from, long to) {
    long last = Math.max(to, compared); // a file may have held more than it should
    for (Checked index : indexes) {
      if (!index.wrong && index.file.from() <= last && index.file.to() >= from) {
        index.wrong = true;
        notes.add(
            index.file.name()
                + " was not compared with the log, in which events that it tells of are damaged");
      }
    }
  }

  private void compare(RecordedEvent event) {
    if (++events % PROGRESS_EVERY == 0) {
      progress.accept(events);
    }
    compared = event.position().value();
    Checked index = indexOf(compared);
    if (index == null || index.wrong) {
      return;
    }
    index.older |= Stub.is(event) && index.file.generation() < logGeneration;
    compare(index, new Term(Term.Kind.STREAM, event.stream()), event);
    event.category().ifPresent(name -> compare(index, new Term(Term.Kind.CATEGORY, name), event));
    compare(index, new Term(Term.Kind.TYPE, event.type()), event);
    event.tags().forEach(tag -> compare(index, new Term(Term.Kind.TAG, tag), event));
    boolean idFound = false;
    for (long position : index.file.findIdCandidates(event.id())) {
      idFound |= position == event.position().value();
    }
    if (!idFound) {
      wrong(index, "the id of the event at position " + event.position() + " is missing");
    }
  }

  private void compare(Checked index, Term term, RecordedEvent event) {
    long position = event.position().value();
    Postings postings = index.file.find(term);
    int at = postings == null ? 0 : postings.indexOf(position);
    if (postings == null || at == postings.count() || postings.positionAt(at) != position) {
      wrong(
          index,
          "the event at position "
              + position
              + " is missing under the "
              + term.kind()
              + " "
              + term.name());
    } else if (term.kind() == Term.Kind.STREAM
        && postings.ordinal() + at != event.revision().value()) {
      wrong(index, "the revision of the event at position " + position + " is wrong");
    }
    index.found++;
  }

  private void compareCounts() {
    for (Checked index : indexes) {
      if (index.older && index.found < index.postings) {
        notes.add(
            index.file.name()
                + " still knows tags of scavenged events: the scavenge was cut short; do it again");
      } else if (!index.wrong && index.found != index.postings) {
        wrong(index, "it has positions that no event of the log has");
      }
    }
  }

  private void wrong(Checked index, String what) {
    if (!index.wrong) {
      index.wrong = true;
      damages.add(
          new StoreDamagedException(
              index.file.name(),
              0,
              what + "; delete the file, it is made anew at the next opening"));
    }
  }

  private @Nullable Checked indexOf(long position) {
    for (Checked index : indexes) {
      if (index.file.from() <= position && position <= index.file.to()) {
        return index;
      }
    }
    return null;
  }
}
