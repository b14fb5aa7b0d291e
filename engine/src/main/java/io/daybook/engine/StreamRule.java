package io.daybook.engine;

import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Revision;
import io.daybook.eventstore.StreamSettings;
import java.time.Duration;

/**
 * What hides events of one stream.
 *
 * @param settings what the stream keeps
 * @param deletedBefore revisions below are deleted; -1 if the stream was never deleted
 * @param tombstoned whether the stream is closed for ever
 */
record StreamRule(StreamSettings settings, long deletedBefore, boolean tombstoned) {
  /** Hides nothing. */
  static final StreamRule NONE = new StreamRule(StreamSettings.none(), -1, false);

  StreamRule withSettings(StreamSettings newSettings) {
    return new StreamRule(newSettings, deletedBefore, tombstoned);
  }

  StreamRule deleted(long before) {
    return new StreamRule(settings, before, tombstoned);
  }

  StreamRule asTombstone() {
    return new StreamRule(settings, deletedBefore, true);
  }

  /** The first revision that is not hidden by count, truncation or a delete. */
  long firstKept(long lastRevision) {
    if (tombstoned) {
      return Long.MAX_VALUE;
    }
    long first = Math.max(deletedBefore, settings.truncateBefore().map(Revision::value).orElse(0L));
    if (settings.maxCount().isPresent()) {
      first = Math.max(first, lastRevision - settings.maxCount().getAsLong() + 1);
    }
    return first;
  }

  /** The first recorded time that is not hidden by age, in microseconds. */
  long firstKeptMicros(long nowMicros) {
    long longest = Long.MAX_VALUE / 1_000 - Math.abs(nowMicros / 1_000);
    return settings
        .maxAge()
        .map(Duration::toMillis)
        .filter(age -> age < longest)
        .map(age -> nowMicros - 1_000 * age)
        .orElse(Long.MIN_VALUE);
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
