package io.daybook.systemtests;

import io.daybook.engine.EngineStore;
import io.daybook.engine.SmallFiles;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.ExpectedRevision;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Opens a store and appends to it until it is killed, or for so many appends, and closes it then.
 * Says after each append the position that was acknowledged. Arguments: the store's folder and the
 * number of appends.
 */
final class AppendProgram {
  private AppendProgram() {}

  /** Runs until it is killed or done. */
  public static void main(String[] arguments) throws IOException {
    var output = new FileOutputStream(FileDescriptor.out);
    long appends = Long.parseLong(arguments[1]);
    try (EngineStore store = EngineStore.open(Path.of(arguments[0]), SmallFiles.options())) {
      for (long i = 0; i < appends; i++) {
        long position =
            store
                .append(
                    "stream-" + i % 7,
                    ExpectedRevision.any(),
                    Event.json("Counted", "{\"n\":" + i + "}").withTags("n:" + i % 5))
                .lastPosition()
                .value();
        output.write((position + "\n").getBytes(StandardCharsets.US_ASCII));
      }
    }
  }
}
