package io.daybook.eventstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EventTest {
  private static final Event EVENT = Event.json("Opened", "{}");

  @Test
  void anEventHasAnIdOfItsOwnAndNoTagsAndMetadata() {
    assertThat(EVENT.tags()).isEmpty();
    assertThat(EVENT.metadata()).isEqualTo(Payload.empty());
    assertThat(Event.json("Opened", "{}").id()).isNotEqualTo(EVENT.id());
  }

  @Test
  void tagsAreCopied() {
    var tags = new ArrayList<>(List.of("a:1"));
    String[] array = {"b:1"};
    Event byList = EVENT.withTags(tags);
    Event byArray = EVENT.withTags(array);
    tags.set(0, "x");
    array[0] = "x";
    assertThat(byList.tags()).containsExactly("a:1");
    assertThat(byArray.tags()).containsExactly("b:1");
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> byList.tags().add("b:1"));
  }

  @Test
  void repeatedTagsCountOnceAndKeepTheirOrder() {
    assertThat(EVENT.withTags("b", "a", "b", "c", "a").tags()).containsExactly("b", "a", "c");
    var many = new ArrayList<String>();
    IntStream.range(0, 200).forEach(i -> many.add("tag:" + i % 64));
    assertThat(EVENT.withTags(many).tags()).hasSize(64);
  }

  @Test
  void anEventHasAtMostSixtyFourTags() {
    List<String> tags = IntStream.rangeClosed(0, 64).mapToObj(i -> "tag:" + i).toList();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EVENT.withTags(tags))
        .withMessage("the event has 65 tags, the limit is 64");
  }

  @Test
  void brokenTagsAreRefused() {
    for (String tag : new String[] {"", " ", "a\u0000", "\ud800", "x".repeat(513)}) {
      assertThatIllegalArgumentException().isThrownBy(() -> EVENT.withTags("fine", tag));
    }
    assertThatNullPointerException().isThrownBy(() -> EVENT.withTags("fine", null));
    assertThatNullPointerException().isThrownBy(() -> EVENT.withTags((List<String>) null));
  }

  @Test
  void nothingOfAnEventIsNull() {
    UUID id = UUID.randomUUID();
    Payload data = Payload.empty();
    List<String> none = List.of();
    assertThatNullPointerException().isThrownBy(() -> new Event(null, "A", none, data, data));
    assertThatNullPointerException().isThrownBy(() -> new Event(id, null, none, data, data));
    assertThatNullPointerException().isThrownBy(() -> new Event(id, "A", null, data, data));
    assertThatNullPointerException().isThrownBy(() -> new Event(id, "A", none, null, data));
    assertThatNullPointerException().isThrownBy(() -> new Event(id, "A", none, data, null));
  }

  @Test
  void withersChangeOneThing() {
    UUID id = UUID.randomUUID();
    Payload metadata = Payload.json("{\"actor\":\"ada\"}");
    Event changed = EVENT.withId(id).withTags("a:1").withMetadata(metadata);
    assertThat(changed).isEqualTo(new Event(id, "Opened", List.of("a:1"), EVENT.data(), metadata));
    assertThat(EVENT.tags()).isEmpty();
  }

  @Test
  void theSizeIsThatOfDataMetadataTypeAndTags() {
    Event event =
        Event.of("Größe", Payload.of(new byte[10], "x/y"))
            .withMetadata(Payload.of(new byte[5], "x/y"))
            .withTags("a:1", "ä:1");
    assertThat(event.sizeBytes()).isEqualTo(10 + 5 + 7 + 3 + 4);
  }

  @Test
  void anEventMayBeAsLargeAsTheLimitAndNoLarger() {
    int rest = Limits.MAX_EVENT_BYTES - "Large".length() - "a:1".length();
    Payload largest = Payload.of(new byte[rest], "x/y");
    assertThat(Event.of("Large", largest).withTags("a:1").sizeBytes())
        .isEqualTo(Limits.MAX_EVENT_BYTES);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Event.of("Large", largest).withTags("a:12"))
        .withMessageContaining("of type Large has 16777217 bytes, the limit is 16777216");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Event.of("L", largest).withMetadata(largest))
        .withMessageContaining("the limit is 16777216");
  }

  @Test
  void newIdsAreTimeOrderedUuids() {
    UUID id = Event.newId();
    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    Instant time = Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
    assertThat(time).isCloseTo(Instant.now(), within(10, ChronoUnit.SECONDS));
  }

  @Test
  void anIdOfALaterMillisecondIsGreater() {
    for (int i = 0; i < 20; i++) {
      UUID before = Event.newId();
      Instant begin = Instant.now();
      while (Instant.now().isBefore(begin.plusMillis(2))) {
        Thread.onSpinWait();
      }
      UUID after = Event.newId();
      assertThat(after).isGreaterThan(before);
      assertThat(after.toString()).isGreaterThan(before.toString());
    }
  }

  @Test
  void newIdsAreUniqueAcrossThreads() throws InterruptedException {
    UUID[][] ids = new UUID[4][50_000];
    List<Thread> threads =
        Arrays.stream(ids)
            .map(own -> Thread.ofPlatform().start(() -> Arrays.setAll(own, _ -> Event.newId())))
            .toList();
    for (Thread thread : threads) {
      thread.join();
    }
    var all = new HashSet<UUID>();
    Stream.of(ids).forEach(own -> all.addAll(List.of(own)));
    assertThat(all).hasSize(200_000);
  }
}
