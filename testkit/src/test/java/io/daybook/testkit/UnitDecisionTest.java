package io.daybook.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.EngineStore;
import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.decider.CommandHandler;
import io.daybook.eventsourcing.decider.CommandIdReusedException;
import io.daybook.eventsourcing.decider.DecisionHandler;
import io.daybook.eventsourcing.decider.DecisionModel;
import io.daybook.eventsourcing.decider.Rejected;
import io.daybook.eventsourcing.decider.Retry;
import io.daybook.eventsourcing.decider.TooManyConflictsException;
import io.daybook.eventsourcing.decider.UnitOfWork;
import io.daybook.eventsourcing.decider.UnitOutcome;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendCondition;
import io.daybook.eventstore.AppendConditionException;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.ForwardingStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import io.daybook.jackson.JsonCodec;
import io.daybook.testkit.Account.Command.Deposit;
import io.daybook.testkit.Account.Command.Open;
import io.daybook.testkit.Account.Command.Withdraw;
import io.daybook.testkit.Courses.CourseEvent;
import io.daybook.testkit.Courses.CourseEvent.CapacityChanged;
import io.daybook.testkit.Courses.CourseEvent.CourseDefined;
import io.daybook.testkit.Courses.CourseEvent.CourseRenamed;
import io.daybook.testkit.Courses.CourseEvent.Subscribed;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Decisions by models that go together with commands on streams: a course is paid for. */
@Timeout(120)
final class UnitDecisionTest {
  private static final BigDecimal FEE = BigDecimal.TEN;

  private final EventStore store = new InMemoryStore();
  private final AtomicInteger runs = new AtomicInteger();
  private final List<Append> appends = new ArrayList<>();
  private final List<CourseEvent> between = new ArrayList<>();

  /** Keeps what is appended, and lets one event after the other come before that. */
  private final EventStore watched =
      new ForwardingStore(store) {
        @Override
        public AppendResult append(Append append) {
          appends.add(append);
          if (!between.isEmpty()) {
            happened(between.removeFirst());
          }
          return super.append(append);
        }
      };

  private final Desk desk = new Desk(watched, Retry.standard());

  /** What takes subscriptions and fees. */
  private record Desk(
      EventStore store,
      CommandHandler<Account.Command, Account.Event, Account> accounts,
      DecisionHandler<CourseEvent> courses,
      UnitOfWork units) {
    Desk(EventStore store, Retry retry) {
      this(
          store,
          CommandHandler.of("account", Account.DECIDER, JsonCodec.of(Account.Event.class))
              .cachedStates(100)
              .on(store),
          DecisionHandler.of(Courses.CODEC, Courses::stream).retrying(Retry.never()).on(store),
          UnitOfWork.on(store).retrying(retry));
    }

    UnitOutcome subscribe(String student, String course, String commandId, AtomicInteger runs) {
      return units.run(
          commandId,
          unit -> {
            runs.incrementAndGet();
            unit.handle(accounts, student, new Withdraw(FEE));
            unit.decide(
                courses,
                Courses.subscription(student, course),
                now -> Courses.subscribe(now, student, course));
          });
    }
  }

