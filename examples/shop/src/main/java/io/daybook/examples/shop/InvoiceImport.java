package io.daybook.examples.shop;

import io.daybook.cli.CommandFailedException;
import io.daybook.cli.ExitCode;
import io.daybook.cli.ImportObserver;
import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.ConflictException;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.IdempotencyConflictException;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.examples.shop.InvoiceFile.Survey;
import io.daybook.examples.shop.Purchases.InvoiceEvent;
import io.daybook.examples.shop.Purchases.InvoiceEvent.CancellationRefused;
import io.daybook.examples.shop.Purchases.InvoiceEvent.LineCancelled;
import io.daybook.examples.shop.Purchases.Line;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Records the invoices of an {@link InvoiceFile}: each as one append, to the stream of its customer
 * (or its own, {@code invoice-NO}, if it has none), expecting the revision that its lines were
 * decided at.
 *
 * <p>Lines are decided one after another in the order of the file, each against the state that the
 * lines before it lead to; an invoice is appended when its last line was read, since its lines need
 * not stand together. Many are on their way to the store at a time.
 *
 * <p>The ids of the events are made of the invoice's number. Lines that are recorded already are
 * taken as they were decided then; so the same file can be recorded again, or what is left of it
 * after an interruption, and lines that could not be read before can be added once they are
 * corrected. To be used once, by one thread.
 */
final class InvoiceImport {
  private static final String CUSTOMERS = "customer";
  private static final String INVOICES = "invoice";

  /** The categories of the streams that invoices stand in. */
  static final String[] CATEGORIES = {CUSTOMERS, INVOICES};

  private static final int LINES_UNDER_WAY = 16_384;
  private static final int MOST_PASSES = 10;

  private final EventStore store;
  private final Codec<InvoiceEvent> codec;
  private final Path file;
  private final Survey survey;
  private final boolean strict;
  private final ImportObserver observer;
  private final Set<String> types;

  private final Semaphore room = new Semaphore(LINES_UNDER_WAY);
  private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final LongAdder recordedInvoices = new LongAdder();
  private final LongAdder recordedLines = new LongAdder();
  private final LongAdder cancelledLines = new LongAdder();
  private final LongAdder refusedLines = new LongAdder();
  private final Set<Long> reported = new HashSet<>();

  /**
   * What came of it.
   *
   * @param recorded the lines that are recorded now and were not before
   * @param known the lines that were recorded before
   * @param bad the rows that could not be used
   * @param invoices the invoices that lines were recorded of
   * @param cancelled the recorded lines that are cancellations, and count
   * @param refused the recorded lines that are cancellations of more than was bought
   */
  record Summary(
      long recorded, long known, long bad, long invoices, long cancelled, long refused) {}

  InvoiceImport(
      EventStore store,
      Codec<InvoiceEvent> codec,
      Path file,
      Survey survey,
      boolean strict,
      ImportObserver observer) {
    this.store = store;
    this.codec = codec;
    this.file = file;
    this.survey = survey;
    this.strict = strict;
    this.observer = observer;
    types = codec.typesOf(InvoiceEvent.class);
  }

  /** What a line can be found by. */
  static List<String> tags(Line line) {
    String invoice = INVOICES + ":" + line.invoice();
    String product = "product:" + line.product();
    return line.hasCustomer()
        ? List.of(invoice, CUSTOMERS + ":" + line.customer(), product)
        : List.of(invoice, product);
  }

  /** The stream that a line is written to. */
  private static String streamOf(Line line) {
    return line.hasCustomer() ? CUSTOMERS + "-" + line.customer() : INVOICES + "-" + line.invoice();
  }

  /**
   * Records the file.
   *
   * @throws CommandFailedException if the file can't be read to its end, though it was surveyed
   * @throws ConflictException if others wrote to the same customers all the time; what was recorded
   *     stays
   */
  Summary run() throws InterruptedException {
    for (int passes = 1; ; passes++) {
      // what an earlier pass recorded, this one will meet as known
      long before = recordedLines.sum();
      var pass = new Pass();
      InvoiceFile.read(file, pass);
      room.acquire(LINES_UNDER_WAY);
      room.release(LINES_UNDER_WAY);
      Throwable failure = failures.poll();
      if (failure == null) {
        pass.end();
        return new Summary(
            recordedLines.sum(),
            pass.known - before,
            pass.bad,
            recordedInvoices.sum(),
            cancelledLines.sum(),
            refusedLines.sum());
      }
      resolve(failure, passes);
      failures.clear();
    }
  }

