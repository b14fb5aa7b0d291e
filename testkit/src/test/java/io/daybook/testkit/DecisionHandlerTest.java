package io.daybook.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.UnknownEventTypeException;
import io.daybook.eventsourcing.decider.CommandIdReusedException;
import io.daybook.eventsourcing.decider.DecisionHandler;
import io.daybook.eventsourcing.decider.DecisionModel;
import io.daybook.eventsourcing.decider.Outcome;
import io.daybook.eventsourcing.decider.Rejected;
import io.daybook.eventsourcing.decider.Retry;
import io.daybook.eventsourcing.decider.TooManyConflictsException;
import io.daybook.eventsourcing.decider.View;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendCondition;
import io.daybook.eventstore.AppendConditionException;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.ForwardingStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.ReadResult;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.jackson.JsonCodec;
import io.daybook.testkit.Courses.CourseEvent;
import io.daybook.testkit.Courses.CourseEvent.CourseDefined;
import io.daybook.testkit.Courses.CourseEvent.CourseRenamed;
import io.daybook.testkit.Courses.CourseEvent.Subscribed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a decision reads, what its append holds on to, and what happens when others are faster. */
@Timeout(120)
final class DecisionHandlerTest {
  private static final Retry QUICK = new Retry(3, Duration.ofNanos(1), Duration.ofNanos(10));

  private final EventStore store = new InMemoryStore();
  private final DecisionHandler<CourseEvent> decisions = on(store);

  @AfterEach
  void closeStore() {
    store.close();
  }

  private static DecisionHandler<CourseEvent> on(EventStore store) {
    return DecisionHandler.of(Courses.CODEC, Courses::stream).retrying(QUICK).on(store);
  }

  private void happened(CourseEvent... events) {
    for (CourseEvent event : events) {
      store.append(
          Courses.stream(event),
          ExpectedRevision.any(),
          Courses.CODEC.encode(Event.newId(), event, Audit.none()));
    }
  }

  private Outcome<CourseEvent, Courses.Subscription> subscribe(
      DecisionHandler<CourseEvent> handler, String student, String course) {
    return handler.decide(
        Courses.subscription(student, course), now -> Courses.subscribe(now, student, course));
  }

  /** A store in which something happens before each append, once per given event. */
  private EventStore interfered(CourseEvent... events) {
    var next = new AtomicInteger();
    return new ForwardingStore(store) {
      @Override
      public AppendResult append(Append append) {
        if (next.get() < events.length) {
          happened(events[next.getAndIncrement()]);
        }
        return super.append(append);
      }
    };
  }

  @Test
  void allViewsAreLoadedByOneReadAndHeldByOneCondition() {
    happened(new CourseDefined("c1", 2), new CourseDefined("c2", 2), new Subscribed("bob", "c2"));
    var reads = new ArrayList<ReadRequest>();
    var appends = new ArrayList<Append>();
    var watched =
        new ForwardingStore(store) {
          @Override
          public ReadResult<RecordedEvent> read(ReadRequest request) {
            reads.add(request);
            return super.read(request);
          }

          @Override
          public AppendResult append(Append append) {
            appends.add(append);
            return super.append(append);
          }
        };

    var outcome = subscribe(on(watched), "ada", "c1");

    assertThat(outcome.events()).containsExactly(new Subscribed("ada", "c1"));
    assertThat(outcome.state()).isEqualTo(new Courses.Subscription(2, 1, 1, true));
    assertThat(outcome.position()).isEqualTo(new Position(3));
    assertThat(outcome.revision()).isEmpty();
    assertThat(reads).hasSize(1);
    assertThat(appends).hasSize(1);
    assertThat(appends.getFirst().expectations()).isEmpty();
    assertThat(appends.getFirst().condition())
        .isEqualTo(AppendCondition.failIfMatches(reads.getFirst().query(), new Position(2)));
  }

  @Test
  void whatAnyViewWouldReadLeadsToANewDecision() {
    happened(new CourseDefined("c1", 2));

    var outcome = subscribe(on(interfered(new Subscribed("bob", "c1"))), "ada", "c1");
    assertThat(outcome.state().seatsTaken()).isEqualTo(2);

    assertThatThrownBy(() -> subscribe(on(interfered(new CourseDefined("c3", 1))), "eve", "c1"))
        .isInstanceOfSatisfying(
            Rejected.class, e -> assertThat(e.reason()).isEqualTo("course is full"));
  }

