package io.daybook.engine;

import io.daybook.engine.io.SimulatedCrash;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.EventStoreFailedException;
import io.daybook.eventstore.RevisionConflictException;
import io.daybook.eventstore.StoreDamagedException;
import java.util.function.Supplier;

/** What became of a request, for the one who asked. */
sealed interface StoreOutcome {
  /** It is stored, and will be. */
  record Accepted(AppendResult result) implements StoreOutcome {}

  /** It was decided against. */
  record Refused(RuntimeException why) implements StoreOutcome {
    /** Whether this is the same decision. What differs in words only is the same. */
    boolean isLike(Refused other) {
      return why.getClass() == other.why.getClass()
          && (!(why instanceof RevisionConflictException one)
              || !(other.why instanceof RevisionConflictException two)
              || (one.stream().equals(two.stream()) && one.actual().equals(two.actual())));
    }
  }

  /** The store says that nothing of it is stored, because the disk failed. */
  record Failed(EventStoreFailedException why) implements StoreOutcome {}

  /** Nobody was told: it may be stored or not. */
  record Unknown(Throwable why) implements StoreOutcome {}

  /** Asks, and notes what came of it. */
  static StoreOutcome of(Supplier<AppendResult> question) {
    try {
      return new Accepted(question.get());
    } catch (StoreDamagedException e) {
      throw new AssertionError("nothing was damaged: " + e, e);
    } catch (EventStoreFailedException e) {
      return e.outcomeUnknown() ? new Unknown(e) : new Failed(e);
    } catch (RuntimeException e) {
      return new Refused(e);
    } catch (SimulatedCrash e) {
      return new Unknown(e);
    }
  }
}