  /** Another pass will go better, or the failure is thrown. */
  private static void resolve(Throwable failure, int passes) {
    Throwable cause = failure instanceof CompletionException e ? e.getCause() : failure;
    boolean overtaken =
        cause instanceof ConflictException || cause instanceof IdempotencyConflictException;
    if (overtaken && passes < MOST_PASSES) {
      return;
    }
    if (cause instanceof RuntimeException e) {
      throw e;
    }
    throw new CompletionException(cause);
  }

  /** How a customer stands when all lines read so far are recorded. */
  private static final class Standing {
    private final Map<String, Purchases> purchases = new HashMap<>();

    /** What recorded lines that are still to be read in this file will change. */
    private final Map<String, Long> ahead = new HashMap<>();

    private long revision = -1;

    Purchases of(String product) {
      return purchases.getOrDefault(product, Purchases.DECIDER.initial());
    }

    void add(InvoiceEvent event) {
      purchases.merge(
          event.line().product(),
          new Purchases(event.change()),
          (before, _) -> Purchases.evolve(before, event));
    }

    void takeBack(InvoiceEvent event) {
      String product = event.line().product();
      purchases.put(product, new Purchases(of(product).held() - event.change()));
    }

    /** Whether, with the recorded lines further on, more is cancelled than was bought. */
    boolean isOverdrawn(String product) {
      Long change = ahead.get(product);
      return change != null && of(product).held() + change < 0;
    }

    ExpectedRevision expected() {
      return revision < 0 ? ExpectedRevision.noStream() : ExpectedRevision.exactly(revision);
    }
  }

  /** An invoice some of whose lines were read. */
  private static final class Open {
    private final String number;
    private final int recordedBefore;

    /** The recorded lines that were not read yet. */
    private final Map<Line, Deque<InvoiceEvent>> unread = new HashMap<>();

    private final List<InvoiceEvent> fresh = new ArrayList<>();
    private long firstFreshLine;
    private int read;

    Open(String number, List<InvoiceEvent> recorded) {
      this.number = number;
      recordedBefore = recorded.size();
      for (InvoiceEvent event : recorded) {
        unread.computeIfAbsent(event.line(), _ -> new ArrayDeque<>()).add(event);
      }
    }

    @Nullable InvoiceEvent recorded(Line line) {
      Deque<InvoiceEvent> same = unread.get(line);
      InvoiceEvent event = same == null ? null : same.poll();
      if (same != null && same.isEmpty()) {
        unread.remove(line);
      }
      return event;
    }
  }

  /** One reading of the file, from its start to its end or to the first failure. */
  private final class Pass implements InvoiceFile.Reader {
    private final Map<String, Open> open = new HashMap<>();
    private final Map<String, Standing> standings = new HashMap<>();
    private final Audit audit =
        Audit.current().reason().isPresent()
            ? Audit.current()
            : Audit.current().because("imported from " + file.getFileName());
    private long rows;
    private long known;
    private long bad;
    private boolean stopped;

    @Override
    public boolean badRow(long line, String problem) {
      progress();
      return bad(1, line, problem);
    }

    private void progress() {
      rows++;
      observer.progress(rows, rows, survey.rows());
    }

    private boolean bad(long count, long line, String problem) {
      bad += count;
      if (reported.add(line)) {
        observer.bad(line, problem);
      }
      stopped = strict;
      return !strict;
    }

    @Override
    public boolean row(long number, Line line) throws InterruptedException {
      progress();
      Open invoice = open.computeIfAbsent(line.invoice(), no -> new Open(no, recordedOf(no)));
      decide(number, line, invoice);
      invoice.read++;
      if (invoice.read < survey.linesByInvoice().getOrDefault(line.invoice(), 0)) {
        return true;
      }
      open.remove(line.invoice());
      return invoice.fresh.isEmpty() || complete(invoice);
    }

    /** Decides a line, or takes it as it was decided when it was recorded. */
    private void decide(long number, Line line, Open invoice) {
      InvoiceEvent recorded = invoice.recorded(line);
      if (recorded != null) {
        known++;
        if (line.hasCustomer()) {
          Standing standing = standing(line);
          standing.add(recorded);
          standing.ahead.merge(line.product(), -recorded.change(), Long::sum);
        }
        return;
      }
      Purchases purchases =
          line.hasCustomer() ? standing(line).of(line.product()) : Purchases.DECIDER.initial();
      InvoiceEvent event = Purchases.decide(line, purchases).getFirst();
      if (line.hasCustomer()) {
        standing(line).add(event);
      }
      if (invoice.fresh.isEmpty()) {
        invoice.firstFreshLine = number;
      }
      invoice.fresh.add(event);
    }