  @BeforeEach
  void open() {
    for (String student : List.of("ada", "bob")) {
      desk.accounts.handle(student, new Open(student));
      desk.accounts.handle(student, new Deposit(new BigDecimal(100)));
    }
    happened(new CourseDefined("c1", 1), new CourseDefined("c2", 9));
    appends.clear();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  private void happened(CourseEvent... events) {
    for (CourseEvent event : events) {
      store.append(
          Courses.stream(event),
          ExpectedRevision.any(),
          Courses.CODEC.encode(Event.newId(), event, Audit.none()));
    }
  }

  private BigDecimal balance(String student) {
    return desk.accounts.stateOf(student).balance();
  }

  private int seats(String course) {
    return desk.courses.state(DecisionModel.of(Courses.seatsTaken(course)));
  }

  @Test
  void aDecisionAndACommandAreOneAppend() {
    Position before = store.head();
    UnitOutcome outcome = desk.subscribe("ada", "c1", "s-1", runs);

    assertThat(outcome.eventCount()).isEqualTo(2);
    assertThat(outcome.lastRevisions())
        .isEqualTo(Map.of("account-ada", new Revision(2), "student-ada", new Revision(0)));
    assertThat(balance("ada")).isEqualTo(new BigDecimal(90));
    assertThat(seats("c1")).isOne();
    assertThat(appends).hasSize(1);
    assertThat(appends.getFirst().expectations()).containsOnlyKeys("account-ada");
    AppendCondition condition = appends.getFirst().condition();
    assertThat(condition).isNotNull();
    assertThat(condition.after()).isEqualTo(before);
    assertThat(store.read(Query.tags("$command:s-1")).toList())
        .extracting(RecordedEvent::type)
        .containsExactly("Withdrawn", "Subscribed");
  }

  @Test
  void whatAViewWouldReadLeadsToANewDecision() {
    between.add(new CapacityChanged("c1", 3));
    var outcome = desk.subscribe("ada", "c1", "s-1", runs);

    assertThat(outcome.repeated()).isFalse();
    assertThat(runs).hasValue(2);
    assertThat(balance("ada")).isEqualTo(new BigDecimal(90));

    between.addAll(List.of(new Subscribed("eve", "c1"), new Subscribed("joe", "c1")));
    Position before = store.head();
    assertThatThrownBy(() -> desk.subscribe("bob", "c1", "s-2", runs))
        .isInstanceOf(Rejected.class)
        .hasMessage("course is full");
    assertThat(balance("bob")).isEqualTo(new BigDecimal(100));
    assertThat(store.head()).isEqualTo(new Position(before.value() + 2));
  }

  @Test
  void whatNoViewWouldReadDoesNotDisturb() {
    between.addAll(List.of(new CourseRenamed("c1", "Logic"), new Subscribed("bob", "c2")));
    desk.subscribe("ada", "c1", "s-1", runs);

    assertThat(runs).hasValue(1);
  }

  @Test
  void theUnitSaysHowOftenItIsTried() {
    var once = new Desk(watched, Retry.never());
    between.add(new CapacityChanged("c1", 3));

    assertThatThrownBy(() -> once.subscribe("ada", "c1", "s-1", runs))
        .isInstanceOf(TooManyConflictsException.class)
        .hasCauseInstanceOf(AppendConditionException.class);
  }

  @Test
  void aModelThatIsOnlyReadMustNotChangeEither() {
    between.add(new CapacityChanged("c2", 7));
    desk.units.run(unit -> {
      runs.incrementAndGet();
      int capacity = unit.state(desk.courses, DecisionModel.of(Courses.capacity("c2")));
      unit.handle(desk.accounts, "ada", new Deposit(new BigDecimal(capacity)));
    });

    assertThat(runs).hasValue(2);
    assertThat(balance("ada")).isEqualTo(new BigDecimal(107));
  }

  @Test
  void aDecisionSeesWhatThoseBeforeItDecided() {
    desk.units.run(unit -> {
      var after =
          unit.decide(
              desk.courses,
              Courses.subscription("ada", "c1"),
              now -> Courses.subscribe(now, "ada", "c1"));
      assertThat(after).isEqualTo(new Courses.Subscription(1, 1, 1, true));
      assertThat(unit.state(desk.courses, Courses.subscription("ada", "c2")))
          .isEqualTo(new Courses.Subscription(9, 0, 1, false));
      assertThatThrownBy(() ->
              unit.decide(
                  desk.courses,
                  Courses.subscription("bob", "c1"),
                  now -> Courses.subscribe(now, "bob", "c1")))
          .isInstanceOf(Rejected.class)
          .hasMessage("course is full");
    });

    assertThat(seats("c1")).isOne();
  }

  /** Whoever wrote it in the unit: a command, a plain event, another handler's decision. */
  @Test
  void aDecisionSeesWhateverTheUnitWrote() {
    CommandHandler<CourseEvent, CourseEvent, Integer> teachers =
        CommandHandler.of(
                "teacher",
                io.daybook.eventsourcing.decider.Decider.<CourseEvent, CourseEvent, Integer>of(
                    0, (command, _) -> List.of(command), (n, _) -> n + 1),
                Courses.CODEC)
            .on(watched);
    var others = DecisionHandler.of(Courses.CODEC, _ -> "elsewhere").on(watched);
    desk.units.run(
        "u-1",
        unit -> {
          unit.handle(teachers, "t", new CapacityChanged("c1", 4));
          unit.append(
              "import-1",
              ExpectedRevision.any(),
              List.of(
                  Courses.CODEC.encode(Event.newId(), new Subscribed("eve", "c1"), Audit.none())));
          unit.decide(
              others,
              DecisionModel.of(Courses.seatsTaken("c1")),
              n -> {
                assertThat(n).isOne();
                return List.of(new Subscribed("joe", "c1"), new CourseRenamed("c1", "Logic"));
              });
          assertThat(unit.state(desk.courses, Courses.subscription("ada", "c1")))
              .isEqualTo(new Courses.Subscription(4, 2, 0, false));
        });

    assertThat(desk.courses.state(Courses.subscription("ada", "c1")))
        .isEqualTo(new Courses.Subscription(4, 2, 0, false));
  }

  /** The second model is read as of the moment of the first: what came in between is a conflict. */
  @Test
  void allModelsOfAUnitAreOfOneMoment() {
    desk.units.run(unit -> {
      int run = runs.incrementAndGet();
      int first = unit.state(desk.courses, DecisionModel.of(Courses.capacity("c2")));
      if (run == 1) {
        happened(new CapacityChanged("c2", 5), new CapacityChanged("c1", 5));
      }
      int second = unit.state(desk.courses, DecisionModel.of(Courses.capacity("c1")));
      assertThat(List.of(first, second)).isEqualTo(run == 1 ? List.of(9, 1) : List.of(5, 5));
      unit.handle(desk.accounts, "ada", new Deposit(new BigDecimal(first + second)));
    });

    assertThat(runs).hasValue(2);
    assertThat(balance("ada")).isEqualTo(new BigDecimal(110));
    AppendCondition condition = appends.getLast().condition();
    assertThat(condition).isNotNull();
    assertThat(((Query.AnyOf) condition.failIfMatches()).items()).hasSize(2);
  }

  @Test
  void conditionsOfTheUnitHoldBesidesThoseOfDecisions() {
    var note = Event.json("Noted", "{}").withTags("note:1");
    Position before = store.head();
    store.append("note-1", ExpectedRevision.any(), note);
    var once = new Desk(watched, Retry.never());

    // broken before the decision was read, and not since
    assertThatThrownBy(() ->
            once.units.run(unit -> {
              unit.unless(AppendCondition.failIfMatches(Query.tags("note:1"), before));
              unit.decide(
                  once.courses,
                  Courses.subscription("ada", "c1"),
                  now -> Courses.subscribe(now, "ada", "c1"));
            }))
        .isInstanceOf(TooManyConflictsException.class)
        .hasMessageContaining("note:1");
    assertThat(appends).isEmpty();

    // kept: the note is no later than that
    once.units.run(unit -> {
      unit.unless(AppendCondition.failIfMatches(Query.tags("note:1"), store.head()));
      unit.unless(AppendCondition.failIfMatches(Query.tags("note:2")));
      unit.decide(
          once.courses,
          Courses.subscription("ada", "c1"),
          now -> Courses.subscribe(now, "ada", "c1"));
    });
    assertThat(seats("c1")).isOne();

    // broken while it is appended
    for (String tag : List.of("note:1", "note:2")) {
      var racing =
          new Desk(
              new ForwardingStore(store) {
                @Override
                public AppendResult append(Append append) {
                  store.append(
                      "note-1", ExpectedRevision.any(), Event.json("N", "{}").withTags(tag));
                  return super.append(append);
                }
              },
              Retry.never());
      assertThatThrownBy(() ->
              racing.units.run(unit -> {
                unit.unless(AppendCondition.failIfMatches(Query.tags("note:1"), store.head()));
                unit.unless(AppendCondition.failIfMatches(Query.tags("note:2")));
                unit.decide(
                    racing.courses,
                    Courses.subscription("bob", "c2"),
                    now -> Courses.subscribe(now, "bob", "c2"));
              }))
          .isInstanceOf(TooManyConflictsException.class)
          .hasMessageContaining(tag);
    }
  }

  /** A position that is yet to come holds nobody back, and lets nothing through. */
  @Test
  void aConditionAfterAPositionToComeTakesNothingFromADecision() {
    var once = new Desk(watched, Retry.never());
    between.add(new Subscribed("eve", "c1"));

    assertThatThrownBy(() ->
            once.units.run(unit -> {
              unit.unless(AppendCondition.failIfMatches(Query.tags("x:1"), new Position(1_000)));
              unit.decide(
                  once.courses,
                  Courses.subscription("ada", "c1"),
                  now -> Courses.subscribe(now, "ada", "c1"));
            }))
        .isInstanceOf(TooManyConflictsException.class);
  }

  @Test
  void aUnitWithACommandIdIsDoneOnce() {
    UnitOutcome first = desk.subscribe("ada", "c1", "s-1", runs);
    happened(new CapacityChanged("c1", 5));
    UnitOutcome again = desk.subscribe("ada", "c1", "s-1", runs);

    assertThat(runs).hasValue(1);
    assertThat(again).isEqualTo(new UnitOutcome(first.lastRevisions(), first.position(), 2, true));
    assertThat(balance("ada")).isEqualTo(new BigDecimal(90));
  }

  @Test
  void decisionsWithTheirOwnIdsAreMadeOnce() {
    var model = DecisionModel.of(Courses.seatsTaken("c2"));
    desk.courses.decide(model, _ -> List.of(new Subscribed("joe", "c2")), "row-1");
    for (int run = 0; run < 2; run++) {
      UnitOutcome outcome =
          desk.units.run(unit -> {
            int seats =
                unit.decide(
                    desk.courses, model, _ -> List.of(new Subscribed("joe", "c2")), "row-1");
            assertThat(seats).isEqualTo(runs.get() == 0 ? 1 : 3);
            for (int i = 0; i < 2; i++) {
              unit.decide(
                  desk.courses,
                  model,
                  _ -> List.of(new Subscribed("ada", "c2"), new CourseRenamed("c2", "Logic")),
                  "row-2");
            }
            unit.decide(desk.courses, model, _ -> List.of(), "row-3");
            unit.decide(desk.courses, model, _ -> List.of(new Subscribed("bob", "c2")), "row-3");
            unit.handle(desk.accounts, "ada", new Withdraw(FEE), "row-4");
          });
      assertThat(outcome.eventCount()).isEqualTo(run == 0 ? 4 : 0);
      runs.incrementAndGet();
    }
    assertThat(seats("c2")).isEqualTo(3);
    assertThat(balance("ada")).isEqualTo(new BigDecimal(90));
    assertThat(
            desk.courses
                .decide(model, _ -> List.of(new Subscribed("bob", "c2")), "row-3")
                .repeated())
        .isTrue();
  }

  @Test
  void aCommandIdOfAnotherDomainIsRefused() {
    var model = DecisionModel.of(Courses.seatsTaken("c2"));
    desk.accounts.handle("ada", new Deposit(BigDecimal.ONE), "row-1");
    assertThatThrownBy(() ->
            desk.units.run(unit ->
                unit.decide(
                    desk.courses, model, _ -> List.of(new Subscribed("ada", "c2")), "row-1")))
        .isInstanceOf(CommandIdReusedException.class)
        .hasMessageContaining("Deposited")
        .hasMessageContaining("account-ada");
    assertThatThrownBy(() ->
            desk.units.run(unit -> {
              unit.handle(desk.accounts, "ada", new Deposit(BigDecimal.ONE), "row-2");
              unit.decide(desk.courses, model, _ -> List.of(new Subscribed("ada", "c2")), "row-2");
            }))
        .isInstanceOf(CommandIdReusedException.class)
        .hasMessageContaining("Deposited");
    assertThatThrownBy(() ->
            desk.units.run(unit -> {
              unit.decide(desk.courses, model, _ -> List.of(new Subscribed("ada", "c2")), "row-2");
              unit.handle(desk.accounts, "ada", new Deposit(BigDecimal.ONE), "row-2");
            }))
        .isInstanceOf(CommandIdReusedException.class)
        .hasMessageContaining("student-ada");
    assertThat(seats("c2")).isZero();
  }

  @Test
  void misuseIsRefused() {
    var model = DecisionModel.of(Courses.seatsTaken("c2"));
    try (var otherStore = new InMemoryStore()) {
      var elsewhere = DecisionHandler.of(Courses.CODEC, Courses::stream).on(otherStore);
      assertThatThrownBy(() -> desk.units.run(unit -> unit.state(elsewhere, model)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("another store");
    }
    assertThatThrownBy(() ->
            desk.units.run("id", unit -> unit.decide(desk.courses, model, _ -> List.of(), "own")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the unit has the command id id");
    var toAccount = DecisionHandler.of(Courses.CODEC, _ -> "account-ada").on(watched);
    assertThatThrownBy(() ->
            desk.units.run(unit -> {
              unit.state(desk.accounts, "ada");
              unit.decide(toAccount, model, _ -> List.of(new Subscribed("ada", "c2")));
            }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("account-ada is used by a command handler");
    assertThatThrownBy(() ->
            desk.units.run(unit -> {
              unit.decide(toAccount, model, _ -> List.of(new Subscribed("ada", "c2")));
              unit.state(desk.accounts, "ada");
            }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("account-ada was appended to without its handler");
    assertThatThrownBy(() ->
            desk.units.run(unit ->
                unit.decide(
                    desk.courses,
                    model,
                    _ -> {
                      unit.handle(desk.accounts, "ada", new Withdraw(FEE));
                      return List.of();
                    })))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no side effects");
    assertThat(appends).isEmpty();
  }

  @Test
  void anEmptyStoreIsAMomentToo() {
    try (var empty = new InMemoryStore()) {
      var first = new Desk(empty, Retry.never());
      first.units.run(unit -> {
        unit.decide(
            first.courses,
            DecisionModel.of(Courses.capacity("c1")),
            capacity -> Courses.define(capacity, "c1", 5));
        unit.decide(
            first.courses,
            DecisionModel.of(Courses.capacity("c2")),
            capacity -> Courses.define(capacity, "c2", 5));
      });
      assertThat(empty.head()).isEqualTo(new Position(1));
    }
  }

  /** Two desks, as in two processes: only the store keeps them apart. */
  @Test
  void manyAtOnceTakeAsManySeatsAsThereAreAndPayForThem() {
    int students = 48;
    int capacity = 10;
    try (EventStore engine = EngineStore.temporary()) {
      Retry patient = Retry.standard().withAttempts(1_000);
      var desks = List.of(new Desk(engine, patient), new Desk(engine, patient));
      engine.append(
          "course-c1",
          ExpectedRevision.any(),
          Courses.CODEC.encode(Event.newId(), new CourseDefined("c1", capacity), Audit.none()));
      for (int i = 0; i < students; i++) {
        desks.getFirst().accounts.handle("s" + i, new Open("s" + i));
        desks.getFirst().accounts.handle("s" + i, new Deposit(FEE));
      }
      var accepted = new AtomicInteger();
      var work =
          IntStream.range(0, 2 * students)
              .mapToObj(i ->
                  CompletableFuture.runAsync(
                      () -> {
                        String student = "s" + i / 2; // each from two sides
                        try {
                          var _ = desks.get(i % 2).subscribe(student, "c1", "buy-" + student, runs);
                          accepted.incrementAndGet();
                        } catch (Rejected _) {
                          // the course is full
                        }
                      },
                      Thread.ofVirtual()::start))
              .toList();
      work.forEach(CompletableFuture::join);

      assertThat(accepted).hasValue(2 * capacity);
      assertThat(engine.read(Query.types("Subscribed")).toList()).hasSize(capacity);
      assertThat(engine.read(Query.types("Withdrawn")).toList()).hasSize(capacity);
      for (RecordedEvent subscribed : engine.read(Query.types("Subscribed")).toList()) {
        String student = subscribed.stream().substring("student-".length());
        assertThat(desks.getLast().accounts.stateOf(student).balance()).isZero();
      }
    }
  }
}
