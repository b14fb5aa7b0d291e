package io.daybook.systemtests;

import io.daybook.engine.EngineOptions;
import io.daybook.engine.EngineStore;
import io.daybook.engine.ProgressListener;
import io.daybook.engine.SmallFiles;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.ConflictException;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionMessage;
import io.daybook.eventstore.SubscriptionRequest;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;

/**
 * The program that is killed: opens the store that the one before left behind, and works on it with
 * several threads until it is killed, or whoever started it ends. Says on its output, a line each,
 * what the store acknowledged:
 *
 * <pre>
 * open              the store is open
 * a WRITER N POS    the writer's n-th append begins at that position
 * r WRITER N        the writer's n-th append was refused by its condition
 * h M POS           the event of the m-th stream that will be deleted is at that position
 * g M               that stream was deleted
 * s                 a scavenge was done
 * b POS             a backup was done, which holds all up to that position
 * v POS             a subscriber was given all up to that position
 * </pre>
 *
 * <p>Arguments: the store's folder, that of its backup, the seed, whether log files are compressed,
 * the number of the next stream that will be deleted, and of each writer the number of its next
 * append.
 */
final class KillProgram {
  private static final int FIXED_ARGUMENTS = 5;
  private static final int SAY_EACH = 20;

  private final FileOutputStream output = new FileOutputStream(FileDescriptor.out);
  private final EngineStore store;
  private final Path backup;

  private KillProgram(EngineStore store, Path backup) {
    this.store = store;
    this.backup = backup;
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  /** Runs until it is killed. */
  public static void main(String[] arguments) {
    doOrEnd(() -> {
      EngineOptions options = SmallFiles.options();
      if (Boolean.parseBoolean(arguments[3])) {
        options = options.compressed();
      }
      var work = new KillWork(Long.parseLong(arguments[2]));
      EngineStore store = EngineStore.open(Path.of(arguments[0]), options);
      var program = new KillProgram(store, Path.of(arguments[1]));
      program.say("open");
      for (int writer = 0; writer < KillWork.WRITERS; writer++) {
        int its = writer;
        int next = Integer.parseInt(arguments[FIXED_ARGUMENTS + writer]);
        start(() -> program.append(work, its, next));
      }
      int gone = Integer.parseInt(arguments[4]);
      start(() -> program.hide(gone));
      start(program::follow);
      while (System.in.read() >= 0) {
        // until whoever started this is gone
      }
      Runtime.getRuntime().halt(0);
    });
  }

  private static void start(Work work) {
    Thread.ofPlatform().start(() -> doOrEnd(work));
  }

  private static void doOrEnd(Work work) {
    try {
      work.run();
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
  }

  private void append(KillWork work, int writer, int first) throws IOException {
    KillWork.Appends appends = work.from(writer, first);
    for (int n = first; ; n++) {
      Append append = appends.next();
      try {
        AppendResult result = store.append(append);
        say("a " + writer + " " + n + " " + result.firstPosition().value());
      } catch (ConflictException _) {
        say("r " + writer + " " + n);
      }
    }
  }

  /** Hides something, and now and then reclaims it or makes a backup. */
  private void hide(int first) throws IOException {
    for (int m = first; ; m++) {
      String stream = KillWork.GONE + m;
      // of one id, so that it is at one position also if the program before did not come to say so
      var id = new UUID((long) KillWork.WRITERS << 32, m);
      Event event = Event.json("Gone", "{\"m\":" + m + "}").withId(id);
      AppendResult result = store.append(stream, ExpectedRevision.any(), event);
      say("h " + m + " " + result.firstPosition().value());
      store.delete(stream, ExpectedRevision.any());
      say("g " + m);
      if (m % 8 == 3) {
        store.scavenge(ProgressListener.none());
        say("s");
      } else if (m % 8 == 7) {
        var report = store.backup(backup, ProgressListener.none());
        say("b " + report.head().position().value());
      }
    }
  }

  private void follow() throws IOException, InterruptedException {
    SubscriptionRequest all = SubscriptionRequest.of(Query.everything()).withSystemEvents();
    try (Subscription subscription = store.subscribe(all)) {
      for (long i = 0; ; i++) {
        if (subscription.next() instanceof SubscriptionMessage.Delivered delivered
            && i % SAY_EACH == 0) {
          say("v " + delivered.event().position().value());
        }
      }
    }
  }

  /** One write each: a pipe takes a line whole or not at all, also when this is killed. */
  private void say(String line) throws IOException {
    output.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
  }
}