  @Test
  void whatNoViewWouldReadDoesNotDisturb() {
    happened(new CourseDefined("c1", 9));
    var handler =
        DecisionHandler.of(Courses.CODEC, Courses::stream)
            .retrying(Retry.never())
            .on(interfered(new CourseRenamed("c1", "Logic"), new Subscribed("bob", "c2")));

    assertThat(subscribe(handler, "ada", "c1").position()).isEqualTo(new Position(2));
    assertThat(subscribe(handler, "eve", "c1").position()).isEqualTo(new Position(4));
  }

  @Test
  void anEventWithoutHandlerCountsWhereAnyTypeDoes() {
    happened(new CourseDefined("c1", 9));
    View<Integer> capacity = Courses.capacity("c1").ofAnyType();
    var model = DecisionModel.of(capacity);
    var decided = new AtomicInteger();
    var handler = on(interfered(new CourseRenamed("c1", "Logic")));

    handler.decide(
        model,
        _ -> {
          decided.incrementAndGet();
          return List.of(new Subscribed("ada", "c1"));
        });

    assertThat(decided).hasValue(2);
    assertThat(handler.state(model)).isEqualTo(9);
  }

  @Test
  void anEventThatTheCodecDoesNotKnowFailsWhereItIsRead() {
    happened(new CourseDefined("c1", 9));
    store.append(
        "course-c1", ExpectedRevision.any(), Event.json("Audited", "{}").withTags("course:c1"));

    assertThat(decisions.state(DecisionModel.of(Courses.capacity("c1")))).isEqualTo(9);
    assertThatThrownBy(() -> decisions.state(DecisionModel.of(Courses.capacity("c1").ofAnyType())))
        .isInstanceOf(UnknownEventTypeException.class)
        .hasMessageContaining("Audited");
  }

  @Test
  void aViewSeesItsOwnEventsOnly() {
    happened(
        new CourseDefined("c1", 3),
        new Subscribed("bob", "c1"),
        new Subscribed("ada", "c2"),
        new Subscribed("ada", "c3"));

    assertThat(decisions.state(Courses.subscription("ada", "c1")))
        .isEqualTo(new Courses.Subscription(3, 1, 2, false));
  }

  @Test
  void formerNamesAndOlderVersionsBelongToTheBoundary() {
    var today =
        JsonCodec.of(
            CourseEvent.class,
            types ->
                types
                    .formerly("Enrolled", Subscribed.class)
                    .upcast(CourseDefined.class, 1, json -> json.put("capacity", 1)));
    store.append(
        "course-c1",
        ExpectedRevision.any(),
        Event.json("CourseDefined", "{\"course\":\"c1\"}").withTags("course:c1"),
        Event.json("Enrolled", "{\"student\":\"bob\",\"course\":\"c1\"}")
            .withTags("course:c1", "student:bob"));
    var handler = DecisionHandler.of(today, Courses::stream).on(store);

    assertThat(handler.state(Courses.subscription("ada", "c1")))
        .isEqualTo(new Courses.Subscription(1, 1, 0, false));
  }

  @Test
  void manyEventsInManyStreamsAreOneAppendInTheirOrder() {
    happened(new CourseDefined("c1", 9));
    var outcome =
        decisions.decide(
            DecisionModel.of(Courses.seatsTaken("c1")),
            _ ->
                List.of(
                    new Subscribed("ada", "c1"),
                    new Subscribed("bob", "c1"),
                    new CourseRenamed("c1", "Logic"),
                    new Subscribed("ada", "c2")));

    assertThat(outcome.state()).isEqualTo(2);
    assertThat(store.read(Query.everything()).toList().stream().skip(1))
        .extracting(RecordedEvent::stream)
        .containsExactly("student-ada", "student-bob", "course-c1", "student-ada");
  }

  @Test
  void nothingDecidedIsNothingWritten() {
    var outcome = decisions.decide(DecisionModel.of(Courses.capacity("c1")), _ -> List.of());

    assertThat(outcome.position()).isEqualTo(Position.BEFORE_FIRST);
    assertThat(outcome.state()).isEqualTo(-1);
    assertThat(store.head()).isEqualTo(Position.BEFORE_FIRST);
  }

