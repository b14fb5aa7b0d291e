package io.daybook.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.daybook.engine.io.SimulatedDisk;
import io.daybook.engine.log.LogSizes;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.ReadRequest;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.StreamSettings;
import io.daybook.tck.TestClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/**
 * A store in which much is hidden, beside the model of it. Whatever was given a secret to carry is
 * hidden; what is kept carries none.
 */
final class ScavengeFixture {
  /** In the data, the metadata, a tag and a content type of each event that gets hidden. */
  static final String SECRET = "a-secret-of-somebody";

  final TestClock clock = new TestClock();
  final StoreModel model = new StoreModel(clock);
  final EngineOptions plain =
      EngineOptions.defaults()
          .withClock(clock)
          .withoutThreads()
          .withSizes(
              new LogSizes(8_192, 2_048, 2_048, 256), new IndexLimits(40, 10_000, 1 << 20, 0, 4));
  SimulatedDisk disk = new SimulatedDisk(1);

  EngineStore open(EngineOptions options) {
    return EngineStore.open(disk, "simulated", options);
  }

  /** Writes the same to the store and to the model. */
  void fill(EngineStore store, int rounds) {
    var random = new Random(3);
    for (int i = 0; i < rounds; i++) {
      clock.advance(Duration.ofMillis(1));
      both(store, append("cut-1", events(random, i < rounds / 2)));
      both(store, append("few-1", events(random, i < rounds - 1)));
      both(store, append("old-1", events(random, true)));
      both(store, append("gone-" + i % 3, events(random, true)));
      both(store, append("kept-" + i % 4, events(random, false)));
    }
    long cut = model.store().read(Query.stream("cut-1")).toList().size();
    long half =
        model.store().read(Query.stream("cut-1")).toList().stream()
            .filter(event -> event.tags().stream().anyMatch(tag -> tag.contains(SECRET)))
            .count();
    assertThat(half).isBetween(1L, cut - 1);
    var any = ExpectedRevision.any();
    both(
        store,
        new StoreRequest.Settings(
            "cut-1", any, StreamSettings.none().withTruncateBefore(new Revision(half))));
    both(store, new StoreRequest.Settings("few-1", any, StreamSettings.none().withMaxCount(1)));
    both(
        store,
        new StoreRequest.Settings(
            "old-1", any, StreamSettings.none().withMaxAge(Duration.ofDays(1))));
    both(store, new StoreRequest.Delete("gone-0", any));
    both(store, new StoreRequest.Tombstone("gone-1", any));
    both(store, new StoreRequest.Delete("gone-2", any));
    clock.advance(Duration.ofDays(2));
    both(store, append("gone-2", events(random, false)));
    both(store, append("kept-1", events(random, false)));
  }

  private static StoreRequest append(String stream, List<Event> events) {
    return new StoreRequest.Events(Append.to(stream).events(events));
  }

  private static List<Event> events(Random random, boolean secret) {
    List<Event> events = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      String word = secret ? SECRET : "nothing";
      byte[] bytes = new byte[random.nextInt(60)];
      random.nextBytes(bytes);
      String json = "{\"" + word + "\":\"" + HexFormat.of().formatHex(bytes) + "\"}";
      List<String> tags = new ArrayList<>(List.of("shared:1"));
      for (int j = random.nextInt(18); j > 0; j--) {
        tags.add(word + ":" + j);
      }
      Payload data =
          random.nextInt(4) == 0
              ? Payload.of(json.getBytes(StandardCharsets.UTF_8), "x/" + word)
              : Payload.json(json);
      tags.add(word + ":always");
      events.add(
          new Event(Event.newId(), "Noted", tags, data, Payload.json("{\"by\":\"" + word + "\"}")));
    }
    return events;
  }

  /** Asks the store and the model, and compares what they say. */
  void both(EventStore store, StoreRequest request) {
    StoreOutcome outcome = StoreOutcome.of(() -> request.on(store));
    StoreOutcome expected = model.decide(request);
    if (outcome instanceof StoreOutcome.Refused refused
        && expected instanceof StoreOutcome.Refused why) {
      assertThat(why.isLike(refused)).as("%s: %s", request, refused.why()).isTrue();
    } else {
      assertThat(outcome).as("%s", request).isEqualTo(expected);
    }
  }

  /** The store answers as the model does. */
  void assertSame(EventStore store) {
    var check = new StoreCheck(store, model.store());
    check.sameEvents();
    check.sameIndexes();
    check.sameSubscription();
    check.sameRead(ReadRequest.of(Query.everything()).inReverse());
    check.sameRead(ReadRequest.of(Query.tags("shared:1")));
    check.sameRead(ReadRequest.of(Query.tags(SECRET + ":always")));
    check.sameRead(ReadRequest.of(Query.item().withTypes("Noted").withTags("shared:1").asQuery()));
    check.sameRead(ReadRequest.of(Query.everything()).asOf(clock.instant().minusMillis(1)));
  }

  /** No file of the store holds anything of what was hidden, packed or not. */
  void assertForgotten() {
    byte[] secret = SECRET.getBytes(StandardCharsets.UTF_8);
    for (String file : disk.files()) {
      assertThat(new String(disk.contents(file), StandardCharsets.ISO_8859_1))
          .as(file)
          .doesNotContain(new String(secret, StandardCharsets.ISO_8859_1));
    }
  }

  /** Nothing is damaged, and nothing is left to be done. */
  void assertIntact() {
    VerifyReport report = EngineStore.verify(disk, "simulated", ProgressListener.none());
    assertThat(report.damages()).isEmpty();
    assertThat(report.notes()).isEmpty();
  }
}
