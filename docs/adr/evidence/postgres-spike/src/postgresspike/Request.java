package postgresspike;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.StreamSettings;
import java.util.ArrayList;
import java.util.List;

/** What an {@link Appender} is asked for. */
sealed interface Request {
  /** The streams whose state decides. */
  List<String> streams();

  /** Events of the caller. */
  record Events(Append append) implements Request {
    @Override
    public List<String> streams() {
      var all = new ArrayList<>(append.expectations().keySet());
      append.writes().forEach(write -> all.add(write.stream()));
      return all;
    }
  }

  /** A change of a stream, recorded as a system event. */
  record Change(String stream, ExpectedRevision expected, What what) implements Request {
    @Override
    public List<String> streams() {
      return List.of(stream, "$$" + stream);
    }
  }

  /** What is changed. */
  sealed interface What {
    /** New settings. */
    record Settings(StreamSettings settings) implements What {}

    /** A delete. */
    record Delete() implements What {}

    /** A tombstone. */
    record Tombstone() implements What {}
  }
}
