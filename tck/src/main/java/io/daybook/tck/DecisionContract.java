package io.daybook.tck;

import static io.daybook.tck.Samples.all;
import static io.daybook.tck.Samples.assertFinds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendConditionException;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.RecordedEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The worked examples of <a href="https://dcb.events/examples/">dynamic consistency boundaries</a>:
 * rules over several things, kept by one condition. In each example two decisions that rest on the
 * same read meet, and many threads decide at once.
 */
public interface DecisionContract extends StoreUnderTest {
  // Courses: a course has a capacity, a student takes at most five courses.

  /** A course that is full takes nobody more, until its capacity grows. */
  @Test
  default void aCourseTakesAsManyAsItHasPlaces() {
    assertEquals("no such course", subscribe("ada", "math"));
    define("math", 2);
    assertEquals("accepted", subscribe("ada", "math"));
    assertEquals("subscribed already", subscribe("ada", "math"));
    assertEquals("accepted", subscribe("bob", "math"));
    assertEquals("full", subscribe("cem", "math"));
    store()
        .append(
            Append.to("course-math")
                .events(Event.json("CapacityChanged", "3").withTags("course:math")));
    assertEquals("accepted", subscribe("cem", "math"));
    assertEquals("full", subscribe("dan", "math"));
  }

  /** A student who takes five courses gets no sixth, whichever it is. */
  @Test
  default void aStudentTakesAtMostFiveCourses() {
    for (int course = 0; course < 6; course++) {
      define("c" + course, 10);
    }
    for (int course = 0; course < 5; course++) {
      assertEquals("accepted", subscribe("ada", "c" + course));
    }
    assertEquals("five courses", subscribe("ada", "c5"));
    assertEquals("accepted", subscribe("bob", "c5"));
  }

  /** Two for the last place, and one for two last courses: of both pairs only the first counts. */
  @Test
  default void twoSubscriptionsThatRestOnTheSameReadDoNotBothCount() {
    define("math", 1);
    race(subscription("ada", "math"), subscription("bob", "math"));
    for (int course = 0; course < 6; course++) {
      define("c" + course, 10);
    }
    for (int course = 0; course < 4; course++) {
      assertEquals("accepted", subscribe("eve", "c" + course));
    }
    race(subscription("eve", "c4"), subscription("eve", "c5"));
  }

  /** Subscriptions that share neither course nor student don't meet. */
  @Test
  default void decisionsAboutDifferentThingsDoNotMeet() {
    define("math", 1);
    define("art", 1);
    Decision one = subscription("ada", "math");
    Decision other = subscription("bob", "art");
    assertTrue(one.stands());
    assertTrue(other.stands());
    assertEquals(2, store().read(Query.types("Subscribed")).toList().size());
  }

  /** Sixteen students for seven places, and one student in sixteen places at once. */
  @Test
  default void noPlaceIsGivenTwiceUnderSixteenThreads() {
    define("math", 7);
    List<String> words =
        Parallel.run(patience(), 16, student -> () -> subscribe("s" + student, "math"));
    assertEquals(7, Collections.frequency(words, "accepted"));
    assertEquals(9, Collections.frequency(words, "full"));
    for (int course = 0; course < 16; course++) {
      define("c" + course, 16);
    }
    words = Parallel.run(patience(), 16, course -> () -> subscribe("ada", "c" + course));
    assertEquals(5, Collections.frequency(words, "accepted"));
    assertEquals(11, Collections.frequency(words, "five courses"));
    assertEquals(12, store().read(Query.types("Subscribed")).toList().size());
  }

  private void define(String course, int capacity) {
    Event event = Event.json("CourseDefined", "" + capacity).withTags("course:" + course);
    store().append(Append.to("course-" + course).events(event));
  }

  private String subscribe(String student, String course) {
    return make(ofCourseAndStudent(student, course), seen -> subscribe(seen, student, course));
  }

