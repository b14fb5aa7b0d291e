package io.daybook.examples.bank;

import io.daybook.cli.CommandFailedException;
import io.daybook.cli.ImportObserver;
import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.decider.CommandHandler;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.ConflictException;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.IdempotencyConflictException;
import io.daybook.examples.bank.AccountEvent.AccountOpened;
import io.daybook.examples.bank.AccountEvent.MovementReported;
import io.daybook.examples.bank.AccountEvent.RoundingAdjusted;
import io.daybook.examples.bank.ReportFile.Row;
import io.daybook.examples.bank.ReportFile.Survey;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/**
 * Records what a {@link ReportFile} tells: each row is a command, with the row's {@code trans_id}
 * as its id, and is appended by itself, expecting the revision that its account was decided at.
 *
 * <p>The rows are decided one after another, each against the state that the rows before it lead
 * to, and many are on their way to the store at a time; the log has them in the order of the file.
 * Rows that are recorded already are skipped, so the same file can be recorded again, or what is
 * left of it after an interruption. To be used once, by one thread.
 */
final class ReportImport {
  private static final int ROWS_UNDER_WAY = 2_048;
  private static final int MOST_PASSES = 10;

  private final EventStore store;
  private final CommandHandler<AccountCommand, AccountEvent, AccountState> accounts;
  private final Path file;
  private final Survey survey;
  private final boolean strict;
  private final ImportObserver observer;

  private final Semaphore room = new Semaphore(ROWS_UNDER_WAY);
  private final Map<Row, Throwable> failures =
      new ConcurrentSkipListMap<>(Comparator.comparingLong(Row::line));
  private final LongAdder recorded = new LongAdder();
  private final LongAdder opened = new LongAdder();
  private final LongAdder adjusted = new LongAdder();
  private final Set<Long> linesOfUsedIds = new HashSet<>();
  private long lastBadLine;

  /**
   * What came of it.
   *
   * @param recorded the rows that are recorded now and were not before
   * @param known the rows that were recorded before
   * @param bad the rows that could not be used
   * @param opened the accounts that were opened
   * @param adjusted the rows that needed a rounding adjustment
   */
  record Summary(long recorded, long known, long bad, long opened, long adjusted) {}

  /** How an account stands when all rows read so far are recorded. */
  private static final class Standing {
    private AccountState state = AccountDecider.initial();
    private long revision = -1;
    private final Map<String, Integer> versions = new HashMap<>();

    ExpectedRevision expected() {
      return revision < 0 ? ExpectedRevision.noStream() : ExpectedRevision.exactly(revision);
    }

    void add(AccountEvent event, String transaction) {
      state = AccountDecider.evolve(state, event);
      revision++;
      if (event instanceof MovementReported reported) {
        versions.put(transaction, reported.version());
      }
    }
  }

  ReportImport(
      EventStore store,
      CommandHandler<AccountCommand, AccountEvent, AccountState> accounts,
      Path file,
      Survey survey,
      boolean strict,
      ImportObserver observer) {
    this.store = store;
    this.accounts = accounts;
    this.file = file;
    this.survey = survey;
    this.strict = strict;
    this.observer = observer;
  }

  /**
   * Records the file.
   *
   * @throws CommandFailedException if the file can't be read to its end, though it was surveyed
   * @throws ConflictException if others wrote to the same accounts all the time; what was recorded
   *     stays
   */
  Summary run() throws InterruptedException {
    for (int passes = 1; ; passes++) {
      // what an earlier pass recorded, this one will meet as known
      long before = recorded.sum();
      var pass = new Pass();
      ReportFile.read(file, pass);
      room.acquire(ROWS_UNDER_WAY);
      room.release(ROWS_UNDER_WAY);
      if (failures.isEmpty()) {
        return new Summary(
            recorded.sum(), pass.known - before, pass.bad, opened.sum(), adjusted.sum());
      }
      var first = failures.entrySet().iterator().next();
      resolve(first.getKey(), first.getValue(), passes);
      failures.clear();
    }
  }

  /** Another pass will go better, or the failure is thrown. */
  private void resolve(Row row, Throwable failure, int passes) {
    Throwable cause = failure instanceof CompletionException e ? e.getCause() : failure;
    switch (cause) {
      case IdempotencyConflictException _ -> linesOfUsedIds.add(row.line());
      case ConflictException e -> {
        // someone else wrote to the account
        if (passes == MOST_PASSES) {
          throw e;
        }
      }
      case RuntimeException e -> throw e;
      case null, default -> throw new CompletionException(cause);
    }
  }

  /** One reading of the file, from its start to its end or to the first failure. */
  private final class Pass implements ReportFile.Reader {
    private final Map<String, Standing> standings = new HashMap<>();
    private long sent;
    private long known;
    private long bad;

    @Override
    public boolean badRow(long line, String problem) {
      bad++;
      if (line > lastBadLine) {
        lastBadLine = line;
        observer.bad(line, problem);
      }
      return !strict;
    }

    @Override
    public boolean row(Row row) throws InterruptedException {
      long rows = sent + known + bad;
      observer.progress(rows, rows, survey.rows());
      Standing standing = standings.computeIfAbsent(row.account(), this::load);
      String transaction = row.transaction();
      Integer version = standing.versions.get(transaction);
      if (version != null && version == row.version()) {
        known++;
        return true;
      }
      if (version != null || linesOfUsedIds.contains(row.line())) {
        return badRow(row.line(), "the trans_id " + transaction + " is used by another row");
      }
      List<AccountEvent> events;
      try {
        var command = row.command(survey.lowest(row.account()), bad);
        events = AccountDecider.decide(command, standing.state);
      } catch (Refused e) {
        return badRow(row.line(), e.reason() + ": " + e.getMessage());
      }
      send(row, standing, events);
      return failures.isEmpty();
    }

    private Standing load(String account) {
      var standing = new Standing();
      try (var history = accounts.history(account)) {
        for (Recorded<AccountEvent> event : history) {
          standing.add(event.event(), event.audit().commandId().orElse(""));
          standing.revision = event.revision().value();
        }
      }
      return standing;
    }

    private void send(Row row, Standing standing, List<AccountEvent> events)
        throws InterruptedException {
      List<Event> encoded = auditOf(row).call(() -> accounts.encode(events, row.transaction()));
      var append =
          Append.to(accounts.streamOf(row.account()))
              .expecting(standing.expected())
              .events(encoded);
      for (AccountEvent event : events) {
        standing.add(event, row.transaction());
      }
      room.acquire();
      sent++;
      var _ =
          store
              .appendAsync(append)
              .whenComplete((_, failure) -> {
                if (failure == null) {
                  recorded.increment();
                  opened.add(events.getFirst() instanceof AccountOpened ? 1 : 0);
                  adjusted.add(events.getLast() instanceof RoundingAdjusted ? 1 : 0);
                } else {
                  failures.put(row, failure);
                }
                room.release();
              });
    }

    private Audit auditOf(Row row) {
      Audit audit = Audit.current();
      return audit.reason().isPresent()
          ? audit
          : audit.because("line " + row.line() + " of " + file.getFileName());
    }
  }
}
