package io.daybook.eventstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Positions, revisions, checkpoints, and the events that stand at them. */
class PlacesTest {
  private static final UUID STORE = UUID.fromString("018f0000-0000-7000-8000-00000000002a");

  @Test
  void positionsAreOrderedNumbersFromMinusOne() {
    assertThat(Position.BEFORE_FIRST.next()).isEqualTo(Position.FIRST);
    assertThat(new Position(2)).isLessThan(new Position(10)).hasToString("2");
    assertThatIllegalArgumentException().isThrownBy(() -> new Position(-2));
  }

  @Test
  void revisionsAreOrderedNumbersFromZero() {
    assertThat(Revision.FIRST.next()).isEqualTo(new Revision(1));
    assertThat(new Revision(2)).isLessThan(new Revision(10)).hasToString("2");
    assertThatIllegalArgumentException().isThrownBy(() -> new Revision(-1));
  }

  @Test
  void aCheckpointIsReadBackFromItsText() {
    var checkpoint = new Checkpoint(STORE, 3, new Position(42));
    assertThat(checkpoint).hasToString("018f0000-0000-7000-8000-00000000002a/3/42");
    assertThat(Checkpoint.parse(checkpoint.toString())).isEqualTo(checkpoint);
    var start = new Checkpoint(STORE, 0, Position.BEFORE_FIRST);
    assertThat(Checkpoint.parse(start.toString())).isEqualTo(start);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "42",
        "018f0000-0000-7000-8000-00000000002a",
        "018f0000-0000-7000-8000-00000000002a/3",
        "018f0000-0000-7000-8000-00000000002a/3/42/",
        "018f0000-0000-7000-8000-00000000002a/3/x",
        "018f0000-0000-7000-8000-00000000002a/x/42",
        "018f0000-0000-7000-8000-00000000002a/-1/42",
        "018f0000-0000-7000-8000-00000000002a/3/-2",
        "018f0000/3/42"
      })
  void whatIsNotACheckpointIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Checkpoint.parse(text))
        .withMessageContaining("STORE-ID/EPOCH/POSITION")
        .withMessageEndingWith(text);
  }

  @Test
  void nothingOfACheckpointIsNull() {
    assertThatNullPointerException().isThrownBy(() -> Checkpoint.parse(null));
    assertThatNullPointerException().isThrownBy(() -> new Checkpoint(null, 0, Position.FIRST));
    assertThatNullPointerException().isThrownBy(() -> new Checkpoint(STORE, 0, null));
  }

  @Test
  void aRecordedEventShowsWhatItsEventHolds() {
    Event event = Event.json("A", "{}").withTags("x:1").withMetadata(Payload.json("[]"));
    var recorded = new RecordedEvent(new Position(3), "a-1", Revision.FIRST, Instant.EPOCH, event);
    assertThat(recorded.id()).isEqualTo(event.id());
    assertThat(recorded.type()).isEqualTo("A");
    assertThat(recorded.tags()).containsExactly("x:1");
    assertThat(recorded.data()).isEqualTo(Payload.json("{}"));
    assertThat(recorded.metadata()).isEqualTo(Payload.json("[]"));
    assertThat(recorded.category()).contains("a");
    assertThat(recorded.isSystem()).isFalse();
    assertThat(
            new RecordedEvent(new Position(3), "$$a-1", Revision.FIRST, Instant.EPOCH, event)
                .isSystem())
        .isTrue();
  }

  @Test
  void nothingOfARecordedEventIsNull() {
    Event event = Event.json("A", "{}");
    Position at = Position.FIRST;
    Revision first = Revision.FIRST;
    Instant now = Instant.EPOCH;
    assertThatNullPointerException()
        .isThrownBy(() -> new RecordedEvent(null, "a", first, now, event));
    assertThatNullPointerException()
        .isThrownBy(() -> new RecordedEvent(at, null, first, now, event));
    assertThatNullPointerException().isThrownBy(() -> new RecordedEvent(at, "a", null, now, event));
    assertThatNullPointerException()
        .isThrownBy(() -> new RecordedEvent(at, "a", first, null, event));
    assertThatNullPointerException().isThrownBy(() -> new RecordedEvent(at, "a", first, now, null));
  }

  @Test
  void expectedRevisionsSayWhatTheyExpect() {
    assertThat(ExpectedRevision.any()).isEqualTo(ExpectedRevision.any()).hasToString("any");
    assertThat(ExpectedRevision.noStream()).hasToString("no stream");
    assertThat(ExpectedRevision.exists()).hasToString("exists");
    assertThat(ExpectedRevision.exactly(7))
        .isEqualTo(ExpectedRevision.exactly(new Revision(7)))
        .hasToString("revision 7");
    assertThatIllegalArgumentException().isThrownBy(() -> ExpectedRevision.exactly(-1));
    assertThatNullPointerException().isThrownBy(() -> ExpectedRevision.exactly(null));
  }

  @Test
  void streamInformationLeavesOnlyRevisionsOut() {
    StreamSettings none = StreamSettings.none();
    var info = new StreamInfo("a-1", StreamInfo.Status.ACTIVE, null, null, none);
    assertThat(info.lastRevision()).isEmpty();
    assertThat(info.firstVisibleRevision()).isEmpty();
    assertThatNullPointerException()
        .isThrownBy(() -> new StreamInfo(null, StreamInfo.Status.ACTIVE, null, null, none));
    assertThatNullPointerException()
        .isThrownBy(() -> new StreamInfo("a-1", null, null, null, none));
    assertThatNullPointerException()
        .isThrownBy(() -> new StreamInfo("a-1", StreamInfo.Status.ACTIVE, null, null, null));
  }
}