  private Decision subscription(String student, String course) {
    return decide(ofCourseAndStudent(student, course), seen -> subscribe(seen, student, course));
  }

  private static Query ofCourseAndStudent(String student, String course) {
    return Query.tags("course:" + course)
        .or(Query.item().withTypes("Subscribed").withTags("student:" + student).asQuery());
  }

  private static Verdict subscribe(List<RecordedEvent> seen, String student, String course) {
    int capacity = 0;
    int taken = 0;
    int courses = 0;
    for (RecordedEvent event : seen) {
      boolean ofCourse = event.tags().contains("course:" + course);
      boolean ofStudent = event.tags().contains("student:" + student);
      if (!event.type().equals("Subscribed")) {
        capacity = number(event);
      } else if (ofCourse && ofStudent) {
        return Verdict.refused("subscribed already");
      } else {
        taken += ofCourse ? 1 : 0;
        courses += ofStudent ? 1 : 0;
      }
    }
    if (capacity == 0) {
      return Verdict.refused("no such course");
    }
    if (taken == capacity) {
      return Verdict.refused("full");
    }
    if (courses == 5) {
      return Verdict.refused("five courses");
    }
    Event event = Event.json("Subscribed", "{}").withTags("course:" + course, "student:" + student);
    return Verdict.accepted("student-" + student, event);
  }

  // User names: a name belongs to one account, and stays reserved for three days when it is given
  // up.

  /** A name is free, taken, reserved for three days after it was given up, and free again. */
  @Test
  default void aNameMayBeTakenAgainSomeTimeAfterItWasGivenUp() {
    assertEquals("accepted", register("1", "ada"));
    assertEquals("taken", register("2", "ada"));
    store().append(Append.to("account-1").events(named("AccountClosed", "ada")));
    clock().advance(Duration.ofDays(3).minusSeconds(1));
    assertEquals("reserved", register("2", "ada"));
    clock().advance(Duration.ofSeconds(1));
    assertEquals("accepted", register("2", "ada"));
    assertEquals("taken", register("3", "ada"));
  }

  /** A new name gives the old one up. */
  @Test
  default void aNameThatIsChangedIsReservedAndTheNewOneTaken() {
    assertEquals("accepted", register("1", "ada"));
    Event renamed = named("NameChanged", "ada").withTags("released:ada", "name:eve");
    store().append(Append.to("account-1").events(renamed));
    assertEquals("taken", register("2", "eve"));
    assertEquals("reserved", register("2", "ada"));
    clock().advance(Duration.ofDays(3));
    assertEquals("accepted", register("2", "ada"));
  }

  /** Two who found the name free, at first and after the retention: only the first gets it. */
  @Test
  default void twoWhoFoundTheNameFreeDoNotBothGetIt() {
    race(registration("1", "ada"), registration("2", "ada"));
    store().append(Append.to("account-1").events(named("AccountClosed", "ada")));
    clock().advance(Duration.ofDays(3));
    race(registration("3", "ada"), registration("4", "ada"));
  }

  /** Of sixteen who want each of four names one gets it. */
  @Test
  default void aNameIsGivenOnceUnderSixteenThreads() {
    for (String name : List.of("ada", "bob", "cem", "dan")) {
      List<String> words =
          Parallel.run(patience(), 16, account -> () -> register(name + account, name));
      assertEquals(1, Collections.frequency(words, "accepted"), name);
      assertEquals(15, Collections.frequency(words, "taken"), name);
    }
    assertEquals(4, all(store()).size());
  }

  private static Event named(String type, String name) {
    return Event.json(type, "{}")
        .withTags(type.equals("Registered") ? "name:" + name : "released:" + name);
  }

  private String register(String account, String name) {
    return make(ofName(name), seen -> register(seen, account, name));
  }

  private Decision registration(String account, String name) {
    return decide(ofName(name), seen -> register(seen, account, name));
  }

