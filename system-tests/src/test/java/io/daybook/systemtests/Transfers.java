package io.daybook.systemtests;

import static io.daybook.eventstore.ExpectedRevision.exactly;
import static io.daybook.eventstore.ExpectedRevision.noStream;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.RevisionConflictException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Accounts between which money is moved by nothing but the store's own means: a transfer is one
 * append of both sides and a record to three streams, which expects both accounts as they were
 * read.
 */
final class Transfers {
  static final int ACCOUNTS = 64;
  private static final long FIRST_BALANCE = 1_000;
  private static final int MOST_PADDING = 1_000;

  private final EventStore store;

  Transfers(EventStore store) {
    this.store = store;
  }

  /** What an event of an account says: {@code TRANSFER AMOUNT BALANCE-AFTER}. */
  private record Line(String transfer, long amount, long balance) {
    static Line of(RecordedEvent event) {
      String[] words = event.data().text().split(" ", -1);
      return new Line(words[0], Long.parseLong(words[1]), Long.parseLong(words[2]));
    }

    Event toEvent(String type) {
      return text(type, transfer + " " + amount + " " + balance).withTags("transfer:" + transfer);
    }
  }

  private record Account(String stream, Revision revision, long balance) {}

  /** Opens all accounts in one append, unless they are there. */
  void openAccounts() {
    if (!store.head().equals(Position.BEFORE_FIRST)) {
      return;
    }
    var opened = new Line("none", FIRST_BALANCE, FIRST_BALANCE);
    Map<String, ExpectedRevision> expected = new HashMap<>();
    List<Append.Write> writes =
        IntStream.range(0, ACCOUNTS)
            .mapToObj(i -> new Append.Write(stream(i), List.of(opened.toEvent("Opened"))))
            .toList();
    writes.forEach(write -> expected.put(write.stream(), noStream()));
    store.append(new Append(writes, expected, null));
  }

  /** Moves a random amount between two random accounts; returns when it is durable. */
  void transfer(String id, Random random) {
    int from = random.nextInt(ACCOUNTS);
    int to = (from + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
    String padding = "x".repeat(random.nextInt(MOST_PADDING));
    boolean done = false;
    while (!done) {
      Account payer = account(stream(from));
      Account payee = account(stream(to));
      // of an empty account 0 is moved, so that there is always a transfer
      long amount = payer.balance == 0 ? 0 : 1 + random.nextLong(payer.balance);
      Event sent = new Line(id, -amount, payer.balance - amount).toEvent("Sent");
      Event received = new Line(id, amount, payee.balance + amount).toEvent("Received");
      Event made =
          text("Made", payer.stream + " " + payee.stream + " " + amount + " " + padding)
              .withTags("transfer:" + id);
      try {
        store.append(
            Append.to(payer.stream)
                .expecting(exactly(payer.revision.value()))
                .events(sent)
                .and(payee.stream)
                .expecting(exactly(payee.revision.value()))
                .events(received)
                .and("transfer-" + id)
                .expecting(noStream())
                .events(made));
        done = true;
      } catch (RevisionConflictException _) {
        // another transfer was faster; decide again
      }
    }
  }

  private Account account(String stream) {
    var last = ReadRequest.of(Query.stream(stream)).inReverse().limit(1);
    RecordedEvent event = store.read(last).toList().getFirst();
    return new Account(stream, event.revision(), Line.of(event).balance);
  }

  private static String stream(int account) {
    return "account-" + account;
  }

  private static Event text(String type, String text) {
    return Event.of(type, Payload.of(text.getBytes(StandardCharsets.US_ASCII), "text/plain"));
  }

  /**
   * Reads everything, and fails with what is wrong: money came or went, a transfer is there in part
   * or twice, an acknowledged one is not there, a revision or a position is left out, or the index
   * says otherwise than the log.
   *
   * @return how many transfers there are
   */
  int verify(Set<String> acknowledged) {
    var scan = new Scan();
    try (var all = store.read(Query.everything())) {
      all.forEach(scan::add);
    }
    scan.end();
    long expected = scan.nextPosition == 0 ? 0 : ACCOUNTS * FIRST_BALANCE;
    long sum = scan.balances.values().stream().mapToLong(Long::longValue).sum();
    require(sum == expected, "there is " + sum + " in the bank, but it should be " + expected);
    require(
        store.head().value() == scan.nextPosition - 1,
        "the head is " + store.head() + ", the last event read " + (scan.nextPosition - 1));
    var missing = new TreeSet<>(acknowledged);
    missing.removeAll(scan.transfers);
    require(missing.isEmpty(), "acknowledged, but not there: " + missing);
    verifyIndex(scan);
    return scan.transfers.size();
  }

  private void verifyIndex(Scan scan) {
    scan.revisions.forEach((stream, last) -> {
      if (!stream.startsWith("account-")) {
        return;
      }
      long count;
      try (var read = store.read(Query.stream(stream))) {
        count = read.stream().count();
      }
      require(count == last + 1, stream + " has " + count + " events, by a scan " + (last + 1));
    });
    for (String transfer : scan.newest()) {
      int count = store.read(Query.tags("transfer:" + transfer)).toList().size();
      require(count == 3, "the tag of the transfer " + transfer + " finds " + count + " events");
    }
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalStateException(message);
    }
  }

  /** What is true of all events, in the order of their positions. */
  private static final class Scan {
    private static final int NEWEST = 100;

    private final Map<String, Long> balances = new HashMap<>();
    private final Map<String, Long> revisions = new HashMap<>();
    private final Set<String> transfers = new LinkedHashSet<>();
    private final ArrayDeque<RecordedEvent> open = new ArrayDeque<>();
    private long nextPosition;

    void add(RecordedEvent event) {
      require(
          event.position().value() == nextPosition,
          "position " + nextPosition + " is left out before " + event);
      nextPosition++;
      long revision = revisions.merge(event.stream(), 0L, (last, _) -> last + 1);
      require(event.revision().value() == revision, "revision " + revision + " expected: " + event);
      if (!event.type().equals("Made")) {
        Line line = Line.of(event);
        long balance = balances.merge(event.stream(), line.amount, Long::sum);
        require(
            balance >= 0 && balance == line.balance, "the balance is " + balance + ": " + event);
      }
      if (!event.type().equals("Opened")) {
        open.add(event);
        if (open.size() == 3) {
          addTransfer(open.remove(), open.remove(), open.remove());
        }
      }
    }

    private void addTransfer(RecordedEvent first, RecordedEvent second, RecordedEvent third) {
      Line sent = Line.of(first);
      Line received = Line.of(second);
      String[] made = third.data().text().split(" ", -1);
      boolean whole =
          first.type().equals("Sent")
              && second.type().equals("Received")
              && third.type().equals("Made")
              && sent.transfer.equals(received.transfer)
              && third.stream().equals("transfer-" + sent.transfer)
              && made[0].equals(first.stream())
              && made[1].equals(second.stream())
              && Long.parseLong(made[2]) == received.amount
              && sent.amount == -received.amount
              && first.recordedAt().equals(third.recordedAt());
      require(whole, "not one transfer: " + first + ", " + second + ", " + third);
      require(transfers.add(sent.transfer), "made twice: " + sent.transfer);
    }

    void end() {
      require(open.isEmpty(), "a part of a transfer: " + open);
      require(
          balances.size() == (nextPosition == 0 ? 0 : ACCOUNTS),
          "there are " + balances.size() + " accounts");
    }

    List<String> newest() {
      return transfers.stream().skip(Math.max(0, transfers.size() - NEWEST)).toList();
    }
  }
}
