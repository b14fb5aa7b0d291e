package io.daybook.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.eventsourcing.decider.DecisionHandler;
import io.daybook.eventsourcing.decider.DecisionModel;
import io.daybook.eventsourcing.decider.Rejected;
import io.daybook.eventsourcing.decider.View;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.jackson.JsonCodec;
import io.daybook.testkit.Courses.CourseEvent;
import io.daybook.testkit.Courses.CourseEvent.CapacityChanged;
import io.daybook.testkit.Courses.CourseEvent.CourseDefined;
import io.daybook.testkit.Courses.CourseEvent.Subscribed;
import io.daybook.testkit.Courses.CourseEvent.Unsubscribed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The worked examples by which the community explains dynamic consistency boundaries. */
final class CommunityDecisionsTest {

  private final DecisionScenario<CourseEvent> courses =
      DecisionScenario.of(Courses.CODEC, Courses::stream);

  private Decision<Object, CourseEvent, Courses.Subscription> subscribes(
      DecisionScenario<CourseEvent> given, String student, String course) {
    return given.when(
        student + " subscribes to " + course,
        Courses.subscription(student, course),
        now -> Courses.subscribe(now, student, course));
  }

  @Test
  void aCourseIsDefinedOnce() {
    courses
        .when(DecisionModel.of(Courses.capacity("c1")), c -> Courses.define(c, "c1", 10))
        .thenEvents(new CourseDefined("c1", 10));
    courses
        .given(new CourseDefined("c1", 10))
        .when(DecisionModel.of(Courses.capacity("c1")), c -> Courses.define(c, "c1", 10))
        .thenRejected("course exists");
  }

  @Test
  void aCourseHasACapacity() {
    var full = courses.given(new CourseDefined("c1", 1), new Subscribed("ada", "c1"));

    subscribes(full, "bob", "c1").thenRejected("course is full");
    subscribes(full, "ada", "c1").thenRejected("already subscribed");
    subscribes(full, "bob", "c2").thenRejected("no such course");
    subscribes(full.given(new CapacityChanged("c1", 2)), "bob", "c1")
        .thenEvents(new Subscribed("bob", "c1"))
        .thenState(new Courses.Subscription(2, 2, 1, true));
    subscribes(full.given(new Unsubscribed("ada", "c1")), "bob", "c1")
        .thenEvents(new Subscribed("bob", "c1"));
  }

  @Test
  void aStudentHasFiveCoursesAtMost() {
    var busy =
        courses
            .given(new CourseDefined("c6", 10))
            .given(
                IntStream.rangeClosed(1, 5).mapToObj(i -> new Subscribed("ada", "c" + i)).toList());

    subscribes(busy, "ada", "c6").thenRejected("too many courses");
    subscribes(busy, "bob", "c6").thenEvents(new Subscribed("bob", "c6"));
    subscribes(busy.given(new Unsubscribed("ada", "c3")), "ada", "c6")
        .thenEvents(new Subscribed("ada", "c6"));
  }

  sealed interface UserEvent {
    record Registered(String username) implements UserEvent {}

    record Closed(String username) implements UserEvent {}

    record Renamed(String from, String to) implements UserEvent {}
  }

  /** A name is taken until it is given back, be it by closing or by renaming. */
  private static View<Boolean> taken(String username) {
    return View.of("name taken", false)
        .tagged("username:" + username)
        .on(UserEvent.Registered.class, (_, _) -> true)
        .on(UserEvent.Closed.class, (_, _) -> false)
        .on(UserEvent.Renamed.class, (_, e) -> e.to().equals(username));
  }

  @Test
  void aUsernameIsUnique() {
    var codec =
        JsonCodec.of(
            UserEvent.class,
            types ->
                types
                    .tagged(UserEvent.Registered.class, e -> List.of("username:" + e.username()))
                    .tagged(UserEvent.Closed.class, e -> List.of("username:" + e.username()))
                    .tagged(
                        UserEvent.Renamed.class,
                        e -> List.of("username:" + e.from(), "username:" + e.to())));
    var users = DecisionScenario.of(codec, _ -> "users");
    var ada = users.given(new UserEvent.Registered("ada"));

    register(users, "ada").thenEvents(new UserEvent.Registered("ada")).thenState(true);
    register(ada, "ada").thenRejected("name taken");
    register(ada, "bob").thenEvents(new UserEvent.Registered("bob"));
    register(ada.given(new UserEvent.Closed("ada")), "ada")
        .thenEvents(new UserEvent.Registered("ada"));
    var renamed = ada.given(new UserEvent.Renamed("ada", "lovelace"));
    register(renamed, "lovelace").thenRejected("name taken");
    register(renamed, "ada").thenEvents(new UserEvent.Registered("ada"));
  }