  private static Query ofName(String name) {
    return Query.tags("name:" + name).or(Query.tags("released:" + name));
  }

  private Verdict register(List<RecordedEvent> seen, String account, String name) {
    Instant freeFrom = Instant.MIN;
    for (RecordedEvent event : seen) {
      freeFrom =
          event.tags().contains("name:" + name)
              ? Instant.MAX
              : event.recordedAt().plus(Duration.ofDays(3));
    }
    if (clock().instant().isBefore(freeFrom)) {
      return Verdict.refused(freeFrom.equals(Instant.MAX) ? "taken" : "reserved");
    }
    return Verdict.accepted("account-" + account, named("Registered", name));
  }

  // Invoices: numbers without gaps, decided by the last invoice alone.

  /** Numbers follow one another, whatever else is written. */
  @Test
  default void invoicesAreNumberedWithoutGaps() {
    for (int i = 0; i < 5; i++) {
      assertEquals("accepted", invoice());
      Samples.put(store(), "other", "Noise" + i);
    }
    assertEquals(List.of(1, 2, 3, 4, 5), invoiceNumbers());
  }

  /** Two who saw the same last invoice: the first one gets the number. */
  @Test
  default void twoInvoicesThatRestOnTheSameReadDoNotBothCount() {
    race(nextInvoice(), nextInvoice());
    race(nextInvoice(), nextInvoice());
    assertEquals(List.of(1, 2), invoiceNumbers());
  }

  /** No number is left out or used twice, whoever writes invoices. */
  @Test
  default void invoicesAreNumberedWithoutGapsUnderSixteenThreads() {
    Parallel.run(
        patience(), 16, _ -> () -> IntStream.range(0, 4).mapToObj(_ -> invoice()).toList());
    assertEquals(IntStream.rangeClosed(1, 64).boxed().toList(), invoiceNumbers());
  }

  private static ReadRequest lastInvoice() {
    return ReadRequest.of(Query.types("InvoiceCreated")).inReverse().limit(1);
  }

  private String invoice() {
    return Decision.make(store(), lastInvoice(), DecisionContract::invoice);
  }

  private Decision nextInvoice() {
    return Decision.of(store(), lastInvoice(), DecisionContract::invoice);
  }

  private static Verdict invoice(List<RecordedEvent> last) {
    int number = last.isEmpty() ? 1 : number(last.getFirst()) + 1;
    return Verdict.accepted("invoice-" + number, Event.json("InvoiceCreated", "" + number));
  }

  private List<Integer> invoiceNumbers() {
    return store().read(Query.types("InvoiceCreated")).toList().stream()
        .map(DecisionContract::number)
        .toList();
  }

  // One-time tokens: sent to an address, good once, for an hour.

  /** A token is missing, good once, used, or expired; it belongs to one address. */
  @Test
  default void aTokenIsGoodOnceAndForAnHour() {
    assertEquals("missing", confirm("ada@x", "1111"));
    sendToken("ada@x", "1111");
    assertEquals("missing", confirm("ada@x", "2222"));
    assertEquals("missing", confirm("bob@x", "1111"));
    clock().advance(Duration.ofMinutes(60));
    assertEquals("accepted", confirm("ada@x", "1111"));
    assertEquals("used", confirm("ada@x", "1111"));
    sendToken("bob@x", "3333");
    clock().advance(Duration.ofMinutes(60).plusMillis(1));
    assertEquals("expired", confirm("bob@x", "3333"));
    assertFinds(store(), Query.types("Confirmed"), "Confirmed");
  }

  /** Two who saw the token unused: only the first has used it. */
  @Test
  default void aTokenThatTwoFoundUnusedIsUsedOnce() {
    sendToken("ada@x", "1111");
    race(confirmation("ada@x", "1111"), confirmation("ada@x", "1111"));
    assertEquals("used", confirm("ada@x", "1111"));
  }