    /** Appends what is new of an invoice whose lines were all read. */
    private boolean complete(Open invoice) throws InterruptedException {
      if (!invoice.unread.isEmpty()) {
        return unusable(
            invoice,
            "the invoice " + invoice.number + " is recorded already, with other lines than here");
      }
      refuseOverdrawn(invoice.fresh);
      Append append;
      try {
        append = append(invoice);
      } catch (IllegalArgumentException e) {
        return unusable(invoice, "the invoice " + invoice.number + ": " + e.getMessage());
      }
      send(append, invoice.fresh);
      return failures.isEmpty();
    }

    private boolean unusable(Open invoice, String problem) {
      for (InvoiceEvent event : invoice.fresh) {
        if (event.line().hasCustomer()) {
          standing(event.line()).takeBack(event);
        }
      }
      return bad(invoice.fresh.size(), invoice.firstFreshLine, problem);
    }

    /**
     * Where a file puts new cancellations before those that are recorded already, what they all
     * cancel may be more than was bought; then the new ones don't count.
     */
    private void refuseOverdrawn(List<InvoiceEvent> events) {
      ListIterator<InvoiceEvent> each = events.listIterator(events.size());
      while (each.hasPrevious()) {
        InvoiceEvent event = each.previous();
        if (event instanceof LineCancelled(var line)
            && standing(line).isOverdrawn(line.product())) {
          standing(line).takeBack(event);
          each.set(new CancellationRefused(line));
        }
      }
    }

    /** One append, with a write for each run of lines that go to the same stream. */
    private Append append(Open invoice) {
      var ids = InvoiceIds.of(invoice.number);
      var writes = new ArrayList<Append.Write>();
      var expectations = new LinkedHashMap<String, ExpectedRevision>();
      var events = new ArrayList<Event>();
      for (int i = 0; i < invoice.fresh.size(); i++) {
        InvoiceEvent event = invoice.fresh.get(i);
        Line line = event.line();
        events.add(codec.encode(ids.eventId(invoice.recordedBefore + i), event, audit));
        boolean last = i + 1 == invoice.fresh.size();
        String stream = streamOf(line);
        if (last || !streamOf(invoice.fresh.get(i + 1).line()).equals(stream)) {
          writes.add(new Append.Write(stream, events));
          events.clear();
          if (line.hasCustomer()) {
            expectations.put(stream, standing(line).expected());
          }
        }
      }
      return new Append(writes, expectations, null);
    }

    private void send(Append append, List<InvoiceEvent> events) throws InterruptedException {
      long cancelled = events.stream().filter(LineCancelled.class::isInstance).count();
      long refused = events.stream().filter(CancellationRefused.class::isInstance).count();
      for (InvoiceEvent event : events) {
        if (event.line().hasCustomer()) {
          standing(event.line()).revision++;
        }
      }
      int permits = Math.min(events.size(), LINES_UNDER_WAY);
      room.acquire(permits);
      var _ =
          store
              .appendAsync(append)
              .whenComplete((_, failure) -> {
                if (failure == null) {
                  recordedInvoices.increment();
                  recordedLines.add(events.size());
                  cancelledLines.add(cancelled);
                  refusedLines.add(refused);
                } else {
                  failures.add(failure);
                }
                room.release(permits);
              });
    }

    /** After the last row. */
    void end() {
      if (!stopped && !open.isEmpty()) {
        throw new CommandFailedException(
            ExitCode.FAILURE, file + " was changed while it was read: import it again");
      }
    }

    private List<InvoiceEvent> recordedOf(String number) {
      var query = new Query.Item(Set.of(), Set.of(), types, Set.of(INVOICES + ":" + number));
      try (var read = codec.read(store, ReadRequest.of(query.asQuery()))) {
        var events = new ArrayList<InvoiceEvent>();
        for (Recorded<InvoiceEvent> recorded : read) {
          events.add(recorded.event());
        }
        return events;
      }
    }

    private Standing standing(Line line) {
      return standings.computeIfAbsent(line.customer(), _ -> load(streamOf(line)));
    }

    private Standing load(String stream) {
      var standing = new Standing();
      try (var read = codec.read(store, ReadRequest.of(Query.stream(stream)))) {
        for (Recorded<InvoiceEvent> recorded : read) {
          InvoiceEvent event = recorded.event();
          standing.revision = recorded.revision().value();
          if (survey.linesByInvoice().containsKey(event.line().invoice())) {
            standing.ahead.merge(event.line().product(), event.change(), Long::sum);
          } else {
            standing.add(event);
          }
        }
      }
      return standing;
    }
  }
}
