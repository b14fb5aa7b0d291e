package io.daybook.engine.log;

import java.io.IOException;

/** Keeps the hashes of events that are about to be dropped, so that proofs outlive them. */
@FunctionalInterface
public interface LeafKeeper {
  /** Makes the hashes of all events of a full log file durable, unless they are. */
  void keep(LogFile file) throws IOException;
}