  /** Of sixteen who use a token one is let in. */
  @Test
  default void aTokenIsUsedOnceUnderSixteenThreads() {
    sendToken("ada@x", "1111");
    List<String> words = Parallel.run(patience(), 16, _ -> () -> confirm("ada@x", "1111"));
    assertEquals(1, Collections.frequency(words, "accepted"));
    assertEquals(15, Collections.frequency(words, "used"));
    assertFinds(store(), ofToken("ada@x", "1111"), "TokenSent", "Confirmed");
  }

  private void sendToken(String address, String token) {
    Event event = Event.json("TokenSent", "{}").withTags("address:" + address, "token:" + token);
    store().append(Append.to("signup-" + address).events(event));
  }

  private String confirm(String address, String token) {
    return make(ofToken(address, token), seen -> confirm(seen, address, token));
  }

  private Decision confirmation(String address, String token) {
    return decide(ofToken(address, token), seen -> confirm(seen, address, token));
  }

  private static Query ofToken(String address, String token) {
    return Query.tags("address:" + address, "token:" + token);
  }

  private Verdict confirm(List<RecordedEvent> seen, String address, String token) {
    if (seen.isEmpty()) {
      return Verdict.refused("missing");
    }
    if (seen.getLast().type().equals("Confirmed")) {
      return Verdict.refused("used");
    }
    if (clock().instant().isAfter(seen.getLast().recordedAt().plus(Duration.ofMinutes(60)))) {
      return Verdict.refused("expired");
    }
    Event event = Event.json("Confirmed", "{}").withTags("address:" + address, "token:" + token);
    return Verdict.accepted("signup-" + address, event);
  }

  // Prices: the price that was shown counts, and for ten minutes also the one before.

  /** A price is the product's, or was until ten minutes ago, or does not count. */
  @Test
  default void anOldPriceCountsForTenMinutes() {
    assertEquals("no such product", order("tea", 3));
    price("tea", 3);
    assertEquals("accepted", order("tea", 3));
    clock().advance(Duration.ofDays(1));
    price("tea", 4);
    assertEquals("accepted", order("tea", 4));
    assertEquals("accepted", order("tea", 3));
    assertEquals("wrong price", order("tea", 5));
    clock().advance(Duration.ofMinutes(10));
    assertEquals("accepted", order("tea", 3));
    clock().advance(Duration.ofMillis(1));
    assertEquals("wrong price", order("tea", 3));
    assertEquals("accepted", order("tea", 4));
  }

  /** An order that rests on prices before a change does not count; one of other products does. */
  @Test
  default void anOrderMeetsAChangeOfItsPriceOnly() {
    price("tea", 3);
    price("rum", 9);
    Decision tea = orderOf("tea", 3);
    Decision rum = orderOf("rum", 9);
    price("tea", 4);
    assertFalse(tea.stands(), "the price changed in between");
    assertTrue(rum.stands());
    assertEquals("accepted", order("tea", 3));
    race(newPrice("tea", 4, 5), newPrice("tea", 4, 6));
  }

  /** While prices change, each order is right where it stands. */
  @Test
  default void everyOrderIsRightAtItsPlaceUnderSixteenThreads() {
    price("tea", 0);
    Parallel.run(
        patience(),
        16,
        thread ->
            () -> {
              for (int i = 1; i <= 5; i++) {
                if (thread == 0) {
                  price("tea", i);
                  clock().advance(Duration.ofMinutes(11));
                } else {
                  order("tea", i % 3);
                }
              }
              return true;
            });
    var seen = all(store());
    assertEquals(5, seen.stream().filter(DecisionContract::isPrice).skip(1).count());
    for (int i = 0; i < seen.size(); i++) {
      RecordedEvent event = seen.get(i);
      if (event.type().equals("Ordered")) {
        var prices = seen.subList(0, i).stream().filter(DecisionContract::isPrice).toList();
        Set<Integer> any = new HashSet<>(prices.stream().map(DecisionContract::number).toList());
        assertTrue(any.contains(number(event)), () -> "a price that was never set: " + event);
        assertTrue(
            number(event) >= number(prices.getLast()) - 1, () -> "a price long gone: " + event);
      }
    }
  }

