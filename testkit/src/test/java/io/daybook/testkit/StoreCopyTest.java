package io.daybook.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.engine.EngineStore;
import io.daybook.eventsourcing.copy.CopiedEvent;
import io.daybook.eventsourcing.copy.StoreCopy;
import io.daybook.eventsourcing.copy.StoreCopyException;
import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.ForwardingStore;
import io.daybook.eventstore.InMemoryStore;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.Query;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.StreamSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
final class StoreCopyTest {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2020-01-01T00:00:00Z"));
  private final EventStore source = InMemoryStore.with(now::get);
  private final EventStore target = new InMemoryStore();

  /** The ids of the events that were appended together to the source. */
  private final List<List<UUID>> together = new ArrayList<>();

  @AfterEach
  void closeStores() {
    source.close();
    target.close();
  }

  private void tick() {
    now.set(now.get().plusMillis(1));
  }

  private void append(String stream, Event... events) {
    tick();
    source.append(stream, ExpectedRevision.any(), events);
  }

  private static List<RecordedEvent> all(EventStore store) {
    return store.read(Query.everything()).toList();
  }

  /** Appends of one to many events to several streams, some of them at the same instant. */
  private void fill(Random random, int appends) {
    for (int i = 0; i < appends; i++) {
      if (random.nextInt(4) > 0) {
        tick();
      }
      var writes = new ArrayList<Append.Write>();
      var ids = new ArrayList<UUID>();
      for (int w = 0; w <= random.nextInt(3); w++) {
        var events = new ArrayList<Event>();
        for (int e = 0; e <= random.nextInt(5); e++) {
          Event event =
              Event.json("T" + random.nextInt(3), "{\"n\":" + i + "}")
                  .withTags("k:" + random.nextInt(5))
                  .withMetadata(
                      random.nextBoolean() ? Payload.empty() : Payload.json("{\"actor\":\"ada\"}"));
          events.add(event);
          ids.add(event.id());
        }
        writes.add(new Append.Write("s" + random.nextInt(2) + "-" + random.nextInt(4), events));
      }
      source.append(new Append(writes, Map.of(), null));
      together.add(ids);
    }
  }

