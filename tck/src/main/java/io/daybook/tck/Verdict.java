package io.daybook.tck;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.Event;
import org.jspecify.annotations.Nullable;

/**
 * What a rule says about a command.
 *
 * @param word what the caller is told
 * @param append what is to be stored, or null if the command is refused
 */
record Verdict(String word, @Nullable Append append) {
  /** The command goes through, and this is stored. */
  static Verdict accepted(String stream, Event... events) {
    return new Verdict("accepted", Append.to(stream).events(events));
  }

  /** The command is refused for that reason. */
  static Verdict refused(String reason) {
    return new Verdict(reason, null);
  }
}