  @Test
  void tooManyConflictsAreReportedByTheNamesOfTheViews() {
    var handler =
        on(
            interfered(
                new CourseDefined("c1", 9),
                new CourseDefined("c1", 9),
                new CourseDefined("c1", 9)));

    assertThatThrownBy(() ->
            handler.decide(
                DecisionModel.of(Courses.capacity("c1")),
                _ -> List.of(new Subscribed("ada", "c1"))))
        .isInstanceOf(TooManyConflictsException.class)
        .hasCauseInstanceOf(AppendConditionException.class)
        .hasMessageContaining("capacity")
        .hasMessageContaining("3 attempts");
  }

  @Test
  void aCommandIdIsHandledOnce() {
    var model = DecisionModel.of(Courses.capacity("c1"));
    var first = decisions.decide(model, c -> Courses.define(c, "c1", 5), "define-1");
    happened(new CourseEvent.CapacityChanged("c1", 7));
    var again = decisions.decide(model, c -> Courses.define(c, "c1", 6), "define-1");

    assertThat(again.repeated()).isTrue();
    assertThat(again.events()).isEqualTo(first.events());
    assertThat(again.state()).isEqualTo(5);
    assertThat(again.position()).isEqualTo(first.position());
    assertThat(store.head()).isEqualTo(new Position(1));
    assertThat(store.read(Query.tags("$command:define-1")).toList()).hasSize(1);
  }

  @Test
  void aRefusedCommandIsDecidedAgain() {
    assertThatThrownBy(() ->
            decisions.decide(
                Courses.subscription("ada", "c1"),
                now -> Courses.subscribe(now, "ada", "c1"),
                "s-1"))
        .isInstanceOf(Rejected.class);
    happened(new CourseDefined("c1", 1));
    var outcome =
        decisions.decide(
            Courses.subscription("ada", "c1"), now -> Courses.subscribe(now, "ada", "c1"), "s-1");

    assertThat(outcome.repeated()).isFalse();
  }

  @Test
  void anAnswerThatWasLostIsToldAgain() {
    var lose = new AtomicInteger(1);
    var handler =
        on(
            new ForwardingStore(store) {
              @Override
              public AppendResult append(Append append) {
                AppendResult result = super.append(append);
                if (lose.getAndDecrement() > 0) {
                  throw new EventStoreFailedException("the connection broke", null, true);
                }
                return result;
              }
            });
    var model = DecisionModel.of(Courses.capacity("c1"));

    assertThatThrownBy(() -> handler.decide(model, c -> Courses.define(c, "c1", 5), "d"))
        .isInstanceOf(EventStoreFailedException.class);
    assertThat(handler.decide(model, c -> Courses.define(c, "c1", 5), "d").repeated()).isTrue();
    assertThat(store.head().value()).isZero();
  }

  @Test
  void theSameCommandAtTheSameMomentTellsWhatIsStored() {
    // between the read and the append, another thread handles the command on another state: the
    // store then takes this append for a retry and does not look at the condition
    var model = DecisionModel.of(Courses.seatsTaken("c1"));
    var racing = new AtomicReference<Runnable>();
    var handler =
        on(
            new ForwardingStore(store) {
              @Override
              public AppendResult append(Append append) {
                Runnable race = racing.getAndSet(null);
                if (race != null) {
                  race.run();
                }
                return super.append(append);
              }
            });
    racing.set(() -> {
      happened(new Subscribed("bob", "c1"));
      decisions.decide(model, n -> List.of(new CourseDefined("c1", n)), "d");
    });

    var outcome = handler.decide(model, n -> List.of(new CourseDefined("c1", n)), "d");

    assertThat(outcome.events()).containsExactly(new CourseDefined("c1", 1));
    assertThat(outcome.repeated()).isTrue();
    assertThat(outcome.state()).isEqualTo(1);
    assertThat(store.read(Query.types("CourseDefined")).toList()).hasSize(1);
  }

