package io.daybook.tck;

import static io.daybook.tck.SuiteRun.assertCaught;
import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Checkpoint;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.ReadResult;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.StreamInfo;
import io.daybook.eventstore.StreamSettings;
import io.daybook.eventstore.Subscription;
import io.daybook.eventstore.SubscriptionMessage;
import io.daybook.eventstore.SubscriptionRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests the tests: stores that do one thing wrong are caught by the tests that speak of it. */
@Tag("long")
class BrokenStoreTest {

  @Test
  void theStoreThatTheBrokenOnesAreMadeOfIsRight() {
    assertThat(SuiteRun.of(Right.class).failed()).isEmpty();
  }

  @Test
  void aStoreThatForgetsIdsIsCaught() {
    assertCaught(
        ForgetsIds.class,
        "aRetryGivesTheFirstResultAndStoresNothing",
        "thePrefixOfAStoredAppendIsAConflict",
        "retriesAtTheSameTimeAreStoredOnce");
  }

  @Test
  void aStoreThatTakesAnyKnownIdForARetryIsCaught() {
    assertCaught(
        TakesAnyKnownIdForARetry.class,
        "thePrefixOfAStoredAppendIsAConflict",
        "aStoredAppendWithMoreIsAConflict",
        "anotherStreamIsAConflict");
  }

  @Test
  void aStoreThatFindsHiddenEventsIsCaught() {
    assertCaught(
        FindsHiddenEvents.class,
        "aHiddenEventIsNotFoundByItsId",
        "deletedEventsAreHiddenEverywhere",
        "tombstonedEventsAreHiddenEverywhere");
  }

  @Test
  void aStoreThatHidesByTheLastSettingsOnlyIsCaught() {
    assertCaught(
        HidesByTheLastSettingsOnly.class,
        "aHigherMaxCountBringsNothingBack",
        "noSettingsBringNothingBack",
        "aLowerTruncationBringsNothingBack",
        "aReadOfThePastBringsNothingBack");
  }

  @Test
  void aStoreThatMeasuresAgesByTheClockOnlyIsCaught() {
    assertCaught(MeasuresAgesByTheClockOnly.class, "aClockThatStepsBackBringsNothingBack");
  }

  @Test
  void aStoreThatNeverSaysThatASubscriberCaughtUpIsCaught() {
    assertCaught(
        NeverCaughtUp.class,
        "aSubscriptionDeliversWhatIsStoredAndThenSaysThatItCaughtUp",
        "aSubscriberThatFellBehindIsTold");
  }

  @Test
  void aStoreThatLosesTheEventsOfAnInterruptedSubscriberIsCaught() {
    assertCaught(EndsWhenInterrupted.class, "anInterruptEndsTheWaitingAndNotTheSubscription");
  }

  @Test
  void aStoreThatWritesStreamsOneByOneIsCaught() {
    assertCaught(
        WritesOneByOne.class,
        "severalStreamsAreWrittenAllOrNone",
        "readersSeeAnAppendWholeOrNotAtAll");
  }

  @Test
  void aStoreThatLooksOnlyWhenItIsIteratedIsCaught() {
    assertCaught(LooksLate.class, "aBackwardReadDoesNotSeeWhatIsAppendedMeanwhile");
  }

  @Test
  void aStoreThatShowsSystemEventsIsCaught() {
    assertCaught(ShowsSystemEvents.class, "anOrdinaryReadShowsNoSystemEvents");
  }

  @Test
  void aStoreThatCutsThePastTooEarlyIsCaught() {
    assertCaught(CutsThePast.class, "asOfAnInstantShowsAllThatWereRecordedAtIt");
  }

  @Test
  void aStoreThatDecidesInAnyOrderIsCaught() {
    assertCaught(DecidesInAnyOrder.class, "asynchronousAppendsOfOneThreadAreDecidedInTheirOrder");
  }

  @Test
  void aStoreThatTakesAnyCheckpointIsCaught() {
    assertCaught(
        TakesAnyCheckpoint.class,
        "theCheckpointOfAnotherStoreIsRefused",
        "theCheckpointOfAnotherEpochIsRefused");
  }

  /** Waits briefly where a message is missing. */
  abstract static class Impatient extends StoreFixture {
    @Override
    public Duration patience() {
      return Duration.ofMillis(500);
    }
  }

  static class Right extends StoreFixture
      implements AppendContract,
          AppendConditionContract,
          DecisionContract,
          SettingsContract,
          SubscriptionContract {
    @Override
    protected EventStore open(InstantSource clock) {
      return new WrongStore(clock);
    }
  }