  private static boolean isPrice(RecordedEvent event) {
    return event.type().equals("PriceSet");
  }

  private void price(String product, int price) {
    store().append(Append.to("product-" + product).events(priceSet(product, price)));
  }

  private static Event priceSet(String product, int price) {
    return Event.json("PriceSet", "" + price).withTags("product:" + product);
  }

  private Decision newPrice(String product, int before, int price) {
    return decide(
        ofPrice(product),
        seen -> {
          assertEquals(before, number(seen.getLast()));
          return Verdict.accepted("product-" + product, priceSet(product, price));
        });
  }

  private static Query ofPrice(String product) {
    return Query.item().withTypes("PriceSet").withTags("product:" + product).asQuery();
  }

  private String order(String product, int shown) {
    return make(ofPrice(product), seen -> order(seen, product, shown));
  }

  private Decision orderOf(String product, int shown) {
    return decide(ofPrice(product), seen -> order(seen, product, shown));
  }

  private Verdict order(List<RecordedEvent> seen, String product, int shown) {
    Instant now = clock().instant();
    boolean right = false;
    Instant until = Instant.MAX; // how long the price counts that is looked at
    for (RecordedEvent event : seen.reversed()) {
      right |= number(event) == shown && !now.isAfter(until);
      until = event.recordedAt().plus(Duration.ofMinutes(10));
    }
    if (seen.isEmpty()) {
      return Verdict.refused("no such product");
    }
    return right
        ? Verdict.accepted(
            "order-" + product, Event.json("Ordered", "" + shown).withTags("product:" + product))
        : Verdict.refused("wrong price");
  }

  // Idempotency tokens: a guard over the whole log, without a read before.

  /** A token that the client chose is stored once, whatever stream and ids come with it. */
  @Test
  default void aTokenOfTheClientGuardsAgainstASecondOrder() {
    store().append(place("1", "t1"));
    Append again = place("2", "t1");
    assertThrows(AppendConditionException.class, () -> store().append(again));
    store().append(place("2", "t2"));
    assertEquals(2, all(store()).size());
  }

  /** Of sixteen orders with the same token one is placed. */
  @Test
  default void aTokenOfTheClientIsStoredOnceUnderSixteenThreads() {
    for (int round = 0; round < 4; round++) {
      String token = "t" + round;
      List<Boolean> placed =
          Parallel.run(patience(), 16, order -> () -> isStored(place(token + "-" + order, token)));
      assertEquals(1, Collections.frequency(placed, true), token);
    }
    assertEquals(4, all(store()).size());
  }

  private static Append place(String order, String token) {
    return Append.to("order-" + order)
        .events(Event.json("OrderPlaced", "{}").withTags("order:" + order, "token:" + token))
        .unless(Query.item().withTypes("OrderPlaced").withTags("token:" + token).asQuery());
  }

  private boolean isStored(Append append) {
    try {
      store().append(append);
      return true;
    } catch (AppendConditionException _) {
      return false;
    }
  }

  private String make(Query query, Function<List<RecordedEvent>, Verdict> rule) {
    return Decision.make(store(), ReadRequest.of(query), rule);
  }

  private Decision decide(Query query, Function<List<RecordedEvent>, Verdict> rule) {
    return Decision.of(store(), ReadRequest.of(query), rule);
  }

  /** Both were found good; the first one counts, the second one does not. */
  private static void race(Decision first, Decision second) {
    assertEquals("accepted", first.word());
    assertEquals("accepted", second.word());
    assertTrue(first.stands());
    assertFalse(second.stands(), "both count");
  }

  private static int number(RecordedEvent event) {
    return Integer.parseInt(event.data().text());
  }
}