  @Test
  void aCommandIdOfAnotherDomainIsRefused() {
    var accounts = JsonCodec.of(Account.Event.class);
    var elsewhere = DecisionHandler.of(accounts, _ -> "account-1").on(store);
    elsewhere.decide(
        DecisionModel.of(View.of("opened", 0).on(Account.Event.Opened.class, (n, _) -> n + 1)),
        _ -> List.of(new Account.Event.Opened("Ada")),
        "x");

    assertThatThrownBy(() ->
            decisions.decide(
                DecisionModel.of(Courses.capacity("c1")), c -> Courses.define(c, "c1", 5), "x"))
        .isInstanceOf(CommandIdReusedException.class)
        .hasMessageContaining("Opened")
        .hasMessageContaining("account-1");
  }

  @Test
  void statesOfThePast() {
    happened(new CourseDefined("c1", 2), new Subscribed("ada", "c1"), new Subscribed("bob", "c1"));
    var taken = DecisionModel.of(Courses.seatsTaken("c1"));

    assertThat(decisions.stateAsOf(taken, new Position(1))).isEqualTo(1);
    assertThat(
            decisions.stateAsOf(
                taken, store.read(Query.everything()).toList().getLast().recordedAt()))
        .isEqualTo(2);
  }

  private String text(DecisionModel<String> model) {
    return decisions.state(model);
  }

  @Test
  void modelsAreComposed() {
    happened(new CourseDefined("a", 1), new CourseDefined("b", 2), new CourseDefined("c", 3));
    View<Integer> a = Courses.capacity("a");
    View<Integer> b = Courses.capacity("b");
    View<Integer> c = Courses.capacity("c");

    assertThat(decisions.state(DecisionModel.ofAll(List.of(a, b, c, a))))
        .isEqualTo(List.of(1, 2, 3, 1));
    assertThat(text(DecisionModel.of(a, b, (x, y) -> "" + x + y))).isEqualTo("12");
    assertThat(text(DecisionModel.of(a, b, c, (x, y, z) -> "" + x + y + z))).isEqualTo("123");
    assertThat(text(DecisionModel.of(a, b, c, b, (w, x, y, z) -> "" + w + x + y + z)))
        .isEqualTo("1232");
    assertThat(text(DecisionModel.of(a, b, c, b, a, (v, w, x, y, z) -> "" + v + w + x + y + z)))
        .isEqualTo("12321");
    assertThat(text(DecisionModel.of(a).map(n -> "<" + n + ">"))).isEqualTo("<1>");
    assertThatThrownBy(() -> DecisionModel.ofAll(List.<View<Integer>>of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void viewsByStreamAndCategory() {
    happened(new CourseDefined("c1", 2), new Subscribed("ada", "c1"), new Subscribed("bob", "c1"));
    View<Integer> all = View.of("subscriptions", 0).on(Subscribed.class, (n, _) -> n + 1);

    assertThat(decisions.state(DecisionModel.of(all))).isEqualTo(2);
    assertThat(decisions.state(DecisionModel.of(all.inStreams("student-ada")))).isEqualTo(1);
    assertThat(decisions.state(DecisionModel.of(all.inCategories("student")))).isEqualTo(2);
    assertThat(decisions.state(DecisionModel.of(all.inCategories("course")))).isZero();
  }

  @Test
  void aHandlerOfASupertypeTakesWhatNoHandlerBeforeItTook() {
    happened(new CourseDefined("c1", 2), new Subscribed("ada", "c1"));
    View<String> log =
        View.of("log", "")
            .tagged("course:c1")
            .on(Subscribed.class, (text, _) -> text + "s")
            .on(CourseEvent.class, (text, _) -> text + ".");

    assertThat(decisions.state(DecisionModel.of(log))).isEqualTo(".s");
  }

  @Test
  void aViewIsMadeOfSenseOnly() {
    View<Integer> empty = View.of("empty", 0);
    assertThatThrownBy(() -> decisions.state(DecisionModel.of(empty.tagged("a:b"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the view empty handles no event");
    assertThatThrownBy(() -> decisions.state(DecisionModel.of(empty.ofAnyType())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no tag, stream or category");
    assertThatThrownBy(() -> decisions.state(DecisionModel.of(empty.on(String.class, (n, _) -> n))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.String");
    assertThatThrownBy(
            () -> empty.on(Subscribed.class, (n, _) -> n).on(Subscribed.class, (n, _) -> n))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two handlers");
    assertThatThrownBy(() -> empty.tagged(" ")).isInstanceOf(IllegalArgumentException.class);
  }
}