  static class ForgetsIds extends StoreFixture implements IdempotencyContract, ConcurrencyContract {
    @Override
    protected EventStore open(InstantSource clock) {
      return new WrongStore(clock) {
        private final Set<UUID> seen = new HashSet<>();

        @Override
        public synchronized AppendResult append(Append append) {
          var writes = append.writes().stream().map(this::withNewIds).toList();
          return super.append(new Append(writes, Map.of(), null));
        }

        private Append.Write withNewIds(Append.Write write) {
          List<Event> events =
              write.events().stream()
                  .map(event -> seen.add(event.id()) ? event : event.withId(Event.newId()))
                  .toList();
          return new Append.Write(write.stream(), events);
        }
      };
    }
  }

  static class TakesAnyKnownIdForARetry extends StoreFixture implements IdempotencyContract {
    @Override
    protected EventStore open(InstantSource clock) {
      return new WrongStore(clock) {
        private final Map<UUID, AppendResult> results = new ConcurrentHashMap<>();

        @Override
        public AppendResult append(Append append) {
          AppendResult first = results.get(append.writes().getFirst().events().getFirst().id());
          if (first != null) {
            return first;
          }
          AppendResult result = super.append(append);
          append
              .writes()
              .forEach(write -> write.events().forEach(e -> results.put(e.id(), result)));
          return result;
        }
      };
    }
  }

  static class FindsHiddenEvents extends StoreFixture
      implements SettingsContract, DeletionContract {
    @Override
    protected EventStore open(InstantSource clock) {
      return new RemembersAll(clock) {
        @Override
        public Optional<RecordedEvent> find(UUID eventId) {
          return Optional.ofNullable(everStored.get(eventId));
        }
      };
    }
  }

  /** Does what a subscription does; subclasses do one thing wrong. */
  static class ForwardingSubscription implements Subscription {
    private final Subscription right;

    ForwardingSubscription(Subscription right) {
      this.right = right;
    }

    @Override
    public SubscriptionMessage next() throws InterruptedException {
      return right.next();
    }

    @Override
    public Optional<SubscriptionMessage> poll(Duration timeout) throws InterruptedException {
      return right.poll(timeout);
    }

    @Override
    public Checkpoint checkpoint() {
      return right.checkpoint();
    }

    @Override
    public void close() {
      right.close();
    }
  }

  static class NeverCaughtUp extends Impatient implements SubscriptionContract {
    @Override
    protected EventStore open(InstantSource clock) {
      return new WrongStore(clock) {
        @Override
        public Subscription subscribe(SubscriptionRequest request) {
          return new ForwardingSubscription(super.subscribe(request)) {
            @Override
            public Optional<SubscriptionMessage> poll(Duration timeout)
                throws InterruptedException {
              Optional<SubscriptionMessage> message = super.poll(timeout);
              return message.filter(SubscriptionMessage.CaughtUp.class::isInstance).isPresent()
                  ? super.poll(timeout)
                  : message;
            }
          };
        }
      };
    }
  }

  static class EndsWhenInterrupted extends Impatient implements WaitingContract {
    @Override
    protected EventStore open(InstantSource clock) {
      return new WrongStore(clock) {
        @Override
        public Subscription subscribe(SubscriptionRequest request) {
          return new ForwardingSubscription(super.subscribe(request)) {
            @Override
            public SubscriptionMessage next() throws InterruptedException {
              try {
                return super.next();
              } catch (InterruptedException e) {
                close();
                throw e;
              }
            }
          };
        }
      };
    }
  }

  static class WritesOneByOne extends StoreFixture implements AppendContract, ConcurrencyContract {
    @Override
    protected EventStore open(InstantSource clock) {
      return new WrongStore(clock) {
        @Override
        public AppendResult append(Append append) {
          AppendResult result = null;
          var expectations = new HashMap<>(append.expectations());
          for (Append.Write write : append.writes()) {
            var expected = expectations.remove(write.stream());
            var expectation =
                expected == null
                    ? Map.<String, ExpectedRevision>of()
                    : Map.of(write.stream(), expected);
            result = super.append(new Append(List.of(write), expectation, append.condition()));
            LockSupport.parkNanos(100_000);
          }
          return result;
        }
      };
    }
  }

  static class LooksLate extends StoreFixture implements ReadContract {
    @Override
    protected EventStore open(InstantSource clock) {
      return new WrongStore(clock) {
        @Override
        public ReadResult<RecordedEvent> read(ReadRequest request) {
          return new LateResult(store(), request);
        }
      };
    }
  }