  private static Decision<Object, UserEvent, Boolean> register(
      DecisionScenario<UserEvent> given, String name) {
    return given.when(
        DecisionModel.of(taken(name)),
        taken -> {
          if (taken) {
            throw new Rejected("name taken");
          }
          return List.of(new UserEvent.Registered(name));
        });
  }

  record InvoiceIssued(long number, String customer) {}

  @Test
  void invoiceNumbersHaveNoGap() {
    // without tags: the boundary is the type
    var lastNumber =
        DecisionModel.of(View.of("last number", 0L).on(InvoiceIssued.class, (_, e) -> e.number()));
    var codec = JsonCodec.of(InvoiceIssued.class);
    var invoices = DecisionScenario.of(codec, e -> "invoice-" + e.number());

    invoices
        .when(lastNumber, last -> List.of(new InvoiceIssued(last + 1, "ada")))
        .thenEvents(new InvoiceIssued(1, "ada"));
    invoices
        .given(new InvoiceIssued(1, "ada"), new InvoiceIssued(2, "bob"))
        .when(lastNumber, last -> List.of(new InvoiceIssued(last + 1, "ada")))
        .thenEvents(new InvoiceIssued(3, "ada"))
        .thenState(3L);

    try (var store = new InMemoryStore()) {
      var handler = DecisionHandler.of(codec, e -> "invoice-" + e.number()).on(store);
      for (int i = 1; i <= 3; i++) {
        var outcome = handler.decide(lastNumber, n -> List.of(new InvoiceIssued(n + 1, "ada")));
        assertThat(outcome.state()).isEqualTo(i);
      }
    }
  }

  sealed interface TokenEvent {
    record TokenSent(String token, Instant validUntil) implements TokenEvent {}

    record TokenUsed(String token) implements TokenEvent {}
  }

  record Token(@Nullable Instant validUntil, boolean used) {}

  private static List<TokenEvent> use(Token state, String token, Instant now) {
    if (state.validUntil() == null || state.validUntil().isBefore(now)) {
      throw new Rejected("token unknown or expired");
    }
    if (state.used()) {
      throw new Rejected("token used");
    }
    return List.of(new TokenEvent.TokenUsed(token));
  }

  @Test
  void aTokenIsUsedOnce() {
    var codec =
        JsonCodec.of(
            TokenEvent.class,
            types ->
                types
                    .tagged(TokenEvent.TokenSent.class, e -> List.of("token:" + e.token()))
                    .tagged(TokenEvent.TokenUsed.class, e -> List.of("token:" + e.token())));
    var token =
        DecisionModel.of(
            View.of("token", new Token(null, false))
                .tagged("token:4711")
                .on(TokenEvent.TokenSent.class, (t, e) -> new Token(e.validUntil(), t.used()))
                .on(TokenEvent.TokenUsed.class, (t, _) -> new Token(t.validUntil(), true)));
    Instant now = Instant.parse("2026-01-01T12:00:00Z");
    var tokens = DecisionScenario.of(codec, _ -> "tokens");
    var sent = tokens.given(new TokenEvent.TokenSent("4711", now.plus(Duration.ofHours(1))));

    tokens.when(token, t -> use(t, "4711", now)).thenRejected("token unknown or expired");
    sent.when(token, t -> use(t, "4711", now)).thenEvents(new TokenEvent.TokenUsed("4711"));
    sent.when(token, t -> use(t, "4711", now.plus(Duration.ofHours(2))))
        .thenRejected("token unknown or expired");
    sent.given(new TokenEvent.TokenUsed("4711"))
        .when(token, t -> use(t, "4711", now))
        .thenRejected("token used");
  }
}
