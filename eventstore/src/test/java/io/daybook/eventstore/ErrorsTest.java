package io.daybook.eventstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What errors say and carry. */
class ErrorsTest {

  @Test
  void aRevisionConflictSaysWhatWasExpectedAndWhatIs() {
    var conflict =
        new RevisionConflictException("a-1", ExpectedRevision.exactly(3), new Revision(5));
    assertThat(conflict)
        .isInstanceOf(ConflictException.class)
        .hasMessage("the stream a-1 was expected: revision 3, but is at: revision 5");
    assertThat(new RevisionConflictException("a-1", ExpectedRevision.exists(), null))
        .hasMessage("the stream a-1 was expected: exists, but is at: no stream");
    assertThat(conflict.actual()).contains(new Revision(5));
  }

  @Test
  void aBrokenConditionSaysWhichEventBreaksIt() {
    var condition = AppendCondition.failIfMatches(Query.types("A"), new Position(4));
    var conflict = new AppendConditionException(condition, new Position(9));
    assertThat(conflict)
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("position 9")
        .hasMessageContaining("after 4");
    assertThat(conflict.condition()).isEqualTo(condition);
    assertThat(conflict.matchingPosition()).isEqualTo(new Position(9));
  }

  @Test
  void anIdempotencyConflictSaysWhereTheIdIsStored() {
    UUID id = UUID.randomUUID();
    var conflict = new IdempotencyConflictException(id, new Position(9));
    assertThat(conflict).hasMessageContaining(id + " is stored at position 9");
    assertThat(conflict.eventId()).isEqualTo(id);
    assertThat(conflict.storedAt()).isEqualTo(new Position(9));
  }

  @Test
  void aRefusedCheckpointSaysWhatToDo() {
    var foreign = new Checkpoint(new UUID(0, 1), 0, new Position(5));
    var head = new Checkpoint(new UUID(0, 2), 0, new Position(3));
    var refused = new CheckpointMismatchException(foreign, head);
    assertThat(refused)
        .hasMessageContaining(foreign.toString())
        .hasMessageContaining(head.toString())
        .hasMessageContaining("rebuild from the start");
    assertThat(refused.checkpoint()).isEqualTo(foreign);
  }

  @Test
  void aTombstoneSaysWhichStreamIsClosed() {
    var refused = new StreamTombstonedException("a-1");
    assertThat(refused).hasMessageContaining("a-1").isNotInstanceOf(ConflictException.class);
    assertThat(refused.stream()).isEqualTo("a-1");
  }

  @Test
  void aFailureSaysWhetherItsOutcomeIsKnown() {
    var cause = new IllegalStateException("cause");
    assertThat(new EventStoreFailedException("failed", cause).outcomeUnknown()).isFalse();
    assertThat(new EventStoreFailedException("failed", cause, true).outcomeUnknown()).isTrue();
    assertThat(new EventStoreFailedException("failed", cause)).hasCause(cause);
  }
}
