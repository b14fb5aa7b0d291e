package io.daybook.cli;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Limits;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Appends what an input holds, in its order: events that follow one another with the same append
 * key as one append, every other event as its own. Used by one thread, once.
 */
final class Importer {
  private static final int EVENTS_PER_REPORT = 1_024;

  private final String file;
  private final AppendPipeline pipeline;
  private final ProgressListener progress;
  private @Nullable Gathered gathered;
  private long events;

  /**
   * An importer.
   *
   * @param progress is told how many events were read
   */
  Importer(String file, EventStore store, ProgressListener progress) {
    this.file = file;
    this.pipeline = new AppendPipeline(store);
    this.progress = progress;
  }

  /** Events with one append key. */
  private static final class Gathered {
    private final String key;
    private final Place place;
    private final List<Append.Write> writes = new ArrayList<>();
    private final Map<String, ExpectedRevision> expectations = new LinkedHashMap<>();
    private final List<Event> run = new ArrayList<>();
    private String runStream;
    private int count;
    private long bytes;

    private Gathered(String key, ImportedEvent first) {
      this.key = key;
      this.place = first.place();
      this.runStream = first.stream();
    }

    private void add(ImportedEvent next, String file) {
      count++;
      bytes += next.event().sizeBytes();
      if (count > Limits.MAX_EVENTS_PER_APPEND || bytes > Limits.MAX_APPEND_BYTES) {
        throw BadInputException.at(
            file,
            next.place(),
            "the append "
                + key
                + " is too large: at most "
                + Limits.MAX_EVENTS_PER_APPEND
                + " events and "
                + Limits.MAX_APPEND_BYTES
                + " bytes");
      }
      if (!next.stream().equals(runStream)) {
        endRun();
        runStream = next.stream();
      }
      run.add(next.event());
      ExpectedRevision expected = next.expected();
      if (expected != null) {
        ExpectedRevision before = expectations.putIfAbsent(next.stream(), expected);
        if (before != null && !before.equals(expected)) {
          throw BadInputException.at(
              file,
              next.place(),
              "within one append, the stream "
                  + next.stream()
                  + " is expected: "
                  + before
                  + ", and: "
                  + expected);
        }
      }
    }

    private void endRun() {
      writes.add(new Append.Write(runStream, run));
      run.clear();
    }

    private Append append() {
      endRun();
      expectations.values().removeIf(ExpectedRevision.Any.class::isInstance);
      return new Append(writes, expectations, null);
    }
  }

  /**
   * Imports everything.
   *
   * @throws BadInputException if an event can't be read or is refused; all before it is stored
   * @throws InterruptedException if the thread was interrupted; all that was read is stored, but
   *     for an append that was not complete
   */
  void run(Records records, RecordParser parser) throws IOException, InterruptedException {
    boolean complete = false;
    try {
      for (Slice slice = records.next(); slice != null; slice = records.next()) {
        add(parser.parse(slice));
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
      endAppend();
      pipeline.finish();
      complete = true;
    } catch (ClosedByInterruptException _) {
      Thread.interrupted(); // said by the exception from now on
      throw new InterruptedException();
    } catch (AppendPipeline.FailedException e) {
      long later = pipeline.finishAfterFailure();
      complete = true;
      throw BadInputException.refused(file, e.place(), e.reason(), laterText(later));
    } finally {
      if (!complete) {
        finishBeforeStop();
      }
      progress.progress(events, 0);
    }
  }

  long newEvents() {
    return pipeline.newEvents();
  }

  long newAppends() {
    return pipeline.newAppends();
  }

  long knownEvents() {
    return pipeline.knownEvents();
  }

  private void add(ImportedEvent next) {
    String key = next.appendKey();
    Gathered append = gathered;
    if (append != null && !append.key.equals(key)) {
      endAppend();
      append = null;
    }
    if (key == null) {
      Append.Target target = Append.to(next.stream());
      ExpectedRevision expected = next.expected();
      Append alone =
          (expected == null ? target : target.expecting(expected)).events(List.of(next.event()));
      pipeline.send(alone, next.place());
    } else {
      if (append == null) {
        append = new Gathered(key, next);
        gathered = append;
      }
      append.add(next, file);
    }
    events++;
    if (events % EVENTS_PER_REPORT == 0) {
      progress.progress(events, 0);
    }
  }

  private void endAppend() {
    Gathered append = gathered;
    gathered = null;
    if (append != null) {
      Append whole;
      try {
        whole = append.append();
      } catch (IllegalArgumentException e) {
        throw BadInputException.at(file, append.place, Failures.message(e));
      }
      pipeline.send(whole, append.place);
    }
  }

  /** The input stopped short. What is under way is waited for; a failure of it comes first. */
  private void finishBeforeStop() {
    try {
      pipeline.finish();
    } catch (AppendPipeline.FailedException e) {
      long later = pipeline.finishAfterFailure();
      throw BadInputException.refused(file, e.place(), e.reason(), laterText(later));
    }
  }

  private static String laterText(long later) {
    return later == 0
        ? ""
        : "; " + Text.count(later, "event") + " after it were under way and are imported, too";
  }
}
