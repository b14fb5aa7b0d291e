package io.daybook.eventstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Requests to read and to subscribe. */
class RequestsTest {
  private static final ReadRequest READ = ReadRequest.of(Query.stream("a-1"));
  private static final SubscriptionRequest SUBSCRIBE = SubscriptionRequest.of(Query.everything());

  @Test
  void aReadIsOfAllForwardsAndNowUnlessItIsSaid() {
    assertThat(READ)
        .isEqualTo(
            new ReadRequest(
                Query.stream("a-1"),
                new ReadRequest.From.Edge(),
                false,
                Long.MAX_VALUE,
                new ReadRequest.AsOf.Now(),
                false));
  }

  @Test
  void theWithersOfAReadChangeOneThing() {
    ReadRequest request =
        READ.from(new Revision(3)).inReverse().limit(7).asOf(Instant.EPOCH).withSystemEvents();
    assertThat(request)
        .isEqualTo(
            new ReadRequest(
                Query.stream("a-1"),
                new ReadRequest.From.AtRevision(new Revision(3)),
                true,
                7,
                new ReadRequest.AsOf.AtInstant(Instant.EPOCH),
                true));
    assertThat(request.from(Position.FIRST).asOf(new Position(9)))
        .isEqualTo(
            new ReadRequest(
                Query.stream("a-1"),
                new ReadRequest.From.AtPosition(Position.FIRST),
                true,
                7,
                new ReadRequest.AsOf.AtPosition(new Position(9)),
                true));
  }

  @Test
  void aLimitIsOneOrMore() {
    assertThatIllegalArgumentException().isThrownBy(() -> READ.limit(0)).withMessageContaining("0");
    assertThatIllegalArgumentException().isThrownBy(() -> READ.limit(-1));
  }

  @Test
  void aRevisionBelongsToExactlyOneStream() {
    for (Query query :
        new Query[] {
          Query.everything(),
          Query.streams("a-1", "a-2"),
          Query.category("a"),
          Query.stream("a-1").or(Query.types("A"))
        }) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ReadRequest.of(query).from(Revision.FIRST))
          .withMessageContaining("exactly one stream");
    }
    Query narrowed = Query.item().withStreams("a-1").withTypes("A").asQuery();
    assertThat(ReadRequest.of(narrowed).from(Revision.FIRST).query()).isEqualTo(narrowed);
  }

  @Test
  void nothingOfAReadIsNull() {
    assertThatNullPointerException().isThrownBy(() -> ReadRequest.of(null));
    assertThatNullPointerException().isThrownBy(() -> READ.from((Position) null));
    assertThatNullPointerException().isThrownBy(() -> READ.from((Revision) null));
    assertThatNullPointerException().isThrownBy(() -> READ.asOf((Position) null));
    assertThatNullPointerException().isThrownBy(() -> READ.asOf((Instant) null));
  }

  @Test
  void aSubscriptionIsFromTheBeginningUnlessItIsSaid() {
    assertThat(SUBSCRIBE)
        .isEqualTo(
            new SubscriptionRequest(
                Query.everything(),
                new SubscriptionRequest.Start.Beginning(),
                false,
                1_024,
                1_024));
  }

  @Test
  void theWithersOfASubscriptionChangeOneThing() {
    var checkpoint = new Checkpoint(new UUID(0, 1), 0, Position.FIRST);
    SubscriptionRequest request =
        SUBSCRIBE.after(checkpoint).withSystemEvents().fellBehindAfter(3).progressEvery(4);
    assertThat(request)
        .isEqualTo(
            new SubscriptionRequest(
                Query.everything(), new SubscriptionRequest.Start.After(checkpoint), true, 3, 4));
    assertThat(request.fromEnd().start()).isEqualTo(new SubscriptionRequest.Start.End());
  }

  @Test
  void theNumbersOfASubscriptionAreOneOrMore() {
    assertThatIllegalArgumentException().isThrownBy(() -> SUBSCRIBE.fellBehindAfter(0));
    assertThatIllegalArgumentException().isThrownBy(() -> SUBSCRIBE.progressEvery(0));
  }

  @Test
  void nothingOfASubscriptionIsNull() {
    assertThatNullPointerException().isThrownBy(() -> SubscriptionRequest.of(null));
    assertThatNullPointerException().isThrownBy(() -> SUBSCRIBE.after(null));
    assertThatNullPointerException().isThrownBy(() -> new SubscriptionMessage.Delivered(null));
    assertThatNullPointerException().isThrownBy(() -> new SubscriptionMessage.CaughtUp(null));
    assertThatNullPointerException().isThrownBy(() -> new SubscriptionMessage.FellBehind(null));
    assertThatNullPointerException().isThrownBy(() -> new SubscriptionMessage.Progress(null));
  }
}
