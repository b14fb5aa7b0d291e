package io.daybook.engine;

import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.StreamSettings;
import java.time.Duration;

/**
 * What hides events of one stream. What was hidden by settings that were replaced stays hidden.
 *
 * @param settings what the stream keeps
 * @param deletedBefore revisions below are deleted; -1 if the stream was never deleted
 * @param tombstoned whether the stream is closed for ever
 * @param floorRevision revisions below were hidden by settings before these
 * @param floorMicros what was recorded before was hidden by settings before these
 */
record StreamRule(
    StreamSettings settings,
    long deletedBefore,
    boolean tombstoned,
    long floorRevision,
    long floorMicros) {
  /** Hides nothing. */
  static final StreamRule NONE =
      new StreamRule(StreamSettings.none(), -1, false, 0, Long.MIN_VALUE);

  /**
   * With other settings, from a moment on.
   *
   * @param lastRevision the stream's last revision then; -1 if it had none
   * @param recordedAtMicros the moment
   */
  StreamRule withSettings(StreamSettings newSettings, long lastRevision, long recordedAtMicros) {
    // a truncation that lay ahead has hidden only what was there
    long hiddenBefore = Math.min(firstKept(lastRevision), lastRevision + 1);
    return new StreamRule(
        newSettings,
        deletedBefore,
        tombstoned,
        Math.max(floorRevision, hiddenBefore),
        firstKeptMicros(recordedAtMicros));
  }

  StreamRule deleted(long before) {
    return new StreamRule(settings, before, tombstoned, floorRevision, floorMicros);
  }

  StreamRule asTombstone() {
    return new StreamRule(settings, deletedBefore, true, floorRevision, floorMicros);
  }

  /** The first revision that is not hidden by count, truncation or a delete, now or before. */
  long firstKept(long lastRevision) {
    if (tombstoned) {
      return Long.MAX_VALUE;
    }
    long first = Math.max(deletedBefore, floorRevision);
    first = Math.max(first, settings.truncateBefore().map(Revision::value).orElse(0L));
    if (settings.maxCount().isPresent()) {
      first = Math.max(first, lastRevision - settings.maxCount().getAsLong() + 1);
    }
    return first;
  }

  /** The first recorded time that is not hidden by age, in microseconds. */
  long firstKeptMicros(long nowMicros) {
    long longest = Long.MAX_VALUE / 1_000 - Math.abs(nowMicros / 1_000);
    long first =
        settings
            .maxAge()
            .map(Duration::toMillis)
            .filter(age -> age < longest)
            .map(age -> nowMicros - 1_000 * age)
            .orElse(Long.MIN_VALUE);
    return Math.max(first, floorMicros);
  }

  /** Whether a stream whose last revision is this, -1 for none, is as expected. */
  boolean allows(ExpectedRevision expected, long lastRevision) {
    boolean exists = lastRevision >= 0 && lastRevision >= deletedBefore;
    return switch (expected) {
      case ExpectedRevision.Any _ -> true;
      case ExpectedRevision.NoStream _ -> !exists;
      case ExpectedRevision.Exists _ -> exists;
      case ExpectedRevision.Exactly(Revision revision) -> revision.value() == lastRevision;
    };
  }
}
