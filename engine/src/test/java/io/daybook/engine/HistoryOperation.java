package io.daybook.engine;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.ConflictException;
import io.daybook.eventstore.Query;
import java.util.List;

/**
 * What somebody asked a store, and when. Moments are numbered over all threads: an operation came
 * before another if it was answered before the other was asked.
 *
 * @param asked the moment before the store was asked
 * @param answered the moment after it had answered
 */
record HistoryOperation(long asked, long answered, Question question, Answer answer) {
  /** What is asked. */
  sealed interface Question {
    record Write(Append append) implements Question {}

    record Read(Query query) implements Question {}

    record Head() implements Question {}
  }

  /** What a store answers. */
  sealed interface Answer {
    record Stored(AppendResult result) implements Answer {}

    record Refused(ConflictException why) implements Answer {}

    record Found(long head, List<Long> positions) implements Answer {}
  }

  boolean isStored() {
    return answer instanceof Answer.Stored;
  }
}
