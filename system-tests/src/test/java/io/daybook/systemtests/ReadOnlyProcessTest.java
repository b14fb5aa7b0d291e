package io.daybook.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.EngineOptions;
import io.daybook.engine.EngineStore;
import io.daybook.engine.ProgressListener;
import io.daybook.engine.SmallFiles;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionMessage;
import io.daybook.eventstore.SubscriptionRequest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** This process reads a store that another one writes, is killed in, opens again and closes. */
@Timeout(180)
@Tag("long")
class ReadOnlyProcessTest {
  private static final int LIVES = 8;
  private static final int APPENDS = 2_500;

  @TempDir private Path folder;

  @Test
  void whatIsAcknowledgedIsSeenAndWhatWasSeenStays() throws Exception {
    Path store = folder.resolve("store");
    EngineStore.open(store, SmallFiles.options()).close();
    try (EventStore reader = EngineStore.openReadOnly(store, EngineOptions.defaults());
        Subscription subscription = reader.subscribe(SubscriptionRequest.of(Query.everything()))) {
      long delivered = -1;
      for (int life = 0; life < LIVES; life++) {
        boolean killed = life % 2 == 0;
        try (var child =
            ChildJvm.start(
                folder.resolve("errors-" + life),
                List.of(),
                AppendProgram.class,
                store.toString(),
                Integer.toString(killed ? Integer.MAX_VALUE : APPENDS))) {
          String line = child.nextLine();
          for (int i = 0; i < APPENDS && line != null; i++) {
            long acknowledged = Long.parseLong(line);
            assertThat(reader.head().value()).isGreaterThanOrEqualTo(acknowledged);
            delivered = deliver(subscription, delivered, acknowledged);
            line = child.nextLine();
          }
          if (killed) {
            child.kill();
          } else {
            assertThat(child.awaitExit()).as(child.errors()).isZero();
          }
        }
        checkWhatWasSeen(store, reader);
      }
      assertThat(delivered).isGreaterThanOrEqualTo((long) APPENDS * LIVES - 1);
    }
  }

  /**
   * What a subscriber is given up to a position that was acknowledged: each event once, in order.
   */
  private static long deliver(Subscription subscription, long last, long acknowledged)
      throws InterruptedException {
    long delivered = last;
    while (delivered < acknowledged) {
      if (subscription.next() instanceof SubscriptionMessage.Delivered(RecordedEvent event)) {
        assertThat(event.position().value()).isEqualTo(delivered + 1);
        delivered++;
      }
    }
    return delivered;
  }

  /** A recovery finds all that was seen here, as it was seen. */
  private static void checkWhatWasSeen(Path store, EventStore reader) {
    Position head = reader.head();
    List<RecordedEvent> seen = reader.read(ReadRequest.of(Query.tags("n:3")).asOf(head)).toList();
    try (EngineStore opened = EngineStore.open(store, SmallFiles.options())) {
      assertThat(opened.head()).isGreaterThanOrEqualTo(head);
      assertThat(opened.read(ReadRequest.of(Query.tags("n:3")).asOf(head)).toList())
          .isEqualTo(seen);
    }
    assertThat(EngineStore.verify(store, ProgressListener.none()).damages()).isEmpty();
  }
}