  /** What both have in common: all but places, times, and what the copy adds. */
  private static List<Object> content(List<RecordedEvent> events) {
    return events.stream()
        .<Object>map(e -> List.of(e.id(), e.stream(), e.type(), e.tags(), e.data(), e.revision()))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everythingIsKeptAndWhatBelongsTogetherStaysTogether(boolean engine) {
    fill(new Random(1), 2_500);
    try (EventStore copy = engine ? EngineStore.temporary() : new InMemoryStore()) {
      var appends = new ArrayList<Append>();
      var report =
          StoreCopy.from(source)
              .to(
                  new ForwardingStore(copy) {
                    @Override
                    public AppendResult append(Append append) {
                      appends.add(append);
                      return super.append(append);
                    }
                  })
              .run();

      List<RecordedEvent> before = all(source);
      assertThat(content(all(copy))).isEqualTo(content(before));
      assertThat(report.copied()).isEqualTo(before.size());
      assertThat(report.read()).isEqualTo(before.size());
      assertThat(report.appends()).isEqualTo(appends.size());
      assertThat(report.head()).isEqualTo(source.head());
      assertThat(report.after()).isEqualTo(Position.BEFORE_FIRST);
      assertThat(report.divided()).isZero();
      assertThat(appends.size()).isGreaterThan(5);
      var appendOf = new HashMap<UUID, Integer>();
      for (int i = 0; i < appends.size(); i++) {
        for (Append.Write write : appends.get(i).writes()) {
          for (Event event : write.events()) {
            appendOf.put(event.id(), i);
          }
        }
      }
      for (List<UUID> ids : together) {
        assertThat(ids.stream().map(appendOf::get).distinct()).hasSize(1);
      }
    }
  }

  @Test
  void theTimeOfTheSourceIsInTheMetadata() {
    record Case(Payload before, String after) {}
    String at = "2020-01-01T00:00:00.001Z";
    String original = "\"originallyRecordedAt\":\"" + at + "\"";
    String both = "\"occurredAt\":\"" + at + "\"," + original;
    var cases =
        List.of(
            new Case(Payload.empty(), "{" + both + "}"),
            new Case(Payload.json("{}"), "{" + both + "}"),
            new Case(Payload.json(" { } "), " { " + both + "}"),
            new Case(Payload.json("{\"actor\":\"a\"}"), "{\"actor\":\"a\"," + both + "}"),
            new Case(
                Payload.json("{\"occurredAt\":\"2019-05-05T00:00:00Z\",\"n\":1}\n"),
                "{\"occurredAt\":\"2019-05-05T00:00:00Z\",\"n\":1," + original + "}"),
            new Case(
                Payload.json("{\"occurredAt\":\"x\",\"originallyRecordedAt\":\"y\"}"),
                "{\"occurredAt\":\"x\",\"originallyRecordedAt\":\"y\"}"),
            new Case(
                Payload.json("{\"a\":{\"occurredAt\":1},\"b\":[\"originallyRecordedAt\",2]}"),
                "{\"a\":{\"occurredAt\":1},\"b\":[\"originallyRecordedAt\",2]," + both + "}"),
            new Case(
                Payload.json("{\"a\":\"}\\\"occurredAt\\\":\\\\\"}"),
                "{\"a\":\"}\\\"occurredAt\\\":\\\\\"," + both + "}"),
            new Case(Payload.json("[1]"), "[1]"),
            new Case(Payload.json("\"{\""), "\"{\""),
            new Case(Payload.json("{\"a\":\"b}"), "{\"a\":\"b}"),
            new Case(Payload.json("{} {}"), "{} {}"),
            new Case(Payload.json("{]"), "{]"));
    source.append(
        "s-1",
        ExpectedRevision.any(),
        List.of(Event.json("Before", "{}"))); // at the first instant, so that those tick once
    append(
        "s-1",
        cases.stream()
            .map(c -> Event.json("T", "{}").withMetadata(c.before))
            .toArray(Event[]::new));

    var report = StoreCopy.from(source).to(target).run();

    assertThat(all(target).stream().skip(1).map(e -> e.metadata().text()))
        .isEqualTo(cases.stream().map(Case::after).toList());
    assertThat(report.withoutTime()).isEqualTo(5);
  }

  @Test
  void metadataThatIsNotJsonStaysAsItIs() {
    var binary = Payload.of(new byte[] {1, 2}, "application/octet-stream");
    append("s-1", Event.json("T", "{}").withMetadata(binary));

    assertThat(StoreCopy.from(source).to(target).run().withoutTime()).isEqualTo(1);
    assertThat(all(target).getFirst().metadata()).isEqualTo(binary);
  }

  @Test
  void aCopyOfACopyTellsTheFirstTime() {
    append("s-1", Event.json("T", "{}"));
    StoreCopy.from(source).to(target).run();
    try (var third = new InMemoryStore()) {
      StoreCopy.from(target).to(third).run();
      assertThat(all(third).getFirst().metadata()).isEqualTo(all(target).getFirst().metadata());
    }
  }

  @Test
  void typesStreamsTagsAndDataAreChanged() {
    append("account-1", Event.json("Created", "{\"owner\":\"ada\"}").withTags("old:1"));
    append("account-1", Event.json("Looked", "{}"), Event.json("Deposited", "{\"amount\":1}"));
    append("transfer-1", Event.json("Transferred", "{}"));
    append("misc", Event.json("Deposited", "{}"));

    var report =
        StoreCopy.from(source)
            .to(target)
            .renamingType("Created", "AccountOpened")
            .renamingCategory("account", "acc")
            .renamingStream("transfer-1", "payment-1")
            .droppingType("Looked")
            .filter(e -> !e.stream().equals("misc"))
            .map(e -> e.withTags(List.of("stream:" + e.source().stream())))
            .map(
                e -> e.type().equals("Deposited") ? e.withData(Payload.json("{\"cents\":100}")) : e)
            .map(e -> e.withMetadata(Payload.json("{\"migrated\":true}")))
            .run();

    assertThat(report.copied()).isEqualTo(3);
    assertThat(report.left()).isEqualTo(2);
    assertThat(all(target))
        .extracting(e -> e.stream() + "/" + e.revision() + " " + e.type() + " " + e.data().text())
        .containsExactly(
            "acc-1/0 AccountOpened {\"owner\":\"ada\"}",
            "acc-1/1 Deposited {\"cents\":100}",
            "payment-1/0 Transferred {}");
    assertThat(all(target)).extracting(RecordedEvent::tags).contains(List.of("stream:account-1"));
    assertThat(all(target).getFirst().metadata().text()).startsWith("{\"migrated\":true,");
  }

  @Test
  void aStreamIsSplitAndOthersAreSelected() {
    for (int i = 0; i < 6; i++) {
      append("orders", Event.json("Placed", "{}").withTags("order:" + i % 2));
    }
    append("users", Event.json("Registered", "{}"));

    var report =
        StoreCopy.from(source)
            .to(target)
            .selecting(Query.stream("orders"))
            .map(e -> e.withStream("order-" + e.tags().getFirst().substring("order:".length())))
            .run();

    assertThat(report.read()).isEqualTo(6);
    assertThat(all(target))
        .extracting(e -> e.stream() + "/" + e.revision())
        .containsExactly(
            "order-0/0", "order-1/0", "order-0/1", "order-1/1", "order-0/2", "order-1/2");
  }

  /** A store that fails at one append, before it or after it. */
  private static EventStore failing(EventStore store, int at, boolean afterwards) {
    var appends = new AtomicInteger();
    return new ForwardingStore(store) {
      @Override
      public AppendResult append(Append append) {
        boolean fails = appends.getAndIncrement() == at;
        if (fails && !afterwards) {
          throw new EventStoreFailedException("the power failed", null, false);
        }
        AppendResult result = super.append(append);
        if (fails) {
          throw new EventStoreFailedException("the power failed", null, true);
        }
        return result;
      }
    };
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anInterruptedCopyIsResumedWhereverItStopped(boolean afterwards) {
    fill(new Random(2), 1_200);
    var whole = StoreCopy.from(source).to(target).renamingType("T1", "U").droppingType("T2").run();
    List<Object> expected = content(all(target));
    assertThat(whole.appends()).isGreaterThan(3);
    for (int at = 0; at < whole.appends(); at++) {
      try (var copy = new InMemoryStore()) {
        EventStore unlucky = failing(copy, at, afterwards);
        assertThatThrownBy(() ->
                StoreCopy.from(source).to(unlucky).renamingType("T1", "U").droppingType("T2").run())
            .isInstanceOf(EventStoreFailedException.class);
        long stopped = copy.head().value() + 1;
        assertThat(stopped > 0).isEqualTo(at > 0 || afterwards);

        var rest = StoreCopy.from(source).to(copy).renamingType("T1", "U").droppingType("T2").run();
        assertThat(content(all(copy))).isEqualTo(expected);
        assertThat(rest.copied()).isEqualTo(whole.copied() - stopped);
        assertThat(all(copy).stream().map(RecordedEvent::metadata))
            .isEqualTo(all(target).stream().map(RecordedEvent::metadata).toList());
      }
    }
  }

  @Test
  void aCopyCatchesUpAlsoPastWhatIsHiddenByNow() {
    append("a-1", Event.json("T", "1"), Event.json("T", "2"));
    append("b-1", Event.json("T", "3"));
    StoreCopy.from(source).to(target).run();
    source.delete("b-1", ExpectedRevision.any());
    append("a-1", Event.json("T", "4"));

    var report = StoreCopy.from(source).to(target).run();

    assertThat(report.after()).isEqualTo(new Position(1));
    assertThat(report.copied()).isEqualTo(1);
    assertThat(all(target)).extracting(e -> e.data().text()).containsExactly("1", "2", "3", "4");
    assertThat(StoreCopy.from(source).to(target).run().copied()).isZero();
  }

  @Test
  void hiddenEventsAndDeletedStreamsStayBehind() {
    append("a-1", Event.json("T", "1"), Event.json("T", "2"));
    append("b-1", Event.json("T", "3"));
    source.changeSettings(
        "a-1", ExpectedRevision.any(), StreamSettings.none().withTruncateBefore(new Revision(1)));
    source.delete("b-1", ExpectedRevision.any());

    var report = StoreCopy.from(source).to(target).run();

    assertThat(all(target)).extracting(e -> e.data().text()).containsExactly("2");
    assertThat(report.settings()).isZero();
    assertThat(report.settingsLeft()).isEmpty();
    assertThat(target.head()).isEqualTo(Position.FIRST);
  }

  @Test
  void settingsGoWithTheStreamThatHasThem() {
    for (String stream : List.of("plain-1", "renamed-1", "split-1", "joined-1", "joined-2")) {
      append(stream, Event.json("T", "1"), Event.json("T", "2"), Event.json("U", "3"));
    }
    var count = StreamSettings.none().withMaxCount(2);
    var age = StreamSettings.none().withMaxAge(Duration.ofDays(10_000));
    var truncated = count.withTruncateBefore(new Revision(1));
    source.changeSettings("plain-1", ExpectedRevision.any(), truncated);
    source.changeSettings("renamed-1", ExpectedRevision.any(), age);
    source.changeSettings("split-1", ExpectedRevision.any(), count);
    source.changeSettings("joined-1", ExpectedRevision.any(), age);
    StoreCopy copy =
        StoreCopy.from(source)
            .to(target)
            .renamingStream("renamed-1", "new-1")
            .renamingStream("joined-1", "joined-2")
            .map(
                e -> e.stream().equals("split-1") ? e.withStream("split-" + e.source().type()) : e);

    var report = copy.run();

    assertThat(report.settings()).isEqualTo(2);
    assertThat(report.settingsLeft()).containsExactly("split-1", "joined-1");
    assertThat(target.streamInfo("plain-1").orElseThrow().settings()).isEqualTo(count);
    assertThat(target.streamInfo("new-1").orElseThrow().settings()).isEqualTo(age);
    assertThat(target.streamInfo("joined-2").orElseThrow().settings())
        .isEqualTo(StreamSettings.none());
    Position head = target.head();
    assertThat(copy.run().settings()).isZero();
    assertThat(target.head()).isEqualTo(head);
  }

  @Test
  void anEventThatCannotBeCopiedIsNamed() {
    append("a-1", Event.json("T", "1"));
    append("a-1", Event.json("U", "2"));

    assertThatThrownBy(() ->
            StoreCopy.from(source)
                .to(target)
                .map(e -> {
                  if (e.type().equals("U")) {
                    throw new IllegalStateException("no amount");
                  }
                  return e;
                })
                .run())
        .isInstanceOf(StoreCopyException.class)
        .hasMessage(
            "position 1 (a-1, revision 1): the event of type U cannot be copied: no amount");
    assertThatThrownBy(() -> StoreCopy.from(source).to(target).map(e -> e.withType(" ")).run())
        .isInstanceOf(StoreCopyException.class)
        .hasMessageContaining("the event type is blank");
    assertThatThrownBy(() -> StoreCopy.from(source).to(target).map(e -> e.withStream("$x")).run())
        .isInstanceOf(StoreCopyException.class)
        .hasMessageContaining("the system's");
    assertThat(all(target)).isEmpty();
  }

  @Test
  void aTargetOfSomethingElseIsRefused() {
    append("a-1", Event.json("T", "1"));
    target.append("x-1", ExpectedRevision.any(), Event.json("Other", "{}"));

    assertThatThrownBy(() -> StoreCopy.from(source).to(target).run())
        .isInstanceOf(StoreCopyException.class)
        .hasMessageContaining("not of the source")
        .hasMessageContaining("position 0 in x-1");
    assertThatThrownBy(() -> StoreCopy.from(source).to(source))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aCopyIsResumedWithTheSameStepsOnly() {
    append("a-1", Event.json("T", "1"));
    StoreCopy.from(source).to(target).run();
    append("a-1", Event.json("T", "2"));

    for (StoreCopy other :
        List.of(
            StoreCopy.from(source).to(target).renamingType("T", "U"),
            StoreCopy.from(source).to(target).renamingStream("a-1", "b-1"),
            StoreCopy.from(source).to(target).map(e -> e.withTags(List.of("x"))),
            StoreCopy.from(source).to(target).droppingType("T"),
            StoreCopy.from(source).to(target).selecting(Query.category("b")))) {
      assertThatThrownBy(other::run)
          .isInstanceOf(StoreCopyException.class)
          .hasMessageContaining("begun with other steps")
          .hasMessageContaining("position 0");
    }
    assertThat(StoreCopy.from(source).to(target).run().copied()).isEqualTo(1);
  }

  @Test
  void whoeverElseWritesToTheTargetIsFoundOut() {
    append("a-1", Event.json("T", "1"));
    EventStore shared =
        new ForwardingStore(target) {
          @Override
          public AppendResult append(Append append) {
            super.append(Append.to("x-1").events(Event.json("Other", "{}")));
            return super.append(append);
          }
        };

    assertThatThrownBy(() -> StoreCopy.from(source).to(shared).run())
        .isInstanceOf(StoreCopyException.class)
        .hasMessageContaining("somebody else has written to the target, at position 0");
    assertThat(all(target)).hasSize(1);
  }

  @Test
  void progressIsToldAndMayEndTheRun() {
    append(
        "a-1",
        IntStream.range(0, 3_000).mapToObj(i -> Event.json("T", "" + i)).toArray(Event[]::new));
    var seen = new ArrayList<Long>();

    StoreCopy.from(source)
        .to(target)
        .run((read, position, head) -> {
          seen.add(read);
          assertThat(position.value()).isEqualTo(read - 1);
          assertThat(head.value()).isEqualTo(2_999);
        });
    assertThat(seen).containsExactly(1_024L, 2_048L, 3_000L);
    try (var other = new InMemoryStore()) {
      assertThatThrownBy(() ->
              StoreCopy.from(source)
                  .to(other)
                  .run((_, _, _) -> {
                    throw new IllegalStateException("enough");
                  }))
          .hasMessage("enough");
      assertThat(StoreCopy.from(source).to(other).run().copied()).isEqualTo(3_000);
    }
  }

  @Test
  void moreOfOneInstantThanAnAppendTakesIsDivided() {
    for (int i = 0; i < 5; i++) {
      source.append(
          "a-" + i,
          ExpectedRevision.any(),
          Stream.generate(() -> Event.json("T", "1")).limit(20_000).toList());
    }

    var report = StoreCopy.from(source).to(target).run();

    assertThat(report.divided()).isEqualTo(1);
    assertThat(report.appends()).isEqualTo(2);
    assertThat(all(target)).hasSize(100_000);
  }

  @Test
  void largeEventsOfOneInstantAreDividedByTheirBytes() {
    var large = Payload.of(new byte[9 << 20], "application/octet-stream");
    append("a-1", Event.json("T", "1"));
    tick();
    for (int i = 0; i < 4; i++) {
      source.append("a-1", ExpectedRevision.any(), Event.of("L", large));
    }

    var report = StoreCopy.from(source).to(target).run();

    assertThat(report.divided()).isEqualTo(1);
    assertThat(content(all(target))).isEqualTo(content(all(source)));
    assertThat(report.appends()).isEqualTo(3);
  }

  @Test
  void stepsAreMadeOfSenseOnly() {
    StoreCopy copy = StoreCopy.from(source).to(target);

    assertThatThrownBy(() -> copy.renamingCategory("a-b", "c"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> copy.renamingType("a", " "))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> copy.renamingStream("a", "\n"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(
            new CopiedEvent(
                    recorded(),
                    "s",
                    "t",
                    new ArrayList<>(List.of("x")),
                    Payload.empty(),
                    Payload.empty())
                .tags())
        .isUnmodifiable();
  }

  private RecordedEvent recorded() {
    append("a-1", Event.json("T", "1"));
    return all(source).getFirst();
  }
}