  /** Reads at the first question, not at the call. */
  private static final class LateResult implements ReadResult<RecordedEvent> {
    private final EventStore store;
    private final ReadRequest request;
    private ReadResult<RecordedEvent> result;

    private LateResult(EventStore store, ReadRequest request) {
      this.store = store;
      this.request = request;
    }

    private ReadResult<RecordedEvent> result() {
      if (result == null) {
        result = store.read(request);
      }
      return result;
    }

    @Override
    public Position head() {
      return result().head();
    }

    @Override
    public Iterator<RecordedEvent> iterator() {
      return result().iterator();
    }

    @Override
    public void close() {
      result().close();
    }
  }

  /** Tells its story anew whenever settings change, and leaves the settings before out of it. */
  static class HidesByTheLastSettingsOnly extends StoreFixture implements SettingsContract {
    @Override
    protected EventStore open(InstantSource clock) {
      return new WrongStore(clock) {
        private final List<Append> appends = new ArrayList<>();
        private EventStore told = store();

        @Override
        public AppendResult append(Append append) {
          appends.add(append);
          return told.append(append);
        }

        @Override
        public AppendResult changeSettings(
            String stream, ExpectedRevision expected, StreamSettings settings) {
          told = InMemoryStore.with(clock);
          appends.forEach(told::append);
          return told.changeSettings(stream, expected, settings);
        }

        @Override
        public ReadResult<RecordedEvent> read(ReadRequest request) {
          return told.read(request);
        }

        @Override
        public Optional<StreamInfo> streamInfo(String stream) {
          return told.streamInfo(stream);
        }
      };
    }
  }

  /** Believes the clock rather than what is recorded. */
  static class MeasuresAgesByTheClockOnly extends StoreFixture implements SettingsContract {
    @Override
    protected EventStore open(InstantSource clock) {
      return new WrongStore(clock) {
        private final List<Append> appends = new ArrayList<>();
        private StreamSettings settings = StreamSettings.none();

        @Override
        public AppendResult append(Append append) {
          appends.add(append);
          return super.append(append);
        }

        @Override
        public AppendResult changeSettings(
            String stream, ExpectedRevision expected, StreamSettings newSettings) {
          settings = newSettings;
          return super.changeSettings(stream, expected, newSettings);
        }

        @Override
        public ReadResult<RecordedEvent> read(ReadRequest request) {
          EventStore now = InMemoryStore.with(clock); // where everything is as young as can be
          appends.forEach(now::append);
          now.changeSettings("a-1", ExpectedRevision.any(), settings);
          return now.read(request);
        }
      };
    }
  }

  static class ShowsSystemEvents extends StoreFixture implements SystemEventsContract {
    @Override
    protected EventStore open(InstantSource clock) {
      return new WrongStore(clock) {
        @Override
        public ReadResult<RecordedEvent> read(ReadRequest request) {
          return super.read(request.withSystemEvents());
        }
      };
    }
  }

  static class CutsThePast extends StoreFixture implements AsOfContract {
    @Override
    protected EventStore open(InstantSource clock) {
      return new WrongStore(clock) {
        @Override
        public ReadResult<RecordedEvent> read(ReadRequest request) {
          return request.asOf() instanceof ReadRequest.AsOf.AtInstant(Instant instant)
                  && instant.isAfter(Instant.MIN)
              ? super.read(request.asOf(instant.minusNanos(1)))
              : super.read(request);
        }
      };
    }
  }

  static class DecidesInAnyOrder extends Impatient implements AppendContract {
    @Override
    protected EventStore open(InstantSource clock) {
      return new WrongStore(clock) {
        private int calls;

        @Override
        public synchronized CompletableFuture<AppendResult> appendAsync(Append append) {
          boolean late = calls++ % 2 == 0;
          return CompletableFuture.supplyAsync(
              () -> {
                if (late) {
                  LockSupport.parkNanos(2_000_000);
                }
                return append(append);
              },
              task -> Thread.ofVirtual().start(task));
        }
      };
    }
  }

  static class TakesAnyCheckpoint extends StoreFixture implements SubscriptionContract {
    @Override
    protected EventStore open(InstantSource clock) {
      return new WrongStore(clock) {
        @Override
        public Subscription subscribe(SubscriptionRequest request) {
          return request.start()
                  instanceof SubscriptionRequest.Start.After(Checkpoint(_, _, var position))
              ? super.subscribe(request.after(checkpointAt(position)))
              : super.subscribe(request);
        }
      };
    }
  }
}
